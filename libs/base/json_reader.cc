#include "base/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "base/json_writer.h"

namespace extramile {
namespace {

namespace ondemand = simdjson::ondemand;

std::string_view TrimSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \n\r\t";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// A word by itself, which simdjson would also read from "false#".
std::optional<JsonValue> WordAlone(std::string_view text) {
  JsonValue value;
  if (text == "null") return value;
  if (text != "true" && text != "false") return std::nullopt;
  value.type = JsonValue::Type::kBool;
  value.boolean = text == "true";
  return value;
}

// Walks simdjson's on-demand document into our tree. Depth is bounded by the caller's limit, so
// recursion is too.
class TreeBuilder {
 public:
  explicit TreeBuilder(JsonLimits limits) : limits_(limits) {}

  template <class Value>
  Result<JsonValue> Build(Value&& value, int depth, const std::string& place) {
    ondemand::json_type type;
    if (auto code = value.type().get(type)) return Syntax(code);
    JsonValue out;
    switch (type) {
      case ondemand::json_type::null: {
        bool is_null = false;
        if (value.is_null().get(is_null) || !is_null) return Syntax(simdjson::N_ATOM_ERROR);
        return out;
      }
      case ondemand::json_type::boolean:
        out.type = JsonValue::Type::kBool;
        if (auto code = value.get_bool().get(out.boolean)) return Syntax(code);
        return out;
      case ondemand::json_type::string: {
        out.type = JsonValue::Type::kString;
        std::string_view text;
        if (auto code = value.get_string().get(text)) return Syntax(code);
        if (text.find('\0') != std::string_view::npos) return HoldsNul(place);
        out.text = text;
        return out;
      }
      case ondemand::json_type::number: {
        out.type = JsonValue::Type::kNumber;
        const std::string_view token = TrimSpace(RawToken(value));
        if (!IsNumber(token)) return Syntax(simdjson::NUMBER_ERROR);
        out.text = token;
        // Consumes the token; a number beyond double's range is still a number to us, by its
        // digits.
        double ignored;
        if (auto code = value.get_double().get(ignored); code && code != simdjson::NUMBER_ERROR) {
          return Syntax(code);
        }
        return out;
      }
      case ondemand::json_type::array: {
        if (depth >= limits_.max_depth) return TooDeep(place);
        out.type = JsonValue::Type::kArray;
        ondemand::array array;
        if (auto code = value.get_array().get(array)) return Syntax(code);
        for (auto item : array) {
          ondemand::value element;
          if (auto code = item.get(element)) return Syntax(code);
          EM_ASSIGN(JsonValue child,
                    Build(element, depth + 1, place + "/" + std::to_string(out.items.size())));
          out.items.push_back(std::move(child));
        }
        return out;
      }
      case ondemand::json_type::object: {
        if (depth >= limits_.max_depth) return TooDeep(place);
        out.type = JsonValue::Type::kObject;
        ondemand::object object;
        if (auto code = value.get_object().get(object)) return Syntax(code);
        for (auto field : object) {
          std::string_view key_view;
          if (auto code = field.unescaped_key().get(key_view)) return Syntax(code);
          std::string key(key_view);
          if (key.find('\0') != std::string::npos) return HoldsNul(place);
          const std::string child_place = place + "/" + key;
          if (seen_duplicate(out.members, key)) {
            return Fail(ErrorKind::kMalformed, "json-duplicate-key",
                        "The field '" + key.substr(0, 60) + "' stands twice.", child_place,
                        "Send each field once.");
          }
          ondemand::value element;
          if (auto code = field.value().get(element)) return Syntax(code);
          EM_ASSIGN(JsonValue child, Build(element, depth + 1, child_place));
          out.members.emplace_back(std::move(key), std::move(child));
        }
        return out;
      }
    }
    return Syntax(simdjson::TAPE_ERROR);
  }

 private:
  static std::string_view RawToken(ondemand::value& value) { return value.raw_json_token(); }
  static std::string_view RawToken(ondemand::document& document) {
    std::string_view token;
    return document.raw_json_token().get(token) ? std::string_view() : token;
  }

