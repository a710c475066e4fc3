// Numeric functions (DMN 1.5, 10.3.4.5), not(), and the aggregates over numbers of 10.3.4.4.
#include <algorithm>
#include <vector>

#include "feel/builtins.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

Value Out(Evaluator& evaluator, const std::optional<Number>& number, NodeId at) {
  return number ? Value::Of(evaluator.arena(), *number) : evaluator.Null(Cause::kOverflow, at);
}

constexpr std::string_view NameOf(Rounding rounding) {
  switch (rounding) {
    case Rounding::kHalfEven:
      return "decimal";
    case Rounding::kHalfUp:
      return "round half up";
    case Rounding::kHalfDown:
      return "round half down";
    case Rounding::kUp:
      return "round up";
    case Rounding::kDown:
      return "round down";
    case Rounding::kFloor:
      return "floor";
    case Rounding::kCeiling:
      return "ceiling";
  }
  return "";
}

template <Rounding kRounding>
Value RoundTo(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, NameOf(kRounding), values, at);
  in.Count(1, 2);
  const Number number = in.Numeral(0);
  const int64_t scale = values.size() > 1 ? in.Integer(1) : 0;
  if (!in.ok()) return in.failure();
  const auto rounded = Round(number, scale, kRounding);
  return rounded ? Value::Of(evaluator.arena(), *rounded) : in.Fail(values[1]);
}

template <Rounding kRounding>
Value RoundToScale(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, NameOf(kRounding), values, at);
  if (!in.Count(2, 2)) return in.failure();
  return RoundTo<kRounding>(evaluator, values, at);
}

Value Absolute(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "abs", values, at);
  if (!in.Count(1, 1)) return in.failure();
  const Value& value = values[0];
  if (value.kind() == Kind::kDaysDuration) {
    return value.days_duration().seconds < 0 ? NegateValue(evaluator, value, at) : value;
  }
  if (value.kind() == Kind::kMonthsDuration) {
    return value.months_duration().months < 0 ? NegateValue(evaluator, value, at) : value;
  }
  const Number number = in.Numeral(0);
  if (!in.ok()) return in.failure();
  return Value::Of(evaluator.arena(), number.sign() < 0 ? Negate(number) : number);
}

Value ModuloFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "modulo", values, at);
  in.Count(2, 2);
  const Number dividend = in.Numeral(0), divisor = in.Numeral(1);
  if (!in.ok()) return in.failure();
  if (divisor.sign() == 0) return evaluator.Null(Cause::kDivisionByZero, at, values[0]);
  return Out(evaluator, Modulo(dividend, divisor), at);
}

template <std::optional<Number> (*kFunction)(const Number&)>
Value OfOneNumber(Evaluator& evaluator, Span values, NodeId at) {
  const std::string_view name = kFunction == SquareRoot   ? "sqrt"
                                : kFunction == NaturalLog ? "log"
                                                          : "exp";
  Arguments in(evaluator, name, values, at);
  in.Count(1, 1);
  const Number number = in.Numeral(0);
  if (!in.ok()) return in.failure();
  const auto result = kFunction(number);
  return result ? Value::Of(evaluator.arena(), *result) : in.Fail(values[0]);
}

template <bool kOdd>
Value Parity(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, kOdd ? "odd" : "even", values, at);
  in.Count(1, 1);
  const Number number = in.Numeral(0);
  if (!in.ok()) return in.failure();
  const auto rest = Modulo(number, Number::Int(2));
  if (!rest) return in.Fail(values[0]);
  return Value::Bool(Compare(*rest, Number::Int(kOdd ? 1 : 0)) == 0);
}

// Aggregates take a list or several arguments.
Span AsList(Span values) {
  if (values.size() == 1 && values[0].is_list()) return values[0].items();
  return values;
}

std::optional<std::vector<Number>> NumbersOf(Arguments& in, Span items) {
  std::vector<Number> numbers;
  for (const Value& item : items) {
    if (!item.is_number()) {
      in.Fail(item);
      return std::nullopt;
    }
    numbers.push_back(item.number());
  }
  return numbers;
}

std::optional<Number> SumOf(const std::vector<Number>& numbers) {
  std::optional<Number> sum = Number::Int(0);
  for (const Number& number : numbers) {
    if (sum) sum = Add(*sum, number);
  }
  return sum;
}

template <class Combine>
Value Aggregate(Evaluator& evaluator, std::string_view name, Span values, NodeId at,
                Combine combine) {
  Arguments in(evaluator, name, values, at);
  const Span items = AsList(values);
  if (values.empty()) in.Fail(Value());
  if (!in.ok()) return in.failure();
  if (items.empty()) return name == "mode" ? Value::ListView({}) : in.Fail(values[0]);
  const auto numbers = NumbersOf(in, items);
  if (!numbers) return in.failure();
  return combine(*numbers);
}

Value Sum(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "sum", values, at,
                   [&](const auto& numbers) { return Out(evaluator, SumOf(numbers), at); });
}

