// The table of gestures says what the forecast says, for every state at once.
#include "queueing/gesture_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace extramile::queueing {
namespace {

ForecastInput Pool(int agents, double load) {
  ForecastInput input;
  SkillInput& skill = input.skills.emplace_back();
  skill.arrivals_per_s = {load * agents / 300};
  skill.handle_mean_s = 300;
  skill.patience_mean_s = 600;
  input.agents = Agents(agents, AgentState::kIdle);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

// Of so many who wait, the longest first: one too long already, the others up to 100 s.
std::vector<double> Waits(int count) {
  std::vector<double> waits;
  for (int i = 0; i < count; ++i) waits.push_back(i == 0 ? 130 : 100 - 90.0 * i / count);
  return waits;
}

// So many others in the system: with agents as far as there are any, else waiting.
SkillForecast FullForecast(ForecastInput input, int in_system, double duration_s) {
  int busy = 0;
  for (size_t i = 1; i < input.agents.size() && busy < in_system; ++i) {
    if (input.agents[i].shift_starts_in_s > 0) continue;
    input.agents[i].state = AgentState::kBusy;
    ++busy;
  }
  input.skills[0].waiting_s = Waits(in_system - busy);
  input.gesture.duration_s = duration_s;
  const auto forecast = Forecast(input);
  EXPECT_TRUE(forecast) << forecast.error().ToString();
  return forecast ? forecast->skills[0] : SkillForecast();
}
double ByForecast(const ForecastInput& input, int in_system, double duration_s) {
  return FullForecast(input, in_system, duration_s).extra_wait_customer_min;
}

// Who arrives late, and who waits already and becomes late.
void ExpectTheSameLate(const GestureTable& table, const ForecastInput& input, int in_system,
                       int agents, double duration_s, double relative = 1e-6) {
  const SkillForecast forecast = FullForecast(input, in_system, duration_s);
  const auto near = [&](double value) { return relative * std::abs(value) + 1e-8; };
  EXPECT_NEAR(table.arrivals(), forecast.arrivals, near(forecast.arrivals));
  EXPECT_NEAR(table.LateShareWithout(in_system), forecast.p_late_without,
              near(forecast.p_late_without));
  EXPECT_NEAR(table.LateShareWith(in_system, duration_s), forecast.p_late_with,
              near(forecast.p_late_with))
      << in_system << " for " << duration_s;
  const int waiting = std::max(0, in_system - (agents - 1));
  EXPECT_NEAR(table.ExtraLate(in_system, Waits(waiting), duration_s), forecast.extra_late,
              near(forecast.extra_late))
      << in_system << " for " << duration_s;
}

void ExpectTheForecast(const ForecastInput& input) {
  const auto table = GestureTable::Build(input);
  ASSERT_TRUE(table) << table.error().ToString();
  int agents = 0;
  for (const AgentInput& agent : input.agents) agents += agent.shift_starts_in_s == 0;
  for (int in_system : {0, agents / 2, agents - 1, agents, agents + 7}) {
    for (double duration : {300.0, 900.0, 3600.0}) {
      const double forecast = ByForecast(input, in_system, duration);
      EXPECT_NEAR(table->ExtraWaitCustomerMin(in_system, duration), forecast,
                  1e-6 * forecast + 1e-9)
          << in_system << " for " << duration;
      ExpectTheSameLate(*table, input, in_system, agents, duration);
    }
    // Between two steps: interpolated.
    const double forecast = ByForecast(input, in_system, 720);
    EXPECT_NEAR(table->ExtraWaitCustomerMin(in_system, 720), forecast, 0.03 * forecast);
  }
}

TEST(GestureTable, SaysWhatTheForecastSays) {
  for (int agents : {1, 5, 20, 40}) ExpectTheForecast(Pool(agents, 0.9));
}

TEST(GestureTable, SaysWhatTheForecastSaysOfACrowd) {
  const ForecastInput input = Pool(20, 0.95);
  const auto table = GestureTable::Build(input, {.longest_queue = 400});
  ASSERT_TRUE(table);
  for (int waiting : {20, 200}) {
    ExpectTheSameLate(*table, input, 19 + waiting, 20, 900);
    // Half a minute later they have all waited half a minute longer.
    std::vector<double> waits = Waits(waiting);
    for (double& waited : waits) waited -= 30;
    EXPECT_NEAR(table->ExtraLate(19 + waiting, waits, 900, 30),
                table->ExtraLate(19 + waiting, Waits(waiting), 900), 1e-9);
  }
}

TEST(GestureTable, FollowsTheDay) {
  ForecastInput input = Pool(6, 0.8);
  input.skills[0].arrivals_per_s = {0.012, 0.012, 0.02, 0.024, 0.024, 0.01};
  input.effectiveness = 0.9;
  input.agents[5].shift_starts_in_s = 900;
  ExpectTheForecast(input);
  // A colleague's shift ends, in the middle of five minutes.
  input.agents[4].shift_ends_in_s = 1330;
  const auto table = GestureTable::Build(input);
  ASSERT_TRUE(table);
  const double forecast = ByForecast(input, 3, 900);
  EXPECT_NEAR(table->ExtraWaitCustomerMin(3, 900), forecast, 1e-6 * forecast);
}

TEST(GestureTable, KeepsWithinItsBounds) {
  const auto table = GestureTable::Build(Pool(5, 0.9), {.longest_s = 1800, .longest_queue = 20});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->ExtraWaitCustomerMin(3, 0), 0);
  EXPECT_EQ(table->ExtraWaitCustomerMin(3, -5), 0);
  EXPECT_EQ(table->ExtraWaitCustomerMin(-1, 600), table->ExtraWaitCustomerMin(0, 600));
  EXPECT_EQ(table->ExtraWaitCustomerMin(999, 600), table->ExtraWaitCustomerMin(25, 600));
  EXPECT_EQ(table->ExtraWaitCustomerMin(3, 9999), table->ExtraWaitCustomerMin(3, 1800));
  EXPECT_NEAR(table->ExtraAbandoned(5, 600), table->ExtraWaitCustomerMin(5, 600) / 10, 1e-12);
}

TEST(GestureTable, IsForPools) {
  ForecastInput input = Pool(5, 0.9);
  input.skills[0].handle_cv = 2;
  EXPECT_EQ(GestureTable::Build(input).error().code, "forecast-not-a-pool");
  input.skills.clear();
  EXPECT_EQ(GestureTable::Build(input).error().code, "forecast-input");
}

}  // namespace
}  // namespace extramile::queueing
