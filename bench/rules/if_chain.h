// The table of ../shared/bench/dmn-table as a person would write it in C++: a chain of ifs. The
// floor that any table engine is measured against.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace extramile::bench {

struct ChainInput {
  std::string_view gesture;
  int64_t cents = 0;
  bool vip = false;
  std::span<const std::string_view> tags;
  int64_t day = 0;  // since 1970-01-01
};

// The row that matches first, counted from 0; -1 where none does.
int IfChain(const ChainInput& input);

}  // namespace extramile::bench
