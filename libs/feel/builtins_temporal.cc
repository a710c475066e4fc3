// Dates, times and durations: the constructors of DMN 1.5, 10.3.4.1, the functions of 10.3.4.7,
// now(), today() and is().
#include <array>

#include "feel/builtins.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

Value DateFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "date", values, at);
  if (values.size() == 3) {
    const int64_t year = in.Integer(0), month = in.Integer(1), day = in.Integer(2);
    if (!in.ok()) return in.failure();
    if (year < -kMaxYear || year > kMaxYear) return in.Fail(values[0]);
    if (month < 1 || month > 12) return in.Fail(values[1]);
    if (day < 1 || day > DaysInMonth(year, static_cast<int>(month))) return in.Fail(values[2]);
    return Value::Of(Date{DaysFromCivil(year, static_cast<int>(month), static_cast<int>(day))});
  }
  if (!in.Count(1, 1)) return in.failure();
  if (values[0].kind() == Kind::kDate) return values[0];
  if (values[0].kind() == Kind::kDateTime) return Value::Of(Date{values[0].date_time().days});
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  const auto date = ParseDate(text);
  return date ? Value::Of(*date) : in.Fail(values[0], Cause::kInvalidText);
}

Value TimeFromParts(Arguments& in, Span values) {
  const int64_t hour = in.Integer(0), minute = in.Integer(1);
  const Number second = in.Numeral(2);
  Zone zone;
  if (in.Has(3)) {
    if (values[3].kind() != Kind::kDaysDuration) return in.Fail(values[3]);
    const int64_t offset = values[3].days_duration().seconds;
    if (offset < -18 * 3600 || offset > 18 * 3600) return in.Fail(values[3]);
    zone = {ZoneForm::kOffset, static_cast<int32_t>(offset)};
  }
  if (!in.ok()) return in.failure();
  if (hour < 0 || hour > 23) return in.Fail(values[0]);
  if (minute < 0 || minute > 59) return in.Fail(values[1]);
  const auto scaled = Multiply(second, Number::Int(kNanosPerSecond));
  const auto whole = scaled ? Round(*scaled, 0, Rounding::kDown) : std::nullopt;
  const auto nanos = whole ? whole->ToInt64() : std::nullopt;
  if (!nanos || *nanos < 0 || *nanos >= 60 * kNanosPerSecond) return in.Fail(values[2]);
  return Value::Of(Time{(hour * 3600 + minute * 60) * kNanosPerSecond + *nanos, zone});
}

Value TimeFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "time", values, at);
  if (values.size() == 3 || values.size() == 4) return TimeFromParts(in, values);
  if (!in.Count(1, 1)) return in.failure();
  if (values[0].kind() == Kind::kTime) return values[0];
  if (values[0].kind() == Kind::kDate) return Value::Of(Time{0, {ZoneForm::kOffset, 0}});
  if (values[0].kind() == Kind::kDateTime) {
    return Value::Of(Time{values[0].date_time().nanos, values[0].date_time().zone});
  }
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  const auto time = ParseTime(text);
  return time ? Value::Of(*time) : in.Fail(values[0], Cause::kInvalidText);
}

Value DateAndTime(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "date and time", values, at);
  if (!in.Count(1, 2)) return in.failure();
  Arena& arena = evaluator.arena();
  if (values.size() == 2) {
    int64_t days;
    if (values[0].kind() == Kind::kDate) {
      days = values[0].date().days;
    } else if (values[0].kind() == Kind::kDateTime) {
      days = values[0].date_time().days;
    } else {
      return in.Fail(values[0]);
    }
    if (values[1].kind() == Kind::kString) {
      // The second form of the standard: a date and time and a zone's name.
      const auto zone = FindZone(values[1].string());
      if (!zone || values[0].kind() != Kind::kDateTime) return in.Fail(values[1]);
      return Value::Of(arena, DateTime{days, values[0].date_time().nanos, *zone});
    }
    if (values[1].kind() != Kind::kTime) return in.Fail(values[1]);
    return Value::Of(arena, DateTime{days, values[1].time().nanos, values[1].time().zone});
  }
  if (values[0].kind() == Kind::kDateTime) return values[0];
  if (values[0].kind() == Kind::kDate) {
    return Value::Of(arena, DateTime{values[0].date().days, 0, {ZoneForm::kOffset, 0}});
  }
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  if (const auto date_time = ParseDateTime(text)) return Value::Of(arena, *date_time);
  if (const auto date = ParseDate(text)) return Value::Of(arena, DateTime{date->days, 0, {}});
  return in.Fail(values[0], Cause::kInvalidText);
}

Value DurationFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "duration", values, at);
  if (!in.Count(1, 1)) return in.failure();
  if (values[0].kind() == Kind::kDaysDuration || values[0].kind() == Kind::kMonthsDuration)
    return values[0];
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  if (const auto duration = ParseDaysDuration(text)) return Value::Of(*duration);
  if (const auto duration = ParseMonthsDuration(text)) return Value::Of(*duration);
  return in.Fail(values[0], Cause::kInvalidText);
}

