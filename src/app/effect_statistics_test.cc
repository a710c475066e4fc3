#include "app/effect_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace extramile::app {
namespace {

std::vector<WindowOfCalls> Days(const std::vector<double>& means) {
  std::vector<WindowOfCalls> days;
  for (double mean : means) days.push_back({mean, 10});
  return days;
}

TEST(UsualWaits, AreWeighedByCallsAndLeaveEmptyWindowsOut) {
  const UsualWaits usual = WhatIsUsual({{10, 30}, {50, 10}, {0, 0}});
  EXPECT_EQ(usual.days, 2);
  EXPECT_DOUBLE_EQ(*usual.mean_wait_s, 20);
  EXPECT_FALSE(usual.limit_s) << "two days are too few for a limit";
  EXPECT_FALSE(WhatIsUsual({}).mean_wait_s);
}

// Square roots 4, 5, 6, 5, 5: mean 5, standard deviation sqrt(.5); t(4) = 2.132.
TEST(UsualWaits, LimitIsTheOneSidedPredictionLimit) {
  const UsualWaits usual = WhatIsUsual(Days({16, 25, 36, 25, 25}));
  const double root = 5 + 2.132 * std::sqrt(0.5 * 1.2);
  EXPECT_NEAR(*usual.limit_s, root * root, 1e-9);
}

// The error rate that is promised: ordinary days are called worse about 5 times in 100.
TEST(UsualWaits, OrdinaryDaysAreRarelyCalledWorse) {
  std::mt19937 random(7);
  std::gamma_distribution<double> ordinary(4.0, 12.0);
  int worse = 0;
  constexpr int kRuns = 4000;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> means(20);
    for (double& mean : means) mean = ordinary(random);
    worse += ordinary(random) > *WhatIsUsual(Days(means)).limit_s;
  }
  EXPECT_LT(worse, 0.07 * kRuns);
  EXPECT_GT(worse, 0.03 * kRuns);
}

TEST(JudgeEffect, KeepsTheTwoVerdictsApart) {
  const UsualWaits usual = WhatIsUsual(Days({16, 25, 36, 25, 25}));  // limit about 44 s
  struct {
    double mean;
    int64_t calls;
    std::optional<double> standard;
    std::optional<bool> unaffected, not_unreasonably;
  } const cases[] = {
      {30, 8, std::nullopt, true, true},
      {90, 8, 120.0, false, true},    // longer than usual, but as promised
      {200, 8, 120.0, false, false},  // longer than usual and than promised
      {200, 8, std::nullopt, false, false},
      {0, 0, std::nullopt, true, true},  // nobody else was there
  };
  for (const auto& one : cases) {
    const EffectVerdict verdict = JudgeEffect(one.mean, one.calls, usual, one.standard);
    EXPECT_EQ(verdict.unaffected, one.unaffected) << one.mean;
    EXPECT_EQ(verdict.not_unreasonably, one.not_unreasonably) << one.mean;
  }
}

TEST(JudgeEffect, SaysNothingWhereNothingIsUsualYet) {
  const UsualWaits unknown = WhatIsUsual(Days({20, 30}));
  EXPECT_FALSE(JudgeEffect(30, 8, unknown, std::nullopt).unaffected);
  EXPECT_FALSE(JudgeEffect(30, 8, unknown, std::nullopt).not_unreasonably);
  EXPECT_EQ(JudgeEffect(30, 8, unknown, 60.0).not_unreasonably, true);
  EXPECT_FALSE(JudgeEffect(90, 8, unknown, 60.0).not_unreasonably)
      << "too long, but nobody knows whether it always is";
}

}  // namespace
}  // namespace extramile::app
