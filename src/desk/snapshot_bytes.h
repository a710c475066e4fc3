// The bytes of snapshots: how one value is written and read back. Private to desk/snapshot*.
//
// A value is a tag byte and what the tag says: small numbers stand in the tag, other whole numbers
// are variable-length integers, decimals a scale and a mantissa, strings and lists a length first.
// The names of a context are one byte each, an index into a list that only ever grows
// (snapshot_names.inc); a name that is not in it is written out.
//
// A reader never reads past its bytes; once they make no sense it is `damaged` and answers nulls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::desk::snapshot {

enum Tag : uint8_t {
  kNull = 0,
  kFalse,
  kTrue,
  kInteger,       // signed
  kDecimal,       // scale, signed mantissa
  kWide,          // a number of more digits, as text
  kText,          // length, bytes
  kInstant,       // signed days, nanoseconds of the day, signed seconds east of UTC
  kLocalTime,     // a date and time of another form, as text
  kList,          // count, values
  kContext,       // count, (name, value) each
  kSmall = 0x80,  // 0x80 + n: the whole number n, 0 to 127
};

class Writer {
 public:
  void Value(const feel::Value& value);
  // The value with a null in the place of everything that is no context; appends what stood there.
  void Skeleton(const feel::Value& value, std::vector<const feel::Value*>& leaves);

  void Byte(uint8_t byte) { out_ += static_cast<char>(byte); }
  void Unsigned(uint64_t value);
  void Raw(std::string_view bytes) { out_ += bytes; }

  std::string_view bytes() const { return out_; }
  void Clear() { out_.clear(); }
  std::string Take() { return std::move(out_); }

 private:
  void Signed(int64_t value);
  void Head(Tag tag, size_t count);
  void Text(Tag tag, std::string_view text);
  void Name(std::string_view name);
  void Number(const feel::Value& value);
  void DateTime(const feel::Value& value);

  std::string out_;
};

class Reader {
 public:
  Reader(std::string_view bytes, feel::Arena& arena) : bytes_(bytes), arena_(arena) {}

  feel::Value Value() { return Take(0); }
  // What Writer::Skeleton wrote, into `into`; appends the places of the nulls.
  void Skeleton(feel::Value& into, std::vector<feel::Value*>& leaves) { TakeInto(into, leaves, 0); }

  uint8_t Byte();
  uint64_t Unsigned();
  // A length or count of things that take a byte each at least.
  size_t Size();
  std::string_view Raw(size_t size);

  size_t left() const { return bytes_.size(); }
  bool damaged() const { return damaged_; }
  feel::Value Damaged();

 private:
  int64_t Signed();
  std::string_view Text() { return Raw(Size()); }
  std::string_view Name();
  feel::Value Take(int depth);
  feel::Value TakeInstant();
  feel::Value TakeList(int depth);
  feel::Value TakeContext(int depth);
  void TakeInto(feel::Value& into, std::vector<feel::Value*>& leaves, int depth);

  std::string_view bytes_;
  feel::Arena& arena_;
  bool damaged_ = false;
};

}  // namespace extramile::desk::snapshot
