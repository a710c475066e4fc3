// JsonShape: what texts that look alike have in common: the characters between their values, and
// the contexts that the values stand in. Private to JsonParser.
//
// A text of the shape is read without looking up a key: compare the characters up to the next
// value, read the value into its hole, and so on; the contexts stand there already. Objects with
// entries are part of the shape; numbers, texts, words and whole lists fill its holes.
//
// Learned from a text that was read in the ordinary way, whose keys it points to: they must outlive
// it. One thread at a time.
//
//   shape.Learn(text, value, marks);
//   for (const JsonShape::Hole& hole : shape.holes()) { ... compare hole.before, fill *hole.value
//   ...} return shape.root();
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::feel {

// A key at one place of the texts: under the key of the object that it is in (whether that stands
// in a list or not).
struct JsonKey {
  // "name": as it stands in JSON, with 32 bytes behind it; empty where it needs escapes.
  std::string_view quoted;
  Value value;               // the name
  bool temporal = false;     // texts under it may be dates
  JsonKey* first = nullptr;  // of the keys under it, which came first last time
  JsonKey* next = nullptr;   // of the keys beside it, which followed last time
  uint64_t seen = 0;         // the object that had it last
  uint32_t size = 0;         // how many items or entries its value had last time
};

class JsonShape {
 public:
  // Where a value stood in the text that is learned from, and how deep it is nested.
  struct Mark {
    const char* begin;
    const char* end;
    JsonKey* key;
    int depth;
  };
  struct Hole {
    const char* before = nullptr;  // the characters since the hole before this one
    uint32_t size = 0;             // of them; up to the next multiple of 32 may be read
    uint32_t mask = 0;             // a bit for each of the first 32 of them
    bool temporal = false;         // the key's; a look at the key itself would be one at far memory
    int depth = 0;
    JsonKey* key = nullptr;
    Value* value = nullptr;
  };

  // `root` is the text's value, an object; `marks` are of all that is to be a hole, in order.
  void Learn(std::string_view text, const Value& root, std::span<const Mark> marks);
  void Forget();
  bool known() const { return !holes_.empty(); }

  std::span<const Hole> holes() const { return holes_; }
  std::string_view tail() const { return tail_; }  // what follows the last hole
  // The whole, once every hole is filled; good until they are filled again.
  const Value& root() const { return root_; }

 private:
  Value CopyWithHoles(const Value& object);

  Arena arena_;
  std::vector<Hole> holes_;
  std::string_view tail_;
  Value root_;
};

}  // namespace extramile::feel
