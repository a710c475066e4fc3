// The forecast as a caller sees it: against a simulation, in its properties, and in what it
// refuses.
#include "queueing/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "queueing/simulation_oracle.h"

namespace extramile::queueing {
namespace {

// The design note's pool: handle time 5 min, patience 10 min, one agent away for 12 of 60 min, T =
// 2 min.
ForecastInput Pool(int agents, double load, AgentState state = AgentState::kBusy) {
  ForecastInput input;
  SkillInput& skill = input.skills.emplace_back();
  skill.skill = "phone";
  skill.arrivals_per_s = {load * agents / 300};
  skill.handle_mean_s = 300;
  skill.patience_mean_s = 600;
  input.agents = Agents(agents, state);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

SkillForecast Of(const ForecastInput& input) {
  const auto forecast = Forecast(input);
  EXPECT_TRUE(forecast) << forecast.error().ToString();
  return forecast ? forecast->skills[0] : SkillForecast{};
}

TEST(Forecast, MeetsTheDesignsTable) {
  const struct {
    int agents;
    double load, extra_wait_min, extra_abandoned;
  } rows[] = {{5, 0.95, 8.9973, 0.8997},
              {20, 0.85, 5.5347, 0.5535},
              {20, 0.95, 8.4016, 0.8402},
              {50, 0.95, 7.6024, 0.7602},
              {100, 1.00, 10.0956, 1.0096}};
  for (const auto& row : rows) {
    ForecastInput input = Pool(row.agents, row.load);
    // A limit at the very figure, so that even a large pool is followed exactly.
    input.limits.extra_wait_customer_min = row.extra_wait_min;
    const auto forecast = Of(input);
    EXPECT_NEAR(forecast.extra_wait_customer_min, row.extra_wait_min, 5e-5) << row.agents;
    EXPECT_NEAR(forecast.extra_abandoned, row.extra_abandoned, 5e-5) << row.agents;
  }
}

// Within three standard errors, for chance; the seed is fixed.
void ExpectSimulationAgrees(const ForecastInput& input, int runs) {
  const auto exact = Of(input);
  const auto simulated = SimulationOracle(input, 12345).Run(runs);
  const auto close = [](double value, const SimulatedMean& mean) {
    EXPECT_GT(mean.standard_error, 0);
    EXPECT_NEAR(value, mean.mean, 3 * mean.standard_error);
  };
  close(exact.extra_wait_customer_min, simulated.extra_wait_min);
  close(exact.extra_late, simulated.extra_late);
  close(exact.extra_abandoned, simulated.extra_abandoned);
}

TEST(Forecast, AgreesWithSimulationFromALiveQueue) {
  ForecastInput input = Pool(5, 0.9);
  input.skills[0].waiting_s = {100, 20, 5};
  input.agents[3].state = AgentState::kIdle;
  ExpectSimulationAgrees(input, 2'500);
}

TEST(Forecast, AgreesWithSimulationForALaterGestureOfTwo) {
  ForecastInput input = Pool(6, 0.8);
  input.skills[0].arrivals_per_s = {0.012, 0.012, 0.02, 0.024, 0.024, 0.01};
  input.gesture = {.agents = {1, 2}, .start_s = 650, .duration_s = 500};
  input.effectiveness = 0.9;
  input.agents[5].shift_ends_in_s = 1500;
  input.agents[4].shift_starts_in_s = 900;
  ExpectSimulationAgrees(input, 2'500);
}

TEST(Forecast, AgreesWithSimulationFromAUsualState) {
  ForecastInput input = Pool(4, 0.85);
  input.start = StartKind::kUsual;
  input.late_threshold_s =
      1;  // so that nobody who waits at the beginning is a special case of the simulation
  ExpectSimulationAgrees(input, 2'500);
}

TEST(Forecast, NothingHappensWhenNobodyGoesForAnyTime) {
  ForecastInput input = Pool(8, 0.9);
  input.gesture.duration_s = 0;
  const auto forecast = Of(input);
  EXPECT_NEAR(forecast.extra_wait_customer_min, 0, 1e-9);
  EXPECT_NEAR(forecast.extra_late, 0, 1e-9);
  EXPECT_NEAR(forecast.p_late_with, forecast.p_late_without, 1e-12);
}

TEST(Forecast, GrowsWithArrivalsAndDurationAndShrinksWithAgents) {
  for (const StartKind start : {StartKind::kLive, StartKind::kUsual}) {
    double before = 0;
    for (double load : {0.3, 0.5, 0.7, 0.85, 0.95}) {
      ForecastInput input = Pool(8, load);
      input.start = start;
      const double extra = Of(input).extra_wait_customer_min;
      EXPECT_GT(extra, before) << load;
      before = extra;
    }
    before = 0;
    for (double minutes : {2, 5, 12, 20, 40}) {
      ForecastInput input = Pool(8, 0.8);
      input.start = start;
      input.gesture.duration_s = 60 * minutes;
      const double extra = Of(input).extra_wait_customer_min;
      EXPECT_GT(extra, before) << minutes;
      before = extra;
    }
    before = 1e9;
    for (int agents : {5, 6, 7, 8, 10, 14}) {
      ForecastInput input = Pool(agents, 0);
      input.start = start;
      input.skills[0].arrivals_per_s = {0.015};
      const double extra = Of(input).extra_wait_customer_min;
      EXPECT_LT(extra, before) << agents;
      before = extra;
    }
  }
}

TEST(Forecast, ExtraAbandonmentsAreExtraWaitingOverPatience) {
  const auto forecast = Of(Pool(12, 0.97));
  EXPECT_NEAR(forecast.extra_abandoned, forecast.extra_wait_customer_min / 10, 1e-9);
}

TEST(Forecast, FindsTheWorstFiveMinutes) {
  ForecastInput input = Pool(10, 0.9);
  const auto forecast = Of(input);
  EXPECT_EQ(forecast.worst.start_s, 300) << "the absence ends two minutes after them";
  input.gesture.start_s = 1800;
  EXPECT_EQ(Of(input).worst.start_s, 2100);
  EXPECT_LT(forecast.worst.extra_wait_customer_min, forecast.extra_wait_customer_min);
}

TEST(Forecast, CostsNothingWhereNobodyComes) {
  ForecastInput input = Pool(3, 0, AgentState::kIdle);
  for (const StartKind start : {StartKind::kLive, StartKind::kUsual}) {
    input.start = start;
    const auto forecast = Of(input);
    EXPECT_EQ(forecast.extra_wait_customer_min, 0);
    EXPECT_EQ(forecast.p_late_with, 0);
  }
}

TEST(Forecast, TakesTheOnlyAgentAway) {
  const auto forecast = Of(Pool(1, 0.5, AgentState::kIdle));
  EXPECT_GT(forecast.p_late_with, forecast.p_late_without + 0.05);
}

TEST(Forecast, FollowsAnOverloadedQueueWithoutPatience) {
  ForecastInput input = Pool(3, 2);
  input.skills[0].patience_mean_s = kNeverLeaves;
  const auto forecast = Of(input);
  // Each minute of absence leaves a fifth of a customer more in the queue, for the rest of the
  // hour.
  EXPECT_GT(forecast.extra_wait_customer_min, 100);
  EXPECT_NEAR(forecast.extra_abandoned, 0, 1e-12);
}

TEST(Forecast, JudgesByTheLimitsGiven) {
  ForecastInput input = Pool(20, 0.95);  // 8.4 minutes, 0.84 abandoned
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kOk);
  input.limits.extra_wait_customer_min = 8.5;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kOk);
  input.limits.extra_wait_customer_min = 8.3;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kNo);
  EXPECT_EQ(Forecast(input)->verdict_reason,
            "Other customers would wait 8.4 minutes longer in all; the limit is 8.3.");
  input.limits = {};
  input.limits.extra_abandoned = 0.5;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kNo);
  input.limits = {};
  input.limits.p_late = 0.9;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kOk);
  input.limits.extra_late = 0.01;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kNo);
}

