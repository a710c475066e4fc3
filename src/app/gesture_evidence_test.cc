#include "app/gesture_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace extramile::app {
namespace {

constexpr Instant kStart{1'790'000'000'000'000};
const Instant kLater = kStart + 400 * kMicrosPerDay;

AnyId IdOf(int number) {
  AnyId id;
  id.bytes[0] = static_cast<uint8_t>(number >> 8);
  id.bytes[1] = static_cast<uint8_t>(number);
  id.bytes[2] = 1;
  return id;
}

// The gesture once a day, each time for another customer.
class Record {
 public:
  GestureUse& Use() {
    GestureUse& use = uses_.emplace_back();
    const auto day = static_cast<int>(uses_.size());
    use.action = IdOf(day);
    use.gesture = "card";
    use.team = "Desk";
    use.recipient = IdOf(1000 + day);
    use.done_at = kStart + day * kMicrosPerDay;
    use.minutes = 5;
    return use;
  }
  GestureUse& Answered(bool valued) {
    GestureUse& use = Use();
    use.answers.push_back({use.done_at + kMicrosPerHour, valued, std::nullopt});
    return use;
  }
  void ManyAnswered(int valued, int of) {
    for (int i = 0; i < of; ++i) Answered(i < valued);
  }
  GestureEvidence Shows(Instant now = kLater) const {
    std::vector<const GestureUse*> uses;
    for (const GestureUse& use : uses_) uses.push_back(&use);
    return WhatUsesShow(uses, without_gesture, now);
  }

  std::vector<CustomerAnswer> without_gesture;

 private:
  std::vector<GestureUse> uses_;
};

TEST(GestureEvidence, ACustomerCountsOnceByTheirFirstAnswer) {
  Record record;
  record.Answered(true).recipient = IdOf(7);
  record.Answered(false).recipient = IdOf(7);
  record.Answered(true).recipient = IdOf(8);
  record.Use().acknowledged = true;
  const GestureEvidence shows = record.Shows();
  EXPECT_EQ(shows.uses, 4);
  EXPECT_EQ(shows.customers, 3);
  EXPECT_EQ(shows.noticed, 3);
  EXPECT_EQ(shows.answered, 2);
  EXPECT_EQ(shows.valued, 2);
}

TEST(GestureEvidence, SaysHowManyValuedItAndHowSureThatIs) {
  Record record;
  EXPECT_EQ(ValuedInWords(record.Shows()), "Not used yet.");
  record.Use();
  EXPECT_EQ(ValuedInWords(record.Shows()),
            "Used 1 time for 1 customer; none of them has said how they took it.");
  record.ManyAnswered(9, 10);
  const auto share = record.Shows().ShareWhoValueIt();
  EXPECT_LT(share.lower, 0.9);
  EXPECT_GT(share.lower, 0.4);
  EXPECT_GT(share.upper, 0.95);
  EXPECT_THAT(ValuedInWords(record.Shows()), testing::StartsWith("Used 11 times"));
}

// The evidence rule: 7 of 7, and others shown to come through.
TEST(GestureEvidence, IsSuggestedAsRoutineWhenBothAreShown) {
  Record record;
  record.ManyAnswered(7, 7);
  EXPECT_TRUE(record.Shows().Routine().impresses);
  EXPECT_FALSE(record.Shows().Routine().suggest) << "nobody has looked at the others";
  EXPECT_EQ(RoutineInWords(record.Shows()), "Not shown yet: that others come through.");
  int looks = 0;
  while (!record.Shows().Routine().suggest && looks < 100) {
    record.Answered(true).not_unreasonably = true;
    ++looks;
  }
  EXPECT_EQ(looks, 24);
}

TEST(GestureEvidence, WhatTakesNobodysTimeKeepsNobodyWaiting) {
  Record record;
  for (int i = 0; i < 7; ++i) record.Answered(true).minutes = 0;
  EXPECT_TRUE(record.Shows().Routine().suggest);
  EXPECT_EQ(OthersInWords(record.Shows()),
            "It takes nobody's time, so nobody waits longer for it.");
}

TEST(GestureEvidence, HarmToOthersStopsIt) {
  Record record;
  for (int i = 0; i < 30; ++i) {
    GestureUse& use = record.Answered(true);
    use.unaffected = i % 3 != 0;
    use.not_unreasonably = true;
  }
  const GestureEvidence shows = record.Shows();
  EXPECT_TRUE(shows.Harmful());
  EXPECT_TRUE(shows.Routine().harms);
  EXPECT_FALSE(shows.Routine().suggest);
  EXPECT_THAT(OthersInWords(shows), testing::StartsWith("Alarm: others affected."));
  EXPECT_FALSE(Rings(shows.Harms()[3])) << "affected, but not unreasonably";
}

TEST(GestureEvidence, TheBaseIsFixedBeforeTheFirstUse) {
  Record record;
  for (int i = 0; i < 30; ++i) {
    record.without_gesture.push_back({kStart + i * kMicrosPerHour, i % 10 != 0, std::nullopt});
  }
  record.ManyAnswered(7, 7);
  GestureEvidence shows = record.Shows();
  EXPECT_EQ(shows.base.share, 21 / 24.0) << "a day of answers, one in ten displeased";
  EXPECT_FALSE(shows.Routine().impresses) << "as pleased as without it";
  // What is said later does not move it.
  const double base = shows.base.share;
  for (int i = 0; i < 500; ++i) record.without_gesture.push_back({kLater, false, std::nullopt});
  EXPECT_EQ(record.Shows().base.share, base);
  EXPECT_EQ(BaseBefore({}, kLater).share, 0.5);
}

TEST(GestureEvidence, TroubleCountsWhenItsTimeIsOverForGoodAndBadAlike) {
  Record record;
  for (int i = 0; i < 20; ++i) record.Use().trouble = true;
  EXPECT_TRUE(record.Shows().Harmful());
  const GestureEvidence early = record.Shows(kStart + 6 * kMicrosPerDay);
  EXPECT_EQ(early.trouble.trials(), 0);
  EXPECT_FALSE(early.Harmful());
}

TEST(GestureEvidence, AnHourSeenTwiceCountsOnce) {
  Record record;
  const auto watch = [&](int64_t minutes) {
    GestureUse& use = record.Use();
    use.window = WatchedWindow{kStart + minutes * kMicrosPerMinute,
                               {.customers = 10, .late = 4, .forecast_share = 0.1}};
    return &use;
  };
  watch(0);
  watch(30);
  watch(60);
  EXPECT_EQ(record.Shows().windows.windows(), 2);
  EXPECT_EQ(record.Shows().window_late, 8);
  watch(45)->team = "Another";
  EXPECT_EQ(record.Shows().windows.windows(), 3) << "another team's queue is another hour";
  for (int i = 1; i < 40; ++i) watch(60 + i * 60);
  EXPECT_TRUE(record.Shows().Harmful());
}

}  // namespace
}  // namespace extramile::app
