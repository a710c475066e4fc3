// The change procedure of a proposal, and what its figures say.
//
// States and the moves between them are data (kMoves below); the organisation's own procedure may
// later replace the table. Adopted and declined are final: a declined idea may be suggested anew.
//
// Pure; O(1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"

namespace extramile::desk {

inline constexpr std::string_view kFirstProposalState = "suggested";

// The states that may follow `state`, in the procedure's order; empty after the last.
std::vector<std::string_view> NextProposalStates(std::string_view state);
bool MayMoveProposal(std::string_view from, std::string_view to);
bool IsFinalProposalState(std::string_view state);

// Counted from the record: actions done with the gesture, the different customers they were for,
// how many of them were followed by praise, what they took.
struct ProposalFigures {
  int64_t uses = 0;
  int64_t customers = 0;
  int64_t valued = 0;
  Money cost;
  int64_t minutes = 0;
  int64_t days = 0;  // from the first use to now, at least 1 where there was one
};

// "Used 3 times for 3 customers; 2 of the uses were praised; cost GBP 12.00 in all."
std::string FiguresInWords(const ProposalFigures& figures);
// What it would take at the pace so far: "15 minutes a time; at this pace 45 minutes a week."
std::string CapacityInWords(const ProposalFigures& figures);

}  // namespace extramile::desk
