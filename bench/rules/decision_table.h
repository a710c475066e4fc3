// The tables that bench_rules measures, and their inputs: the one of ../shared/bench/dmn-table, and
// made ones of any size.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"

namespace extramile::bench {

struct BenchTable {
  std::string dmn;                  // a model whose decision "answer" is the table
  std::vector<std::string> inputs;  // JSON texts
  std::vector<int> expected;        // the row that matches first, from 0; -1 for none
};

// From rows.json, inputs.json and expected.json of `folder`, which gen.mjs has written.
Result<BenchTable> SharedTable(const std::string& folder, const std::string& policy);

// `rules` rules over `columns` inputs under FIRST, the last rule matching everything; numbers,
// strings, booleans and dates in turn, and a thousand inputs.
BenchTable MadeTable(size_t rules, size_t columns);

}  // namespace extramile::bench
