// The load of a routine against Erlang A's published vectors, against the half-hours counted one by
// one, and against sizing by trying every number of agents.
#include "queueing/routine_load.h"

#include <gtest/gtest.h>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr double kStandard = 120;

HalfHour Open(double arrivals_per_s, double handle_s, double patience_s, int agents) {
  HalfHour out;
  out.arrivals_per_s = arrivals_per_s;
  out.handle_mean_s = handle_s;
  out.patience_mean_s = patience_s;
  out.agents = agents;
  return out;
}

// Monday to Friday at noon and one, Saturday at noon; closed otherwise.
Calibration Week() {
  Calibration out;
  for (const DayClass& days : WesternWeek()) out.classes.push_back({days, {}});
  out.classes[0].half_hours[24] = Open(0.05, 180, 300, 10);
  out.classes[0].half_hours[26] = Open(0.02, 240, 200, 6);
  out.classes[1].half_hours[24] = Open(0.01, 200, 300, 3);
  return out;
}

// Theta/mu of the design note's vector is handle time over patience.
TEST(RoutineLoad, BeforeAndAfterAreErlangAsPublishedVectors) {
  // 10 agents, load 10, theta/mu 1 -> mean wait 0.125110 handle times; from load 5 by doubling.
  Calibration one;
  one.classes.push_back({{"weekday", {1}}, {}});
  one.classes[0].half_hours[20] = Open(10.0 / 360, 180, 360, 10);
  const RoutineLoad doubled =
      LoadOfRoutine(one, {.share = 0.5, .extra_handle_s = 360, .standard_s = kStandard});
  ASSERT_EQ(doubled.half_hours.size(), 1u);
  EXPECT_NEAR(doubled.half_hours[0].before.load, 5, 1e-12);
  EXPECT_NEAR(doubled.half_hours[0].after.load, 10, 1e-12);
  EXPECT_NEAR(doubled.half_hours[0].after.mean_wait_s / 360, 0.125110035721, 1e-9);
  EXPECT_NEAR(doubled.half_hours[0].after.gives_up, 0.125110035721, 1e-9);
}

TEST(RoutineLoad, EffectivenessStretchesWhatIsAddedToo) {
  Calibration one;
  one.classes.push_back({{"weekday", {1}}, {}});
  one.classes[0].half_hours[20] = Open(10.0 / 360, 144, 360, 10);
  one.classes[0].half_hours[20].effectiveness = 0.8;
  const RoutineLoad load = LoadOfRoutine(one, {.share = 1, .extra_handle_s = 144});
  EXPECT_NEAR(load.half_hours[0].before.load, 5, 1e-12);
  EXPECT_NEAR(load.half_hours[0].after.load, 10, 1e-12);
}

TEST(RoutineLoad, TheWeekIsTheSumOfItsHalfHours) {
  const Calibration week = Week();
  const RoutineQuestion question{.share = 0.25, .extra_handle_s = 240, .standard_s = kStandard};
  const RoutineLoad load = LoadOfRoutine(week, question);
  ASSERT_EQ(load.half_hours.size(), 3u);
  EXPECT_DOUBLE_EQ(load.customers, 1800 * (0.05 * 5 + 0.02 * 5 + 0.01));
  EXPECT_DOUBLE_EQ(load.customers, CustomersAWeek(week));
  EXPECT_NEAR(load.extra_agent_minutes, load.customers * 0.25 * 4, 1e-9);
  double late = 0, wait = 0;
  for (const RoutineHalfHour& one : load.half_hours) {
    const HalfHour& half_hour =
        week.classes[one.day_class].half_hours[static_cast<size_t>(one.half_hour)];
    const auto plain = [&](double extra_s) {
      return SteadyStateOf({.arrivals_per_s = half_hour.arrivals_per_s,
                            .handle_mean_s = half_hour.handle_mean_s + extra_s,
                            .patience_mean_s = half_hour.patience_mean_s,
                            .agents = half_hour.agents})
          .value();
    };
    const SteadyState before = plain(0), after = plain(60);
    const double customers = half_hour.arrivals_per_s * 1800 * (one.day_class == 0 ? 5 : 1);
    late += customers *
            (after.ProbabilityOfWaitOver(kStandard) - before.ProbabilityOfWaitOver(kStandard));
    wait += customers * (after.mean_wait_s - before.mean_wait_s) / 60;
  }
  EXPECT_NEAR(load.extra_late, late, 1e-9);
  EXPECT_NEAR(load.extra_wait_minutes, wait, 1e-9);
  EXPECT_GT(load.extra_late, 0);
}

