#include "inference/betting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "inference/rare_events.h"
#include "inference/routine.h"

namespace extramile::inference {
namespace {

double EValue(const std::vector<double>& values, double m) {
  BettingEProcess process;
  for (double x : values) process.Update(x, m);
  return process.e_value();
}

std::vector<double> SuccessesOf(int successes, int trials) {
  std::vector<double> values(static_cast<size_t>(trials), 0.0);
  std::fill_n(values.begin(), successes, 1.0);
  return values;
}

// The oracle: the mixture over all bets, integrated in 200,000 steps.
double SlowEValue(const std::vector<double>& values, double m) {
  constexpr int kSteps = 200'000;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double fraction = (i + 0.5) / kSteps;
    double money = 1;
    for (double x : values) money *= 1 + fraction * (x / m - 1);
    sum += money;
  }
  return sum / kSteps;
}

// The mean of f over all sequences of n successes and failures with this success probability.
double ExactMean(int n, double p, const std::function<double(const std::vector<double>&)>& f) {
  double mean = 0;
  for (unsigned sequence = 0; sequence < (1u << n); ++sequence) {
    std::vector<double> values;
    double probability = 1;
    for (int i = 0; i < n; ++i) {
      const bool success = (sequence >> i) & 1;
      values.push_back(success ? 1 : 0);
      probability *= success ? p : 1 - p;
    }
    mean += probability * f(values);
  }
  return mean;
}

TEST(BettingEProcess, IsTheMixtureOverAllBets) {
  for (const auto& values : {SuccessesOf(7, 7), SuccessesOf(12, 20), SuccessesOf(30, 30),
                             std::vector<double>{0.2, 0.9, 1, 0.5}}) {
    for (double m : {0.1, 0.5, 0.8}) {
      EXPECT_NEAR(EValue(values, m) / SlowEValue(values, m), 1, 1e-5);
    }
  }
}

TEST(BettingEProcess, IsAFairGameUnderTheNullHypothesis) {
  for (double m : {0.2, 0.5, 0.9}) {
    const auto value = [m](const std::vector<double>& x) { return EValue(x, m); };
    EXPECT_NEAR(ExactMean(10, m, value), 1, 1e-12);
    EXPECT_LT(ExactMean(10, m - 0.1, value), 1) << "a losing one below";
    EXPECT_GT(ExactMean(10, m + 0.1, value), 1) << "a winning one above";
  }
}

// Ville's inequality by exact enumeration: the probability of ever reaching 1/alpha within 16.
TEST(BettingEProcess, RarelyReachesItsThresholdByChance) {
  const double ever = ExactMean(16, 0.5, [](const std::vector<double>& values) {
    BettingEProcess process;
    for (double x : values) process.Update(x, 0.5);
    return Reaches(process.highest_log_e_value(), 0.05) ? 1 : 0;
  });
  EXPECT_LE(ever, 0.05);
  EXPECT_GT(ever, 0.005) << "the bound is not so wide that nothing is ever found";
}

// The design note on other customers: at a base rate of one half, what it takes.
TEST(RoutineRule, AsksForSevenOfSevenAndSoOn) {
  struct {
    int trials, fewest;
  } const table[] = {{7, 7}, {10, 10}, {15, 13}, {20, 16}, {30, 23}};
  const auto impresses = [](int successes, int trials) {
    return MayBecomeRoutine(
               {.log_e_impress = std::log(EValue(SuccessesOf(successes, trials), 0.5))})
        .impresses;
  };
  for (const auto& row : table) {
    EXPECT_TRUE(impresses(row.fewest, row.trials)) << row.fewest << " of " << row.trials;
    EXPECT_FALSE(impresses(row.fewest - 1, row.trials)) << row.fewest - 1 << " of " << row.trials;
  }
  for (int trials = 1; trials < 7; ++trials) EXPECT_FALSE(impresses(trials, trials)) << trials;
}

TEST(RoutineRule, WantsOthersUnharmedToo) {
  const double shown = std::log(25), not_shown = std::log(15);
  EXPECT_TRUE(MayBecomeRoutine({shown, shown, not_shown}).suggest);
  EXPECT_FALSE(MayBecomeRoutine({not_shown, shown, not_shown}).suggest);
  EXPECT_FALSE(MayBecomeRoutine({shown, not_shown, not_shown}).suggest);
  EXPECT_FALSE(MayBecomeRoutine({shown, shown, shown}).suggest);
}

TEST(BettingEProcess, DoesNotDependOnTheOrder) {
  EXPECT_NEAR(EValue({1, 0, 1, 1, 0.5}, 0.4), EValue({0.5, 1, 1, 0, 1}, 0.4), 1e-12);
}

TEST(BettingEProcess, KeepsItsHighestAndSurvivesLongRuns) {
  BettingEProcess process;
  for (int i = 0; i < 20'000; ++i) process.Update(1, 0.5);
  const double highest = process.log_e_value();
  EXPECT_GT(highest, 13'000) << "about log 2 a success, far beyond what a double holds";
  for (int i = 0; i < 100'000; ++i) process.Update(0, 0.5);
  EXPECT_LT(process.log_e_value(), 0);
  EXPECT_EQ(process.highest_log_e_value(), highest);
  EXPECT_FALSE(std::isnan(process.log_e_value()));
}

TEST(BettingEProcess, AKeptCopyContinuesAsTheOriginal) {
  BettingEProcess original;
  for (double x : {1.0, 0.3, 0.8}) original.Update(x, 0.5);
  BettingEProcess copy = original;
  original.Update(0.9, 0.4);
  copy.Update(0.9, 0.4);
  EXPECT_EQ(original.log_e_value(), copy.log_e_value());
}

TEST(RareEvents, AreAFairGameUnderTheNullHypothesis) {
  const auto value = [](double p) {
    return [p](const std::vector<double>& trials) {
      RareEvents process;
      for (double x : trials) process.Update(x == 1, p);
      return process.e_value();
    };
  };
  EXPECT_NEAR(ExactMean(10, 0.02, value(0.02)), 1, 1e-12);
  EXPECT_LT(ExactMean(10, 0.01, value(0.02)), 1);
  EXPECT_GT(ExactMean(10, 0.2, value(0.02)), 2);
  EXPECT_NEAR(ExactMean(10, 0.3, value(0.3)), 1, 1e-12) << "where ten times as often is impossible";
}

TEST(RareEvents, AFewInARowAreFoundAndTheUsualNumberIsNot) {
  RareEvents often, usual;
  int found_after = 0;
  for (int i = 1; i <= 200 && found_after == 0; ++i) {
    often.Update(i % 10 == 0, 0.02);  // five times as often as may be
    if (Reaches(often.log_e_value(), 0.05)) found_after = i;
  }
  EXPECT_GT(found_after, 20);
  EXPECT_LE(found_after, 60);
  for (int i = 1; i <= 2000; ++i) usual.Update(i % 50 == 0, 0.02);
  EXPECT_FALSE(Reaches(usual.highest_log_e_value(), 0.05));
  EXPECT_EQ(usual.events(), 40);
}

}  // namespace
}  // namespace extramile::inference
