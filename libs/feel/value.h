// Value: one FEEL value in 16 bytes, copied like an integer. A number with up to 18 digits, a
// boolean, a date, a time and a duration stand in it; a string, list or context is a length and a
// pointer to characters, items or entries in an Arena (or wherever the caller keeps them); a longer
// number, a date and time, a range and a function are pointers.
//
// Null carries the reason that an evaluation gave it: `reason()` is 0 for a plain null, else an
// index that the Evaluation which made the value turns into a Problem. Immutable; safe to share
// between threads as long as what it points to lives.
//
//   Arena arena;
//   ContextBuilder idea(arena);
//   idea.Set("kind", Value::StringView("credit"));              // not copied: the literal outlives
//   the value idea.Set("amount", Value::Decimal(1250, 2));                // 12.50
//   idea.Set("lines", Value::List(arena, {Value::Int(1), Value::Int(2)}));
//   Value context = idea.Build();
//   context.Find("amount").number().ToString();                 // "12.5"
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "feel/arena.h"
#include "feel/number.h"
#include "feel/temporal.h"

namespace extramile::feel {

enum class Kind : uint8_t {
  kNull,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kTime,
  kDateTime,
  kDaysDuration,    // days and time
  kMonthsDuration,  // years and months
  kList,
  kContext,
  kRange,
  kFunction,
};

struct Entry;
struct Range;
struct Function;

class Value {
 public:
  // Null without a reason.
  constexpr Value() : integer_(0) {}