TEST(RoutineLoad, AgentsAreTheFewestThatKeepWaitingAsItIs) {
  for (const double tolerated : {0.0, 0.02, 0.1}) {
    const Calibration week = Week();
    const RoutineLoad load = LoadOfRoutine(week, {.share = 0.6,
                                                  .extra_handle_s = 300,
                                                  .standard_s = kStandard,
                                                  .tolerated_rise = tolerated});
    double agent_hours = 0;
    for (const RoutineHalfHour& one : load.half_hours) {
      const HalfHour& half_hour =
          week.classes[one.day_class].half_hours[static_cast<size_t>(one.half_hour)];
      const auto late_with = [&](int more) {
        return SteadyStateOf({.arrivals_per_s = half_hour.arrivals_per_s,
                              .handle_mean_s = half_hour.handle_mean_s + 180,
                              .patience_mean_s = half_hour.patience_mean_s,
                              .agents = half_hour.agents + more})
            .value()
            .ProbabilityOfWaitOver(kStandard);
      };
      const double most = one.before.late_share + tolerated + 1e-9;
      EXPECT_LE(late_with(one.more_agents), most);
      if (one.more_agents > 0) {
        EXPECT_GT(late_with(one.more_agents - 1), most);
      }
      agent_hours += one.more_agents * (one.day_class == 0 ? 2.5 : 0.5);
    }
    EXPECT_DOUBLE_EQ(load.more_agent_hours, agent_hours);
    EXPECT_EQ(load.enough(), agent_hours == 0);
  }
}

TEST(RoutineLoad, NamesTheHalfHourThatSuffersMost) {
  const RoutineLoad load =
      LoadOfRoutine(Week(), {.share = 0.6, .extra_handle_s = 300, .standard_s = kStandard});
  ASSERT_NE(load.most_changed(), nullptr);
  for (const RoutineHalfHour& one : load.half_hours)
    EXPECT_LE(one.rise(), load.most_changed()->rise());
  EXPECT_EQ(LoadOfRoutine({}, {}).most_changed(), nullptr);
  EXPECT_TRUE(LoadOfRoutine({}, {}).enough());
}

TEST(RoutineLoad, NothingAddedChangesNothingAndLessFreesAgents) {
  const RoutineLoad none = LoadOfRoutine(Week(), {.share = 0, .extra_handle_s = 300});
  EXPECT_TRUE(none.enough());
  EXPECT_EQ(none.extra_late, 0);
  EXPECT_EQ(none.extra_agent_minutes, 0);
  const RoutineLoad less = LoadOfRoutine(Week(), {.share = 0.5, .extra_handle_s = -120});
  EXPECT_TRUE(less.enough());
  EXPECT_LT(less.extra_late, 0);
  EXPECT_LT(less.extra_wait_minutes, 0);
}

TEST(RoutineLoad, AQueueWithoutEndIsAllLateAndIsStillSized) {
  Calibration one;
  one.classes.push_back({{"weekday", {1}}, {}});
  one.classes[0].half_hours[20] = Open(0.05, 180, INFINITY, 10);
  const RoutineLoad load =
      LoadOfRoutine(one, {.share = 1, .extra_handle_s = 120, .standard_s = kStandard});
  EXPECT_EQ(load.half_hours[0].after.late_share, 1);
  EXPECT_GE(load.half_hours[0].more_agents, 6);  // 15 erlangs need 16 agents at least
  EXPECT_LT(load.half_hours[0].more_agents, 20);
}

}  // namespace
}  // namespace extramile::queueing
