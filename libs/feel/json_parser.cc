#include "feel/json_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/json_text.h"
#include "feel/bytes.h"
#include "feel/literals.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

// Digits that fit an int64 whatever they are.
constexpr int kFastDigits = 18;
// A stream whose keys are never the same shall not fill the memory.
constexpr size_t kMostKeys = 10'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Keys up to this length are compared without a branch, which nobody could foresee.
constexpr size_t kKeyBytes = 32;
constexpr std::array<unsigned char, 2 * kKeyBytes> kMask = [] {
  std::array<unsigned char, 2 * kKeyBytes> mask{};
  for (size_t i = 0; i < kKeyBytes; ++i) mask[i] = 0xFF;
  return mask;
}();

// Whether the text goes on with this key. False for an empty one.
bool StartsWith(const char* at, const char* end, std::string_view quoted) {
  const auto left = static_cast<size_t>(end - at);
  if (quoted.empty() || left < quoted.size()) return false;
  if (quoted.size() > kKeyBytes || left < kKeyBytes) {
    return SameBytes(at, quoted.data(), quoted.size());
  }
  uint64_t different = 0;
  for (size_t i = 0; i < kKeyBytes; i += 8) {
    uint64_t text, key, mask;
    std::memcpy(&text, at + i, 8);
    std::memcpy(&key, quoted.data() + i, 8);
    std::memcpy(&mask, kMask.data() + kKeyBytes - quoted.size() + i, 8);
    different |= (text ^ key) & mask;
  }
  return different == 0;
}

// Whether it is valid UTF-8. Most texts are short and have nothing but ASCII.
bool IsText(std::string_view text) {
  constexpr uint64_t kHighs = 0x8080808080808080;
  uint64_t bits = 0;
  const auto add = [&](size_t at, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, size);
    bits |= word;
  };
  if (text.size() >= 8) {
    for (size_t at = 0; at + 8 < text.size(); at += 8) add(at, 8);
    add(text.size() - 8, 8);
  } else if (text.size() >= 4) {
    add(0, 4);
    add(text.size() - 4, 4);
  } else {
    for (const char c : text) bits |= static_cast<unsigned char>(c);
  }
  return (bits & kHighs) == 0 || simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace

JsonParser::JsonParser(JsonParserOptions options) : options_(std::move(options)) {}

const char* JsonParser::Refuse(const char* at, std::string_view code, std::string_view message) {
  refused_at_ = at;
  code_ = code;
  message_ = message;
  return nullptr;
}

Result<Value> JsonParser::Parse(std::string_view text, Arena& arena) {
  if (text.size() > options_.limits.max_bytes) {
    return Fail(ErrorKind::kTooLarge, "body-too-large", "The text is too long.", "",
                "At most " + std::to_string(options_.limits.max_bytes) + " bytes are read.");
  }
  if (known_.size() > kMostKeys) ForgetKeys();
  arena_ = &arena;
  end_ = text.data() + text.size();
  Value value;
  const char* at = ParseValue(text.data(), value, root_, 0);
  if (at) at = SkipSpace(at);
  if (at && at != end_) at = RefuseSyntax(at);
  if (at) return value;
  return Fail(ErrorKind::kMalformed, std::string(code_), std::string(message_),
              "byte " + std::to_string(refused_at_ - text.data() + 1));
}

const char* JsonParser::ParseValue(const char* at, Value& out, Key& owner, int depth) {
  at = SkipSpace(at);
  if (at == end_) return RefuseSyntax(at);
  switch (*at) {
    case '"': {
      std::string_view text;
      at = ParseString(at, text);
      out = Value::StringView(text);
      return at;
    }
    case '{':
      return ParseObject(at, out, owner, depth);
    case '[':
      return ParseArray(at, out, owner, depth);
    case 't':
      out = Value::Bool(true);
      return ParseWord(at, "true");
    case 'f':
      out = Value::Bool(false);
      return ParseWord(at, "false");
    case 'n':
      out = Value();
      return ParseWord(at, "null");
    default:
      return ParseNumber(at, out);
  }
}

