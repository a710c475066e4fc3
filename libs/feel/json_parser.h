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
#include <memory>
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
    std::string_view name;
    Value value;            // the name again
    bool plain = false;     // stands in JSON as it is, without escapes
    bool temporal = false;  // one of the options'
    Key* first = nullptr;   // of the keys under it, which came first last time
    Key* next = nullptr;    // of the keys beside it, which followed last time
    uint64_t seen = 0;      // the object that had it last
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

  bool ParseValue(Value& out, Key& owner, int depth);
  bool ParseObject(Value& out, Key& owner, int depth);
  bool ParseArray(Value& out, Key& owner, int depth);
  bool ParseString(std::string_view& out);
  bool ParseEscaped(const char* start, std::string_view& out);
  bool AppendEscape(std::string& out);
  bool ParseHex(uint32_t& out);
  bool ParseNumber(Value& out);
  bool ParseWord(std::string_view word);
  // The key that the quote at `at_` opens, and the colon behind it.
  Key* ParseKey(const Key& owner, Key* expected);
  Key* Intern(const Key& owner, std::string_view name);
  void ForgetKeys();
  void SkipSpace() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r' || *at_ == '\n')) ++at_;
  }
  bool Refuse(std::string_view code, std::string_view message);
  bool RefuseSyntax() { return Refuse("json-syntax", "This is not valid JSON."); }

  JsonParserOptions options_;
  Arena keys_;  // the names
  std::unordered_map<Place, std::unique_ptr<Key>, HashPlace> known_;
  Key root_;             // of the whole text
  uint64_t object_ = 0;  // counts objects, for `seen`
  // Of the lists and objects being read, by depth: a value is written where it stays until its list
  // or object is complete.
  std::vector<std::vector<Value>> items_;
  std::vector<std::vector<Entry>> entries_;

  Arena* arena_ = nullptr;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string_view code_, message_;  // the error, where there is one
};

}  // namespace extramile::feel
