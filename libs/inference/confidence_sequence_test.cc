#include "inference/confidence_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace extramile::inference {
namespace {

// The oracle: hedged capital at one candidate mean, from the whole history, as the paper writes it.
bool RuledOut(const std::vector<double>& values, double m, double alpha) {
  double above = 1, below = 1, sum = 0, squares = 0;
  bool out = false;
  for (size_t t = 1; t <= values.size(); ++t) {
    const double x = values[t - 1];
    const auto n = static_cast<double>(t);
    const double variance = (0.25 + squares) / n;
    const double stake = std::sqrt(2 * std::log(2 / alpha) / (variance * n * std::log(1 + n)));
    above *= 1 + std::min(stake, 0.5 / m) * (x - m);
    below *= 1 - std::min(stake, 0.5 / (1 - m)) * (x - m);
    out = out || std::max(above, below) / 2 >= 1 / alpha;
    sum += x;
    const double mean = (0.5 + sum) / (n + 1);
    squares += (x - mean) * (x - mean);
  }
  return out;
}

std::vector<double> Scores(size_t n) {
  std::mt19937 random(11);
  std::discrete_distribution<int> score({1, 2, 4, 10, 8});  // CSAT 1 to 5
  std::vector<double> values(n);
  for (double& x : values) x = score(random) / 4.0;
  return values;
}

TEST(ConfidenceSequence, IsWhatTheWholeHistoryDoesNotRuleOut) {
  for (size_t n : {1, 10, 60, 300}) {
    const auto values = Scores(n);
    ConfidenceSequence sequence(0.05);
    for (double x : values) sequence.Update(x);
    const Interval interval = sequence.interval();
    for (double m = 0.0025; m < 1; m += 0.005) {  // between the grid's candidates
      if (!RuledOut(values, m, 0.05)) {
        EXPECT_LE(interval.lower, m) << n;
        EXPECT_GE(interval.upper, m) << n;
      }
    }
    const double step = 1.0 / ConfidenceSequence::kCells;
    if (interval.lower > 0) {
      EXPECT_TRUE(RuledOut(values, interval.lower, 0.05));
      EXPECT_FALSE(RuledOut(values, interval.lower + step, 0.05));
    }
    if (interval.upper < 1) {
      EXPECT_TRUE(RuledOut(values, interval.upper, 0.05));
      EXPECT_FALSE(RuledOut(values, interval.upper - step, 0.05));
    }
  }
}

TEST(ConfidenceSequence, NarrowsAroundTheMeanAndNeverWidens) {
  ConfidenceSequence sequence(0.05);
  double width = 1;
  for (double x : Scores(2000)) {
    sequence.Update(x);
    const Interval now = sequence.interval();
    EXPECT_LE(now.upper - now.lower, width);
    width = now.upper - now.lower;
  }
  EXPECT_LT(width, 0.08);
  EXPECT_LT(sequence.interval().lower, sequence.mean());
  EXPECT_GT(sequence.interval().upper, sequence.mean());
  EXPECT_FALSE(sequence.empty());
}

TEST(ConfidenceSequence, SaysSoWhereTheMeanHasMoved) {
  ConfidenceSequence sequence(0.05);
  for (int i = 0; i < 500; ++i) sequence.Update(0.2);
  for (int i = 0; i < 5000; ++i) sequence.Update(0.8);
  EXPECT_TRUE(sequence.empty());
}

// confseq's unit tests, as the design note on other customers quotes them.
TEST(NormalMixtureBound, MeetsConfseqsVector) {
  EXPECT_NEAR(NormalMixtureBound(100, 0.05, 100), 27.66071, 5e-6);
}
TEST(BernoulliInterval, MeetsConfseqsVector) {
  const Interval interval = BernoulliInterval(700, 1000, 0.05, 100);
  EXPECT_NEAR(interval.lower, 0.651629, 1e-6);
  EXPECT_NEAR(interval.upper, 0.745949, 1e-6);
}

// The oracle: the normal mixture, integrated numerically over the positive half.
TEST(NormalMixtureBound, IsWhereTheMixtureReachesOneOverAlpha) {
  const double variance = 250, narrowest_at = 100, alpha = 0.02;
  const double bound = NormalMixtureBound(variance, alpha, narrowest_at);
  const double twice_log = 2 * std::log(10);
  const double rho = narrowest_at / (twice_log + std::log(1 + twice_log));
  double mixture = 0;
  const double step = 1e-5;
  for (double drift = step / 2; drift < 5; drift += step) {
    mixture += step * 2 * std::sqrt(rho / (2 * std::numbers::pi)) *
               std::exp(-rho * drift * drift / 2) *
               std::exp(drift * bound - drift * drift * variance / 2);
  }
  EXPECT_NEAR(mixture * alpha, 1, 1e-6);
}

TEST(BernoulliInterval, CoversTheEnds) {
  EXPECT_EQ(BernoulliInterval(0, 0, 0.05, 30).lower, 0);
  EXPECT_EQ(BernoulliInterval(0, 0, 0.05, 30).upper, 1);
  const Interval none = BernoulliInterval(0, 20, 0.05, 30);
  EXPECT_EQ(none.lower, 0);
  EXPECT_LT(none.upper, 0.35);
  const Interval all = BernoulliInterval(20, 20, 0.05, 30);
  EXPECT_EQ(all.upper, 1);
  EXPECT_NEAR(all.lower, 1 - none.upper, 1e-9);
}

// The oracle: exact enumeration of all ways through 14 trials. P(ever missed) <= alpha.
TEST(BernoulliInterval, RarelyMissesHoweverOftenOneLooks) {
  constexpr int kTrials = 14;
  const double p = 0.3, alpha = 0.2;
  bool missed[kTrials + 1][kTrials + 1] = {};
  for (int n = 1; n <= kTrials; ++n) {
    for (int s = 0; s <= n; ++s) {
      const Interval interval = BernoulliInterval(s, n, alpha, 10);
      missed[n][s] = p < interval.lower || p > interval.upper;
    }
  }
  std::vector<double> unmissed = {1};  // by successes
  for (int n = 1; n <= kTrials; ++n) {
    std::vector<double> next(unmissed.size() + 1, 0);
    for (size_t s = 0; s < unmissed.size(); ++s) {
      next[s] += unmissed[s] * (1 - p);
      next[s + 1] += unmissed[s] * p;
    }
    for (size_t s = 0; s < next.size(); ++s) {
      if (missed[n][s]) next[s] = 0;
    }
    unmissed = next;
  }
  double ever = 1;
  for (double probability : unmissed) ever -= probability;
  EXPECT_LE(ever, alpha);
  EXPECT_GT(ever, 0.01);
}

}  // namespace
}  // namespace extramile::inference