TEST(Forecast, ClosesALargePoolWithinTenPerCent) {
  for (int agents : {60, 100, 200, 400}) {
    for (double load : {0.9, 0.95, 1.0, 1.05}) {
      ForecastInput input = Pool(agents, load);
      input.gesture.agents = {0, 1, 2};
      const auto closed = Forecast(input);
      ASSERT_TRUE(closed);
      EXPECT_EQ(closed->method, "gaussian closure");
      const double by_closure = closed->skills[0].extra_wait_customer_min;
      EXPECT_NEAR(closed->errors.extra_wait_customer_min, by_closure / 10, 1e-9);
      input.limits.extra_wait_customer_min = by_closure;  // too near to be told by it
      const auto exact = Forecast(input);
      ASSERT_TRUE(exact);
      EXPECT_EQ(exact->method, "exact transient");
      EXPECT_EQ(exact->errors.extra_wait_customer_min, 0);
      const double exactly = exact->skills[0].extra_wait_customer_min;
      EXPECT_NEAR(by_closure, exactly, 0.1 * exactly) << agents << " at " << load;
      EXPECT_NE(exact->verdict, Verdict::kUndecided);
    }
  }
}

TEST(Forecast, FindsTheCheapestStart) {
  ForecastInput input = Pool(8, 0);
  input.start = StartKind::kUsual;
  input.find_cheapest_start = true;
  // Busy for half an hour, quiet for twenty minutes, busy again.
  input.skills[0].arrivals_per_s = {0.026, 0.026, 0.026, 0.026, 0.026, 0.026,
                                    0.006, 0.006, 0.006, 0.006, 0.026};
  const auto forecast = Forecast(input);
  ASSERT_TRUE(forecast);
  ASSERT_TRUE(forecast->cheapest_start);
  EXPECT_GE(forecast->cheapest_start->start_s, 1800);
  EXPECT_LE(forecast->cheapest_start->start_s, 2400);
  EXPECT_LT(forecast->cheapest_start->extra_wait_customer_min,
            forecast->skills[0].extra_wait_customer_min / 4);
}

