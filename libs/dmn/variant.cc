#include "dmn/variant.h"

#include <algorithm>
#include <cmath>

#include "dmn/model_data.h"
#include "dmn/variant_boundaries.h"
#include "feel/temporal.h"

namespace extramile::dmn {

using feel::Number;
using feel::Value;

namespace {

// Values on the grid present + k x step, by k.
class Grid {
 public:
  static Result<Grid> Of(const Value& inputs, const AdjustableNumber& number) {
    Value present = inputs;
    for (const std::string& name : number.path) present = present.Find(name);
    if (number.path.empty() || !present.is_number() || number.step.sign() <= 0) {
      return Fail(ErrorKind::kInvalid, "no-such-number",
                  "The path does not lead to a number, or its step is not above zero.");
    }
    Grid grid;
    grid.present_ = present.number();
    grid.step_ = number.step;
    const auto low = grid.Position(number.least), high = grid.Position(number.most);
    if (!low || !high) {
      return Fail(ErrorKind::kInvalid, "no-such-number", "The number's limits are too far away.");
    }
    grid.low_ = feel::Compare(grid.At(*low), number.least) < 0 ? *low + 1 : *low;
    grid.high_ = *high;
    return grid;
  }

  int64_t low() const { return low_; }
  int64_t high() const { return high_; }
  int64_t size() const { return high_ - low_ + 1; }
  Number At(int64_t position) const {
    const auto moved = Multiply(step_, Number::Int(position));
    return moved ? Add(present_, *moved).value_or(present_) : present_;
  }
  // The last position at or below; nullopt beyond 2^62.
  std::optional<int64_t> Position(const Number& value) const {
    const auto distance = Subtract(value, present_);
    const auto steps = distance ? Divide(*distance, step_) : std::nullopt;
    const auto whole = steps ? Round(*steps, 0, feel::Rounding::kFloor) : std::nullopt;
    const auto position = whole ? whole->ToInt64() : std::nullopt;
    if (!position || std::abs(*position) > (int64_t{1} << 62)) return std::nullopt;
    return position;
  }

 private:
  Number present_, step_;
  int64_t low_ = 0, high_ = 0;
};

// Nearest first; of two as near, the smaller.
Candidates InOrder(const Grid& grid, std::vector<int64_t> positions, bool exact) {
  std::erase_if(positions, [&](int64_t position) {
    return position == 0 || position < grid.low() || position > grid.high();
  });
  std::sort(positions.begin(), positions.end(), [](int64_t a, int64_t b) {
    return std::pair(std::abs(a), a) < std::pair(std::abs(b), b);
  });
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  Candidates candidates;
  candidates.exact = exact;
  for (const int64_t position : positions) candidates.values.push_back(grid.At(position));
  return candidates;
}

Value Replaced(feel::Arena& arena, const Value& owner, std::span<const std::string> path,
               const Number& value) {
  if (path.empty()) return Value::Of(arena, value);
  const auto entries = owner.entries();
  auto* copy = arena.NewArray<feel::Entry>(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    copy[i] = entries[i];
    if (entries[i].name() == path[0]) {
      copy[i].value = Replaced(arena, entries[i].value, path.subspan(1), value);
    }
  }
  return Value::ContextView({copy, entries.size()});
}

// How much a value differs from the present one, as a part of it.
double Distance(const Value& inputs, const AdjustableNumber& number, const Number& value) {
  Value present = inputs;
  for (const std::string& name : number.path) present = present.Find(name);
  const double from = present.number().ToDouble(), to = value.ToDouble();
  const double whole = std::max(std::abs(from), number.step.ToDouble());
  return number.cost * std::abs(to - from) / whole;
}

int64_t MinuteAtOrAfter(Instant at) {
  return at.micros / kMicrosPerMinute + (at.micros % kMicrosPerMinute > 0 ? 1 : 0);
}

// One search: candidates in order of cost, until one is accepted or the tries are used up.
class Search {
 public:
  Search(const Model& model, std::span<const std::string_view> wanted, const When& when,
         std::span<const AdjustableNumber> numbers, const NearestOptions& options,
         const std::function<bool(const Evaluation&)>& accept)
      : model_(model),
        wanted_(wanted),
        when_(when),
        numbers_(numbers),
        options_(options),
        accept_(accept) {}

  Result<Nearest> Run(const Value& inputs) {
    EM_TRY(Evaluate(model_, wanted_, inputs, when_, evaluation_));
    if (options_.offers_none && options_.offers_none(evaluation_)) return nearest_;
    std::vector<Tried> singles;
    for (size_t i = 0; i < numbers_.size(); ++i) {
      EM_ASSIGN(const Candidates candidates,
                Boundaries(model_, wanted_, inputs, when_, numbers_[i]));
      nearest_.exact = nearest_.exact && candidates.exact;
      for (const Number& value : candidates.values) {
        singles.push_back({Distance(inputs, numbers_[i], value), {{i, value}}});
      }
    }
    EM_TRY(TryInOrder(inputs, singles));
    if (nearest_.found || !options_.pairs) return nearest_;
    std::vector<Tried> pairs;
    for (const Tried& first : singles) {
      if (pairs.size() > static_cast<size_t>(options_.most_tries)) {
        nearest_.exact = false;
        break;
      }
      EM_TRY(AddPairs(inputs, first, pairs));
    }
    EM_TRY(TryInOrder(inputs, pairs));
    return nearest_;
  }

 private:
  struct Tried {
    double cost;
    std::vector<Change> changes;
  };

