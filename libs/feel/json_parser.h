// JsonParser: JSON text straight to a FEEL value, for streams of texts that look alike: one line a
// context, a million lines.
//
// What it accepts and refuses is what ParseJson and FromJson do together (numbers by their digits,
// duplicate keys and broken UTF-8 refused, size and depth limited), without the tree between. It
// keeps every key it has met by its path, and which key followed which, so that the second text of
// a kind costs one comparison a key. A string without escapes is not copied and the keys are the
// parser's: text and parser must outlive the value, which is good until the next Parse. O(bytes),
// no allocation once the keys are known. One thread at a time.
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
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"
#include "feel/value.h"

namespace extramile::feel {

struct JsonParserOptions {
  JsonLimits limits = {};
  std::vector<std::string> temporal = {};
};

class JsonParser {
 public:
  explicit JsonParser(JsonParserOptions options = {});

  // Errors: kMalformed "json-syntax" (the place is the byte), "json-duplicate-key", "json-nul";
  // kTooLarge "body-too-large".
  Result<Value> Parse(std::string_view text, Arena& arena);

 private:
  // A key at one place of the texts: under the key of the object that it is in (whether that stands
  // in a list or not).
  struct Key {
    // "name": as it stands in JSON, with kKeyBytes bytes behind it; empty where it needs escapes.
    std::string_view quoted;
    Value value;            // the name
    bool temporal = false;  // one of the options'
    Key* first = nullptr;   // of the keys under it, which came first last time
    Key* next = nullptr;    // of the keys beside it, which followed last time
    uint64_t seen = 0;      // the object that had it last
    uint32_t size = 0;      // how many items or entries its value had last time
  };
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

  // Each takes where its part begins and gives where it ends, or nullptr where it refuses it.
  const char* ParseValue(const char* at, Value& out, Key& owner, int depth);
  const char* ParseObject(const char* at, Value& out, Key& owner, int depth);
  const char* ParseArray(const char* at, Value& out, Key& owner, int depth);
  const char* ParseString(const char* at, std::string_view& out);
  const char* ParseEscaped(const char* start, const char* at, std::string_view& out);
  const char* AppendEscape(const char* at, std::string& out);
  const char* ParseHex(const char* at, uint32_t& out);
  const char* ParseNumber(const char* at, Value& out);
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
  Arena* arena_ = nullptr;
  const char* end_ = nullptr;
  const char* refused_at_ = nullptr;  // the error, where there is one
  std::string_view code_, message_;
};

}  // namespace extramile::feel