inline const char* JsonParser::ParseWord(const char* at, std::string_view word) {
  if (static_cast<size_t>(end_ - at) < word.size() || !SameBytes(at, word.data(), word.size())) {
    return RefuseSyntax(at);
  }
  return at + word.size();
}

template <class Item>
void JsonParser::Grow(Item*& items, size_t size, size_t& capacity) {
  capacity = std::max<size_t>(4, 2 * capacity);
  auto* const more = static_cast<Item*>(arena_->Allocate(capacity * sizeof(Item)));
  std::uninitialized_copy_n(items, size, more);
  items = more;
}

const char* JsonParser::ParseObject(const char* at, Value& out, Key& owner, int depth) {
  if (depth >= options_.limits.max_depth)
    return Refuse(at, "json-too-deep", "The JSON is nested too deep.");
  at = SkipSpace(at + 1);
  if (at < end_ && *at == '}') {
    out = Value::ContextView({});
    return at + 1;
  }
  const uint64_t object = ++object_;
  Key** expected = &owner.first;
  size_t size = 0, capacity = owner.size;
  auto* entries = static_cast<Entry*>(arena_->Allocate(capacity * sizeof(Entry)));
  while (true) {
    Key* key = nullptr;
    at = ParseKey(SkipSpace(at), owner, *expected, key);
    if (!at) return nullptr;
    *expected = key;
    expected = &key->next;
    if (key->seen == object) {
      return Refuse(at, "json-duplicate-key", "An object has the same key twice.");
    }
    key->seen = object;
    if (size == capacity) Grow(entries, size, capacity);
    Entry& entry = *new (entries + size++) Entry{key->value, Value()};
    at = ParseValue(at, entry.value, *key, depth + 1);
    if (!at) return nullptr;
    if (key->temporal && entry.value.is_string()) {
      const Value parsed = ParseTemporal(*arena_, entry.value.string());
      if (!parsed.is_null()) entry.value = parsed;
    }
    at = SkipSpace(at);
    if (at == end_ || (*at != ',' && *at != '}')) return RefuseSyntax(at);
    if (*at++ == '}') break;
  }
  owner.size = static_cast<uint32_t>(size);
  out = Value::ContextView({entries, size});
  return at;
}

const char* JsonParser::ParseArray(const char* at, Value& out, Key& owner, int depth) {
  if (depth >= options_.limits.max_depth)
    return Refuse(at, "json-too-deep", "The JSON is nested too deep.");
  at = SkipSpace(at + 1);
  if (at < end_ && *at == ']') {
    out = Value::ListView({});
    return at + 1;
  }
  size_t size = 0, capacity = 0;
  Value* items = nullptr;
  while (true) {
    if (size == capacity) Grow(items, size, capacity);
    at = ParseValue(at, *new (items + size++) Value(), owner, depth + 1);
    if (!at) return nullptr;
    at = SkipSpace(at);
    if (at == end_ || (*at != ',' && *at != ']')) return RefuseSyntax(at);
    if (*at++ == ']') break;
  }
  out = Value::ListView({items, size});
  return at;
}

inline const char* JsonParser::ParseKey(const char* at, const Key& owner, Key* expected,
                                        Key*& out) {
  if (expected && StartsWith(at, end_, expected->quoted)) {
    out = expected;
    return at + expected->quoted.size();
  }
  if (at == end_ || *at != '"') return RefuseSyntax(at);
  std::string_view name;
  at = ParseString(at, name);
  if (!at) return nullptr;
  at = SkipSpace(at);
  if (at == end_ || *at != ':') return RefuseSyntax(at);
  out = Intern(owner, name);
  return at + 1;
}

JsonParser::Key* JsonParser::Intern(const Key& owner, std::string_view name) {
  if (const auto found = known_.find(Place{&owner, name}); found != known_.end())
    return found->second;
  const size_t size = name.size() + 3;
  const std::string_view quoted =
      names_.Copy('"' + std::string(name) + "\":" + std::string(kKeyBytes, ' ')).substr(0, size);
  const std::string_view kept = quoted.substr(1, name.size());
  Key& key = keys_.emplace_back();
  key.value = Value::StringView(kept);
  if (FindJsonSpecial(kept.data(), kept.data() + kept.size()) == kept.data() + kept.size()) {
    key.quoted = quoted;
  }
  key.temporal = std::find(options_.temporal.begin(), options_.temporal.end(), name) !=
                 options_.temporal.end();
  known_.emplace(Place{&owner, kept}, &key);
  return &key;
}

