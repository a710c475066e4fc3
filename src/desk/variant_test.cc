#include "desk/variant.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

Judgement Saying(Outcome outcome, bool no_variant = false) {
  Judgement judgement;
  judgement.outcome = outcome;
  if (outcome == Outcome::kNeedsSignOff) judgement.role = Rank::kLead;
  Finding finding;
  finding.verdict = outcome == Outcome::kNotAllowed ? Verdict::kNotAllowed : Verdict::kNeedsSignOff;
  finding.no_variant = no_variant;
  if (!MayDoNow(outcome)) judgement.gates[1].findings.push_back(finding);
  return judgement;
}

Facts Hamper() {
  Facts facts;
  facts.idea.gesture = "hamper";
  facts.idea.kind = "goods";
  facts.idea.amount = 3500;
  facts.idea.minutes = 20;
  facts.idea.when = Instant{};
  facts.staff.authority.granted = true;
  facts.staff.authority.per_case = 2000;
  facts.staff.authority.left_this_month = 1500;
  facts.staff.authority.minutes_left_today = 15;
  return facts;
}

std::optional<Variant> Nearest(const Facts& facts, Outcome outcome, const Adjustable& adjustable,
                               const std::function<Outcome(const Facts&)>& rules,
                               bool no_variant = false) {
  return NearestAllowed(facts, Saying(outcome, no_variant), adjustable,
                        [&](Facts& changed) -> Result<Judgement> { return Saying(rules(changed)); })
      .value();
}

Adjustable Amounts(std::vector<int64_t> amounts) {
  Adjustable adjustable;
  adjustable.edges.amounts = std::move(amounts);
  return adjustable;
}

Outcome UpTo15Pounds(const Facts& facts) {
  return facts.idea.amount <= 1500 ? Outcome::kAllowed : Outcome::kNeedsSignOff;
}

TEST(Variant, TheLargestAmountThatTheRulesAllowIsOffered) {
  const auto variant =
      Nearest(Hamper(), Outcome::kNeedsSignOff, Amounts({2000, 1501, 1500, 1499}), UpTo15Pounds);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 1500);
  EXPECT_EQ(variant->sentence, "Up to GBP 15.00 you may do it yourself.");
  EXPECT_EQ(variant->outcome, Outcome::kAllowed);
}

TEST(Variant, AYesAndARuleAgainstVariantsOfferNone) {
  const Adjustable edges = Amounts({1500});
  EXPECT_EQ(Nearest(Hamper(), Outcome::kAllowed, edges, UpTo15Pounds), std::nullopt);
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, edges, UpTo15Pounds, true), std::nullopt);
}

TEST(Variant, ACalmerStartChangesLessThanLessMoney) {
  const Instant calm{3'600'000'000};
  const auto variant =
      Nearest(Hamper(), Outcome::kNotAllowed, {.best_start = calm}, [&](const Facts& facts) {
        return facts.idea.when == calm ? Outcome::kAllowed : UpTo15Pounds(facts);
      });
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->start_at, calm);
  EXPECT_FALSE(variant->amount);
}

TEST(Variant, AnotherGestureNearestInKindAndCost) {
  const std::vector<CatalogueGesture> catalogue = {
      {"card", "attention", "Card", 100, 5, 0, false, {}},
      {"flowers", "goods", "Flowers", 1200, 10, 0, false, {}},
      {"visit", "goods", "Visit", 1300, 10, 0, true, {}},
      {"hamper", "goods", "Hamper", 3500, 20, 0, false, {}}};
  const auto variant =
      Nearest(Hamper(), Outcome::kNotAllowed, {.gestures = catalogue}, [](const Facts& facts) {
        return facts.idea.gesture == "hamper" ? Outcome::kNotAllowed : Outcome::kAllowed;
      });
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->gesture, "flowers");
  EXPECT_EQ(variant->sentence, "'Flowers' costs GBP 12.00: you may do it yourself.");
}

TEST(Variant, WhereNothingIsFreeALeadsYesIsBetterThanANo) {
  const auto rules = [](const Facts& facts) {
    return facts.idea.amount <= 2000 ? Outcome::kNeedsSignOff : Outcome::kNotAllowed;
  };
  const Adjustable edges = Amounts({2000, 1500});
  const auto variant = Nearest(Hamper(), Outcome::kNotAllowed, edges, rules);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 2000);
  EXPECT_EQ(variant->sentence, "Up to GBP 20.00 a lead may agree to it.");
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, edges, rules), std::nullopt);
}

TEST(Variant, LessMoneyAndTimeTogetherWhereNeitherIsEnough) {
  Adjustable adjustable = Amounts({2000, 1500});
  adjustable.edges.minutes = {15, 1};
  const auto variant =
      Nearest(Hamper(), Outcome::kNeedsSignOff, adjustable, [](const Facts& facts) {
        return facts.idea.amount <= 1500 && facts.idea.minutes <= 15 ? Outcome::kAllowed
                                                                     : Outcome::kNeedsSignOff;
      });
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->sentence, "Up to GBP 15.00 in up to 15 minutes you may do it yourself.");
}

// The gate of other customers objects above so many minutes, and nothing else does.
Judgement OthersBear(int64_t most, const Facts& facts) {
  const bool objects = facts.idea.minutes > most;
  Judgement judgement = Saying(objects ? Outcome::kNeedsSignOff : Outcome::kAllowed);
  judgement.gates.back().verdict = objects ? Verdict::kNeedsSignOff : Verdict::kOk;
  return judgement;
}

TEST(Variant, TheLongestThatTheOthersBear) {
  for (const int64_t most : {0, 1, 7, 13, 19}) {
    int judged = 0;
    const auto variant = NearestAllowed(Hamper(), OthersBear(most, Hamper()), {},
                                        [&](Facts& changed) -> Result<Judgement> {
                                          ++judged;
                                          return OthersBear(most, changed);
                                        })
                             .value();
    ASSERT_EQ(variant.has_value(), most > 0);
    if (variant) {
      EXPECT_EQ(variant->minutes, most);
    }
    EXPECT_LE(judged, 6);
  }
}

}  // namespace
}  // namespace extramile::desk
