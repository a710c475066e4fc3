// Erlang B, C and A against the vectors of the design note on other customers, pyworkforce and
// Garnett-Mandelbaum-Reiman.
#include "queueing/erlang.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace extramile::queueing {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExpectClose(double value, double expected) {
  EXPECT_NEAR(value, expected, 1e-6 * std::abs(expected)) << "relative 1e-6";
}

// Servers, offered load, theta/mu -> P(wait), P(abandon), E[W] mu, utilisation: the design note's
// table for M/M/n+M.
struct Vector {
  int agents;
  double load, impatience, p_wait, p_abandon, wait_in_handle_times, utilisation;
};
constexpr Vector kVectors[] = {
    {1, 0.5, 1.00, 0.393469340287, 0.213061319425, 0.213061319425, 0.393469340287},
    {5, 4.0, 0.50, 0.415051540181, 0.077968675287, 0.155937350574, 0.737625059770},
    {10, 10.0, 1.00, 0.542070285528, 0.125110035721, 0.125110035721, 0.874889964279},
    {14, 10.0, 0.60, 0.145260114296, 0.013983744122, 0.023306240204, 0.704297325627},
    {20, 19.0, 0.50, 0.504472672400, 0.053993592905, 0.107987185810, 0.898706086740},
    {50, 50.0, 1.00, 0.518808315472, 0.056325006325, 0.056325006325, 0.943674993675},
    {100, 95.0, 0.25, 0.406274674529, 0.010683455591, 0.042733822363, 0.939850717189},
    {500, 475.0, 0.50, 0.146037798980, 0.001977660290, 0.003955320580, 0.948121222725},
    {500, 550.0, 2.00, 0.933682716984, 0.091934060512, 0.045967030256, 0.998872533437},
};

TEST(ErlangA, MeetsTheDesignsVectors) {
  for (const Vector& v : kVectors) {
    SCOPED_TRACE(v.agents);
    const double handle_s = 180;
    const auto state =
        SteadyStateOf({v.load / handle_s, handle_s, handle_s / v.impatience, v.agents});
    ASSERT_TRUE(state);
    ExpectClose(state->p_wait, v.p_wait);
    ExpectClose(state->p_abandon, v.p_abandon);
    ExpectClose(state->mean_wait_s / handle_s, v.wait_in_handle_times);
    ExpectClose(state->utilisation, v.utilisation);
  }
}

TEST(ErlangA, HasPyworkforcesServiceLevel) {
  // 100 calls in 30 min, 3 min each, patience 5 min, 14 agents: 0.916792 answered within 20 s of
  // all who call.
  const auto state = SteadyStateOf({100 / 1800.0, 180, 300, 14});
  ASSERT_TRUE(state);
  EXPECT_NEAR(state->ServiceLevel(20), 0.916792, 1e-6);
}

TEST(ErlangC, HasPyworkforcesFigures) {
  EXPECT_NEAR(ErlangC(14, 10), 0.174, 5e-4);
  const auto state = SteadyStateOf({100 / 1800.0, 180, kInfinity, 14});
  ASSERT_TRUE(state);
  EXPECT_NEAR(state->p_wait, ErlangC(14, 10), 1e-12);
  EXPECT_NEAR(state->ServiceLevel(20), 0.888, 5e-4);
  EXPECT_NEAR(state->ServiceLevel(20), 1 - state->ProbabilityOfWaitOver(20), 1e-12);
}

TEST(ErlangA, HasGarnettMandelbaumReimansExample) {
  const auto with_patience = SteadyStateOf({48 / 60.0, 60, 120, 50});
  ASSERT_TRUE(with_patience);
  EXPECT_NEAR(with_patience->p_abandon, 0.031, 5e-4);
  EXPECT_NEAR(with_patience->mean_wait_s, 3.7, 0.05);
  EXPECT_NEAR(with_patience->WaitPercentile(0.9), 12.4, 0.15);
  const auto for_ever = SteadyStateOf({48 / 60.0, 60, kInfinity, 50});
  ASSERT_TRUE(for_ever);
  EXPECT_NEAR(for_ever->mean_wait_s, 20.8, 0.05);
}

TEST(ErlangB, FollowsFromItsDefinition) {
  // B(n, a) = (a^n / n!) / sum of a^k / k!.
  for (int n = 0; n <= 12; ++n) {
    double term = 1;
    double sum = 1;
    for (int k = 1; k <= n; ++k) sum += term *= 7.5 / k;
    ExpectClose(ErlangB(n, 7.5), term / sum);
  }
  EXPECT_EQ(ErlangB(3, 0), 0);
  EXPECT_EQ(ErlangB(100000, 1), 0);
}

TEST(ErlangC, IsTheLimitOfEndlessPatience) {
  for (int n : {1, 4, 20, 100}) {
    const auto state = SteadyStateOf({0.9 * n / 300.0, 300, 1e12, n});
    ASSERT_TRUE(state);
    EXPECT_NEAR(state->p_wait, ErlangC(n, 0.9 * n), 1e-6);
  }
  EXPECT_EQ(ErlangC(3, 3), 1);
}

TEST(ErlangA, NothingArrivesNothingWaits) {
  const auto state = SteadyStateOf({0, 300, 600, 4});
  ASSERT_TRUE(state);
  EXPECT_EQ(state->p_wait, 0);
  EXPECT_EQ(state->mean_wait_s, 0);
  EXPECT_EQ(state->ProbabilityOfWaitOver(0), 0);
}

TEST(ErlangA, TheWaitsTailIntegratesToItsMean) {
  const auto state = SteadyStateOf({19 / 300.0, 300, 600, 20});
  ASSERT_TRUE(state);
  double mean = 0;
  for (double t = 0.5; t < 4000; t += 1) mean += state->ProbabilityOfWaitOver(t);
  EXPECT_NEAR(mean, state->mean_wait_s, 1e-3);
}

TEST(SteadyState, RefusesWhatHasNone) {
  EXPECT_EQ(SteadyStateOf({1, 300, kInfinity, 10}).error().code, "pool-unstable");
  EXPECT_EQ(SteadyStateOf({1, 300, 0, 10}).error().code, "pool-input");
  EXPECT_EQ(SteadyStateOf({-1, 300, 600, 10}).error().code, "pool-input");
  EXPECT_EQ(SteadyStateOf({NAN, 300, 600, 10}).error().code, "pool-input");
  EXPECT_EQ(SteadyStateOf({1, 0, 600, 10}).error().code, "pool-input");
  EXPECT_EQ(SteadyStateOf({1, 300, 600, 0}).error().code, "pool-input");
  EXPECT_EQ(SteadyStateOf({1e5, 300, 1e12, 10}).error().code, "pool-too-large");
}

}  // namespace
}  // namespace extramile::queueing
