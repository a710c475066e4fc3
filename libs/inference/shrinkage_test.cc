#include "inference/shrinkage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "inference/choice.h"

namespace extramile::inference {
namespace {

// The oracle: draw family and gestures from the prior, keep in proportion to the likelihood.
std::vector<double> DrawnMeans(const std::vector<Tally>& gestures, double general,
                               double strength) {
  std::mt19937_64 random(19);
  const auto beta = [&](double a, double b) {
    const double x = std::gamma_distribution<double>(a)(random);
    const double y = std::gamma_distribution<double>(b)(random);
    return x + y > 0 ? x / (x + y) : 0.5;
  };
  std::uniform_int_distribution<int> doublings(0, 7);
  std::vector<double> means(gestures.size(), 0);
  double total = 0;
  for (int draw = 0; draw < 400'000; ++draw) {
    const double share = beta(strength * general, strength * (1 - general));
    const double likeness = 1 << doublings(random);
    double weight = 1;
    std::vector<double> shares;
    for (const Tally& tally : gestures) {
      const double p = beta(likeness * share, likeness * (1 - share));
      shares.push_back(p);
      weight *= std::pow(p, static_cast<double>(tally.successes)) *
                std::pow(1 - p, static_cast<double>(tally.trials - tally.successes));
    }
    total += weight;
    for (size_t i = 0; i < shares.size(); ++i) means[i] += weight * shares[i];
  }
  for (double& mean : means) mean /= total;
  return means;
}

TEST(Shrink, IsThePosteriorMean) {
  const std::vector<Tally> gestures = {{3, 3}, {5, 8}, {0, 0}};
  const auto drawn = DrawnMeans(gestures, 0.6, 4);
  const FamilyEstimate estimate = Shrink(gestures, {.mean = 0.6, .strength = 4});
  for (size_t i = 0; i < gestures.size(); ++i) {
    EXPECT_NEAR(estimate.gestures[i], drawn[i], 0.01) << i;
  }
  EXPECT_NEAR(estimate.family, estimate.gestures[2], 1e-9) << "an untried gesture is as its family";
}

TEST(Shrink, BelievesMuchEvidenceAndDoubtsLittle) {
  const FamilyEstimate estimate = Shrink(std::vector<Tally>{{3, 3}, {140, 200}});
  EXPECT_GT(estimate.gestures[0], 0.7);
  EXPECT_LT(estimate.gestures[0], 0.95);
  EXPECT_NEAR(estimate.gestures[1], 0.7, 0.01);
}

TEST(Shrink, WithNothingKnownGivesTheGeneralShare) {
  EXPECT_NEAR(Shrink({}, {.mean = 0.6}).family, 0.6, 1e-3);
  EXPECT_NEAR(Shrink(std::vector<Tally>{{0, 0}}, {.mean = 0.6}).gestures[0], 0.6, 1e-3);
}

TEST(ChooseFirst, TakesTheBestUnlessChanceIsAskedFor) {
  const std::vector<double> values = {0.4, 0.9, 0.9, 0.1};
  for (double uniform : {0.0, 0.5, 0.999}) {
    const auto choice = ChooseFirst(values, {}, uniform);
    EXPECT_EQ(choice->index, 1u) << "the first of equals";
    EXPECT_EQ(choice->propensity, 1);
  }
  EXPECT_FALSE(ChooseFirst({}, {}, 0.5));
}

TEST(ChooseFirst, StatesTheProbabilityWithWhichItChooses) {
  const std::vector<double> values = {0.4, 0.9, 0.1};
  const ChoiceRule rule{.explore = 0.1};
  std::vector<double> chosen(values.size(), 0);
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) {
    const auto choice = ChooseFirst(values, rule, (i + 0.5) / kDraws);
    chosen[choice->index] += 1.0 / kDraws;
    EXPECT_EQ(choice->propensity, Propensity(values, rule, choice->index));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(chosen[i], Propensity(values, rule, i), 1e-3) << i;
    EXPECT_GT(chosen[i], 0.03);
  }
}

TEST(ValuePerMinute, CountsOthersWaitingAgainstAGesture) {
  EXPECT_EQ(ValuePerMinuteOfOthers(0.8, 0), 0.8);
  EXPECT_EQ(ValuePerMinuteOfOthers(0.8, 0.5), 0.8);
  EXPECT_EQ(ValuePerMinuteOfOthers(0.8, 4), 0.2);
}

}  // namespace
}  // namespace extramile::inference
