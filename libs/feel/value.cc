#include "feel/value.h"

#include <algorithm>
#include <cstring>

#include "feel/text.h"

namespace extramile::feel {

Value Value::Of(Arena& arena, const Number& number) {
  if (number.small) return Decimal(number.mantissa, number.scale);
  return Value(Kind::kNumber, 1, 0, 0, static_cast<const void*>(arena.New(number.wide)));
}

Number Value::number() const {
  if (form_ == 0) return Number::Small(integer_, scale_);
  Number number;
  number.small = false;
  number.wide = *static_cast<const Decimal128*>(pointer_);
  return number;
}

Value Value::Of(const Time& time) {
  return Value(Kind::kTime, static_cast<uint8_t>(time.zone.form), 0,
               static_cast<uint32_t>(time.zone.value), time.nanos);
}

Time Value::time() const {
  return {integer_, {static_cast<ZoneForm>(form_), static_cast<int32_t>(aux_)}};
}

Value Value::Of(Arena& arena, const DateTime& date_time) {
  return Value(Kind::kDateTime, 0, 0, 0, static_cast<const void*>(arena.New(date_time)));
}

Value Value::Of(Arena& arena, Instant instant, const TimeZone* zone) {
  return Of(arena, FromInstant(instant, zone));
}

Value Value::Of(Arena& arena, const Range& range) {
  return Value(Kind::kRange, 0, 0, 0, static_cast<const void*>(arena.New(range)));
}

Value Value::List(Arena& arena, std::span<const Value> items) {
  if (items.empty()) return ListView({});
  Value* copy = static_cast<Value*>(arena.Allocate(items.size_bytes()));
  std::memcpy(static_cast<void*>(copy), items.data(), items.size_bytes());
  return ListView({copy, items.size()});
}

const Value* Value::FindPointer(std::string_view key) const {
  if (kind_ != Kind::kContext) return nullptr;
  for (const Entry& entry : entries()) {
    if (entry.name() == key) return &entry.value;
  }
  return nullptr;
}

Value Value::Find(std::string_view key) const {
  const Value* found = FindPointer(key);
  return found ? *found : Value();
}

ContextBuilder& ContextBuilder::Set(std::string_view name, Value value) {
  for (Entry& entry : entries_) {
    if (entry.name() == name) {
      entry.value = value;
      return *this;
    }
  }
  entries_.push_back({Value::String(arena_, name), value});
  return *this;
}

ContextBuilder& ContextBuilder::SetView(std::string_view name, Value value) {
  for (Entry& entry : entries_) {
    if (entry.name() == name) {
      entry.value = value;
      return *this;
    }
  }
  entries_.push_back({Value::StringView(name), value});
  return *this;
}

Value ContextBuilder::Build() const {
  if (entries_.empty()) return Value::ContextView({});
  Entry* copy = static_cast<Entry*>(arena_.Allocate(entries_.size() * sizeof(Entry)));
  std::copy(entries_.begin(), entries_.end(), copy);
  return Value::ContextView({copy, entries_.size()});
}

namespace {

std::optional<bool> EqualLists(const Value& a, const Value& b) {
  if (a.items().size() != b.items().size()) return false;
  for (size_t i = 0; i < a.items().size(); ++i) {
    if (!Equal(a.items()[i], b.items()[i]).value_or(false)) return false;
  }
  return true;
}

std::optional<bool> EqualContexts(const Value& a, const Value& b) {
  if (a.entries().size() != b.entries().size()) return false;
  for (const Entry& entry : a.entries()) {
    const Value* other = b.FindPointer(entry.name());
    if (!other || !Equal(entry.value, *other).value_or(false)) return false;
  }
  return true;
}

std::optional<bool> EqualRanges(const Range& a, const Range& b) {
  return a.form == b.form && a.low_included == b.low_included &&
         a.high_included == b.high_included && Equal(a.low, b.low).value_or(false) &&
         Equal(a.high, b.high).value_or(false);
}

// Times compare as they would on one day; two with offsets by their moment, two without by the
// clock; one of each not at all.
std::optional<int> CompareTimes(const Time& a, const Time& b) {
  const auto x = OffsetSeconds(a), y = OffsetSeconds(b);
  if (x.has_value() != y.has_value()) return std::nullopt;
  const int64_t left = a.nanos / kNanosPerSecond - x.value_or(0);
  const int64_t right = b.nanos / kNanosPerSecond - y.value_or(0);
  return (left > right) - (left < right);
}

std::optional<int> CompareDateTimes(const DateTime& a, const DateTime& b) {
  if ((a.zone.form == ZoneForm::kNone) != (b.zone.form == ZoneForm::kNone)) return std::nullopt;
  const int64_t left = UtcSeconds(a), right = UtcSeconds(b);
  return (left > right) - (left < right);
}

int CompareIntegers(int64_t a, int64_t b) { return (a > b) - (a < b); }

}  // namespace

std::optional<bool> Contains(const Range& range, const Value& value) {
  if (range.form == Range::Form::kNotEqual) {
    const auto equal = Equal(value, range.low);
    return equal ? std::optional<bool>(!*equal) : std::nullopt;
  }
  const bool interval = range.form == Range::Form::kInterval;
  if (interval && (range.low.is_null() || range.high.is_null())) return std::nullopt;
  if (!range.low.is_null()) {
    const auto order = Compare(value, range.low);
    if (!order) return std::nullopt;
    if (*order < 0 || (*order == 0 && !range.low_included)) return false;
  }
  if (!range.high.is_null()) {
    const auto order = Compare(value, range.high);
    if (!order) return std::nullopt;
    if (*order > 0 || (*order == 0 && !range.high_included)) return false;
  }
  return true;
}

std::optional<bool> Equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    if (a.is_null() || b.is_null()) return false;
    return std::nullopt;
  }
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBoolean:
      return a.boolean() == b.boolean();
    case Kind::kString:
      return a.string() == b.string();
    case Kind::kList:
      return EqualLists(a, b);
    case Kind::kContext:
      return EqualContexts(a, b);
    case Kind::kRange:
      return EqualRanges(a.range(), b.range());
    case Kind::kFunction:
      return &a.function() == &b.function();
    default:
      break;
  }
  const std::optional<int> order = Compare(a, b);
  return order ? std::optional<bool>(*order == 0) : std::optional<bool>(false);
}

