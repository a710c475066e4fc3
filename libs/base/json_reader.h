// JSON in: a small tree that keeps every number as its digits (0.1 stays 0.1), refuses duplicate
// keys, invalid UTF-8 and depth or size beyond the limits, and an ObjectReader that refuses unknown
// fields and names the field in every error.
//
//   EM_ASSIGN(JsonValue body, ParseJson(text, {.max_bytes = 1 << 20}));
//   ObjectReader in(body);
//   std::string name = in.String("name", {.max_bytes = 200});      // required
//   auto note = in.OptionalString("note");
//   EM_TRY(in.Finish());                                           // the first error, or an
//   unknown field
//
// Parsing costs O(bytes); simdjson does the work behind this header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace extramile {

struct JsonMember;

struct JsonValue {
  enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };

  Type type = Type::kNull;
  bool boolean = false;
  std::string text;                 // a string's characters; a number's digits as they were sent
  std::vector<JsonValue> items;     // array
  std::vector<JsonMember> members;  // object, in the order sent

  const JsonValue* Find(std::string_view key) const;  // nullptr if not an object or without the key
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonLimits {
  size_t max_bytes = 1 << 20;
  int max_depth = 32;
};

// Errors: kMalformed "json-syntax", "json-duplicate-key"; kTooLarge "body-too-large".
Result<JsonValue> ParseJson(std::string_view text, JsonLimits limits = {});

// The value as JSON again, numbers with the digits they came with.
std::string JsonText(const JsonValue& value);

struct TextLimits {
  size_t min_bytes = 1;
  size_t max_bytes = 4000;
};

// Reads one object field by field. The first error wins and every later read returns an empty
// value, so that a use case can read all its fields in a row and ask once, with Finish().
class ObjectReader {
 public:
  explicit ObjectReader(const JsonValue& value, std::string place = "");

  bool Has(std::string_view key) const;  // present and not null
  std::string String(std::string_view key, TextLimits limits = {});
  std::optional<std::string> OptionalString(std::string_view key, TextLimits limits = {});
  // One of `words`.
  std::string Word(std::string_view key, std::initializer_list<std::string_view> words);
  std::optional<std::string> OptionalWord(std::string_view key,
                                          std::initializer_list<std::string_view> words);
  int64_t Int(std::string_view key, int64_t min, int64_t max);
  std::optional<int64_t> OptionalInt(std::string_view key, int64_t min, int64_t max);
  bool Bool(std::string_view key);
  std::optional<bool> OptionalBool(std::string_view key);
  // A decimal's digits, sent as a string or a number.
  std::optional<std::string> OptionalDecimal(std::string_view key);
  // An amount of money: a string such as "12.50" (a JSON number is taken by its digits too).
  Money Amount(std::string_view key, Currency currency);
  std::optional<Money> OptionalAmount(std::string_view key, Currency currency);
  Instant Time(std::string_view key);
  std::optional<Instant> OptionalTime(std::string_view key);
  template <class TypedId>
  TypedId Identifier(std::string_view key) {
    return TypedId{UuidField(key, true).value_or(Uuid{})};
  }
  template <class TypedId>
  std::optional<TypedId> OptionalIdentifier(std::string_view key) {
    if (auto uuid = UuidField(key, false)) return TypedId{*uuid};
    return std::nullopt;
  }
  // Raw sub-values; nullptr where absent or null. An absent required one is an error.
  const JsonValue* Object(std::string_view key, bool required);
  const JsonValue* Array(std::string_view key, bool required, size_t max_items);
  std::vector<std::string> Strings(std::string_view key, size_t max_items, TextLimits limits = {});

  // Marks a rule of the caller's as broken, at a field.
  void Reject(std::string_view key, std::string code, std::string message, std::string advice = {});
  // Takes over the error of a nested reader, its place included.
  void Adopt(Error error);
  bool ok() const { return !error_; }
  std::string PlaceOf(std::string_view key) const { return place_ + "/" + std::string(key); }
  // The first error; else an unknown field; else success.
  Result<void> Finish();

 private:
  const JsonValue* Take(std::string_view key, bool required, std::optional<JsonValue::Type> type,
                        std::string_view type_words);
  std::optional<Uuid> UuidField(std::string_view key, bool required);
  void Adopt(std::string_view key, Error error);

  const JsonValue& value_;
  std::string place_;
  std::vector<bool> taken_;
  std::optional<Error> error_;
};

}  // namespace extramile
