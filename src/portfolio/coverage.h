// Coverage: which criteria a learner's records evidence, with the records behind each, and what is
// missing, in words.
//
// Which cases count: those the learner put forward (`use_as_evidence`), in a setting the framework
// allows, and not simulated where it forbids that. Records without a case (a suggestion) count.
// Other cases are only offered: "Case C-7 would show this; mark it as evidence to use it."
//
// What a record can show is decided on when it was written, not on when it claims to have happened:
// a check written after the act is "after", whatever its other time says. Whoever fills in the
// facts sees to that (app/see_coverage.cc); a record that is late is marked so.
//
// A performance criterion is `evidenced` when every requirement of the framework is met, `partly`
// when some are or when records come near, else `missing`. A knowledge criterion always `needs
// account`: records support it, they do not replace the learner's own words. Computation
// recommends; the assessor decides.
//
// Pure; O(criteria x records).
//
//   Coverage coverage = Cover(framework, evidence, now, london);
//   coverage.criteria[12].missing;   // "The feedback of 12 November is noted but not passed on."
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "portfolio/evidence.h"
#include "portfolio/framework.h"

namespace extramile::portfolio {

enum class CriterionState { kEvidenced, kPartly, kMissing, kNeedsAccount };
std::string_view CriterionStateWord(CriterionState state);  // as in the contract

struct CriterionCoverage {
  const Criterion* criterion = nullptr;  // of the framework that was covered
  CriterionState state = CriterionState::kMissing;
  // Those that count, oldest first; where something is missing, also those that come near.
  std::vector<const EvidenceRecord*> records;
  std::vector<std::string> missing;  // sentences; empty when evidenced
};

struct Finding {
  const Sufficiency* rule = nullptr;
  bool met = false;
  std::string says;
};

// Points into the framework and the evidence it was made from: both must outlive it.
struct Coverage {
  std::vector<CriterionCoverage> criteria;  // in the framework's order
  std::vector<Finding> sufficiency;
  std::vector<std::string> warnings;

  size_t evidenced() const;
};

Coverage Cover(const Framework& framework, const Evidence& evidence, Instant now,
               const TimeZone& zone);

// The case of a record, or nullptr; and whether it counts for the framework.
const EvidenceCase* CaseOf(const Evidence& evidence, const EvidenceRecord& record);
bool Counts(const Framework& framework, const EvidenceCase& service_case);

// "12 November", with the year where it is not this one.
std::string DayInWords(Instant at, Instant now, const TimeZone& zone);

}  // namespace extramile::portfolio