struct Moment {
  Date date;
  int64_t nanos;
};

std::optional<Moment> MomentOf(const Value& value) {
  if (value.kind() == Kind::kDate) return Moment{value.date(), 0};
  if (value.kind() == Kind::kDateTime)
    return Moment{{value.date_time().days}, value.date_time().nanos};
  return std::nullopt;
}

Value MonthsBetween(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "years and months duration", values, at);
  if (!in.Count(2, 2)) return in.failure();
  const auto from = MomentOf(values[0]), to = MomentOf(values[1]);
  if (!from) return in.Fail(values[0]);
  if (!to) return in.Fail(values[1]);
  const Civil a = CivilFromDays(from->date.days), b = CivilFromDays(to->date.days);
  int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  // Whole months only, counted toward zero.
  const auto within = [](const Civil& x, int64_t x_nanos, const Civil& y, int64_t y_nanos) {
    return x.day < y.day || (x.day == y.day && x_nanos < y_nanos);
  };
  if (months > 0 && within(b, to->nanos, a, from->nanos)) --months;
  if (months < 0 && within(a, from->nanos, b, to->nanos)) ++months;
  return Value::Of(MonthsDuration{months});
}

std::optional<Date> DateOf(Arguments& in, Span values) {
  if (!in.Count(1, 1)) return std::nullopt;
  const Value value =
      values[0].is_list() && values[0].items().size() == 1 ? values[0].items()[0] : values[0];
  const auto moment = MomentOf(value);
  if (!moment) {
    in.Fail(values[0]);
    return std::nullopt;
  }
  return moment->date;
}

Value DayOfYear(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "day of year", values, at);
  const auto date = DateOf(in, values);
  if (!date) return in.failure();
  return Value::Int(date->days - DaysFromCivil(CivilFromDays(date->days).year, 1, 1) + 1);
}

Value DayOfWeek(Evaluator& evaluator, Span values, NodeId at) {
  constexpr std::array<std::string_view, 7> kNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
  Arguments in(evaluator, "day of week", values, at);
  const auto date = DateOf(in, values);
  if (!date) return in.failure();
  return Value::StringView(kNames[static_cast<size_t>(WeekdayFromDays(date->days) - 1)]);
}

Value MonthOfYear(Evaluator& evaluator, Span values, NodeId at) {
  constexpr std::array<std::string_view, 12> kNames = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  Arguments in(evaluator, "month of year", values, at);
  const auto date = DateOf(in, values);
  if (!date) return in.failure();
  return Value::StringView(kNames[static_cast<size_t>(CivilFromDays(date->days).month - 1)]);
}

// ISO 8601: the week belongs to the year of its Thursday.
Value WeekOfYear(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "week of year", values, at);
  const auto date = DateOf(in, values);
  if (!date) return in.failure();
  const int64_t thursday = date->days - WeekdayFromDays(date->days) + 4;
  return Value::Int((thursday - DaysFromCivil(CivilFromDays(thursday).year, 1, 1)) / 7 + 1);
}

Value Now(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "now", values, at);
  return in.Count(0, 0) ? Value::Of(evaluator.arena(), evaluator.now()) : in.failure();
}

Value Today(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "today", values, at);
  return in.Count(0, 0) ? Value::Of(Date{evaluator.now().days}) : in.failure();
}

// Same kind and same value, and for times also the same offset or zone.
Value Is(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "is", values, at);
  if (!in.Count(2, 2)) return in.failure();
  const Value &a = values[0], &b = values[1];
  if (a.kind() != b.kind()) return Value::Bool(false);
  if (a.kind() == Kind::kTime) {
    return Value::Bool(a.time().nanos == b.time().nanos && a.time().zone == b.time().zone);
  }
  if (a.kind() == Kind::kDateTime) {
    const DateTime &x = a.date_time(), &y = b.date_time();
    return Value::Bool(x.days == y.days && x.nanos == y.nanos && x.zone == y.zone);
  }
  return Value::Bool(evaluator.Same(a, b, at));
}

// A value left out by name is null.
Value IsNamed(Evaluator& evaluator, Span values, NodeId at) {
  const Value both[] = {values.empty() ? Value() : values[0],
                        values.size() < 2 ? Value() : values[1]};
  return Is(evaluator, both, at);
}

}  // namespace

std::vector<Builtin> TemporalBuiltins() {
  return {
      {"date", {"from", "year,month,day"}, DateFunction},
      {"time", {"from", "hour,minute,second,offset"}, TimeFunction},
      {"date and time", {"from", "date,time", "date,timezone"}, DateAndTime},
      {"duration", {"from"}, DurationFunction},
      {"years and months duration", {"from,to"}, MonthsBetween},
      {"day of year", {"date"}, DayOfYear},
      {"day of week", {"date"}, DayOfWeek},
      {"month of year", {"date"}, MonthOfYear},
      {"week of year", {"date"}, WeekOfYear},
      {"now", {""}, Now, false},
      {"today", {""}, Today, false},
      {"is", {}, Is},
      {"is", {"value1,value2"}, IsNamed},
  };
}

}  // namespace extramile::feel
