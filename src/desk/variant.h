// The nearest allowed variant: what is forbidden, or somebody else's to allow, is never a dead end.
//
// Exact, not sampled, over money, minutes, the start and the gesture. What the rules say of money
// and minutes changes only at the edges that EdgesOf reads off them, and of the start only at the
// moments of StartsOf and where the forecast of others' waiting takes a step (dmn/variant.h), so
// only the values beside those are tried. Where the others could not bear the time, the longest
// that they bear is found by halving: less time never makes others wait longer. Each candidate goes
// through the same rules as the idea; the first that may be done is offered, in the order of how
// little it changes:
//
//   1  another start         the one at which others wait least, then the nearest to the one wanted
//   2  less money            the most first
//   3  fewer minutes         the most first
//   4  less of both          the most money first, then the most minutes
//   5  2 to 4 at another start, in the order of 1
//   6  another gesture       as the catalogue has it: of the same kind first, no money before
//   money,
//                            no dearer before dearer, then the nearest in money and in minutes
//   7  another gesture at another start: the start in the order of 1, then the gesture
//   8  another gesture with less of money, minutes or both
//   9  the same at another start: the start first
//
// A rule can say that no variant is offered, since a threshold must not teach how to stay under it;
// and what the same customer or incident got before is part of the facts, so that splitting buys
// nothing. A gesture that needs something first (a risk assessment) is not to be done at once, and
// is no variant.
//
// The bound: 1, 2, 3 and 6 are tried whole; 4, 5, 7, 8 and 9, where two things change at once, up
// to `most_joint` judgements each (an edge search counts as kEdgesWork of them). `exact` is false
// where that cut something off before an answer was found. Money and minutes together (4) rest on
// the edges of each, so a rule that compares one with the other may hide a pair.
//
// Pure: the caller says how a changed idea is judged.
//
//   if (WantsVariant(judgement)) {
//     EM_ASSIGN(const auto starts, StartsOf(model, facts, steps_of_the_forecast));
//     auto nearest = NearestAllowed(facts, judgement,
//         {.starts = starts, .gestures = catalogue,
//          .edges = [&](const Facts& changed) { return EdgesOf(model, changed); }},
//         [&](Facts& changed) { ...refresh what depends on the idea...; return judge(changed); });
//     nearest->variant
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

inline constexpr size_t kMostJoint = 32;
inline constexpr size_t kEdgesWork = 12;

struct CatalogueGesture {
  std::string code;
  std::string kind;
  std::string title;
  int64_t amount = 0;
  int64_t minutes = 0;
  int64_t goods_value = 0;
  bool needs_something = false;  // not to be done at once
  std::vector<std::string> conditions;
  bool cash = false;
};

// Less money and fewer minutes beside which the rules change their answer, the most first.
struct Edges {
  std::vector<int64_t> amounts, minutes;
};
// Errors: those of evaluating the rules.
Result<Edges> EdgesOf(const dmn::Model& model, const Facts& facts);

// Other starts on the same local day, not before the time of the check, between which neither the
// rules nor the forecast change: the first minute of each such stretch, and the last where it lies
// before the start that was wanted. `steps`: the moments at which the forecast of others' waiting
// changes. Nearest to the wanted one first.
Result<std::vector<Instant>> StartsOf(const dmn::Model& model, const Facts& facts,
                                      std::span<const Instant> steps);

struct Adjustable {
  std::span<const Instant> starts = {};
  std::span<const CatalogueGesture> gestures = {};
  std::function<Result<Edges>(const Facts& changed)> edges = {};  // none: money and time stay
  size_t most_joint = kMostJoint;
};

struct Variant {
  std::string sentence;
  std::optional<int64_t> amount, minutes;
  std::optional<Instant> start_at;
  std::optional<std::string> gesture;
  Outcome outcome = Outcome::kAllowed;
};

struct NearestVariant {
  std::optional<Variant> variant;  // absent where none is wanted, and where none helps
  bool exact = true;
  size_t judged = 0;
};

// False where the idea may be done as it is, and where a rule offers no variant.
bool WantsVariant(const Judgement& judgement);

// The verdict on changed facts. It first brings up to date what depends on the idea's kind, minutes
// and start (authority, others, precedent).
using JudgeChanged = std::function<Result<Judgement>(Facts& changed)>;

// Errors are the judge's and those of `edges`.
Result<NearestVariant> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                      const Adjustable& adjustable, const JudgeChanged& judge);

// The contract's Variant.
void WriteVariant(JsonWriter& out, const Variant& variant, Currency currency);

}  // namespace extramile::desk
