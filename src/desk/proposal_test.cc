#include "desk/proposal.h"

#include <gtest/gtest.h>

#include <set>

namespace extramile::desk {
namespace {

TEST(Proposal, WalksTheChangeProcedureAndNoShorterWay) {
  EXPECT_TRUE(MayMoveProposal("suggested", "submitted"));
  EXPECT_TRUE(MayMoveProposal("submitted", "under review"));
  EXPECT_TRUE(MayMoveProposal("under review", "on trial"));
  EXPECT_TRUE(MayMoveProposal("on trial", "adopted"));
  EXPECT_FALSE(MayMoveProposal("suggested", "adopted"));
  EXPECT_FALSE(MayMoveProposal("submitted", "adopted"));
  EXPECT_FALSE(MayMoveProposal("adopted", "declined"));
  EXPECT_FALSE(MayMoveProposal("suggested", "suggested"));
}

TEST(Proposal, EveryStateIsReachedAndEveryWayEnds) {
  std::set<std::string_view> reached = {kFirstProposalState};
  for (int step = 0; step < 10; ++step) {
    for (std::string_view state : std::set(reached)) {
      for (std::string_view next : NextProposalStates(state)) reached.insert(next);
    }
  }
  EXPECT_EQ(reached, (std::set<std::string_view>{"suggested", "submitted", "under review",
                                                 "on trial", "adopted", "declined"}));
  for (std::string_view state : reached) {
    EXPECT_EQ(IsFinalProposalState(state), state == "adopted" || state == "declined") << state;
    if (!IsFinalProposalState(state)) {
      EXPECT_TRUE(MayMoveProposal(state, "declined")) << state;
    }
  }
}

TEST(Proposal, SaysItsFiguresInWords) {
  ProposalFigures figures{3, 2, 1, {1250, Currency::Gbp()}, 46, 14};
  EXPECT_EQ(FiguresInWords(figures),
            "Used 3 times for 2 customers; 1 of the uses was praised; cost GBP 12.50 in all.");
  EXPECT_EQ(CapacityInWords(figures), "15 minutes a time; at this pace 23 minutes a week.");
  figures.days = 2;
  EXPECT_EQ(CapacityInWords(figures), "15 minutes a time.");
  EXPECT_EQ(FiguresInWords({}), "Not used yet.");
}

}  // namespace
}  // namespace extramile::desk
