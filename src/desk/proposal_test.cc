#include "desk/proposal.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

TEST(Proposal, SaysItsFiguresInWords) {
  const ProposalFigures figures{3, 2, 1, {1250, Currency::Gbp()}};
  EXPECT_EQ(FiguresInWords(figures),
            "Used 3 times for 2 customers; 1 of the uses was praised; cost GBP 12.50 in all.");
  EXPECT_EQ(FiguresInWords({}), "Not used yet.");
}

}  // namespace
}  // namespace extramile::desk
