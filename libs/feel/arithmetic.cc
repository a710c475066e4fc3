// Arithmetic by the kinds of its operands: DMN 1.5, tables 49 to 53, and the properties of
// table 65.
#include "feel/evaluator.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

Value FromNumber(Evaluator& evaluator, const std::optional<Number>& number, NodeId at) {
  return number ? Value::Of(evaluator.arena(), *number) : evaluator.Null(Cause::kOverflow, at);
}

template <class T>
Value FromTemporal(Evaluator& evaluator, const std::optional<T>& value, NodeId at) {
  if (!value) return evaluator.Null(Cause::kOverflow, at);
  if constexpr (std::is_same_v<T, DateTime>) {
    return Value::Of(evaluator.arena(), *value);
  } else {
    return Value::Of(*value);
  }
}

std::string_view Words(Op op) {
  switch (op) {
    case Op::kAdd:
      return "'+' needs two numbers, two texts, or a date or duration and a duration";
    case Op::kSubtract:
      return "'-' needs two numbers, two dates, or a date or duration and a duration";
    case Op::kMultiply:
      return "'*' needs two numbers, or a number and a duration";
    case Op::kDivide:
      return "'/' needs two numbers, or a duration and a number or duration";
    default:
      return "'**' needs two numbers";
  }
}

Value Numbers(Evaluator& evaluator, Op op, const Value& a, const Value& b, NodeId at) {
  if (a.is_small_number() && b.is_small_number() && a.scale() == b.scale()) {
    int64_t result;
    if (op == Op::kAdd && !__builtin_add_overflow(a.mantissa(), b.mantissa(), &result)) {
      return Value::Decimal(result, a.scale());
    }
    if (op == Op::kSubtract && !__builtin_sub_overflow(a.mantissa(), b.mantissa(), &result)) {
      return Value::Decimal(result, a.scale());
    }
  }
  const Number x = a.number(), y = b.number();
  switch (op) {
    case Op::kAdd:
      return FromNumber(evaluator, Add(x, y), at);
    case Op::kSubtract:
      return FromNumber(evaluator, Subtract(x, y), at);
    case Op::kMultiply:
      return FromNumber(evaluator, Multiply(x, y), at);
    case Op::kDivide:
      if (y.sign() == 0) return evaluator.Null(Cause::kDivisionByZero, at, a);
      return FromNumber(evaluator, Divide(x, y), at);
    default:
      return FromNumber(evaluator, Power(x, y), at);
  }
}

DateTime AtMidnight(const Date& date) { return {date.days, 0, {ZoneForm::kOffset, 0}}; }

std::optional<DateTime> AsDateTime(const Value& value) {
  if (value.kind() == Kind::kDateTime) return value.date_time();
  if (value.kind() == Kind::kDate) return AtMidnight(value.date());
  return std::nullopt;
}

std::optional<MonthsDuration> NegateMonths(MonthsDuration duration) {
  if (duration.months == INT64_MIN) return std::nullopt;
  return MonthsDuration{-duration.months};
}

Value PlusDays(Evaluator& evaluator, const Value& a, DaysDuration duration, NodeId at) {
  switch (a.kind()) {
    case Kind::kDate: {
      const auto moved = Plus(AtMidnight(a.date()), duration);
      return moved ? Value::Of(Date{moved->days}) : evaluator.Null(Cause::kOverflow, at);
    }
    case Kind::kDateTime:
      return FromTemporal(evaluator, Plus(a.date_time(), duration), at);
    case Kind::kTime:
      return Value::Of(Plus(a.time(), duration));
    default:
      return FromTemporal(evaluator, Plus(a.days_duration(), duration), at);
  }
}

Value PlusMonths(Evaluator& evaluator, const Value& a, MonthsDuration duration, NodeId at) {
  switch (a.kind()) {
    case Kind::kDate:
      return FromTemporal(evaluator, Plus(a.date(), duration), at);
    case Kind::kDateTime:
      return FromTemporal(evaluator, Plus(a.date_time(), duration), at);
    default: {
      int64_t sum;
      if (__builtin_add_overflow(a.months_duration().months, duration.months, &sum)) {
        return evaluator.Null(Cause::kOverflow, at);
      }
      return Value::Of(MonthsDuration{sum});
    }
  }
}

bool TakesDays(Kind kind) {
  return kind == Kind::kDate || kind == Kind::kDateTime || kind == Kind::kTime ||
         kind == Kind::kDaysDuration;
}
bool TakesMonths(Kind kind) {
  return kind == Kind::kDate || kind == Kind::kDateTime || kind == Kind::kMonthsDuration;
}

Value Mismatch(Evaluator& evaluator, Op op, const Value& a, const Value& b, NodeId at) {
  return evaluator.Null(Cause::kTypeMismatch, at, a, b, Words(op));
}