  // The boundaries of every other number, where the first has been changed.
  Result<void> AddPairs(const Value& inputs, const Tried& first, std::vector<Tried>& pairs) {
    const Change& change = first.changes[0];
    feel::Arena arena;
    const Value changed = WithNumber(arena, inputs, numbers_[change.number].path, change.value);
    for (size_t i = 0; i < numbers_.size(); ++i) {
      if (i == change.number) continue;
      EM_ASSIGN(const Candidates candidates,
                Boundaries(model_, wanted_, changed, when_, numbers_[i]));
      nearest_.exact = nearest_.exact && candidates.exact;
      for (const Number& value : candidates.values) {
        pairs.push_back({first.cost + Distance(inputs, numbers_[i], value), {change, {i, value}}});
      }
    }
    return {};
  }

  Result<void> TryInOrder(const Value& inputs, std::vector<Tried>& tries) {
    std::stable_sort(tries.begin(), tries.end(),
                     [](const Tried& a, const Tried& b) { return a.cost < b.cost; });
    for (const Tried& attempt : tries) {
      if (nearest_.tried >= options_.most_tries) {
        nearest_.exact = false;
        return {};
      }
      ++nearest_.tried;
      evaluation_.Reset();
      Value changed = inputs;
      for (const Change& change : attempt.changes) {
        changed =
            WithNumber(evaluation_.arena(), changed, numbers_[change.number].path, change.value);
      }
      EM_TRY(Evaluate(model_, wanted_, changed, when_, evaluation_));
      if (!accept_(evaluation_)) continue;
      nearest_.found = true;
      nearest_.changes = attempt.changes;
      std::sort(nearest_.changes.begin(), nearest_.changes.end(),
                [](const Change& a, const Change& b) { return a.number < b.number; });
      return {};
    }
    return {};
  }

  const Model& model_;
  std::span<const std::string_view> wanted_;
  const When& when_;
  std::span<const AdjustableNumber> numbers_;
  const NearestOptions& options_;
  const std::function<bool(const Evaluation&)>& accept_;
  Evaluation evaluation_;
  Nearest nearest_;
};

}  // namespace

Value WithNumber(feel::Arena& arena, const Value& inputs, std::span<const std::string> path,
                 const Number& value) {
  return Replaced(arena, inputs, path, value);
}

Result<Candidates> Boundaries(const Model& model, std::span<const std::string_view> wanted,
                              const Value& inputs, const When& when,
                              const AdjustableNumber& number) {
  EM_ASSIGN(const Grid grid, Grid::Of(inputs, number));
  Evaluation evaluation;
  EM_TRY(Evaluate(model, wanted, inputs, when, evaluation));
  internal::EvaluationData& data = evaluation.data();
  internal::BoundarySearch search(*model.data(), *data.evaluator,
                                  {.path = number.path, .moves = number.moves});
  for (const uint32_t slot : data.wanted) search.Visit(slot);
  std::vector<int64_t> positions = {grid.low(), grid.high()};
  if (!search.exact() && grid.size() <= kMostSteps) {
    for (int64_t position = grid.low(); position <= grid.high(); ++position) {
      positions.push_back(position);
    }
    return InOrder(grid, std::move(positions), true);
  }
  for (const Number& boundary : search.boundaries()) {
    if (const auto position = grid.Position(boundary)) {
      positions.insert(positions.end(), {*position - 1, *position, *position + 1});
    }
  }
  return InOrder(grid, std::move(positions), search.exact());
}

Result<TimeCandidates> TimeBoundaries(const Model& model, std::span<const std::string_view> wanted,
                                      const Value& inputs, const When& when,
                                      const AdjustableTime& time) {
  Value present = inputs;
  for (const std::string& name : time.path) present = present.Find(name);
  const int64_t first = MinuteAtOrAfter(time.from), end = MinuteAtOrAfter(time.until);
  if (time.path.empty() || present.kind() != feel::Kind::kDateTime ||
      !feel::OffsetSeconds(present.date_time()) || first >= end) {
    return Fail(ErrorKind::kInvalid, "no-such-time",
                "The path does not lead to a date and time with an offset or zone, or there is no "
                "minute to move it to.");
  }
  Evaluation evaluation;
  EM_TRY(Evaluate(model, wanted, inputs, when, evaluation));
  internal::EvaluationData& data = evaluation.data();
  internal::BoundarySearch search(
      *model.data(), *data.evaluator,
      {.path = time.path, .moves = {}, .time = &time, .zone = when.zone});
  for (const uint32_t slot : data.wanted) search.Visit(slot);
  TimeCandidates candidates;
  std::vector<int64_t> minutes = {first, end - 1};
  if (!search.exact() && end - first <= kMostSteps) {
    for (int64_t minute = first; minute < end; ++minute) minutes.push_back(minute);
  } else {
    candidates.exact = search.exact();
    for (const Number& boundary : search.boundaries()) {
      const auto at = Divide(boundary, Number::Int(60));
      const auto whole = at ? Round(*at, 0, feel::Rounding::kFloor) : std::nullopt;
      const auto minute = whole ? whole->ToInt64() : std::nullopt;
      if (minute) minutes.insert(minutes.end(), {*minute - 1, *minute, *minute + 1});
    }
  }
  std::erase_if(minutes, [&](int64_t minute) { return minute < first || minute >= end; });
  std::sort(minutes.begin(), minutes.end());
  minutes.erase(std::unique(minutes.begin(), minutes.end()), minutes.end());
  for (const int64_t minute : minutes) candidates.values.push_back({minute * kMicrosPerMinute});
  return candidates;
}

Result<Nearest> FindNearest(const Model& model, std::span<const std::string_view> wanted,
                            const Value& inputs, const When& when,
                            std::span<const AdjustableNumber> numbers,
                            const NearestOptions& options,
                            const std::function<bool(const Evaluation&)>& accept) {
  return Search(model, wanted, when, numbers, options, accept).Run(inputs);
}

}  // namespace extramile::dmn
