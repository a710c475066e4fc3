#include "feel/value.h"

#include <algorithm>
#include <cstring>

#include "feel/bytes.h"
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
    if (SameText(entry.name(), key)) return &entry.value;
  }
  return nullptr;
}

const Value* Value::FindPointer(std::string_view key, uint32_t& position) const {
  if (kind_ != Kind::kContext) return nullptr;
  const std::span<const Entry> all = entries();
  if (position < all.size() && SameText(all[position].name(), key)) return &all[position].value;
  for (uint32_t i = 0; i < all.size(); ++i) {
    if (!SameText(all[i].name(), key)) continue;
    position = i;
    return &all[i].value;
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

// Compares what may be nested; nullopt once the visits, or the stack that this may take, run out.
class Comparison {
 public:
  explicit Comparison(int64_t& visits) : visits_(visits) {}

  std::optional<bool> Equal(const Value& a, const Value& b) {
    if (a.kind() != b.kind() || !IsNested(a)) return feel::Equal(a, b, visits_);
    constexpr int kMaxDepth = 2000;
    if (--visits_ < 0 || depth_ >= kMaxDepth) {
      given_up_ = true;
      return std::nullopt;
    }
    ++depth_;
    const bool equal = a.is_list()      ? Lists(a.items(), b.items())
                       : a.is_context() ? Contexts(a, b)
                                        : Ranges(a.range(), b.range());
    --depth_;
    return given_up_ ? std::nullopt : std::optional(equal);
  }

 private:
  static bool IsNested(const Value& value) {
    return value.is_list() || value.is_context() || value.is_range();
  }
  bool Same(const Value& a, const Value& b) {
    --visits_;
    return !given_up_ && Equal(a, b).value_or(false);
  }
  bool Lists(std::span<const Value> a, std::span<const Value> b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [this](const Value& x, const Value& y) { return Same(x, y); });
  }
  bool Contexts(const Value& a, const Value& b) {
    if (a.entries().size() != b.entries().size()) return false;
    visits_ -= static_cast<int64_t>(a.entries().size() * b.entries().size() / 16);
    return std::all_of(a.entries().begin(), a.entries().end(), [&](const Entry& entry) {
      const Value* other = b.FindPointer(entry.name());
      return other && Same(entry.value, *other);
    });
  }
  bool Ranges(const Range& a, const Range& b) {
    return a.form == b.form && a.low_included == b.low_included &&
           a.high_included == b.high_included && Same(a.low, b.low) && Same(a.high, b.high);
  }

  int64_t& visits_;
  int depth_ = 0;
  bool given_up_ = false;
};

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

std::optional<bool> Equal(const Value& a, const Value& b, int64_t& visits) {
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
    case Kind::kContext:
    case Kind::kRange:
      return Comparison(visits).Equal(a, b);
    case Kind::kFunction:
      return &a.function() == &b.function();
    default:
      break;
  }
  const std::optional<int> order = Compare(a, b);
  return order ? std::optional<bool>(*order == 0) : std::optional<bool>(false);
}

std::optional<bool> Equal(const Value& a, const Value& b) {
  int64_t visits = 10'000'000;
  return Equal(a, b, visits);
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

// Writes a value as FEEL or as text, within limits of length and depth.
class Shower {
 public:
  Shower(bool at_literals, size_t max_bytes) : at_literals_(at_literals), max_bytes_(max_bytes) {}

  void Add(const Value& value) {
    if (depth_ > kMaxShownDepth || out_.size() > max_bytes_) {
      if (!out_.ends_with("...")) out_ += "...";
      return;
    }
    ++depth_;
    AddWhole(value);
    --depth_;
  }
  std::string Take() && { return std::move(out_); }

 private:
  void AddWhole(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull:
        out_ += "null";
        return;
      case Kind::kBoolean:
        out_ += value.boolean() ? "true" : "false";
        return;
      case Kind::kNumber:
        out_ += value.number().ToString();
        return;
      case Kind::kString:
        return AppendQuoted(out_, value.string());
      case Kind::kDate:
        return AddTemporal(ToString(value.date()));
      case Kind::kTime:
        return AddTemporal(ToString(value.time()));
      case Kind::kDateTime:
        return AddTemporal(ToString(value.date_time()));
      case Kind::kDaysDuration:
        return AddTemporal(ToString(value.days_duration()));
      case Kind::kMonthsDuration:
        return AddTemporal(ToString(value.months_duration()));
      case Kind::kList:
        return AddList(value.items());
      case Kind::kContext:
        return AddContext(value.entries());
      case Kind::kRange:
        return AddRange(value.range());
      case Kind::kFunction:
        out_ += "function(...)";
        return;
    }
  }

  // @"2026-11-22" rather than 2026-11-22
  void AddTemporal(const std::string& text) { out_ += at_literals_ ? "@\"" + text + "\"" : text; }

  // False once there is no room for more items.
  bool Separate(bool first) {
    if (!first) out_ += ", ";
    if (out_.size() <= max_bytes_) return true;
    out_ += "...";
    return false;
  }

  void AddList(std::span<const Value> items) {
    out_ += '[';
    for (size_t i = 0; i < items.size() && Separate(i == 0); ++i) Add(items[i]);
    out_ += ']';
  }

  void AddContext(std::span<const Entry> entries) {
    out_ += '{';
    for (size_t i = 0; i < entries.size() && Separate(i == 0); ++i) {
      if (IsPlainName(entries[i].name())) {
        out_ += entries[i].name();
      } else {
        AppendQuoted(out_, entries[i].name());
      }
      out_ += ": ";
      Add(entries[i].value);
    }
    out_ += '}';
  }

  void AddRange(const Range& range) {
    if (range.form != Range::Form::kInterval) return AddComparison(range);
    out_ += range.low_included ? '[' : '(';
    Add(range.low);
    out_ += "..";
    Add(range.high);
    out_ += range.high_included ? ']' : ')';
  }

  // "(> 5)"
  void AddComparison(const Range& range) {
    const bool above = range.high.is_null();
    if (range.form == Range::Form::kNotEqual) {
      out_ += "(!= ";
    } else if (!range.low.is_null() && !range.high.is_null()) {
      out_ += "(= ";
    } else {
      out_ += above ? "(>" : "(<";
      out_ += (above ? range.low_included : range.high_included) ? "= " : " ";
    }
    Add(above ? range.low : range.high);
    out_ += ')';
  }

  bool at_literals_;
  size_t max_bytes_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string ToFeel(const Value& value, size_t max_bytes) {
  Shower shower(true, max_bytes);
  shower.Add(value);
  return std::move(shower).Take();
}

std::string ToText(const Value& value, size_t max_bytes) {
  if (value.is_string()) return std::string(value.string());
  Shower shower(false, max_bytes);
  shower.Add(value);
  return std::move(shower).Take();
}

}  // namespace extramile::feel