Value AddValues(Evaluator& evaluator, const Value& a, const Value& b, NodeId at) {
  if (a.is_string() && b.is_string()) {
    Arena& arena = evaluator.arena();
    char* text = static_cast<char*>(arena.Allocate(a.string().size() + b.string().size()));
    a.string().copy(text, a.string().size());
    b.string().copy(text + a.string().size(), b.string().size());
    return Value::StringView({text, a.string().size() + b.string().size()});
  }
  if (b.kind() == Kind::kDaysDuration && TakesDays(a.kind())) {
    return PlusDays(evaluator, a, b.days_duration(), at);
  }
  if (a.kind() == Kind::kDaysDuration && TakesDays(b.kind())) {
    return PlusDays(evaluator, b, a.days_duration(), at);
  }
  if (b.kind() == Kind::kMonthsDuration && TakesMonths(a.kind())) {
    return PlusMonths(evaluator, a, b.months_duration(), at);
  }
  if (a.kind() == Kind::kMonthsDuration && TakesMonths(b.kind())) {
    return PlusMonths(evaluator, b, a.months_duration(), at);
  }
  return Mismatch(evaluator, Op::kAdd, a, b, at);
}

Value SubtractValues(Evaluator& evaluator, const Value& a, const Value& b, NodeId at) {
  if (b.kind() == Kind::kDaysDuration && TakesDays(a.kind())) {
    const auto negative = Negate(b.days_duration());
    return negative ? PlusDays(evaluator, a, *negative, at) : evaluator.Null(Cause::kOverflow, at);
  }
  if (b.kind() == Kind::kMonthsDuration && TakesMonths(a.kind())) {
    const auto negative = NegateMonths(b.months_duration());
    return negative ? PlusMonths(evaluator, a, *negative, at)
                    : evaluator.Null(Cause::kOverflow, at);
  }
  if (a.kind() == Kind::kTime && b.kind() == Kind::kTime) {
    const auto x = OffsetSeconds(a.time()), y = OffsetSeconds(b.time());
    if (x.has_value() != y.has_value()) return Mismatch(evaluator, Op::kSubtract, a, b, at);
    return Value::Of(Minus(DateTime{0, a.time().nanos, {ZoneForm::kOffset, x.value_or(0)}},
                           DateTime{0, b.time().nanos, {ZoneForm::kOffset, y.value_or(0)}}));
  }
  const auto x = AsDateTime(a), y = AsDateTime(b);
  if (x && y && (x->zone.form == ZoneForm::kNone) == (y->zone.form == ZoneForm::kNone)) {
    return Value::Of(Minus(*x, *y));
  }
  return Mismatch(evaluator, Op::kSubtract, a, b, at);
}

// A duration as a number of its smallest unit: nanoseconds or months.
std::optional<Number> Magnitude(const Value& value) {
  if (value.kind() == Kind::kMonthsDuration) return Number::Int(value.months_duration().months);
  const DaysDuration duration = value.days_duration();
  return Add(Number::Int(duration.seconds), Number::Small(duration.nanos, 9));
}

Value DurationOf(Evaluator& evaluator, Kind kind, const std::optional<Number>& magnitude,
                 NodeId at) {
  if (!magnitude) return evaluator.Null(Cause::kOverflow, at);
  if (kind == Kind::kMonthsDuration) {
    const auto months = Round(*magnitude, 0, Rounding::kDown)->ToInt64();
    return months ? Value::Of(MonthsDuration{*months}) : evaluator.Null(Cause::kOverflow, at);
  }
  const auto floor = Round(*magnitude, 0, Rounding::kFloor);
  const auto seconds = floor ? floor->ToInt64() : std::nullopt;
  if (!seconds) return evaluator.Null(Cause::kOverflow, at);
  const auto rest = Multiply(*Subtract(*magnitude, *floor), Number::Int(kNanosPerSecond));
  const auto nanos = Round(*rest, 0, Rounding::kDown)->ToInt64();
  return Value::Of(DaysDuration{*seconds, static_cast<int32_t>(nanos.value_or(0))});
}

bool IsDuration(const Value& value) {
  return value.kind() == Kind::kDaysDuration || value.kind() == Kind::kMonthsDuration;
}

Value Scale(Evaluator& evaluator, Op op, const Value& a, const Value& b, NodeId at) {
  if (op == Op::kMultiply && a.is_number() && IsDuration(b)) return Scale(evaluator, op, b, a, at);
  if (IsDuration(a) && b.is_number()) {
    if (op == Op::kDivide && b.number().sign() == 0)
      return evaluator.Null(Cause::kDivisionByZero, at, a);
    const auto magnitude = Magnitude(a);
    if (!magnitude) return evaluator.Null(Cause::kOverflow, at);
    return DurationOf(
        evaluator, a.kind(),
        op == Op::kMultiply ? Multiply(*magnitude, b.number()) : Divide(*magnitude, b.number()),
        at);
  }
  if (op == Op::kDivide && IsDuration(a) && a.kind() == b.kind()) {
    const auto x = Magnitude(a), y = Magnitude(b);
    if (!x || !y) return evaluator.Null(Cause::kOverflow, at);
    if (y->sign() == 0) return evaluator.Null(Cause::kDivisionByZero, at, a);
    return FromNumber(evaluator, Divide(*x, *y), at);
  }
  return Mismatch(evaluator, op, a, b, at);
}

}  // namespace

