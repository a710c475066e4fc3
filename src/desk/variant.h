// The nearest allowed variant: what is forbidden, or somebody else's to allow, is never a dead end.
//
// Exact, not sampled, over money and minutes: what the rules say changes only at the edges that
// EdgesOf reads off them (dmn/variant.h), so only the values beside those are tried. Where the
// others could not bear the time, the longest that they bear is found by halving: less time never
// makes others wait longer. Of starts the calmest that the forecast knows is tried, of gestures
// every one of the catalogue that costs no more. Each candidate goes through the same rules as the
// idea; the first that may be done is offered, in the order of how little it changes: another
// start, less money, fewer minutes, less of both, another gesture (the nearest in cost first). A
// rule can say that no variant is offered, since a threshold must not teach how to stay under it;
// and what the same customer or incident got before is part of the facts, so that splitting buys
// nothing.
//
// Pure: the caller says how a changed idea is judged. At most kMostCandidates are.
//
//   if (WantsVariant(judgement)) {
//     EM_ASSIGN(Edges edges, EdgesOf(model, facts));
//     auto nearest = NearestAllowed(facts, judgement, {.best_start = ..., .gestures = catalogue,
//                                   .edges = edges},
//                                   [&](Facts& changed) { ...refresh what depends on the idea...;
//                                                         return judge(changed); });
//   }
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "desk/decision_context.h"
#include "desk/verdict.h"
#include "dmn/model.h"

namespace extramile::desk {

inline constexpr size_t kMostCandidates = 256;

struct CatalogueGesture {
  std::string code;
  std::string kind;
  std::string title;
  int64_t amount = 0;
  int64_t minutes = 0;
  int64_t goods_value = 0;
  bool needs_something = false;  // not to be done at once
  std::vector<std::string> conditions;
};

// Less money and fewer minutes beside which the rules change their answer, the nearest first.
struct Edges {
  std::vector<int64_t> amounts, minutes;
};
// Errors: those of evaluating the rules.
Result<Edges> EdgesOf(const dmn::Model& model, const Facts& facts);

struct Adjustable {
  std::optional<Instant> best_start = {};
  std::span<const CatalogueGesture> gestures = {};
  Edges edges = {};
};

struct Variant {
  std::string sentence;
  std::optional<int64_t> amount, minutes;
  std::optional<Instant> start_at;
  std::optional<std::string> gesture;
  Outcome outcome = Outcome::kAllowed;
};

// False where the idea may be done as it is, and where a rule offers no variant.
bool WantsVariant(const Judgement& judgement);

// The verdict on changed facts. It first brings up to date what depends on the idea's kind, minutes
// and start (authority, others, precedent).
using JudgeChanged = std::function<Result<Judgement>(Facts& changed)>;

// nullopt where no variant is wanted, and where none helps. Errors are the judge's.
Result<std::optional<Variant>> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                              const Adjustable& adjustable,
                                              const JudgeChanged& judge);

// The contract's Variant.
void WriteVariant(JsonWriter& out, const Variant& variant, Currency currency);

}  // namespace extramile::desk