Value Product(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "product", values, at, [&](const auto& numbers) {
    std::optional<Number> product = Number::Int(1);
    for (const Number& number : numbers) {
      if (product) product = Multiply(*product, number);
    }
    return Out(evaluator, product, at);
  });
}

std::optional<Number> MeanOf(const std::vector<Number>& numbers) {
  const auto sum = SumOf(numbers);
  return sum ? Divide(*sum, Number::Int(static_cast<int64_t>(numbers.size()))) : sum;
}

Value Mean(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "mean", values, at,
                   [&](const auto& numbers) { return Out(evaluator, MeanOf(numbers), at); });
}

Value Median(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "median", values, at, [&](std::vector<Number> numbers) {
    std::sort(numbers.begin(), numbers.end(),
              [](const Number& a, const Number& b) { return Compare(a, b) < 0; });
    const size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return Value::Of(evaluator.arena(), numbers[middle]);
    return Out(evaluator, MeanOf({numbers[middle - 1], numbers[middle]}), at);
  });
}

// Of a sample: divided by n - 1.
Value StandardDeviation(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "stddev", values, at, [&](const auto& numbers) {
    if (numbers.size() < 2) return evaluator.Null(Cause::kArgument, at, values[0], {}, "stddev");
    const auto mean = MeanOf(numbers);
    std::optional<Number> squares = Number::Int(0);
    for (const Number& number : numbers) {
      const auto difference = mean ? Subtract(number, *mean) : std::nullopt;
      const auto square = difference ? Multiply(*difference, *difference) : std::nullopt;
      squares = squares && square ? Add(*squares, *square) : std::nullopt;
    }
    if (!squares) return evaluator.Null(Cause::kOverflow, at);
    const auto variance = Divide(*squares, Number::Int(static_cast<int64_t>(numbers.size() - 1)));
    return Out(evaluator, variance ? SquareRoot(*variance) : std::nullopt, at);
  });
}

// The most frequent numbers, ascending.
Value Mode(Evaluator& evaluator, Span values, NodeId at) {
  return Aggregate(evaluator, "mode", values, at, [&](std::vector<Number> numbers) {
    std::sort(numbers.begin(), numbers.end(),
              [](const Number& a, const Number& b) { return Compare(a, b) < 0; });
    std::vector<Value> most;
    size_t best = 0;
    for (size_t i = 0; i < numbers.size();) {
      size_t end = i;
      while (end < numbers.size() && Compare(numbers[i], numbers[end]) == 0) ++end;
      if (end - i > best) most.clear();
      if (end - i >= best) {
        best = end - i;
        most.push_back(Value::Of(evaluator.arena(), numbers[i]));
      }
      i = end;
    }
    return Value::List(evaluator.arena(), most);
  });
}

template <bool kLargest>
Value Extreme(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, kLargest ? "max" : "min", values, at);
  if (values.empty()) return in.Fail(Value());
  const Span items = AsList(values);
  if (items.empty()) return in.Fail(values[0]);
  Value best;
  for (const Value& item : items) {
    const auto order = best.is_null() ? Compare(item, item) : Compare(item, best);
    if (!order) return in.Fail(item);
    if (best.is_null() || (kLargest ? *order > 0 : *order < 0)) best = item;
  }
  return best;
}

Value Not(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "not", values, at);
  if (!in.Count(1, 1)) return in.failure();
  const bool value = in.Boolean(0);
  return in.ok() ? Value::Bool(!value) : in.failure();
}

}  // namespace

std::vector<Builtin> NumberBuiltins() {
  return {
      {"decimal", {"n,scale"}, RoundToScale<Rounding::kHalfEven>},
      {"floor", {"n,scale"}, RoundTo<Rounding::kFloor>},
      {"ceiling", {"n,scale"}, RoundTo<Rounding::kCeiling>},
      {"round up", {"n,scale"}, RoundToScale<Rounding::kUp>},
      {"round down", {"n,scale"}, RoundToScale<Rounding::kDown>},
      {"round half up", {"n,scale"}, RoundToScale<Rounding::kHalfUp>},
      {"round half down", {"n,scale"}, RoundToScale<Rounding::kHalfDown>},
      {"abs", {"n"}, Absolute},
      {"modulo", {"dividend,divisor"}, ModuloFunction},
      {"sqrt", {"number"}, OfOneNumber<SquareRoot>},
      {"log", {"number"}, OfOneNumber<NaturalLog>},
      {"exp", {"number"}, OfOneNumber<Exponential>},
      {"odd", {"number"}, Parity<true>},
      {"even", {"number"}, Parity<false>},
      {"sum", {"list"}, Sum},
      {"product", {"list"}, Product},
      {"mean", {"list"}, Mean},
      {"median", {"list"}, Median},
      {"stddev", {"list"}, StandardDeviation},
      {"mode", {"list"}, Mode},
      {"min", {"list"}, Extreme<false>},
      {"max", {"list"}, Extreme<true>},
      {"not", {"negand"}, Not},
  };
}

}  // namespace extramile::feel
