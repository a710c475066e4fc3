// Framework: one unit of a qualification as data: who awards it, its outcomes and criteria in our
// own words, which records evidence each performance criterion, and when the evidence suffices.
//
// The file is JSON; frameworks/framework.schema.json describes it. Reading is strict: an unknown
// field, record kind, fact, rule or warning refuses the file and names the place, because a rule
// that is silently ignored would pass learners it should not. The wording of criteria belongs to
// its owner and is never in the file; a centre fills it in beside ours (`official_wording`).
//
// A Framework is a value, immutable by convention, safe to share. Parsing costs O(bytes).
//
//   EM_ASSIGN(Framework framework, ParseFramework(text, "cu801.json"));
//   framework.outcomes[0].criteria[3].evidenced_by[0].at_least;   // two ideas
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace extramile::portfolio {

// Who says so: the specification itself, or the centre's reading of it.
enum class Basis { kSpec, kLocal };
std::string_view BasisWord(Basis basis);  // "spec", "local"

// A fact that a record must show: one of these words, or at least this number.
struct Condition {
  std::string fact;
  std::vector<std::string> words;
  std::optional<int64_t> at_least;
};

// So many records of a kind, with these facts, in one case or over all of them.
struct Requirement {
  std::string record;  // a name of RecordKinds()
  std::vector<Condition> where;
  int64_t at_least = 1;
  bool per_case = false;
  std::string missing;  // what to say while nothing of the kind is there
};

enum class CriterionKind { kPerformance, kKnowledge };

struct Criterion {
  std::string code;  // "1.4"
  CriterionKind kind = CriterionKind::kPerformance;
  std::string verb;  // as the specification has it: describe, explain, identify, ...
  std::string text;  // in our own words
  std::optional<std::string> official_wording;
  std::vector<Requirement> evidenced_by;  // performance: all of them
  std::vector<Requirement> supported_by;  // knowledge: records an account can draw on
};

struct Outcome {
  std::string code;
  std::string text;
  std::vector<Criterion> criteria;
};

// How practice under staged conditions is treated.
enum class Simulation {
  kNone,           // never, for performance
  kKnowledgeOnly,  // the same, said of case studies
  kExceptional,    // a small part, with a reason
  kLabelled,       // allowed where it is called what it is
};

enum class SufficiencyRule {
  kNoSimulation,          // no case put forward is simulated
  kSettings,              // every case comes from an allowed setting
  kSectors,               // every case comes from an allowed sector
  kDifferentCustomers,    // at_least
  kDifferentOccasions,    // at_least days
  kPeriod,                // at_least days from the first to the last
  kSituation,             // at_least cases of `word`: routine, let_down
  kLoad,                  // at_least cases of `word`: quiet, normal, busy
  kProceduresFollowed,    // every extra was checked beforehand, and agreed where that was needed
  kOwnInitiative,         // at_least extras that were the learner's own idea
  kPerformanceEvidenced,  // every performance criterion
  kKnowledgeEvidenced,    // every knowledge criterion
};

struct Sufficiency {
  std::string code;         // "E3"
  std::string requirement;  // in our own words
  Basis basis = Basis::kSpec;
  SufficiencyRule rule = SufficiencyRule::kNoSimulation;
  std::string word;
  int64_t at_least = 1;
};

// Hints, never verdicts.
enum class Warning {
  kRoutineAsExtra,     // what the offer already promises, put forward as an extra
  kUncheckedAction,    // done without a check beforehand
  kOnlyCostly,         // every idea costs money
  kSingleGesture,      // one extra alone shows no consistency
  kSameIdea,           // the same idea whoever the customer is
  kPromiseNotKept,     // broken, or past its date
  kActionAlone,        // `after_days` on, an action with nothing that shows what came of it
  kNoInternalCustomer  // no colleague among the customers
};

struct WarningRule {
  Warning warning = Warning::kRoutineAsExtra;
  int64_t after_days = 0;
};

struct Framework {
  std::string code;
  std::string edition;
  std::string title;
  std::string awarding_body;
  std::string level;
  std::string level_scheme;
  std::optional<int64_t> credit;
  std::optional<int64_t> guided_learning_hours;
  std::optional<std::string> registration_end, certification_end;  // dates
  std::string summary;
  Simulation simulation = Simulation::kNone;
  std::vector<std::string> settings;
  std::vector<std::string> sectors;
  std::vector<Outcome> outcomes;
  std::vector<Sufficiency> sufficiency;
  std::vector<WarningRule> warnings;

  size_t criteria() const;
};

// `file_name` only for messages. Errors (kMalformed or kInvalid): "json-...", the ObjectReader's,
// and "framework-..." with the place as file and JSON pointer.
Result<Framework> ParseFramework(std::string_view text, std::string_view file_name);

}  // namespace extramile::portfolio
