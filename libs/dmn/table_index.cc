#include "dmn/table_index.h"

#include <algorithm>
#include <bit>

#include "dmn/table_index_lookup.h"

namespace extramile::dmn {

using feel::Kind;
using feel::Value;

void TableIndex::Match(std::span<const Value> values, uint64_t* possible, uint64_t* open) const {
  MatchEach([values](uint32_t input, uint32_t) -> const Value& { return values[input]; }, possible,
            open);
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