  // RFC 8259's number grammar, since the token is kept and not converted.
  static bool IsNumber(std::string_view token) {
    size_t i = 0;
    const auto digits = [&] {
      const size_t start = i;
      while (i < token.size() && token[i] >= '0' && token[i] <= '9') ++i;
      return i - start;
    };
    if (i < token.size() && token[i] == '-') ++i;
    const size_t whole_start = i;
    const size_t whole = digits();
    if (whole == 0 || (whole > 1 && token[whole_start] == '0')) return false;
    if (i < token.size() && token[i] == '.') {
      ++i;
      if (digits() == 0) return false;
    }
    if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
      ++i;
      if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
      if (digits() == 0) return false;
    }
    return i == token.size();
  }

  static bool seen_duplicate(const std::vector<JsonMember>& members, const std::string& key) {
    return std::any_of(members.begin(), members.end(),
                       [&](const auto& m) { return m.name == key; });
  }

  static tl::unexpected<Error> HoldsNul(const std::string& place) {
    return Fail(ErrorKind::kMalformed, "json-nul", "A text holds the character U+0000.",
                place.substr(0, 200), "Leave it out: it cannot be stored.");
  }
  static tl::unexpected<Error> Syntax(simdjson::error_code code) {
    return Fail(ErrorKind::kMalformed, "json-syntax",
                std::string("The body is not well-formed JSON: ") + simdjson::error_message(code),
                "", "Send one JSON value in UTF-8.");
  }
  tl::unexpected<Error> TooDeep(const std::string& place) const {
    return Fail(
        ErrorKind::kMalformed, "json-too-deep",
        "The JSON is nested more than " + std::to_string(limits_.max_depth) + " levels deep.",
        place.substr(0, 200), "Send it flatter.");
  }

  JsonLimits limits_;
};

void Write(JsonWriter& out, const JsonValue& value) {
  switch (value.type) {
    case JsonValue::Type::kNull:
      out.Null();
      return;
    case JsonValue::Type::kBool:
      out.Bool(value.boolean);
      return;
    case JsonValue::Type::kNumber:
      out.Raw(value.text);
      return;
    case JsonValue::Type::kString:
      out.String(value.text);
      return;
    case JsonValue::Type::kArray:
      out.BeginArray();
      for (const JsonValue& item : value.items) Write(out, item);
      out.EndArray();
      return;
    case JsonValue::Type::kObject:
      out.BeginObject();
      for (const auto& [key, member] : value.members) {
        out.Key(key);
        Write(out, member);
      }
      out.EndObject();
  }
}

}  // namespace

std::string JsonText(const JsonValue& value) {
  JsonWriter out;
  Write(out, value);
  return std::move(out).Take();
}

const JsonValue* JsonValue::Find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<JsonValue> ParseJson(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(ErrorKind::kTooLarge, "body-too-large",
                "The JSON has " + std::to_string(text.size()) + " bytes; " +
                    std::to_string(limits.max_bytes) + " are allowed.",
                "", "Send less at once.");
  }
  if (auto word = WordAlone(TrimSpace(text))) return *std::move(word);
  thread_local ondemand::parser parser;
  const simdjson::padded_string padded(text);
  ondemand::document document;
  TreeBuilder builder(limits);
  if (auto code = parser.iterate(padded).get(document)) {
    return Fail(ErrorKind::kMalformed, "json-syntax",
                std::string("The body is not well-formed JSON: ") + simdjson::error_message(code),
                "", "Send one JSON value in UTF-8.");
  }
  EM_ASSIGN(JsonValue value, builder.Build(document, 0, ""));
  using Type = JsonValue::Type;
  const char* rest;
  const bool whole =
      value.type == Type::kNumber  // where no double can hold it, simdjson stays before it
          ? TrimSpace(text) == value.text
          : value.type != Type::kNull && value.type != Type::kBool &&
                document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
  if (!whole) {
    return Fail(ErrorKind::kMalformed, "json-syntax", "Something follows the JSON value.", "",
                "Send one JSON value in UTF-8.");
  }
  return value;
}

