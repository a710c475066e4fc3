// What the record counts of a proposal, in words. Pure; O(1).
#pragma once

#include <cstdint>
#include <string>

#include "base/money.h"

namespace extramile::desk {

// Counted from the record: actions done with the gesture, the different customers they were for,
// how many of them were followed by praise, what they took.
struct ProposalFigures {
  int64_t uses = 0;
  int64_t customers = 0;
  int64_t valued = 0;
  Money cost;
};

// "Used 3 times for 3 customers; 2 of the uses were praised; cost GBP 12.00 in all."
std::string FiguresInWords(const ProposalFigures& figures);

}  // namespace extramile::desk
