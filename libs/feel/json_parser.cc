#include "feel/json_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/json_text.h"
#include "feel/block.h"
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

// A shape that so many texts in a row do not have is forgotten.
constexpr int kMostMisses = 8;
// Longer texts are not worth a shape.
constexpr size_t kMostShapeBytes = 64 << 10;

inline bool StartsWith(const char* at, const char* end, const char* padded, size_t size) {
  const auto left = static_cast<size_t>(end - at);
  // Nearly always true, since the end of a text is far from most of its keys.
  if (left >= size + kSameStartReach) return SameStart(at, padded, size);
  return left >= size && SameBytes(at, padded, size);
}

constexpr std::array<int64_t, 8> kPowersOfTen = {1,     10,     100,     1000,
                                                 10000, 100000, 1000000, 10000000};

// The digits at the beginning of eight bytes: how many, and the number that they make.
struct Digits {
  size_t count = 0;
  int64_t value = 0;  // right for one digit to seven

  static Digits At(const char* at) {
    uint64_t bytes = LoadLittleEndian(at);
    bytes ^= kZeros;  // digits are 0 to 9 now, all else is more
    const uint64_t others = ((bytes + 0x7676767676767676) | bytes) & 0x8080808080808080;
    const auto count = static_cast<size_t>(std::countr_zero(others)) / 8;
    if (count == 0 || count == 8) return {count, 0};
    bytes <<= 8 * (8 - count);          // as if there were zeros in front
    bytes = bytes * 10 + (bytes >> 8);  // pairs of digits, then fours, then all
    const uint64_t low = (bytes & 0x000000FF000000FF) * (100 + (uint64_t{1000000} << 32));
    const uint64_t high = ((bytes >> 16) & 0x000000FF000000FF) * (1 + (uint64_t{10000} << 32));
    return {count, static_cast<int64_t>((low + high) >> 32)};
  }

 private:
  static constexpr uint64_t kZeros = 0x3030303030303030;
  static uint64_t LoadLittleEndian(const char* at) {
    uint64_t bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return std::endian::native == std::endian::little ? bytes : __builtin_bswap64(bytes);
  }
};

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
  if (const auto shaped = ParseShaped(text)) return *shaped;
  if (++misses_ > kMostMisses) shape_.Forget();
  const bool learn = !shape_.known() && text.size() <= kMostShapeBytes;
  Value value;
  if (ParseWhole(text, value, learn)) return value;
  return Fail(ErrorKind::kMalformed, std::string(code_), std::string(message_),
              "byte " + std::to_string(refused_at_ - text.data() + 1));
}

std::optional<Value> JsonParser::ParseShaped(std::string_view text) {
  if (!shape_.known()) return std::nullopt;
  const char* at = text.data();
  for (const JsonShape::Hole& hole : shape_.holes()) {
    // Nearly always far from the end, and short: one comparison.
    const bool fits = end_ - at >= static_cast<ptrdiff_t>(hole.size + kSameStartReach);
    const bool same = fits && hole.size <= kSameStartReach
                          ? (Differences(at, hole.before) & hole.mask) == 0
                          : StartsWith(at, end_, hole.before, hole.size);
    if (!same) return std::nullopt;
    at = ParseEntry(at + hole.size, *hole.value, *hole.key, hole.temporal, hole.depth);
    if (!at) return std::nullopt;
  }
  if (std::string_view(at, static_cast<size_t>(end_ - at)) != shape_.tail()) return std::nullopt;
  misses_ = 0;
  return shape_.root();
}

const char* JsonParser::ParseWhole(std::string_view text, Value& out, bool learn) {
  marking_ = learn;
  marks_.clear();
  const char* at = ParseValue(text.data(), out, root_, 0);
  if (at) at = SkipSpace(at);
  if (at && at != end_) at = RefuseSyntax(at);
  if (at && learn && out.is_context()) {
    shape_.Learn(text, out, marks_);
    misses_ = 0;
  }
  return at;
}

// Most values are texts and numbers without a space before them: they take no call.
inline const char* JsonParser::ParseValue(const char* at, Value& out, Key& owner, int depth) {
  if (at < end_ && *at == '"') {
    std::string_view text;
    at = ParseString(at, text);
    out = Value::StringView(text);
    return at;
  }
  if (at < end_ && IsDigit(*at)) return ParseNumber(at, out);
  return ParseAnyValue(at, out, owner, depth);
}

