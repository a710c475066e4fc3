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
      .value()
      .variant;
}

Adjustable Less(std::vector<int64_t> amounts, std::vector<int64_t> minutes = {}) {
  Adjustable adjustable;
  adjustable.edges = [=](const Facts&) -> Result<Edges> { return Edges{amounts, minutes}; };
  return adjustable;
}

Outcome UpTo15Pounds(const Facts& facts) {
  return facts.idea.amount <= 1500 ? Outcome::kAllowed : Outcome::kNeedsSignOff;
}

TEST(Variant, TheLargestAmountThatTheRulesAllowIsOffered) {
  const auto variant =
      Nearest(Hamper(), Outcome::kNeedsSignOff, Less({2000, 1501, 1500, 1499}), UpTo15Pounds);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 1500);
  EXPECT_EQ(variant->sentence, "Up to GBP 15.00 you may do it yourself.");
  EXPECT_EQ(variant->outcome, Outcome::kAllowed);
}

TEST(Variant, AYesAndARuleAgainstVariantsOfferNone) {
  const Adjustable edges = Less({1500});
  EXPECT_EQ(Nearest(Hamper(), Outcome::kAllowed, edges, UpTo15Pounds), std::nullopt);
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, edges, UpTo15Pounds, true), std::nullopt);
}

TEST(Variant, ACalmerStartChangesLessThanLessMoney) {
  const Instant calm{3'600'000'000};
  Adjustable adjustable = Less({1500});
  adjustable.starts = {&calm, 1};
  const auto variant = Nearest(Hamper(), Outcome::kNotAllowed, adjustable, [&](const Facts& facts) {
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
  const Adjustable edges = Less({2000, 1500});
  const auto variant = Nearest(Hamper(), Outcome::kNotAllowed, edges, rules);
  ASSERT_TRUE(variant);
  EXPECT_EQ(variant->amount, 2000);
  EXPECT_EQ(variant->sentence, "Up to GBP 20.00 a lead may agree to it.");
  EXPECT_EQ(Nearest(Hamper(), Outcome::kNeedsSignOff, edges, rules), std::nullopt);
}

TEST(Variant, LessMoneyAndTimeTogetherWhereNeitherIsEnough) {
  const auto variant = Nearest(
      Hamper(), Outcome::kNeedsSignOff, Less({2000, 1500}, {15, 1}), [](const Facts& facts) {
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
    const auto variant = NearestAllowed(Hamper(), OthersBear(most, Hamper()), Less({}),
                                        [&](Facts& changed) -> Result<Judgement> {
                                          ++judged;
                                          return OthersBear(most, changed);
                                        })
                             .value()
                             .variant;
    ASSERT_EQ(variant.has_value(), most > 0);
    if (variant) {
      EXPECT_EQ(variant->minutes, most);
    }
    EXPECT_LE(judged, 8);
  }
}

TEST(Variant, SaysAllThatChanges) {
  const Instant later{3'600'000'000};
  const std::vector<CatalogueGesture> catalogue = {
      {"flowers", "goods", "Flowers", 1200, 10, 0, false, {}, false}};
  Adjustable adjustable = Less({900}, {5});
  adjustable.starts = {&later, 1};
  adjustable.gestures = catalogue;
  const auto at_once = [&](const std::function<bool(const Facts&)>& yes) {
    return Nearest(Hamper(), Outcome::kNeedsSignOff, adjustable,
                   [&](const Facts& facts) {
                     return yes(facts) ? Outcome::kAllowed : Outcome::kNeedsSignOff;
                   })
        ->sentence;
  };
  EXPECT_EQ(at_once([&](const Facts& facts) {
              return facts.idea.when == later && facts.idea.amount == 900 &&
                     facts.idea.minutes == 5;
            }),
            "Up to GBP 9.00 in up to 5 minutes from 1970-01-01T01:00:00Z you may do it yourself.");
  EXPECT_EQ(at_once([&](const Facts& facts) {
              return facts.idea.gesture == "flowers" && facts.idea.when == later &&
                     facts.idea.minutes == 5;
            }),
            "'Flowers' costs GBP 12.00 in up to 5 minutes from 1970-01-01T01:00:00Z: you may do it "
            "yourself.");
}

TEST(Variant, TheBoundOfWhatIsTriedTogetherIsSaid) {
  std::vector<int64_t> amounts, minutes;
  for (int64_t a = 30; a > 0; --a) amounts.push_back(a);
  for (int64_t m = 19; m > 0; --m) minutes.push_back(m);
  Adjustable adjustable = Less(amounts, minutes);
  const auto look = [&] {
    return NearestAllowed(Hamper(), Saying(Outcome::kNeedsSignOff), adjustable,
                          [](Facts& facts) -> Result<Judgement> {
                            const bool yes = facts.idea.amount < 5 && facts.idea.minutes < 5;
                            return Saying(yes ? Outcome::kAllowed : Outcome::kNeedsSignOff);
                          })
        .value();
  };
  const NearestVariant cut = look();
  EXPECT_FALSE(cut.variant);
  EXPECT_FALSE(cut.exact);
  EXPECT_LE(cut.judged, 30u + 19 + kMostJoint);
  adjustable.most_joint = 1000;
  const NearestVariant whole = look();
  EXPECT_TRUE(whole.exact);
  ASSERT_TRUE(whole.variant);
  EXPECT_EQ(whole.variant->amount, 4);
  EXPECT_EQ(whole.variant->minutes, 4);
}

}  // namespace
}  // namespace extramile::desk