std::optional<int> Compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kNumber:
      if (a.is_small_number() && b.is_small_number() && a.scale() == b.scale()) {
        return CompareIntegers(a.mantissa(), b.mantissa());
      }
      return Compare(a.number(), b.number());
    case Kind::kString:
      // UTF-8 sorts by code point when compared as unsigned bytes.
      return CompareIntegers(a.string().compare(b.string()), 0);
    case Kind::kDate:
      return CompareIntegers(a.date().days, b.date().days);
    case Kind::kTime:
      return CompareTimes(a.time(), b.time());
    case Kind::kDateTime:
      return CompareDateTimes(a.date_time(), b.date_time());
    case Kind::kDaysDuration:
      return Compare(a.days_duration(), b.days_duration());
    case Kind::kMonthsDuration:
      return CompareIntegers(a.months_duration().months, b.months_duration().months);
    default:
      return std::nullopt;
  }
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kDate:
      return "date";
    case Kind::kTime:
      return "time";
    case Kind::kDateTime:
      return "date and time";
    case Kind::kDaysDuration:
      return "days and time duration";
    case Kind::kMonthsDuration:
      return "years and months duration";
    case Kind::kList:
      return "list";
    case Kind::kContext:
      return "context";
    case Kind::kRange:
      return "range";
    case Kind::kFunction:
      return "function";
  }
  return "";
}

namespace {

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

struct Style {
  bool at_literals;  // @"2026-11-22" rather than 2026-11-22
};

void Append(std::string& out, const Value& value, Style style);

void AppendTemporal(std::string& out, const std::string& text, Style style) {
  out += style.at_literals ? "@\"" + text + "\"" : text;
}

// "(> 5)"
void AppendComparison(std::string& out, const Range& range, Style style) {
  const bool above = range.high.is_null();
  const Value& end = above ? range.low : range.high;
  if (range.form == Range::Form::kNotEqual) {
    out += "(!= ";
  } else if (!range.low.is_null() && !range.high.is_null()) {
    out += "(= ";
  } else {
    out += above ? "(>" : "(<";
    out += (above ? range.low_included : range.high_included) ? "= " : " ";
  }
  Append(out, end, style);
  out += ')';
}

void AppendRange(std::string& out, const Range& range, Style style) {
  if (range.form != Range::Form::kInterval) return AppendComparison(out, range, style);
  out += range.low_included ? '[' : '(';
  Append(out, range.low, style);
  out += "..";
  Append(out, range.high, style);
  out += range.high_included ? ']' : ')';
}

void AppendContext(std::string& out, const Value& value, Style style) {
  out += '{';
  bool first = true;
  for (const Entry& entry : value.entries()) {
    if (!first) out += ", ";
    first = false;
    if (IsPlainName(entry.name())) {
      out += entry.name();
    } else {
      AppendQuoted(out, entry.name());
    }
    out += ": ";
    Append(out, entry.value, style);
  }
  out += '}';
}

void Append(std::string& out, const Value& value, Style style) {
  switch (value.kind()) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kBoolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::kNumber:
      out += value.number().ToString();
      return;
    case Kind::kString:
      return AppendQuoted(out, value.string());
    case Kind::kDate:
      return AppendTemporal(out, ToString(value.date()), style);
    case Kind::kTime:
      return AppendTemporal(out, ToString(value.time()), style);
    case Kind::kDateTime:
      return AppendTemporal(out, ToString(value.date_time()), style);
    case Kind::kDaysDuration:
      return AppendTemporal(out, ToString(value.days_duration()), style);
    case Kind::kMonthsDuration:
      return AppendTemporal(out, ToString(value.months_duration()), style);
    case Kind::kList: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ", ";
        first = false;
        Append(out, item, style);
      }
      out += ']';
      return;
    }
    case Kind::kContext:
      return AppendContext(out, value, style);
    case Kind::kRange:
      return AppendRange(out, value.range(), style);
    case Kind::kFunction:
      out += "function(...)";
      return;
  }
}

}  // namespace

std::string ToFeel(const Value& value) {
  std::string out;
  Append(out, value, {.at_literals = true});
  return out;
}

std::string ToText(const Value& value) {
  if (value.is_string()) return std::string(value.string());
  std::string out;
  Append(out, value, {.at_literals = false});
  return out;
}

}  // namespace extramile::feel
