#include "desk/match.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

const PromisedService kOffer[] = {
    {"We answer every phone call.", "within 3 minutes", 3, "phone", "first contact",
     "responsiveness"},
    {"A broken lamp is replaced.", "within 5 working days", 5 * 24 * 60, "", "repair",
     "reliability"},
    {"Our staff listen and explain in plain words.", "", std::nullopt, "", "first contact",
     "empathy"},
};

MatchedLine MatchOne(ExpectedService expected, std::string_view channel = "phone") {
  return MatchOffer({&expected, 1}, kOffer, channel).front();
}

TEST(Match, WhatThePromiseCoversIsMet) {
  const auto line = MatchOne({"I expect you to replace my lamp", "reliability", 4});
  EXPECT_EQ(line.item, 1u);
  EXPECT_EQ(line.verdict, MatchVerdict::kMet);
  EXPECT_FALSE(line.key_difference);
}

TEST(Match, AStandardSlowerThanTheCustomerNamedFallsShort) {
  const auto line = MatchOne({"The lamp must be replaced by tomorrow", "reliability", 4});
  EXPECT_EQ(line.item, 1u);
  EXPECT_EQ(line.verdict, MatchVerdict::kShort);
  EXPECT_TRUE(line.key_difference);
}

TEST(Match, AStandardTwiceAsFastExceeds) {
  const auto line = MatchOne({"Answer my call within ten minutes", "responsiveness", 3});
  EXPECT_EQ(line.item, 0u);
  EXPECT_EQ(line.verdict, MatchVerdict::kExceeded);
}

TEST(Match, APromiseForAnotherChannelIsNoneHere) {
  const auto line = MatchOne({"Answer my call within ten minutes", "responsiveness", 3}, "email");
  EXPECT_EQ(line.verdict, MatchVerdict::kNotCovered);
  EXPECT_FALSE(line.item.has_value());
}

TEST(Match, TheDimensionAloneComesNearButFallsShort) {
  const auto line = MatchOne({"Somebody who remembers my grandmother", "empathy", 2});
  EXPECT_EQ(line.item, 2u);
  EXPECT_EQ(line.verdict, MatchVerdict::kShort);
  EXPECT_FALSE(line.key_difference) << "the customer hardly cares";
}

TEST(Match, ErasedWordsStillMatchByDimension) {
  const auto line = MatchOne({"", "tangibles", 5});
  EXPECT_EQ(line.verdict, MatchVerdict::kNotCovered);
  EXPECT_TRUE(line.key_difference);
}

TEST(Match, ReadsTheTimesThatPeopleName) {
  EXPECT_EQ(MinutesNamed("in 10 minutes"), 10);
  EXPECT_EQ(MinutesNamed("Within two hours, please"), 120);
  EXPECT_EQ(MinutesNamed("half an hour"), 30);
  EXPECT_EQ(MinutesNamed("an hour at most"), 60);
  EXPECT_EQ(MinutesNamed("by tomorrow"), 2 * 24 * 60);
  EXPECT_EQ(MinutesNamed("3 lamps"), std::nullopt);
  EXPECT_EQ(MinutesNamed(""), std::nullopt);
}

TEST(Match, SaysTheKeyDifferencesInASentence) {
  const Difference lines[] = {{"empathy", MatchVerdict::kNotCovered, true},
                              {"reliability", MatchVerdict::kMet, false},
                              {"responsiveness", MatchVerdict::kShort, true}};
  EXPECT_EQ(SummariseMatch({lines, 1}),
            "The offer meets 0 of 1 expectation; the key difference is in empathy (not covered).");
  EXPECT_EQ(SummariseMatch({lines + 1, 1}),
            "The offer meets 1 of 1 expectation; there is no key difference.");
  EXPECT_EQ(SummariseMatch(lines),
            "The offer meets 1 of 3 expectations; the key differences are in empathy (not "
            "covered), responsiveness (short).");
  EXPECT_EQ(SummariseMatch({}), "No expectations are noted yet.");
}

}  // namespace
}  // namespace extramile::desk
