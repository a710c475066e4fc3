// Snapshot: a check's inputs as they are stored beside its verdict, so that any later set of rules
// can be asked what it would have said (replay).
//
// Format 2 is one context: the byte 2, then the value (snapshot_bytes.h). A check takes about 400
// bytes, a quarter of its JSON. Values of kinds that the check's contract does not have (ranges,
// functions, durations) are kept as their text.
//
// Format 3 is many contexts, in columns: the byte 3, their number, then groups of contexts whose
// names are the same all the way down. A group is the number of its contexts, their skeleton (the
// names), and for every place in it a column: how many distinct values there are, these, and, where
// there is more than one, which of them each context has, in one byte or two. Reading the next
// context is a copy of 16 bytes for each place whose values differ.
//
// Thread-safe, but for one reader or writer. Encoding and decoding one context cost about a
// microsecond each; in columns 5 us to write, 0.1 us to read.
//
//   ColumnsWriter writer;
//   for (const feel::Value& context : contexts) writer.Add(context);
//   const std::string bytes = writer.Take();
//   EM_ASSIGN(ColumnsReader reader, ColumnsReader::Open(bytes, arena));
//   while (const feel::Value* context = reader.Next()) ...
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::desk {

namespace snapshot {
class Reader;
}

std::string EncodeSnapshot(const feel::Value& context);

// Strings of the value are views into `bytes`, which must outlive it. Errors: kMalformed
// "snapshot-damaged", with the offset; "snapshot-format" for a format that is not known.
Result<feel::Value> DecodeSnapshot(std::string_view bytes, feel::Arena& arena);

// Whether DecodeSnapshot is who reads it.
bool HoldsOneContext(std::string_view snapshot);

class ColumnsWriter {
 public:
  void Add(const feel::Value& context);
  size_t size() const { return size_; }
  std::string Take() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Column {
    void Add(std::string_view value);

    std::unordered_map<std::string, uint16_t, Hash, std::equal_to<>> distinct;
    std::string bytes;              // of the distinct values, in the order of their numbers
    std::vector<uint16_t> numbers;  // one for each context
    const std::string* last = nullptr;
    uint16_t last_number = 0;
  };
  struct Group {
    std::string skeleton;
    uint64_t contexts = 0;
    std::vector<Column> columns;
  };
  Group& GroupOf(std::string_view skeleton, size_t leaves);

  std::deque<Group> groups_;
  size_t size_ = 0;
};

class ColumnsReader {
 public:
  // Bytes and arena must outlive it. Errors: those of DecodeSnapshot.
  static Result<ColumnsReader> Open(std::string_view bytes, feel::Arena& arena);

  size_t size() const { return size_; }
  // The next context, group by group, in the order of writing in each; nullptr behind the last. Its
  // places are used again by the next.
  const feel::Value* Next();

 private:
  struct Column {
    feel::Value* place;
    const feel::Value* values;
    size_t distinct;
    std::string_view numbers;

    size_t NumberAt(size_t row) const;
  };
  struct Group {
    size_t contexts = 0;
    feel::Value* root = nullptr;
    std::vector<Column> varying;
  };
  void ReadGroup(snapshot::Reader& reader, feel::Arena& arena, size_t contexts);

  std::vector<Group> groups_;
  size_t size_ = 0, group_ = 0, row_ = 0;
};

}  // namespace extramile::desk
