// Replay: every stored check asked again under another set of rules. Which verdicts would flip, by
// which rule, for which gestures, and at what cost?
//
// Several threads read the checks (check_blocks.h) and judge them (replay_judge.h); nothing is
// written, and what is decided meanwhile is not waited for. A check's inputs are those that were
// stored with it, so only the rules differ. docs/design/replay.md has the cost of a check.
//
//   EM_ASSIGN(ReplayReport report, ReplayChecks(store, organisation, draft, {.since =
//   a_year_ago})); WriteReplay(out, report, organisation.currency);
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/policy.h"
#include "app/policy_library.h"
#include "app/store.h"
#include "app/use_case.h"
#include "base/json_writer.h"
#include "desk/verdict.h"

namespace extramile::app {

struct ReplayOptions {
  Instant since = {};                // checks recorded from then on
  const Policy* in_force = nullptr;  // where given, names the rules that the draft takes away
  // The sets that decided checks, so that only what the draft changes need be asked. The report is
  // the same without, or with `full`; it takes longer.
  PolicyByHash earlier = {};
  bool full = false;
  int threads = 2;
  size_t examples = 20;
};

// How a verdict would change: the outcome, or who must agree.
struct ReplayChange {
  desk::Fold from, to;
  auto operator<=>(const ReplayChange&) const = default;
};

// One check whose verdict would flip.
struct ReplayExample {
  AnyId check, idea;
  std::string gesture;  // empty: own words
  int64_t amount = 0;   // minor units
  Instant recorded_at;
  ReplayChange change;
  std::string was, now;  // the sentence then; the deciding reason under the draft
};

struct ReplayCost {
  int64_t checks = 0;
  int64_t amount = 0;  // minor units
};

struct ReplayReport {
  std::string policy;  // of the draft: its name and hash
  Instant since;
  int64_t checks = 0, flips = 0;
  int64_t unreadable = 0;  // stored in a form that this version does not know
  std::map<ReplayChange, int64_t> by_outcome;
  // By the rule that decides ("authority, rule 3"): the draft's, or where the draft has nothing
  // against it the one in force; empty where no rule can be named.
  std::map<std::pair<std::string, ReplayChange>, int64_t> by_rule;
  struct OfGesture {
    int64_t checks = 0, flips = 0;
  };
  std::map<std::string, OfGesture> by_gesture;
  ReplayCost newly_allowed, no_longer_allowed;
  std::vector<ReplayExample> examples;  // the latest first
};

// Errors: the store's own; those of a set that is no check's (kInternal "policy-incomplete").
Result<ReplayReport> ReplayChecks(Store& store, const Organisation& organisation,
                                  const Policy& draft, const ReplayOptions& options = {});

// The use case: a set of the organisation's, whatever its state, over all checks or those `?since`.
Result<Answer> ReplayPolicySet(Services& services, const Request& request);

// "needs sign-off (lead)".
std::string Word(const desk::Fold& fold);

// The contract's Replay.
void WriteReplay(JsonWriter& out, const ReplayReport& report, Currency currency);

}  // namespace extramile::app
