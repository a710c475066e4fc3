// TableIndex: which rules of a decision table match, found without walking the rules.
//
// The idea: every input column is turned, once, into a function from a value to a bitmap of the
// rules whose cell lets that value pass. The end points that a column's cells mention cut its
// values into elementary intervals; between two neighbouring end points every cell gives one
// answer, so a binary search over integers finds the bitmap. Strings are found by hash. The bitmaps
// of all columns, ANDed, are the rules that match; the hit policy reads them off. (The index of
// Bentley and Maurer's range queries, with bitmaps in place of lists.)
//
// What the index cannot decide stays open, and FEEL decides it for the few rules that are left: a
// cell that is more than constants and ranges of them, and a value of a kind that the column's
// cells do not have. In columns so long that their bitmaps would take more than kMaxColumnBytes,
// neighbouring intervals share one, and each rule that it lets pass is looked at by itself.
//
// INVARIANT: a rule outside `possible` does not match; one in `possible` and not in `open` matches.
// Immutable once built; thread-safe. Match allocates nothing. Its cost is some nanoseconds a column
// that still could exclude a rule, and rules / 64 words a column above 64 rules.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace extramile::dmn {

struct TableInput;
struct TableRule;

class TableIndex {
 public:
  static constexpr size_t kMaxColumnBytes = size_t{512} << 10;

  TableIndex() = default;
  TableIndex(std::span<const TableRule> rules, std::span<const TableInput> inputs);

  // Words of 64 rules in a mask: rule r is bit r % 64 of word r / 64.
  size_t words() const { return words_; }

  // Sets `possible` and `open` (words() words each) for one value an input.
  void Match(std::span<const feel::Value> values, uint64_t* possible, uint64_t* open) const;
  // The same, where `value_of(input, its path)` gives a value. With 64 rules or fewer it is only
  // asked for the inputs that a rule still possible looks at.
  template <class ValueOf>
  void MatchEach(ValueOf value_of, uint64_t* possible, uint64_t* open) const;
  // The inputs, ascending, whose cells alone kept a rule before `rule` from being possible: each
  // such rule counts for the first input that excludes it.
  std::vector<uint32_t> Excluding(std::span<const feel::Value> values, uint32_t rule) const;

 private:
  // Positions [first, last] of a column.
  struct Span {
    uint32_t first = 1, last = 0;
  };
  // A text and its position. Up to eight bytes are compared as one word.
  struct Slot {
    uint64_t word = 0;
    std::string_view text;
    uint32_t position = UINT32_MAX;  // UINT32_MAX: empty
  };
  // One input whose cells are not all "-". A value has a position: the elementary interval that it
  // lies in (2 n + 1 is the n-th key itself, 2 n what lies before it), or the number of its text.
  // (What every look-up needs stands first, in one line of the processor's memory.)
  struct alignas(64) Column {
    uint32_t input = 0;
    uint32_t path = UINT32_MAX;           // the input's
    feel::Kind kind = feel::Kind::kNull;  // of the values it decides; kNull: of none
    bool of_items = false;                // cells are "list contains(?, constant)": of the items
    bool any_hard = false;
    uint8_t shift = 0;  // 2^shift positions share a mask
    int scale = 0;      // numbers: digits after the point of `keys`
    // The first words of the three below: with 64 rules or fewer all that there is, and at hand.
    uint64_t dash_word = 0, hard_word = 0, null_word = 0;
    std::vector<uint64_t> masks;
    uint32_t positions = 0;     // of texts: the last one is that of every other text
    std::vector<int64_t> keys;  // end points, ascending; then three times kPadding
    size_t key_count = 0;
    std::vector<Slot> slots;  // texts; a power of two, at most half full
    std::vector<Span> spans;  // where masks are shared: what each rule lets pass

    std::vector<uint64_t> dash;  // rules with "-"
    std::vector<uint64_t> hard;  // rules that stay open whatever the value is
    std::vector<uint64_t> null;  // rules that a null may match
  };
  // A value as an integer at a scale: exactly, or the next one below, and then `above` is true.
  struct Key {
    int64_t key;
    bool above;
  };
  static constexpr int64_t kPadding = INT64_MAX;  // below no key
  struct Text {
    uint64_t word;
    size_t hash;
  };

  // Building (table_index_build.cc).
  class Builder;

  // Matching.
  // False where the value has no key at that scale. REQUIRES: a kind that has keys.
  static bool KeyOf(const feel::Value& value, int scale, Key& key);
  static Text TextOf(std::string_view text);
  static constexpr uint32_t kUndecided = UINT32_MAX;
  static uint32_t PositionOf(const Column& column, const feel::Value& value);
  static uint32_t PositionOfText(const Column& column, std::string_view text);
  static uint32_t PositionOfKey(const Column& column, Key key);
  template <size_t kWords>
  void Apply(const Column& column, const feel::Value& value, uint64_t* possible,
             uint64_t* open) const;
  void ApplyNarrow(const Column& column, const feel::Value& value, uint64_t& possible,
                   uint64_t& open) const;
  template <size_t kWords>
  bool ApplyItems(const Column& column, const feel::Value& list, uint64_t* possible,
                  uint64_t* open) const;
  uint64_t LastWord() const {
    return rules_ % 64 == 0 && rules_ > 0 ? ~uint64_t{0} : (uint64_t{1} << (rules_ % 64)) - 1;
  }

  size_t rules_ = 0;
  size_t words_ = 0;
  std::vector<Column> columns_;  // the quickest first
};

}  // namespace extramile::dmn
