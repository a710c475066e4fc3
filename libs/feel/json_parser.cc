#include "feel/json_parser.h"

#include <simdjson.h>

#include <algorithm>
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

}  // namespace

JsonParser::JsonParser(JsonParserOptions options)
    : options_(std::move(options)),
      items_(static_cast<size_t>(options_.limits.max_depth)),
      entries_(items_.size()) {}

bool JsonParser::Refuse(std::string_view code, std::string_view message) {
  if (code_.empty()) {
    code_ = code;
    message_ = message;
  }
  return false;
}

Result<Value> JsonParser::Parse(std::string_view text, Arena& arena) {
  if (text.size() > options_.limits.max_bytes) {
    return Fail(ErrorKind::kTooLarge, "body-too-large", "The text is too long.", "",
                "At most " + std::to_string(options_.limits.max_bytes) + " bytes are read.");
  }
  if (known_.size() > kMostKeys) ForgetKeys();
  arena_ = &arena;
  begin_ = at_ = text.data();
  end_ = begin_ + text.size();
  code_ = {};
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return Fail(ErrorKind::kMalformed, "json-syntax", "The text is not valid UTF-8.");
  }
  Value value;
  bool ok = ParseValue(value, root_, 0);
  if (ok) {
    SkipSpace();
    ok = at_ == end_ || RefuseSyntax();
  }
  if (ok) return value;
  return Fail(ErrorKind::kMalformed, std::string(code_), std::string(message_),
              "byte " + std::to_string(at_ - begin_ + 1));
}

bool JsonParser::ParseValue(Value& out, Key& owner, int depth) {
  SkipSpace();
  if (at_ == end_) return RefuseSyntax();
  switch (*at_) {
    case '"': {
      std::string_view text;
      if (!ParseString(text)) return false;
      out = Value::StringView(text);
      return true;
    }
    case '{':
      return ParseObject(out, owner, depth);
    case '[':
      return ParseArray(out, owner, depth);
    case 't':
      out = Value::Bool(true);
      return ParseWord("true");
    case 'f':
      out = Value::Bool(false);
      return ParseWord("false");
    case 'n':
      out = Value();
      return ParseWord("null");
    default:
      return ParseNumber(out);
  }
}

bool JsonParser::ParseWord(std::string_view word) {
  if (std::string_view(at_, static_cast<size_t>(end_ - at_)).substr(0, word.size()) != word) {
    return RefuseSyntax();
  }
  at_ += word.size();
  return true;
}

bool JsonParser::ParseObject(Value& out, Key& owner, int depth) {
  if (depth >= options_.limits.max_depth)
    return Refuse("json-too-deep", "The JSON is nested too deep.");
  ++at_;
  std::vector<Entry>& entries = entries_[static_cast<size_t>(depth)];
  entries.clear();
  const uint64_t object = ++object_;
  Key** expected = &owner.first;
  SkipSpace();
  if (at_ < end_ && *at_ == '}') {
    ++at_;
    out = Value::ContextView({});
    return true;
  }
  while (true) {
    SkipSpace();
    Key* const key = ParseKey(owner, *expected);
    if (!key) return false;
    *expected = key;
    expected = &key->next;
    if (key->seen == object) {
      return Refuse("json-duplicate-key", "An object has the same key twice.");
    }
    key->seen = object;
    Entry& entry = entries.emplace_back();
    entry.key = key->value;
    Value& value = entry.value;
    if (!ParseValue(value, *key, depth + 1)) return false;
    if (key->temporal && value.is_string()) {
      const Value parsed = ParseTemporal(*arena_, value.string());
      if (!parsed.is_null()) value = parsed;
    }
    SkipSpace();
    if (at_ == end_) return RefuseSyntax();
    const char next = *at_++;
    if (next == '}') break;
    if (next != ',') {
      --at_;
      return RefuseSyntax();
    }
  }
  auto* kept = static_cast<Entry*>(arena_->Allocate(entries.size() * sizeof(Entry)));
  std::uninitialized_copy(entries.begin(), entries.end(), kept);
  out = Value::ContextView({kept, entries.size()});
  return true;
}

bool JsonParser::ParseArray(Value& out, Key& owner, int depth) {
  if (depth >= options_.limits.max_depth)
    return Refuse("json-too-deep", "The JSON is nested too deep.");
  ++at_;
  std::vector<Value>& items = items_[static_cast<size_t>(depth)];
  items.clear();
  SkipSpace();
  if (at_ < end_ && *at_ == ']') {
    ++at_;
    out = Value::ListView({});
    return true;
  }
  while (true) {
    if (!ParseValue(items.emplace_back(), owner, depth + 1)) return false;
    SkipSpace();
    if (at_ == end_) return RefuseSyntax();
    const char next = *at_++;
    if (next == ']') break;
    if (next != ',') {
      --at_;
      return RefuseSyntax();
    }
  }
  auto* kept = static_cast<Value*>(arena_->Allocate(items.size() * sizeof(Value)));
  std::uninitialized_copy(items.begin(), items.end(), kept);
  out = Value::ListView({kept, items.size()});
  return true;
}

