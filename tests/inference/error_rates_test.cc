// The promise of libs/inference, counted: looked at after every value, over 10,000 runs, intervals
// miss and alarms ring by chance in at most alpha of the runs, plus three standard errors.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "inference/betting.h"
#include "inference/confidence_sequence.h"
#include "inference/rare_events.h"

namespace extramile::inference {
namespace {

constexpr int kRuns = 10'000;
constexpr int kValues = 1'000;
constexpr double kAlpha = 0.05;

void ExpectAtMostAlpha(int failures, const std::string& of) {
  const double share = static_cast<double>(failures) / kRuns;
  const double standard_error = std::sqrt(kAlpha * (1 - kAlpha) / kRuns);
  EXPECT_LE(share, kAlpha + 3 * standard_error) << of;
  std::printf("%-55s %.4f of %d runs, at most %.2f\n", of.c_str(), share, kRuns, kAlpha);
}

struct World {
  std::string name;
  double mean;
  std::function<double(std::mt19937_64&)> draw;
};

std::vector<World> Worlds() {
  return {
      {"valued or not, one in two", 0.5, [](auto& random) { return random() >> 63 ? 1.0 : 0.0; }},
      {"valued or not, nine in ten", 0.9,
       [](auto& random) { return random() % 10 != 0 ? 1.0 : 0.0; }},
      {"scores 1 to 5, mostly high", 0.625,
       [](auto& random) {
         static constexpr double kScores[] = {0, 0.25, 0.5, 0.75, 0.75, 0.75, 1, 1};
         return kScores[random() % 8];
       }},
      {"any share, evenly", 0.5,
       [](auto& random) { return std::uniform_real_distribution<double>()(random); }},
  };
}

TEST(ErrorRates, ConfidenceSequenceMissesTheMeanAtMostSoOften) {
  for (const World& world : Worlds()) {
    std::mt19937_64 random(1);
    int missed = 0;
    for (int run = 0; run < kRuns; ++run) {
      ConfidenceSequence sequence(kAlpha);
      for (int i = 0; i < kValues; ++i) sequence.Update(world.draw(random));
      // It only ever narrows, so that the last look tells of all the looks before.
      const Interval last = sequence.interval();
      missed += sequence.empty() || world.mean < last.lower || world.mean > last.upper;
    }
    ExpectAtMostAlpha(missed, "interval misses: " + world.name);
  }
}

TEST(ErrorRates, BettingEProcessRingsByChanceAtMostSoOften) {
  for (const World& world : Worlds()) {
    std::mt19937_64 random(2);
    int rang = 0;
    for (int run = 0; run < kRuns; ++run) {
      BettingEProcess process;
      for (int i = 0; i < kValues; ++i) process.Update(world.draw(random), world.mean);
      rang += Reaches(process.highest_log_e_value(), kAlpha);
    }
    ExpectAtMostAlpha(rang, "better than the base rate, wrongly: " + world.name);
  }
}

TEST(ErrorRates, RareEventsRingByChanceAtMostSoOften) {
  for (double p : {0.005, 0.02, 0.2}) {
    std::mt19937_64 random(3);
    std::bernoulli_distribution event(p);
    int rang = 0;
    for (int run = 0; run < kRuns; ++run) {
      RareEvents process;
      for (int i = 0; i < kValues; ++i) process.Update(event(random), p);
      rang += Reaches(process.highest_log_e_value(), kAlpha);
    }
    ExpectAtMostAlpha(rang, "complaints too often, wrongly: p = " + std::to_string(p));
  }
}

TEST(ErrorRates, NormalMixtureBoundIsCrossedAtMostSoOften) {
  std::vector<double> bounds;
  for (int i = 1; i <= kValues; ++i) bounds.push_back(NormalMixtureBound(i, kAlpha, 100));
  std::mt19937_64 random(4);
  std::normal_distribution<double> step;
  int crossed = 0;
  for (int run = 0; run < kRuns; ++run) {
    double sum = 0;
    bool ever = false;
    for (double bound : bounds) {
      sum += step(random);
      ever = ever || sum >= bound;
    }
    crossed += ever;
  }
  ExpectAtMostAlpha(crossed, "normal mixture boundary crossed");
}

// No simulation needed: the probability of ever having missed, by exact enumeration.
TEST(ErrorRates, BernoulliIntervalMissesAtMostSoOften) {
  constexpr int kTrials = 400;
  std::vector<std::vector<Interval>> intervals(kTrials + 1);
  for (int n = 1; n <= kTrials; ++n) {
    for (int s = 0; s <= n; ++s) {
      intervals[static_cast<size_t>(n)].push_back(BernoulliInterval(s, n, kAlpha, 100));
    }
  }
  for (double p : {0.02, 0.3, 0.5, 0.9}) {
    std::vector<double> unmissed = {1};
    for (size_t n = 1; n <= kTrials; ++n) {
      std::vector<double> next(n + 1, 0);
      for (size_t s = 0; s < n; ++s) {
        next[s] += unmissed[s] * (1 - p);
        next[s + 1] += unmissed[s] * p;
      }
      for (size_t s = 0; s <= n; ++s) {
        if (p < intervals[n][s].lower || p > intervals[n][s].upper) next[s] = 0;
      }
      unmissed = next;
    }
    double ever = 1;
    for (double probability : unmissed) ever -= probability;
    EXPECT_LE(ever, kAlpha) << p;
    std::printf("Bernoulli interval misses p = %.2f: %.4f exactly\n", p, ever);
  }
}

}  // namespace
}  // namespace extramile::inference