Value Arithmetic(Evaluator& evaluator, Op op, const Value& a, const Value& b, NodeId at) {
  if (a.is_number() && b.is_number()) return Numbers(evaluator, op, a, b, at);
  switch (op) {
    case Op::kAdd:
      return AddValues(evaluator, a, b, at);
    case Op::kSubtract:
      return SubtractValues(evaluator, a, b, at);
    case Op::kMultiply:
    case Op::kDivide:
      return Scale(evaluator, op, a, b, at);
    default:
      return Mismatch(evaluator, op, a, b, at);
  }
}

Value NegateValue(Evaluator& evaluator, const Value& a, NodeId at) {
  switch (a.kind()) {
    case Kind::kNumber:
      return Value::Of(evaluator.arena(), Negate(a.number()));
    case Kind::kDaysDuration:
      return FromTemporal(evaluator, Negate(a.days_duration()), at);
    case Kind::kMonthsDuration:
      return FromTemporal(evaluator, NegateMonths(a.months_duration()), at);
    default:
      return evaluator.Null(Cause::kTypeMismatch, at, a, {}, "'-' needs a number or a duration");
  }
}

namespace {

std::optional<Value> DateProperty(const Date& date, std::string_view name) {
  const Civil civil = CivilFromDays(date.days);
  if (name == "year") return Value::Int(civil.year);
  if (name == "month") return Value::Int(civil.month);
  if (name == "day") return Value::Int(civil.day);
  if (name == "weekday") return Value::Int(WeekdayFromDays(date.days));
  return std::nullopt;
}

std::optional<Value> ClockProperty(int64_t nanos, std::string_view name) {
  const int64_t seconds = nanos / kNanosPerSecond;
  if (name == "hour") return Value::Int(seconds / 3600);
  if (name == "minute") return Value::Int(seconds / 60 % 60);
  if (name == "second") return Value::Int(seconds % 60);
  return std::nullopt;
}

std::optional<Value> ZoneProperty(Arena& arena, const Zone& zone, std::optional<int32_t> offset,
                                  std::string_view name) {
  if (name == "time offset") return offset ? Value::Of(DaysDuration{*offset, 0}) : Value();
  if (name == "timezone") {
    return zone.form == ZoneForm::kNamed ? Value::String(arena, ZoneName(zone)) : Value();
  }
  return std::nullopt;
}

std::optional<Value> DaysProperty(DaysDuration duration, std::string_view name) {
  // Toward zero: -P1DT1H has days -1 and hours -1.
  const int64_t seconds =
      duration.seconds < 0 && duration.nanos != 0 ? duration.seconds + 1 : duration.seconds;
  if (name == "days") return Value::Int(seconds / 86'400);
  if (name == "hours") return Value::Int(seconds % 86'400 / 3600);
  if (name == "minutes") return Value::Int(seconds % 3600 / 60);
  if (name == "seconds") return Value::Int(seconds % 60);
  return std::nullopt;
}

std::optional<Value> RangeProperty(const Range& range, std::string_view name) {
  if (name == "start") return range.low;
  if (name == "end") return range.high;
  if (name == "start included") return Value::Bool(range.low_included);
  if (name == "end included") return Value::Bool(range.high_included);
  return std::nullopt;
}

}  // namespace

std::optional<Value> Property(Arena& arena, const Value& owner, std::string_view name) {
  switch (owner.kind()) {
    case Kind::kDate:
      return DateProperty(owner.date(), name);
    case Kind::kTime: {
      const Time time = owner.time();
      if (auto found = ClockProperty(time.nanos, name)) return found;
      return ZoneProperty(arena, time.zone, OffsetSeconds(time), name);
    }
    case Kind::kDateTime: {
      const DateTime& at = owner.date_time();
      if (auto found = DateProperty({at.days}, name)) return found;
      if (auto found = ClockProperty(at.nanos, name)) return found;
      return ZoneProperty(arena, at.zone, OffsetSeconds(at), name);
    }
    case Kind::kDaysDuration:
      return DaysProperty(owner.days_duration(), name);
    case Kind::kMonthsDuration:
      if (name == "years") return Value::Int(owner.months_duration().months / 12);
      if (name == "months") return Value::Int(owner.months_duration().months % 12);
      return std::nullopt;
    case Kind::kRange:
      return RangeProperty(owner.range(), name);
    default:
      return std::nullopt;
  }
}

}  // namespace extramile::feel