  static constexpr Value Null(uint32_t reason = 0) {
    return Value(Kind::kNull, 0, 0, reason, int64_t{0});
  }
  static constexpr Value Bool(bool value) { return Value(Kind::kBoolean, 0, 0, 0, int64_t{value}); }
  static constexpr Value Int(int64_t value) { return Value(Kind::kNumber, 0, 0, 0, value); }
  // mantissa x 10^-scale, 0 <= scale <= 18: Decimal(1250, 2) is 12.50.
  static constexpr Value Decimal(int64_t mantissa, int scale) {
    return Value(Kind::kNumber, 0, static_cast<int16_t>(scale), 0, mantissa);
  }
  static Value Of(Arena& arena, const Number& number);
  // Copies the characters (UTF-8) into the arena.
  static Value String(Arena& arena, std::string_view text) { return StringView(arena.Copy(text)); }
  // Does not copy: the characters must outlive the value.
  static Value StringView(std::string_view text) {
    return Value(Kind::kString, 0, 0, static_cast<uint32_t>(text.size()), text.data());
  }
  static Value Of(const Date& date) { return Value(Kind::kDate, 0, 0, 0, date.days); }
  static Value Of(const Time& time);
  static Value Of(Arena& arena, const DateTime& date_time);
  // The wall-clock time of an instant in a zone (nullptr: UTC), as a date and time that knows its
  // offset.
  static Value Of(Arena& arena, Instant instant, const TimeZone* zone = nullptr);
  static Value Of(DaysDuration duration) {
    return Value(Kind::kDaysDuration, 0, 0, static_cast<uint32_t>(duration.nanos),
                 duration.seconds);
  }
  static Value Of(MonthsDuration duration) {
    return Value(Kind::kMonthsDuration, 0, 0, 0, duration.months);
  }
  // Copies the items.
  static Value List(Arena& arena, std::span<const Value> items);
  static Value List(Arena& arena, std::initializer_list<Value> items) {
    return List(arena, std::span<const Value>(items.begin(), items.size()));
  }
  // Does not copy: the items must outlive the value.
  static Value ListView(std::span<const Value> items) {
    return Value(Kind::kList, 0, 0, static_cast<uint32_t>(items.size()), items.data());
  }
  static Value ContextView(std::span<const Entry> entries);
  static Value Of(Arena& arena, const Range& range);
  static Value Of(const Function* function) {
    return Value(Kind::kFunction, 0, 0, 0, static_cast<const void*>(function));
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_boolean() const { return kind_ == Kind::kBoolean; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_context() const { return kind_ == Kind::kContext; }
  bool is_range() const { return kind_ == Kind::kRange; }
  bool is_function() const { return kind_ == Kind::kFunction; }
  bool is_true() const { return kind_ == Kind::kBoolean && integer_ != 0; }
  bool is_false() const { return kind_ == Kind::kBoolean && integer_ == 0; }

  // Each of these requires the kind it names.
  uint32_t reason() const { return aux_; }
  bool boolean() const { return integer_ != 0; }
  Number number() const;
  std::string_view string() const { return {static_cast<const char*>(pointer_), aux_}; }
  Date date() const { return {integer_}; }
  Time time() const;
  const DateTime& date_time() const { return *static_cast<const DateTime*>(pointer_); }
  DaysDuration days_duration() const { return {integer_, static_cast<int32_t>(aux_)}; }
  MonthsDuration months_duration() const { return {integer_}; }
  std::span<const Value> items() const { return {static_cast<const Value*>(pointer_), aux_}; }
  std::span<const Entry> entries() const;
  const Range& range() const { return *static_cast<const Range*>(pointer_); }
  const Function& function() const { return *static_cast<const Function*>(pointer_); }

  // An entry of a context by its name; null where this is no context or has no such entry.
  // O(entries).
  Value Find(std::string_view key) const;
  const Value* FindPointer(std::string_view key) const;
  // The same for whoever looks through many contexts that are alike: `position` is where to look
  // first, and receives where the entry is.
  const Value* FindPointer(std::string_view key, uint32_t& position) const;

  // True for a number that stands in the value itself, without a pointer: the fast path of
  // arithmetic.
  bool is_small_number() const { return kind_ == Kind::kNumber && form_ == 0; }
  int64_t mantissa() const { return integer_; }
  int scale() const { return scale_; }

 private:
  constexpr Value(Kind kind, uint8_t form, int16_t scale, uint32_t aux, int64_t integer)
      : kind_(kind), form_(form), scale_(scale), aux_(aux), integer_(integer) {}
  Value(Kind kind, uint8_t form, int16_t scale, uint32_t aux, const void* pointer)
      : kind_(kind), form_(form), scale_(scale), aux_(aux), pointer_(pointer) {}

  Kind kind_ = Kind::kNull;
  uint8_t form_ = 0;   // number: 1 where pointer_ is a Decimal128; time: its ZoneForm
  int16_t scale_ = 0;  // number: digits after the point
  uint32_t aux_ = 0;   // reason, length, count, nanoseconds or zone
  union {
    int64_t integer_;
    const void* pointer_;
  };
};
static_assert(sizeof(Value) == 16);
static_assert(std::is_trivially_copyable_v<Value>);

struct Entry {
  Value key;  // a string
  Value value;
  std::string_view name() const { return key.string(); }
};

// A range of numbers, strings, dates, times, date-times or durations: an interval [low..high], or
// a comparison such as (> 5), whose null end is open to infinity.
struct Range {
  enum class Form : uint8_t { kInterval, kComparison, kNotEqual };  // (!= 5) has 5 at both ends
  Value low, high;
  bool low_included = true;
  bool high_included = true;
  Form form = Form::kInterval;
};

inline Value Value::ContextView(std::span<const Entry> entries) {
  return Value(Kind::kContext, 0, 0, static_cast<uint32_t>(entries.size()),
               static_cast<const void*>(entries.data()));
}
inline std::span<const Entry> Value::entries() const {
  return {static_cast<const Entry*>(pointer_), aux_};
}

// Builds a context entry by entry, in order; setting a name again replaces its value.
class ContextBuilder {
 public:
  explicit ContextBuilder(Arena& arena) : arena_(arena) {}
  // The name is copied unless `SetView` is used.
  ContextBuilder& Set(std::string_view name, Value value);
  ContextBuilder& SetView(std::string_view name, Value value);
  Value Build() const;

 private:
  Arena& arena_;
  std::vector<Entry> entries_;
};

// Whether a value lies in a range; nullopt where it cannot be compared with an end, or where an
// interval has a null end.
std::optional<bool> Contains(const Range& range, const Value& value);
// FEEL's `=`: nullopt where the two cannot be compared (another kind). null = null is true.
// Values may share their parts, so that one with few parts can have very many ways through it:
// `visits` counts down the pairs looked at, and at zero the answer is nullopt.
std::optional<bool> Equal(const Value& a, const Value& b, int64_t& visits);
std::optional<bool> Equal(const Value& a, const Value& b);  // with ten million visits
// Negative, zero or positive; nullopt where the two have no order (another kind, or a kind without
// order).
std::optional<int> Compare(const Value& a, const Value& b);
// "number", "days and time duration", "list", ... for messages.
std::string_view KindName(Kind kind);
// The value as a FEEL literal ("12.5", "\"x\"", "[1, 2]", "{a: 1}", "@\"2026-11-22\""), for
// messages and tests. What is longer than `max_bytes`, or nested deeper than kMaxShownDepth, ends
// with "...".
inline constexpr size_t kMaxShownBytes = size_t{16} << 20;
inline constexpr int kMaxShownDepth = 1000;
std::string ToFeel(const Value& value, size_t max_bytes = kMaxShownBytes);
// What FEEL's string() function gives: a string as it is, everything else as ToFeel without the
// "@".
std::string ToText(const Value& value, size_t max_bytes = kMaxShownBytes);

}  // namespace extramile::feel