ObjectReader::ObjectReader(const JsonValue& value, std::string place)
    : value_(value), place_(std::move(place)), taken_(value.members.size()) {
  if (value.type != JsonValue::Type::kObject) {
    error_ = Error{ErrorKind::kInvalid, "not-an-object", "A JSON object is expected here.", place_,
                   "Send {...}."};
  }
}

bool ObjectReader::Has(std::string_view key) const {
  const JsonValue* found = value_.Find(key);
  return found != nullptr && found->type != JsonValue::Type::kNull;
}

void ObjectReader::Adopt(std::string_view key, Error error) {
  if (error_) return;
  error.place = PlaceOf(key) + error.place;
  error_ = std::move(error);
}

void ObjectReader::Adopt(Error error) {
  if (!error_) error_ = std::move(error);
}

void ObjectReader::Reject(std::string_view key, std::string code, std::string message,
                          std::string advice) {
  Adopt(key, {ErrorKind::kInvalid, std::move(code), std::move(message), "", std::move(advice)});
}

const JsonValue* ObjectReader::Take(std::string_view key, bool required,
                                    std::optional<JsonValue::Type> type,
                                    std::string_view type_words) {
  for (size_t i = 0; i < value_.members.size(); ++i) {
    const auto& [name, member] = value_.members[i];
    if (name != key) continue;
    taken_[i] = true;
    if (member.type == JsonValue::Type::kNull) break;
    if (type && member.type != *type) {
      Reject(key, "wrong-type",
             "'" + std::string(key) + "' must be " + std::string(type_words) + ".");
      return nullptr;
    }
    return &member;
  }
  if (required) {
    Reject(key, "missing-field", "'" + std::string(key) + "' is missing.",
           "Send it as " + std::string(type_words) + ".");
  }
  return nullptr;
}

std::optional<std::string> ObjectReader::OptionalString(std::string_view key, TextLimits limits) {
  const JsonValue* found = Take(key, false, JsonValue::Type::kString, "a string");
  if (!found) return std::nullopt;
  if (found->text.size() < limits.min_bytes || found->text.size() > limits.max_bytes) {
    Reject(key, "text-length",
           "'" + std::string(key) + "' must have " + std::to_string(limits.min_bytes) + " to " +
               std::to_string(limits.max_bytes) + " bytes.");
    return std::nullopt;
  }
  return found->text;
}

std::string ObjectReader::String(std::string_view key, TextLimits limits) {
  if (!Take(key, true, JsonValue::Type::kString, "a string")) return {};
  return OptionalString(key, limits).value_or("");
}

