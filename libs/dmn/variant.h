// Variant: the nearest change of a number (an amount, minutes) under which a model decides as
// wished.
//
// A model of tables is piecewise constant in its numbers: what it decides changes only where a
// cell, or a comparison on the way to the wanted decisions, changes its answer. Boundaries() finds
// those places without trying: it follows the number through the compiled model as linear forms
// (the number against constants and against the other values of the context: idea.amount > staff
// limit; so far + amount > limit) and solves each comparison. FindNearest() then evaluates the
// model next to each boundary, least change first, and returns the first that the caller accepts:
// exact, not sampled.
//
// Where the number goes into something that is not linear (round(amount), amount * amount, an input
// that moves with it), every step between `least` and `most` is a candidate, if they are no more
// than kMostSteps; else the answer may miss something, and `exact` says so. What the caller accepts
// must depend on what the rules decide, not on figures that they compute from the number.
//
//   const AdjustableNumber amount{.path = {"idea", "amount"}, .step = Number::Small(1, 2),
//                                 .least = Number::Int(0), .most = current};
//   EM_ASSIGN(auto nearest, FindNearest(model, wanted, inputs, when, {&amount, 1}, options,
//   accept)); if (nearest.found) nearest.changes[0].value ...
//
// Thread-safe; a boundary search costs some tens of microseconds for a model of 60 rules.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dmn/model.h"
#include "feel/number.h"
#include "feel/value.h"

namespace extramile::dmn {

inline constexpr int64_t kMostSteps = 2000;

struct AdjustableNumber {
  std::vector<std::string> path;  // from the inputs: {"idea", "amount"}
  feel::Number step = feel::Number::Int(1);
  feel::Number least, most;  // both may be tried
  double cost = 1;           // of a change by the whole of its value
  // Inputs that change with it in a way that only the caller knows, by name.
  std::vector<std::string> moves = {};
};

struct Candidates {
  std::vector<feel::Number> values;  // nearest first, without the present one
  bool exact = true;                 // the best value is among them
};

// Candidate values of one number. Errors: those of Evaluate; kInvalid "no-such-number" where the
// path does not lead to a number, or the step is not above zero.
Result<Candidates> Boundaries(const Model& model, std::span<const std::string_view> wanted,
                              const feel::Value& inputs, const When& when,
                              const AdjustableNumber& number);

// A date and time of the inputs, with an offset or zone, that may be moved in whole minutes.
struct AdjustableTime {
  std::vector<std::string> path;  // from the inputs: {"idea", "when"}
  Instant from, until;            // tried: from <= minute < until
};

struct TimeCandidates {
  std::vector<Instant> values;  // in their order, the first minute always among them
  bool exact = true;            // between two of them nothing that is decided changes
};

// The same for a moment. Between two neighbours everything that the rules decide is as at the
// earlier one, whose last minute stands there too; where the moment goes into what cannot be
// solved, every minute is a candidate if they are no more than kMostSteps. The clock of days and
// hours is `when`'s zone. Errors: those of Evaluate; kInvalid "no-such-time".
Result<TimeCandidates> TimeBoundaries(const Model& model, std::span<const std::string_view> wanted,
                                      const feel::Value& inputs, const When& when,
                                      const AdjustableTime& time);

// The same inputs with one value replaced; `path` must exist.
feel::Value WithNumber(feel::Arena& arena, const feel::Value& inputs,
                       std::span<const std::string> path, const feel::Number& value);

struct Change {
  size_t number = 0;  // which of the adjustable ones
  feel::Number value;
};
struct Nearest {
  bool found = false;
  std::vector<Change> changes;  // one, or two where no single one is enough
  bool exact = true;
  int tried = 0;
};
struct NearestOptions {
  int most_tries = 20'000;
  bool pairs = true;  // try two numbers together where no single one is enough
  // Asked of the decision on the inputs as they are: true where the rules want no variant offered.
  std::function<bool(const Evaluation&)> offers_none = nullptr;
};

// Evaluates `wanted` for candidates and asks `accept` of each evaluation (values and matched rules
// by the order of `wanted`). Single changes come first, by cost; then pairs: for every candidate of
// one number, the boundaries of the other. Errors: those of Boundaries and Evaluate.
Result<Nearest> FindNearest(const Model& model, std::span<const std::string_view> wanted,
                            const feel::Value& inputs, const When& when,
                            std::span<const AdjustableNumber> numbers,
                            const NearestOptions& options,
                            const std::function<bool(const Evaluation&)>& accept);

}  // namespace extramile::dmn
