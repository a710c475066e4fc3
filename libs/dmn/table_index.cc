#include "dmn/table_index.h"

#include <algorithm>
#include <bit>

#include "dmn/table_index_lookup.h"

namespace extramile::dmn {

using feel::Kind;
using feel::Value;

// A list passes where one of its items does. False where the list is too long or an item undecided.
template <size_t kWords>
bool TableIndex::ApplyItems(const Column& column, const Value& list, uint64_t* possible,
                            uint64_t* open) const {
  constexpr size_t kMostItems = 32;
  const uint64_t* masks[kMostItems];
  size_t count = 0;
  const size_t words = kWords == 0 ? words_ : kWords;
  if (list.items().size() > kMostItems) return false;
  for (const Value& item : list.items()) {
    if (item.kind() != column.kind) continue;  // equals no constant of the column's cells
    const uint32_t position = PositionOf(column, item);
    if (position == kUndecided) return false;
    masks[count++] = &column.masks[position * words];
  }
  for (size_t w = 0; w < words; ++w) {
    uint64_t pass = column.dash[w] | column.hard[w];
    for (size_t i = 0; i < count; ++i) pass |= masks[i][w];
    possible[w] &= pass;
    open[w] |= column.hard[w];
  }
  return true;
}

// kWords 0: as many as there are. With one word everything stays in registers.
template <size_t kWords>
void TableIndex::Apply(const Column& column, const Value& value, uint64_t* possible,
                       uint64_t* open) const {
  const size_t words = kWords == 0 ? words_ : kWords;
  if (value.is_null()) {
    for (size_t w = 0; w < words; ++w) {
      possible[w] &= column.null[w];
      open[w] |= ~column.dash[w];
    }
    return;
  }
  if (column.of_items && value.is_list() && ApplyItems<kWords>(column, value, possible, open)) {
    return;
  }
  const uint32_t position = column.of_items ? kUndecided : PositionOf(column, value);
  if (position == kUndecided) {
    for (size_t w = 0; w < words; ++w) open[w] |= ~column.dash[w];
    return;
  }
  const uint64_t* const mask = &column.masks[(position >> column.shift) * words];
  for (size_t w = 0; w < words; ++w) possible[w] &= mask[w];
  if (kWords == 0 && column.shift > 0) {
    for (size_t w = 0; w < words; ++w) {
      for (uint64_t left = possible[w] & ~column.dash[w] & ~column.hard[w]; left != 0;
           left &= left - 1) {
        const auto bit = static_cast<size_t>(std::countr_zero(left));
        const Span& span = column.spans[w * 64 + bit];
        if (position < span.first || position > span.last) possible[w] &= ~(uint64_t{1} << bit);
      }
    }
  }
  if (!column.any_hard) return;
  for (size_t w = 0; w < words; ++w) open[w] |= column.hard[w];
}

void TableIndex::MatchOne(std::span<const Value> values, uint64_t& possible_out,
                          uint64_t& open_out) const {
  uint64_t possible = LastWord(), open = 0;
  for (const Column& column : columns_) {
    // Rules that do not look at this input need it not.
    if ((possible & ~column.dash[0]) == 0) continue;
    Apply<1>(column, values[column.input], &possible, &open);
  }
  possible_out = possible;
  open_out = open & possible;
}

void TableIndex::MatchMany(std::span<const Value> values, uint64_t* possible,
                           uint64_t* open) const {
  std::fill_n(possible, words_, ~uint64_t{0});
  std::fill_n(open, words_, 0);
  possible[words_ - 1] = LastWord();
  for (const Column& column : columns_) Apply<0>(column, values[column.input], possible, open);
  for (size_t w = 0; w < words_; ++w) open[w] &= possible[w];
}

void TableIndex::Match(std::span<const Value> values, uint64_t* possible, uint64_t* open) const {
  if (words_ == 1) {
    MatchOne(values, *possible, *open);
  } else {
    MatchMany(values, possible, open);
  }
}

std::vector<uint32_t> TableIndex::Excluding(std::span<const Value> values, uint32_t rule) const {
  std::vector<const Column*> columns;
  for (const Column& column : columns_) columns.push_back(&column);
  std::sort(columns.begin(), columns.end(),
            [](const Column* a, const Column* b) { return a->input < b->input; });
  std::vector<uint64_t> before(words_, 0), open(words_, 0);
  for (uint32_t r = 0; r < rule; ++r) before[r / 64] |= uint64_t{1} << (r % 64);
  std::vector<uint32_t> inputs;
  for (const Column* column : columns) {
    std::vector<uint64_t> left = before;
    Apply<0>(*column, values[column->input], left.data(), open.data());
    if (left != before) inputs.push_back(column->input);
    before = std::move(left);
  }
  return inputs;
}

}  // namespace extramile::dmn