std::optional<std::string> ObjectReader::OptionalWord(
    std::string_view key, std::initializer_list<std::string_view> words) {
  const JsonValue* found = Take(key, false, JsonValue::Type::kString, "a string");
  if (!found) return std::nullopt;
  if (std::find(words.begin(), words.end(), found->text) == words.end()) {
    std::string list;
    for (auto word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    Reject(key, "unknown-word",
           "'" + found->text.substr(0, 60) + "' is not a word for '" + std::string(key) + "'.",
           "Use one of: " + list + ".");
    return std::nullopt;
  }
  return found->text;
}

std::string ObjectReader::Word(std::string_view key,
                               std::initializer_list<std::string_view> words) {
  if (!Take(key, true, JsonValue::Type::kString, "a string")) return {};
  return OptionalWord(key, words).value_or("");
}

std::optional<int64_t> ObjectReader::OptionalInt(std::string_view key, int64_t min, int64_t max) {
  const JsonValue* found = Take(key, false, JsonValue::Type::kNumber, "a whole number");
  if (!found) return std::nullopt;
  int64_t value = 0;
  const char* end = found->text.data() + found->text.size();
  const auto parsed = std::from_chars(found->text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || value < min || value > max) {
    Reject(key, "number-range",
           "'" + std::string(key) + "' must be a whole number from " + std::to_string(min) +
               " to " + std::to_string(max) + ".");
    return std::nullopt;
  }
  return value;
}

int64_t ObjectReader::Int(std::string_view key, int64_t min, int64_t max) {
  if (!Take(key, true, JsonValue::Type::kNumber, "a whole number")) return 0;
  return OptionalInt(key, min, max).value_or(0);
}

std::optional<bool> ObjectReader::OptionalBool(std::string_view key) {
  const JsonValue* found = Take(key, false, JsonValue::Type::kBool, "true or false");
  if (!found) return std::nullopt;
  return found->boolean;
}

bool ObjectReader::Bool(std::string_view key) {
  if (!Take(key, true, JsonValue::Type::kBool, "true or false")) return false;
  return OptionalBool(key).value_or(false);
}

std::optional<std::string> ObjectReader::OptionalDecimal(std::string_view key) {
  const JsonValue* found = Take(key, false, std::nullopt, "a decimal");
  if (!found) return std::nullopt;
  if (found->type != JsonValue::Type::kString && found->type != JsonValue::Type::kNumber) {
    Reject(key, "wrong-type", "'" + std::string(key) + "' must be a decimal.",
           "Send it as a string such as \"12.50\".");
    return std::nullopt;
  }
  return found->text;
}

std::optional<Money> ObjectReader::OptionalAmount(std::string_view key, Currency currency) {
  const auto digits = OptionalDecimal(key);
  if (!digits) return std::nullopt;
  auto money = ParseMoney(*digits, currency);
  if (!money) {
    Adopt(key, std::move(money).error());
    return std::nullopt;
  }
  return *money;
}

Money ObjectReader::Amount(std::string_view key, Currency currency) {
  Take(key, true, std::nullopt, "an amount such as \"12.50\"");
  return OptionalAmount(key, currency).value_or(Money{0, currency});
}

std::optional<Instant> ObjectReader::OptionalTime(std::string_view key) {
  const JsonValue* found = Take(key, false, JsonValue::Type::kString, "an RFC 3339 time");
  if (!found) return std::nullopt;
  auto instant = ParseInstant(found->text);
  if (!instant) {
    Adopt(key, std::move(instant).error());
    return std::nullopt;
  }
  return *instant;
}

Instant ObjectReader::Time(std::string_view key) {
  Take(key, true, JsonValue::Type::kString, "an RFC 3339 time");
  return OptionalTime(key).value_or(Instant{});
}

std::optional<Uuid> ObjectReader::UuidField(std::string_view key, bool required) {
  const JsonValue* found = Take(key, required, JsonValue::Type::kString, "an id");
  if (!found) return std::nullopt;
  auto uuid = ParseUuid(found->text);
  if (!uuid) {
    Adopt(key, std::move(uuid).error());
    return std::nullopt;
  }
  return *uuid;
}

const JsonValue* ObjectReader::Object(std::string_view key, bool required) {
  return Take(key, required, JsonValue::Type::kObject, "an object");
}

const JsonValue* ObjectReader::Array(std::string_view key, bool required, size_t max_items) {
  const JsonValue* found = Take(key, required, JsonValue::Type::kArray, "an array");
  if (found && found->items.size() > max_items) {
    Reject(key, "too-many-items",
           "'" + std::string(key) + "' may have at most " + std::to_string(max_items) + " items.");
    return nullptr;
  }
  return found;
}

std::vector<std::string> ObjectReader::Strings(std::string_view key, size_t max_items,
                                               TextLimits limits) {
  std::vector<std::string> out;
  const JsonValue* array = Array(key, false, max_items);
  if (!array) return out;
  for (const JsonValue& item : array->items) {
    if (item.type != JsonValue::Type::kString || item.text.size() < limits.min_bytes ||
        item.text.size() > limits.max_bytes) {
      Reject(key, "wrong-type", "'" + std::string(key) + "' must be a list of short strings.");
      return {};
    }
    out.push_back(item.text);
  }
  return out;
}

Result<void> ObjectReader::Finish() {
  if (error_) return Fail(*error_);
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (!taken_[i]) {
      const std::string& key = value_.members[i].name;
      return Fail(ErrorKind::kInvalid, "unknown-field",
                  "There is no field '" + key.substr(0, 60) + "' here.", PlaceOf(key.substr(0, 60)),
                  "Leave it out, or check its spelling.");
    }
  }
  return {};
}

}  // namespace extramile