JsonParser::Key* JsonParser::ParseKey(const Key& owner, Key* expected) {
  if (at_ == end_ || *at_ != '"') {
    RefuseSyntax();
    return nullptr;
  }
  Key* key = expected;
  const auto left = static_cast<size_t>(end_ - at_);
  if (key && key->plain && left >= key->name.size() + 2 && at_[key->name.size() + 1] == '"' &&
      SameBytes(at_ + 1, key->name.data(), key->name.size())) {
    at_ += key->name.size() + 2;
  } else {
    std::string_view name;
    if (!ParseString(name)) return nullptr;
    key = Intern(owner, name);
  }
  SkipSpace();
  if (at_ == end_ || *at_ != ':') {
    RefuseSyntax();
    return nullptr;
  }
  ++at_;
  return key;
}

JsonParser::Key* JsonParser::Intern(const Key& owner, std::string_view name) {
  if (const auto found = known_.find(Place{&owner, name}); found != known_.end())
    return found->second.get();
  auto key = std::make_unique<Key>();
  key->name = keys_.Copy(name);
  key->value = Value::StringView(key->name);
  key->plain = std::none_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
  key->temporal = std::find(options_.temporal.begin(), options_.temporal.end(), name) !=
                  options_.temporal.end();
  return known_.emplace(Place{&owner, key->name}, std::move(key)).first->second.get();
}

void JsonParser::ForgetKeys() {
  known_.clear();
  keys_.Reset();
  root_ = Key();
}

bool JsonParser::ParseString(std::string_view& out) {
  const char* const start = ++at_;
  at_ = FindJsonSpecial(at_, end_);
  if (at_ == end_) return RefuseSyntax();
  if (*at_ == '\\') return ParseEscaped(start, out);
  if (*at_ != '"') return RefuseSyntax();
  out = {start, static_cast<size_t>(at_ - start)};
  ++at_;
  return true;
}

bool JsonParser::ParseEscaped(const char* start, std::string_view& out) {
  std::string text(start, at_);
  while (at_ < end_ && *at_ != '"') {
    if (static_cast<unsigned char>(*at_) < 0x20) return RefuseSyntax();
    if (*at_ == '\\') {
      ++at_;
      if (!AppendEscape(text)) return false;
    } else {
      text += *at_++;
    }
  }
  if (at_ == end_) return RefuseSyntax();
  ++at_;
  out = arena_->Copy(text);
  return true;
}

bool JsonParser::ParseHex(uint32_t& out) {
  out = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_) return RefuseSyntax();
    const char c = *at_;
    const int digit = IsDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return RefuseSyntax();
    out = out * 16 + static_cast<uint32_t>(digit);
  }
  return true;
}

// What follows a backslash.
bool JsonParser::AppendEscape(std::string& out) {
  if (at_ == end_) return RefuseSyntax();
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = *at_++;
  if (const size_t i = kLetters.find(letter); i != std::string_view::npos) {
    out += kMeanings[i];
    return true;
  }
  uint32_t code_point;
  if (letter != 'u' || !ParseHex(code_point)) return RefuseSyntax();
  if (code_point == 0) return Refuse("json-nul", "A text holds the character U+0000.");
  const bool high = code_point >= 0xD800 && code_point < 0xDC00;
  if (high && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
    at_ += 2;
    uint32_t low;
    if (!ParseHex(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return RefuseSyntax();
    code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
  } else if (code_point >= 0xD800 && code_point <= 0xDFFF) {
    return RefuseSyntax();
  }
  AppendCodePoint(out, code_point);
  return true;
}

bool JsonParser::ParseNumber(Value& out) {
  const char* const start = at_;
  const bool negative = *at_ == '-';
  if (negative) ++at_;
  int64_t mantissa = 0;
  int digits = 0, scale = 0;
  const auto read_digits = [&] {
    const char* const first = at_;
    for (; at_ < end_ && IsDigit(*at_); ++at_, ++digits) {
      if (digits < kFastDigits) mantissa = mantissa * 10 + (*at_ - '0');
    }
    return at_ - first;
  };
  const char* const whole = at_;
  const auto before = read_digits();
  if (before == 0 || (before > 1 && *whole == '0')) return RefuseSyntax();
  if (at_ < end_ && *at_ == '.') {
    ++at_;
    scale = static_cast<int>(read_digits());
    if (scale == 0) return RefuseSyntax();
  }
  bool fast = digits <= kFastDigits;
  if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
    fast = false;
    ++at_;
    if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (read_digits() == 0) return RefuseSyntax();
  }
  if (fast) {
    out = Value::Decimal(negative ? -mantissa : mantissa, scale);
    return true;
  }
  const auto number = Number::Parse({start, static_cast<size_t>(at_ - start)});
  out = number ? Value::Of(*arena_, *number) : Value();
  return true;
}

}  // namespace extramile::feel