const char* JsonParser::ParseAnyValue(const char* at, Value& out, Key& owner, int depth) {
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
    const char* const begin = at;
    const size_t marked = marks_.size();
    at = ParseEntry(begin, entry.value, *key, key->temporal, depth + 1);
    if (!at) return nullptr;
    if (marking_ && !(entry.value.is_context() && !entry.value.entries().empty())) {
      marks_.resize(marked);  // what it holds is no hole of its own
      marks_.push_back({begin, at, key, depth + 1});
    }
    at = SkipSpace(at);
    if (at == end_ || (*at != ',' && *at != '}')) return RefuseSyntax(at);
    if (*at++ == '}') break;
  }
  owner.size = static_cast<uint32_t>(size);
  out = Value::ContextView({entries, size});
  return at;
}

inline const char* JsonParser::ParseEntry(const char* at, Value& out, Key& key, bool temporal,
                                          int depth) {
  at = ParseValue(at, out, key, depth);
  if (temporal && at && out.is_string()) {
    const Value parsed = ParseTemporal(*arena_, out.string());
    if (!parsed.is_null()) out = parsed;
  }
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
  if (expected && !expected->quoted.empty() &&
      StartsWith(at, end_, expected->quoted.data(), expected->quoted.size())) {
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
  Key& key = AddKey(name);
  known_.emplace(Place{&owner, key.value.string()}, &key);
  return &key;
}

JsonParser::Key& JsonParser::AddKey(std::string_view name) {
  const auto given = std::find(options_.names.begin(), options_.names.end(), name);
  const std::string_view kept = given != options_.names.end() ? *given : names_.Copy(name);
  Key& key = keys_.emplace_back();
  key.value = Value::StringView(kept);
  if (FindJsonSpecial(kept.data(), kept.data() + kept.size()) == kept.data() + kept.size()) {
    const std::string quoted = '"' + std::string(name) + "\":";
    key.quoted = names_.Copy(quoted + std::string(kSameStartReach, ' ')).substr(0, quoted.size());
  }
  key.temporal = std::find(options_.temporal.begin(), options_.temporal.end(), name) !=
                 options_.temporal.end();
  return key;
}

void JsonParser::ForgetKeys() {
  shape_.Forget();
  known_.clear();
  keys_.clear();
  names_.Reset();
  root_ = Key();
}

// Plain ASCII, sixteen bytes at once; all else takes the long way.
inline const char* JsonParser::ParseString(const char* at, std::string_view& out) {
  const char* const start = at + 1;
  for (const char* next = start; end_ - next >= static_cast<ptrdiff_t>(Block::kBytes);
       next += Block::kBytes) {
    const Block block = Block::Of(next);
    const uint32_t specials = block.JsonSpecials(), highs = block.Highs();
    if ((specials | highs) == 0) continue;
    const int first = std::countr_zero(specials | highs);
    if (next[first] != '"') break;
    next += first;
    out = {start, static_cast<size_t>(next - start)};
    return next + 1;
  }
  return ParseAnyString(at, out);
}

const char* JsonParser::ParseAnyString(const char* at, std::string_view& out) {
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

// Up to seven digits, and up to seven behind a point, each at once: short numbers differ in length
// from text to text, and a loop over the digits ends where nobody foresees it.
inline const char* JsonParser::ParseNumber(const char* at, Value& out) {
  if (end_ - at < 24) return ParseAnyNumber(at, out);
  if (IsDigit(*at) && (at[1] == ',' || at[1] == '}')) {  // a third of them
    out = Value::Int(*at - '0');
    return at + 1;
  }
  const Digits whole = Digits::At(at);
  if (whole.count == 0 || whole.count == 8 || (*at == '0' && whole.count > 1)) {
    return ParseAnyNumber(at, out);
  }
  const char* next = at + whole.count;
  Digits fraction;
  if (*next == '.') {
    fraction = Digits::At(++next);
    if (fraction.count == 0 || fraction.count == 8) return ParseAnyNumber(at, out);
    next += fraction.count;
  }
  if (*next == 'e' || *next == 'E') return ParseAnyNumber(at, out);
  out = Value::Decimal(whole.value * kPowersOfTen[fraction.count] + fraction.value,
                       static_cast<int>(fraction.count));
  return next;
}

const char* JsonParser::ParseAnyNumber(const char* at, Value& out) {
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
