// Atoms: the values between the end points that a column mentions.
#include "dmn/analysis_atoms.h"

#include <algorithm>

namespace extramile::dmn::internal {

using feel::Arena;
using feel::Kind;
using feel::Number;
using feel::Value;

namespace {

// Whole days and seconds between two, if there are any.
constexpr int64_t Middle(int64_t a, int64_t b) { return a + (b - a) / 2; }

Value NumberBetween(Arena& arena, const Value* low, const Value* high) {
  if (!low && !high) return Value::Int(0);
  const auto rounded = [](const Value& value, feel::Rounding how) {
    return feel::Round(value.number(), 0, how).value_or(value.number());
  };
  // The plainest: a whole number next to an end.
  if (low) {
    const auto next = Add(rounded(*low, feel::Rounding::kFloor), Number::Int(1));
    if (next && (!high || Compare(*next, high->number()) < 0)) return Value::Of(arena, *next);
  } else {
    const Number zero = Number::Int(0);
    if (Compare(zero, high->number()) < 0) return Value::Int(0);
    const auto next = Subtract(rounded(*high, feel::Rounding::kCeiling), Number::Int(1));
    if (next) return Value::Of(arena, *next);
  }
  if (!low || !high) return Value();
  const auto sum = Add(low->number(), high->number());
  const auto half = sum ? Divide(*sum, Number::Int(2)) : std::nullopt;
  if (!half || Compare(*half, low->number()) <= 0 || Compare(*half, high->number()) >= 0) {
    return Value();
  }
  return Value::Of(arena, *half);
}

// For kinds that are counted in whole steps: the number strictly between, if there is one.
std::optional<int64_t> StepBetween(std::optional<int64_t> low, std::optional<int64_t> high) {
  if (!low) return *high - 1;
  if (!high) return *low + 1;
  if (*high - *low < 2) return std::nullopt;
  return Middle(*low, *high);
}

std::optional<int64_t> StepsOf(const Value* value) {
  if (!value) return std::nullopt;
  switch (value->kind()) {
    case Kind::kDate:
      return value->date().days;
    case Kind::kMonthsDuration:
      return value->months_duration().months;
    case Kind::kDaysDuration:
      return value->days_duration().seconds;
    case Kind::kTime:
      return value->time().nanos;
    default:
      return std::nullopt;
  }
}

Value DateTimeBetween(Arena& arena, const Value* low, const Value* high) {
  const Value& end = low ? *low : *high;
  feel::DaysDuration step{low ? 1 : -1, 0};
  if (low && high) {
    step = feel::Minus(high->date_time(), low->date_time());
    step = {step.seconds / 2, step.seconds % 2 != 0 ? 500'000'000 : step.nanos / 2};
    if (step.seconds == 0 && step.nanos == 0) return Value();
  }
  const auto moved = feel::Plus(end.date_time(), step);
  return moved ? Value::Of(arena, *moved) : Value();
}

}  // namespace

Value ValueBetween(Arena& arena, Kind kind, const Value* low, const Value* high) {
  if (kind == Kind::kNumber) return NumberBetween(arena, low, high);
  if (kind == Kind::kDateTime) return DateTimeBetween(arena, low, high);
  const auto step = StepBetween(StepsOf(low), StepsOf(high));
  if (!step) return Value();
  switch (kind) {
    case Kind::kDate:
      return Value::Of(feel::Date{*step});
    case Kind::kMonthsDuration:
      return Value::Of(feel::MonthsDuration{*step});
    case Kind::kDaysDuration:
      return Value::Of(feel::DaysDuration{*step, 0});
    case Kind::kTime:
      if (*step < 0 || *step >= feel::kNanosPerDay) return Value();
      return Value::Of(feel::Time{*step, (low ? low : high)->time().zone});
    default:
      return Value();
  }
}

std::vector<Value> WithBetween(Arena& arena, std::vector<Value> ends) {
  std::sort(ends.begin(), ends.end(),
            [](const Value& a, const Value& b) { return feel::Compare(a, b).value_or(0) < 0; });
  ends.erase(std::unique(ends.begin(), ends.end(),
                         [](const Value& a, const Value& b) { return feel::Compare(a, b) == 0; }),
             ends.end());
  std::vector<Value> values;
  for (size_t i = 0; i <= ends.size(); ++i) {
    const Value* low = i == 0 ? nullptr : &ends[i - 1];
    const Value* high = i == ends.size() ? nullptr : &ends[i];
    if (const Value between = ValueBetween(arena, ends[0].kind(), low, high); !between.is_null()) {
      values.push_back(between);
    }
    if (high) values.push_back(*high);
  }
  return values;
}

}  // namespace extramile::dmn::internal