TEST(Forecast, SaysWhichMethodAndCalibration) {
  ForecastInput input = Pool(4, 0.5);
  input.calibration_version = "0123456789abcdef";
  const auto forecast = Forecast(input);
  EXPECT_EQ(forecast->method, "exact transient");
  EXPECT_EQ(forecast->errors.extra_wait_customer_min, 0);
  EXPECT_EQ(forecast->calibration_version, "0123456789abcdef");
  EXPECT_EQ(VerdictName(forecast->verdict), "ok");
}

TEST(Forecast, RefusesWhatItCannotAnswer) {
  const auto code_at = [](ForecastInput input, auto change) {
    change(input);
    const auto forecast = Forecast(input);
    return forecast ? std::string("accepted")
                    : forecast.error().code + " " + forecast.error().place;
  };
  const ForecastInput good = Pool(4, 0.5);
  using In = ForecastInput&;
  EXPECT_EQ(code_at(good, [](In) {}), "accepted");
  EXPECT_EQ(code_at(good, [](In in) { in.skills.resize(33, in.skills[0]); }),
            "forecast-too-large /skills");
  EXPECT_EQ(code_at(good, [](In in) { in.skills.clear(); }), "forecast-input /skills");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].handle_cv = -1; }),
            "forecast-input /skills/0/handle_cv");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].due_after_s = 0; }),
            "forecast-input /skills/0/due_after_s");
  EXPECT_EQ(code_at(good, [](In in) { in.agents[2].skills = {}; }),
            "forecast-input /agents/2/skills");
  EXPECT_EQ(code_at(good, [](In in) { in.open = {{600, 1200}, {900, 1500}}; }),
            "forecast-input /open");
  EXPECT_EQ(code_at(good, [](In in) { in.most_pairs = 0; }), "forecast-input /most_pairs");
  EXPECT_EQ(code_at(good, [](In in) { in.skills.emplace_back(); }),
            "forecast-input /skills/1/arrivals_per_s");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].arrivals_per_s = {-1}; }),
            "forecast-input /skills/0/arrivals_per_s");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].arrivals_per_s = {NAN}; }),
            "forecast-input /skills/0/arrivals_per_s");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].arrivals_per_s.clear(); }),
            "forecast-input /skills/0/arrivals_per_s");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].handle_mean_s = 0; }),
            "forecast-input /skills/0/handle_mean_s");
  EXPECT_EQ(code_at(good, [](In in) { in.skills[0].patience_mean_s = 0; }),
            "forecast-input /skills/0/patience_mean_s");
  EXPECT_EQ(code_at(good, [](In in) { in.gesture.agents = {4}; }),
            "forecast-input /gesture/agents");
  EXPECT_EQ(code_at(good, [](In in) { in.gesture.agents = {}; }), "forecast-input /gesture/agents");
  EXPECT_EQ(code_at(good, [](In in) { in.gesture.agents = {1, 1}; }),
            "forecast-input /gesture/agents");
  EXPECT_EQ(code_at(good, [](In in) { in.agents[0].state = AgentState::kAway; }),
            "forecast-input /gesture/agents");
  EXPECT_EQ(code_at(good, [](In in) { in.gesture.start_s = 3601; }),
            "forecast-input /gesture/start_s");
  EXPECT_EQ(code_at(good, [](In in) { in.gesture.duration_s = -1; }),
            "forecast-input /gesture/duration_s");
  EXPECT_EQ(code_at(good, [](In in) { in.effectiveness = 0; }), "forecast-input /effectiveness");
  EXPECT_EQ(code_at(good, [](In in) { in.late_threshold_s = 0; }),
            "forecast-input /late_threshold_s");
  EXPECT_EQ(code_at(good, [](In in) { in.agents[1].skills = {1}; }),
            "forecast-input /agents/1/skills");
  EXPECT_EQ(code_at(good,
                    [](In in) {
                      in.start = StartKind::kUsual;
                      in.skills[0].patience_mean_s = kNeverLeaves;
                      in.skills[0].arrivals_per_s = {1};
                    }),
            "forecast-unstable /agents");
  EXPECT_EQ(code_at(good,
                    [](In in) {
                      in.skills[0].patience_mean_s = kNeverLeaves;
                      in.skills[0].arrivals_per_s = {5000};
                    }),
            "forecast-too-large /skills/0");
}

}  // namespace
}  // namespace extramile::queueing
