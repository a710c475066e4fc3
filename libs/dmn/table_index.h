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
// cell that is more than constants and ranges of them, a value of a kind that the column's cells do
// not have, and, in columns so large that bitmaps were merged to stay within kMaxColumnBytes, every
// cell.
//
// INVARIANT: a rule outside `possible` does not match; one in `possible` and not in `open` matches.
// Immutable once built; thread-safe. Match allocates nothing; it costs some 5 ns a column up to 64
// rules, and rules / 64 words a column above.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace extramile::dmn {

struct Cell;
struct TableRule;

class TableIndex {
 public:
  static constexpr size_t kMaxColumnBytes = size_t{512} << 10;

  TableIndex() = default;
  TableIndex(std::span<const TableRule> rules, size_t inputs);

  // Words of 64 rules in a mask: rule r is bit r % 64 of word r / 64.
  size_t words() const { return words_; }

  // Sets `possible` and `open` (words() words each) for one value an input.
  void Match(std::span<const feel::Value> values, uint64_t* possible, uint64_t* open) const;
  // The inputs, ascending, whose cells alone kept a rule before `rule` from being possible: each
  // such rule counts for the first input that excludes it.
  std::vector<uint32_t> Excluding(std::span<const feel::Value> values, uint32_t rule) const;

 private:
  // One input whose cells are not all "-".
  struct Column {
    uint32_t input = 0;
    feel::Kind kind = feel::Kind::kNull;  // of the values it decides; kList: by their items
    bool of_items = false;                // cells are "list contains(?, constant)"
    int scale = 0;                        // numbers: digits after the point of `keys`
    uint32_t group = 1;                   // how many elementary intervals share a mask
    std::vector<int64_t> keys;            // end points, ascending: 2 n + 1 intervals
    std::vector<uint64_t> masks;
    uint32_t unknown = 0;  // strings: the mask of one that no cell mentions

    struct Slot {
      std::string_view text;
      uint32_t mask = UINT32_MAX;  // UINT32_MAX: empty
    };
    std::vector<Slot> slots;  // a power of two, at most half full

    std::vector<uint64_t> dash;  // rules with "-"
    std::vector<uint64_t> hard;  // rules that stay open whatever the value is
    std::vector<uint64_t> null;  // rules that a null may match
    bool any_hard = false;
  };

  static int ScaleOf(std::span<const TableRule> rules, const Column& column);
  static bool Indexed(const Column& column, const Cell& cell);
  void Build(Column& column, std::span<const TableRule> rules);
  void BuildKeys(Column& column, std::span<const TableRule> rules);
  void BuildStrings(Column& column, std::span<const TableRule> rules);
  // What one column makes of one value: rules that pass, and of these the open ones.
  template <size_t kWords>
  void Apply(const Column& column, const feel::Value& value, uint64_t* possible,
             uint64_t* open) const;
  template <size_t kWords>
  bool ApplyItems(const Column& column, const feel::Value& list, uint64_t* possible,
                  uint64_t* open) const;
  template <size_t kWords>
  void MatchWords(std::span<const feel::Value> values, uint64_t* possible, uint64_t* open) const;
  // The mask for a value of the column's kind; nullptr where the index cannot decide it.
  const uint64_t* MaskOf(const Column& column, const feel::Value& value) const;
  const uint64_t* MaskOfText(const Column& column, std::string_view text) const;
  const uint64_t* MaskOfKey(const Column& column, int64_t key, bool above) const;

  size_t rules_ = 0;
  size_t words_ = 0;
  std::vector<Column> columns_;
};

}  // namespace extramile::dmn
