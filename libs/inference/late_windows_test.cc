#include "inference/late_windows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace extramile::inference {
namespace {

// Independent windows: 20 others each, this share of them late.
LateWindows After(int windows, double share, double forecast, double tolerance = 0.1) {
  std::mt19937 random(3);
  std::binomial_distribution<int> late(20, share);
  LateWindows out({.tolerance = tolerance, .cusum = {}, .ewma = {}});
  for (int i = 0; i < windows; ++i) out.Update({20, late(random), forecast});
  return out;
}

bool Alarm(const BettingEProcess& process) { return Reaches(process.highest_log_e_value(), 0.05); }

TEST(LateWindows, AsForecastRaisesNoAlarmAndIsShownToBeWithinTolerance) {
  const LateWindows windows = After(120, 0.1, 0.1);
  EXPECT_FALSE(Alarm(windows.harmed()));
  EXPECT_FALSE(Alarm(windows.unreasonable()));
  EXPECT_TRUE(Alarm(windows.within_tolerance()));
  EXPECT_EQ(windows.windows(), 120);
}

TEST(LateWindows, ALittleHarmIsFoundButIsNotUnreasonable) {
  const LateWindows windows = After(200, 0.15, 0.1);
  EXPECT_TRUE(Alarm(windows.harmed()));
  EXPECT_FALSE(Alarm(windows.unreasonable()));
}

TEST(LateWindows, MuchHarmIsUnreasonable) {
  const LateWindows windows = After(40, 0.4, 0.1);
  EXPECT_TRUE(Alarm(windows.harmed()));
  EXPECT_TRUE(Alarm(windows.unreasonable()));
  EXPECT_FALSE(Alarm(windows.within_tolerance()));
  EXPECT_GT(windows.cusum_alarms(), 3);
  EXPECT_GT(windows.ewma_alarms(), 2);
}

TEST(LateWindows, FewerLateThanForecastIsNoHarm) {
  const LateWindows windows = After(100, 0.02, 0.3);
  EXPECT_FALSE(Alarm(windows.harmed()));
  EXPECT_EQ(windows.cusum_alarms(), 0);
  EXPECT_TRUE(Alarm(windows.within_tolerance()));
}

// Every tenth hour nearly everybody is late, else nobody: as forecast, on average. Standardised as
// if customers were independent, the charts would ring at each.
TEST(LateWindows, ClumpsOfLateCustomersDoNotRingTheCharts) {
  LateWindows windows;
  for (int i = 1; i <= 300; ++i) windows.Update({20, i % 10 == 0 ? 18 : 1, 0.13});
  EXPECT_LE(windows.cusum_alarms(), 2);
  EXPECT_LE(windows.ewma_alarms(), 1);
}

TEST(LateWindows, WithoutCustomersSayNothing) {
  LateWindows windows;
  windows.Update({0, 0, 0.5});
  EXPECT_EQ(windows.windows(), 0);
  EXPECT_EQ(windows.harmed().log_e_value(), 0);
}

TEST(LateWindows, OneLateCustomerWhereNoneWasForecastDoesNotDecide) {
  LateWindows windows;
  windows.Update({20, 1, 0});
  EXPECT_LT(windows.harmed().e_value(), 3);
  EXPECT_TRUE(std::isfinite(windows.harmed().log_e_value()));
}

TEST(LateWindows, BearForecastsOfCertainty) {
  LateWindows windows;
  for (int i = 0; i < 50; ++i) windows.Update({20, 20, 1});
  EXPECT_FALSE(Alarm(windows.harmed()));
  EXPECT_TRUE(std::isfinite(windows.within_tolerance().log_e_value()));
}

}  // namespace
}  // namespace extramile::inference
