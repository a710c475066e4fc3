#include "desk/proposal.h"

#include <algorithm>

namespace extramile::desk {
namespace {

struct Move {
  std::string_view from, to;
};
constexpr Move kMoves[] = {
    {"suggested", "submitted"},   {"suggested", "declined"},    {"submitted", "under review"},
    {"submitted", "declined"},    {"under review", "on trial"}, {"under review", "adopted"},
    {"under review", "declined"}, {"on trial", "under review"}, {"on trial", "adopted"},
    {"on trial", "declined"},
};

std::string Count(int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace

std::vector<std::string_view> NextProposalStates(std::string_view state) {
  std::vector<std::string_view> next;
  for (const Move& move : kMoves) {
    if (move.from == state) next.push_back(move.to);
  }
  return next;
}

bool MayMoveProposal(std::string_view from, std::string_view to) {
  return std::any_of(std::begin(kMoves), std::end(kMoves),
                     [&](const Move& move) { return move.from == from && move.to == to; });
}

bool IsFinalProposalState(std::string_view state) { return NextProposalStates(state).empty(); }

std::string FiguresInWords(const ProposalFigures& figures) {
  if (figures.uses == 0) return "Not used yet.";
  return "Used " + Count(figures.uses, "time", "times") + " for " +
         Count(figures.customers, "customer", "customers") + "; " +
         Count(figures.valued, "of the uses was praised", "of the uses were praised") + "; cost " +
         FormatMoney(figures.cost) + " in all.";
}

std::string CapacityInWords(const ProposalFigures& figures) {
  if (figures.uses == 0) return "What it takes is not known yet.";
  const int64_t each = (figures.minutes + figures.uses / 2) / figures.uses;
  const int64_t days = std::max<int64_t>(figures.days, 1);
  // Less than a week's record says nothing about a week's pace.
  std::string sentence = Count(each, "minute", "minutes") + " a time";
  if (days < 7) return sentence + ".";
  const int64_t weekly = (figures.minutes * 7 + days / 2) / days;
  return sentence + "; at this pace " + Count(weekly, "minute", "minutes") + " a week.";
}

}  // namespace extramile::desk
