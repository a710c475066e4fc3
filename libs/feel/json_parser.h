// JsonParser: JSON text straight to a FEEL value, for streams of texts that look alike: one line a
// context, a million lines.
//
// What it accepts and refuses is what ParseJson and FromJson do together (numbers by their digits,
// duplicate keys and broken UTF-8 refused, size and depth limited), without the tree between. It
// learns the shape of the texts (json_shape.h): one of the same shape costs a comparison a value.
// For the others it keeps every key it has met by its path, and which key followed which, and
// compares a key with the one that it expects. A string without escapes is not copied, and contexts
// and keys are the parser's: text and parser must outlive the value, which is good until the next
// Parse. O(bytes), no allocation once the shape is known. One thread at a time.
//
// JSON has no dates: the texts under the names in `temporal` become dates, times, dates and times
// or durations where that is what they are.
//
//   JsonParser parser({.temporal = {"when", "opened"}});
//   while (NextLine(line)) {
//     arena.Reset();
//     EM_ASSIGN(Value context, parser.Parse(line, arena));
//   }
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"
#include "feel/json_shape.h"
#include "feel/value.h"

namespace extramile::feel {

struct JsonParserOptions {
  JsonLimits limits = {};
  std::vector<std::string> temporal = {};
  // Keys with one of these names are these very texts, which must outlive the values.
  std::vector<std::string_view> names = {};
};

class JsonParser {
 public:
  explicit JsonParser(JsonParserOptions options = {});

  // Errors: kMalformed "json-syntax" (the place is the byte), "json-duplicate-key", "json-nul";
  // kTooLarge "body-too-large".
  Result<Value> Parse(std::string_view text, Arena& arena);

 private:
  using Key = JsonKey;
  struct Place {
    const Key* owner;
    std::string_view name;
    bool operator==(const Place&) const = default;
  };
  struct HashPlace {
    size_t operator()(const Place& place) const {
      return std::hash<std::string_view>()(place.name) ^
             (std::hash<const void*>()(place.owner) * 0x9E3779B97F4A7C15);
    }
  };

  // A text of the shape; nullopt for any other, and for one that must be refused.
  std::optional<Value> ParseShaped(std::string_view text);
  // Any text, learning its shape where it is told to.
  const char* ParseWhole(std::string_view text, Value& out, bool learn);

  // Each takes where its part begins and gives where it ends, or nullptr where it refuses it.
  const char* ParseValue(const char* at, Value& out, Key& owner, int depth);
  const char* ParseAnyValue(const char* at, Value& out, Key& owner, int depth);
  const char* ParseObject(const char* at, Value& out, Key& owner, int depth);
  const char* ParseArray(const char* at, Value& out, Key& owner, int depth);
  // The value of an entry.
  const char* ParseEntry(const char* at, Value& out, Key& key, bool temporal, int depth);
  const char* ParseString(const char* at, std::string_view& out);
  const char* ParseAnyString(const char* at, std::string_view& out);
  const char* ParseEscaped(const char* start, const char* at, std::string_view& out);
  const char* AppendEscape(const char* at, std::string& out);
  const char* ParseHex(const char* at, uint32_t& out);
  const char* ParseNumber(const char* at, Value& out);
  const char* ParseAnyNumber(const char* at, Value& out);
  const char* ParseWord(const char* at, std::string_view word);
  // A key and the colon behind it.
  const char* ParseKey(const char* at, const Key& owner, Key* expected, Key*& out);
  const char* SkipSpace(const char* at) const {
    while (at < end_ && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) ++at;
    return at;
  }
  // More room for `items`, of which `size` are in use.
  template <class Item>
  void Grow(Item*& items, size_t size, size_t& capacity);
  Key* Intern(const Key& owner, std::string_view name);
  Key& AddKey(std::string_view name);
  void ForgetKeys();
  const char* Refuse(const char* at, std::string_view code, std::string_view message);
  const char* RefuseSyntax(const char* at) {
    return Refuse(at, "json-syntax", "This is not valid JSON.");
  }

  JsonParserOptions options_;
  Arena names_;
  std::deque<Key> keys_;  // side by side in the order in which they came first
  std::unordered_map<Place, Key*, HashPlace> known_;
  Key root_;             // of the whole text
  uint64_t object_ = 0;  // counts objects, for `seen`
  JsonShape shape_;
  int misses_ = 0;  // texts in a row that had another shape
  bool marking_ = false;
  std::vector<JsonShape::Mark> marks_;  // of the text that is being learned from
  Arena* arena_ = nullptr;
  const char* end_ = nullptr;
  const char* refused_at_ = nullptr;  // the error, where there is one
  std::string_view code_, message_;
};

}  // namespace extramile::feel
