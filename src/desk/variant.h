// The nearest allowed variant: what is forbidden, or somebody else's to allow, is never a dead end.
//
// Rules are piecewise constant in what can be adjusted (amount, minutes, start, which gesture), so
// only the edges need trying: what is left of each limit, the calmest start that the forecast
// knows, the catalogue's other gestures. Each candidate goes through the same rules as the idea;
// the first that may be done is offered, in the order of how little it changes: another start, less
// money, fewer minutes, another gesture (the nearest in cost first). A rule can say that no variant
// is offered, since a threshold must not teach how to stay under it.
//
// Pure: the caller says how a changed idea is judged. At most kMostCandidates are.
//
//   auto nearest = NearestAllowed(facts, judgement, {.best_start = ..., .gestures = catalogue},
//                                 [&](Facts& changed) { ...refresh what depends on the idea...;
//                                                       return judge(changed); });
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

namespace extramile::desk {

inline constexpr size_t kMostCandidates = 16;

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

struct Adjustable {
  std::optional<Instant> best_start;
  std::span<const CatalogueGesture> gestures;
};

struct Variant {
  std::string sentence;
  std::optional<int64_t> amount, minutes;
  std::optional<Instant> start_at;
  std::optional<std::string> gesture;
  Outcome outcome = Outcome::kAllowed;
};

// The verdict on changed facts. It first brings up to date what depends on the idea's kind, minutes
// and start (authority, others, precedent).
using JudgeChanged = std::function<Result<Judgement>(Facts& changed)>;

// nullopt where the idea may be done as it is, where a rule offers no variant, and where no edge
// helps. Errors are the judge's.
Result<std::optional<Variant>> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                              const Adjustable& adjustable,
                                              const JudgeChanged& judge);

// The contract's Variant.
void WriteVariant(JsonWriter& out, const Variant& variant, Currency currency);

}  // namespace extramile::desk