void JsonParser::ForgetKeys() {
  known_.clear();
  keys_.clear();
  names_.Reset();
  root_ = Key();
}

const char* JsonParser::ParseString(const char* at, std::string_view& out) {
  const char* const start = at + 1;
  at = FindJsonSpecial(start, end_);
  if (at == end_) return RefuseSyntax(at);
  if (*at == '\\') return ParseEscaped(start, at, out);
  if (*at != '"') return RefuseSyntax(at);
  out = {start, static_cast<size_t>(at - start)};
  return IsText(out) ? at + 1 : RefuseSyntax(start);
}

const char* JsonParser::ParseEscaped(const char* start, const char* at, std::string_view& out) {
  std::string text(start, at);
  while (at < end_ && *at != '"') {
    if (static_cast<unsigned char>(*at) < 0x20) return RefuseSyntax(at);
    if (*at == '\\') {
      at = AppendEscape(at + 1, text);
      if (!at) return nullptr;
    } else {
      text += *at++;
    }
  }
  if (at == end_) return RefuseSyntax(at);
  if (!IsText(text)) return RefuseSyntax(start);
  out = arena_->Copy(text);
  return at + 1;
}

const char* JsonParser::ParseHex(const char* at, uint32_t& out) {
  out = 0;
  for (int i = 0; i < 4; ++i, ++at) {
    if (at == end_) return RefuseSyntax(at);
    const char c = *at;
    const int digit = IsDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return RefuseSyntax(at);
    out = out * 16 + static_cast<uint32_t>(digit);
  }
  return at;
}

// What follows a backslash.
const char* JsonParser::AppendEscape(const char* at, std::string& out) {
  if (at == end_) return RefuseSyntax(at);
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = *at++;
  if (const size_t i = kLetters.find(letter); i != std::string_view::npos) {
    out += kMeanings[i];
    return at;
  }
  if (letter != 'u') return RefuseSyntax(at);
  uint32_t code_point;
  at = ParseHex(at, code_point);
  if (!at) return nullptr;
  if (code_point == 0) return Refuse(at, "json-nul", "A text holds the character U+0000.");
  const bool high = code_point >= 0xD800 && code_point < 0xDC00;
  if (high && end_ - at >= 2 && at[0] == '\\' && at[1] == 'u') {
    uint32_t low;
    at = ParseHex(at + 2, low);
    if (!at) return nullptr;
    if (low < 0xDC00 || low > 0xDFFF) return RefuseSyntax(at);
    code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
  } else if (code_point >= 0xD800 && code_point <= 0xDFFF) {
    return RefuseSyntax(at);
  }
  AppendCodePoint(out, code_point);
  return at;
}

const char* JsonParser::ParseNumber(const char* at, Value& out) {
  const char* const start = at;
  const char* const end = end_;
  uint64_t mantissa = 0;  // right while the digits are few; otherwise not used
  const auto read_digits = [&] {
    const char* const first = at;
    for (; at < end && IsDigit(*at); ++at)
      mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
    return at - first;
  };
  if (*at == '-') ++at;
  const char* const whole = at;
  auto digits = read_digits();
  if (digits == 0 || (digits > 1 && *whole == '0')) return RefuseSyntax(at);
  ptrdiff_t scale = 0;
  if (at < end && *at == '.') {
    ++at;
    scale = read_digits();
    if (scale == 0) return RefuseSyntax(at);
    digits += scale;
  }
  bool fast = digits <= kFastDigits;
  if (at < end && (*at == 'e' || *at == 'E')) {
    fast = false;
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    if (read_digits() == 0) return RefuseSyntax(at);
  }
  if (fast) {
    const auto value = static_cast<int64_t>(mantissa);
    out = Value::Decimal(*start == '-' ? -value : value, static_cast<int>(scale));
    return at;
  }
  const auto number = Number::Parse({start, static_cast<size_t>(at - start)});
  out = number ? Value::Of(*arena_, *number) : Value();
  return at;
}

}  // namespace extramile::feel
