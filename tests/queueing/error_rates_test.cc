// How often the simulated forecasts are wrong, over ten thousand runs: the 95 % interval against
// the exact answer, verdicts against limits that the exact answer clears or passes narrowly, and
// three standard errors at a precision that unit tests do not have the time for.
#include <gtest/gtest.h>

#include <cmath>

#include "queueing/forecast.h"
#include "queueing/simulation.h"

namespace extramile::queueing {
namespace {

constexpr int kRuns = 10'000;

ForecastInput Pool(int agents, double load) {
  ForecastInput input;
  SkillInput& skill = input.skills.emplace_back();
  skill.arrivals_per_s = {load * agents / 300};
  skill.handle_mean_s = 300;
  skill.patience_mean_s = 600;
  input.agents = Agents(agents, AgentState::kBusy);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

double Exactly(const ForecastInput& input) {
  const auto forecast = Forecast(input);
  EXPECT_TRUE(forecast && forecast->method == "exact transient");
  return forecast ? forecast->skills[0].extra_wait_customer_min : 0;
}

TEST(PairedSimulation, ItsIntervalCoversTheTruthAsOftenAsItSays) {
  const ForecastInput input = Pool(6, 0.9);
  const double truth = Exactly(input);
  int covered = 0;
  for (uint64_t seed = 1; seed <= kRuns; ++seed) {
    PairedSimulation simulation(input, seed);
    simulation.Run(250);
    const double half_width = 1.96 * simulation.Errors().extra_wait_customer_min;
    const double estimate = simulation.Skills()[0].extra_wait_customer_min;
    covered += std::abs(estimate - truth) <= half_width;
  }
  const double share = covered / static_cast<double>(kRuns);
  const double chance = 3 * std::sqrt(0.05 * 0.95 / kRuns);
  // The costs are skewed, which at 250 pairs takes half a per cent off.
  EXPECT_GT(share, 0.95 - chance - 0.005);
  EXPECT_LT(share, 0.95 + chance);
}

// As Forecast() looks: at 250 pairs, then at twice as many, to 4,000.
TEST(PairedSimulation, ItsVerdictsAreSeldomWrongNearALimit) {
  const ForecastInput input = Pool(6, 0.9);
  const double truth = Exactly(input);
  for (const double limit : {truth * 1.05, truth / 1.05}) {
    int wrong = 0;
    int undecided = 0;
    for (uint64_t seed = 1; seed <= kRuns / 10; ++seed) {
      PairedSimulation simulation(input, seed);
      int decided = 0;  // 1: ok, -1: no
      for (int more = 250; decided == 0 && simulation.pairs() < 4000; more = simulation.pairs()) {
        simulation.Run(more);
        const double half_width = 1.96 * simulation.Errors().extra_wait_customer_min;
        const double estimate = simulation.Skills()[0].extra_wait_customer_min;
        if (estimate + half_width <= limit) decided = 1;
        if (estimate - half_width > limit) decided = -1;
      }
      undecided += decided == 0;
      wrong += decided != 0 && (decided == 1) != (truth <= limit);
    }
    EXPECT_LT(wrong, 0.05 * kRuns / 10) << limit / truth;
    EXPECT_GT(undecided, 0) << "five per cent is not always told with 4,000 pairs";
  }
}

TEST(PairedSimulation, HasTheExactAnswerToAHalfPerCent) {
  for (const StartKind start : {StartKind::kLive, StartKind::kUsual}) {
    for (double load : {0.7, 0.9, 1.1}) {
      ForecastInput input = Pool(8, load);
      input.start = start;
      const auto exact = Forecast(input)->skills[0];
      PairedSimulation simulation(input, 77);
      simulation.Run(200'000);
      const auto error = simulation.Errors();
      const SkillForecast estimate = simulation.Skills()[0];
      EXPECT_LT(error.extra_wait_customer_min, 0.006 * exact.extra_wait_customer_min);
      EXPECT_NEAR(estimate.extra_wait_customer_min, exact.extra_wait_customer_min,
                  3 * error.extra_wait_customer_min)
          << load;
      EXPECT_NEAR(estimate.extra_late, exact.extra_late, 3 * error.extra_late) << load;
      EXPECT_NEAR(estimate.extra_abandoned, exact.extra_abandoned, 3 * error.extra_abandoned)
          << load;
    }
  }
}

}  // namespace
}  // namespace extramile::queueing
