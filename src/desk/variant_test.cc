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

Outcome UpTo15Pounds(const Facts& facts) {
  return facts.idea.amount <= 1500 ? Outcome::kAllowed : Outcome::kNeedsSignOff;
}

TEST(Variant, TheLargestAmountThatTheRulesAllowIsOffered) {
  const auto variant = Nearest(Hamper(), Outcome::kNeedsSignOff, {}, UpTo15Pounds);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 1500);
  EXPECT_EQ(variant->sentence, "Up to GBP 15.00 you may do it yourself.");
  EXPECT_EQ(variant->outcome, Outcome::kAllowed);
}

TEST(Variant, AYesAndARuleAgainstVariantsOfferNone) {
  EXPECT_EQ(Nearest(Hamper(), Outcome::kAllowed, {}, UpTo15Pounds), std::nullopt);
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, {}, UpTo15Pounds, true), std::nullopt);
}

TEST(Variant, ACalmerStartChangesLessThanLessMoney) {
  const Instant calm{3'600'000'000};
  const auto variant =
      Nearest(Hamper(), Outcome::kNotAllowed, {.best_start = calm, .gestures = {}},
              [&](const Facts& facts) {
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
      Nearest(Hamper(), Outcome::kNotAllowed, {.best_start = {}, .gestures = catalogue},
              [](const Facts& facts) {
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
  const auto variant = Nearest(Hamper(), Outcome::kNotAllowed, {}, rules);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 2000);
  EXPECT_EQ(variant->sentence, "Up to GBP 20.00 a lead may agree to it.");
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, {}, rules), std::nullopt);
}

}  // namespace
}  // namespace extramile::desk
