// The simulated tier: against the exact one, against closed forms, and by hand where nothing is
// left to chance. tests/queueing holds it against another simulator's published results.
#include "queueing/simulation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

ForecastInput Pool(int agents, double load) {
  ForecastInput input;
  SkillInput& skill = input.skills.emplace_back();
  skill.skill = "phone";
  skill.arrivals_per_s = {load * agents / 300};
  skill.handle_mean_s = 300;
  skill.patience_mean_s = 600;
  input.agents = Agents(agents, AgentState::kBusy);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

// Within three standard errors of the exact transient.
void ExpectTheExactAnswer(const ForecastInput& input, int pairs) {
  const auto exact = Forecast(input);
  ASSERT_TRUE(exact) << exact.error().ToString();
  ASSERT_EQ(exact->method, "exact transient");
  PairedSimulation simulation(input);
  simulation.Run(pairs);
  const SkillForecast& a = exact->skills[0];
  const SkillForecast b = simulation.Skills()[0];
  const auto error = simulation.Errors();
  EXPECT_NEAR(a.extra_wait_customer_min, b.extra_wait_customer_min,
              3 * error.extra_wait_customer_min);
  EXPECT_NEAR(a.extra_late, b.extra_late, 3 * error.extra_late);
  EXPECT_NEAR(a.extra_abandoned, b.extra_abandoned, 3 * error.extra_abandoned);
  // Given that the agents are busy when the gesture begins, more came before; the exact tier's
  // arrivals do not know of that.
  if (input.gesture.start_s == 0 && input.start == StartKind::kLive) {
    EXPECT_NEAR(a.p_late_with, b.p_late_with, 3 * error.p_late);
    EXPECT_NEAR(a.arrivals, b.arrivals, 4 * std::sqrt(a.arrivals / pairs));
  }
  EXPECT_LT(error.extra_wait_customer_min, 0.05 * a.extra_wait_customer_min);
}

TEST(PairedSimulation, HasTheExactAnswerOfALivePool) {
  ExpectTheExactAnswer(Pool(20, 0.95), 6'000);
  ForecastInput input = Pool(5, 0.9);
  input.skills[0].waiting_s = {100, 20, 5};
  input.agents[3].state = AgentState::kIdle;
  ExpectTheExactAnswer(input, 6'000);
}

TEST(PairedSimulation, HasTheExactAnswerForALaterGestureAndChangingAgents) {
  ForecastInput input = Pool(6, 0.8);
  input.skills[0].arrivals_per_s = {0.012, 0.012, 0.02, 0.024, 0.024, 0.01};
  input.gesture = {.agents = {1, 2}, .start_s = 650, .duration_s = 500};
  input.effectiveness = 0.9;
  input.agents[5].shift_ends_in_s = 1500;
  input.agents[4].shift_starts_in_s = 900;
  ExpectTheExactAnswer(input, 6'000);
}

TEST(PairedSimulation, HasTheExactAnswerFromAUsualState) {
  ForecastInput input = Pool(4, 0.8);
  input.start = StartKind::kUsual;
  ExpectTheExactAnswer(input, 6'000);
}

TEST(PairedSimulation, WaitsAsPollaczekAndKhinchineSay) {
  // One agent, nobody gives up: the mean wait is load / (1 - load) x handle time x (1 + cv^2) / 2.
  for (double cv : {0.0, 0.5, 1.0}) {
    ForecastInput input = Pool(1, 0.5);
    input.start = StartKind::kUsual;
    input.skills[0].patience_mean_s = kNeverLeaves;
    input.skills[0].handle_cv = cv;
    input.horizon_s = 20 * 3600;
    input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 0};
    PairedSimulation simulation(input);
    simulation.Run(1'500);
    const double expected = 300 * (1 + cv * cv) / 2;
    EXPECT_NEAR(simulation.Skills()[0].mean_wait_without_s, expected, 0.03 * expected) << cv;
  }
}

TEST(PairedSimulation, IsTheSameEachTime) {
  const ForecastInput input = Pool(8, 0.9);
  PairedSimulation one(input), other(input), third(input, 2);
  one.Run(100);
  one.Run(100);
  other.Run(200);
  third.Run(200);
  EXPECT_EQ(one.Skills()[0].extra_wait_customer_min, other.Skills()[0].extra_wait_customer_min);
  EXPECT_NE(one.Skills()[0].extra_wait_customer_min, third.Skills()[0].extra_wait_customer_min);
}

// Phone and chat: three agents for each, four for both.
ForecastInput TwoSkills() {
  ForecastInput input = Pool(10, 0);
  input.skills[0].arrivals_per_s = {4.4 / 300};
  input.skills.push_back(input.skills[0]);
  input.skills[1].skill = "chat";
  for (size_t i = 0; i < 10; ++i) {
    if (i < 3) {
      input.agents[i].skills = {0};
    } else if (i < 6) {
      input.agents[i].skills = {1};
    } else {
      input.agents[i].skills = {0, 1};
    }
  }
  return input;
}

TEST(Forecast, AnswersForSeveralSkills) {
  ForecastInput input = TwoSkills();
  const auto forecast = Forecast(input);
  ASSERT_TRUE(forecast) << forecast.error().ToString();
  EXPECT_EQ(forecast->method, "paired simulation");
  EXPECT_EQ(forecast->pairs, 1000);
  EXPECT_GT(forecast->errors.extra_wait_customer_min, 0);
  ASSERT_EQ(forecast->skills.size(), 2u);
  EXPECT_EQ(forecast->skills[1].skill, "chat");
  // The agent who goes is one for the phone: it bears the most, and chat some.
  EXPECT_GT(forecast->skills[0].extra_wait_customer_min,
            forecast->skills[1].extra_wait_customer_min);
  EXPECT_GT(forecast->skills[1].extra_wait_customer_min, 0);
}

TEST(Forecast, OfAgentsForAllSkillsIsThePools) {
  ForecastInput input = TwoSkills();
  for (AgentInput& agent : input.agents) agent.skills = {0, 1};
  ForecastInput pool = Pool(10, 0.88);
  const double exact = Forecast(pool)->skills[0].extra_wait_customer_min;
  PairedSimulation simulation(input);
  simulation.Run(6'000);
  const auto skills = simulation.Skills();
  EXPECT_NEAR(skills[0].extra_wait_customer_min + skills[1].extra_wait_customer_min, exact,
              3 * simulation.Errors().extra_wait_customer_min);
}

TEST(Forecast, SimulatesUntilALimitIsCleared) {
  ForecastInput input = TwoSkills();
  const auto once = Forecast(input);
  const double extra =
      once->skills[0].extra_wait_customer_min + once->skills[1].extra_wait_customer_min;
  input.limits.extra_wait_customer_min = 2 * extra;
  const auto far = Forecast(input);
  EXPECT_EQ(far->verdict, Verdict::kOk);
  EXPECT_EQ(far->pairs, 250) << "the first look was enough";
  input.limits.extra_wait_customer_min = extra / 3;
  EXPECT_EQ(Forecast(input)->verdict, Verdict::kNo);
  input.limits.extra_wait_customer_min = 1.03 * extra;
  input.most_pairs = 500;
  const auto near = Forecast(input);
  EXPECT_EQ(near->verdict, Verdict::kUndecided);
  EXPECT_EQ(near->pairs, 500) << "the budget is spent";
  EXPECT_NE(near->verdict_reason.find("Too near a limit"), std::string::npos);
}

TEST(Forecast, FindsTheCheapestStartForSeveralSkills) {
  ForecastInput input = TwoSkills();
  input.find_cheapest_start = true;
  for (SkillInput& skill : input.skills) {
    skill.arrivals_per_s = {5 / 300.0, 5 / 300.0, 5 / 300.0, 5 / 300.0, 1 / 300.0};
  }
  const auto forecast = Forecast(input);
  ASSERT_TRUE(forecast && forecast->cheapest_start);
  EXPECT_GE(forecast->cheapest_start->start_s, 1200);
}

// One agent, constant work of an hour a ticket, nothing left to chance.
ForecastInput Tickets() {
  ForecastInput input;
  SkillInput& skill = input.skills.emplace_back();
  skill.skill = "mail";
  skill.arrivals_per_s = {0};
  skill.handle_mean_s = 3600;
  skill.handle_cv = 0;
  skill.due_after_s = 8 * 3600;
  skill.waiting_s = {5 * 3600.0 - 1, 4 * 3600.0 - 1, 3 * 3600.0 - 1};
  input.agents = Agents(1, AgentState::kIdle);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 2.5 * 3600};
  input.horizon_s = 24 * 3600;
  return input;
}

TEST(Forecast, CountsLateTicketsAndHours) {
  // Due in 3, 4 and 5 hours; done after 1, 2, 3 hours, or with the gesture after 3.5, 4.5 and 5.5.
  const auto forecast = Forecast(Tickets());
  ASSERT_TRUE(forecast) << forecast.error().ToString();
  const SkillForecast& mail = forecast->skills[0];
  EXPECT_NEAR(mail.extra_late, 3, 1e-9);
  EXPECT_NEAR(mail.extra_wait_customer_min / 60, 7.5, 1e-6) << "hours";
  EXPECT_EQ(mail.p_late_without, 0);
  EXPECT_EQ(mail.p_late_with, 1);
  EXPECT_EQ(forecast->errors.extra_wait_customer_min, 0);
  ForecastInput shorter = Tickets();
  shorter.gesture.duration_s = 1.9 * 3600;
  EXPECT_NEAR(Forecast(shorter)->skills[0].extra_late, 0, 1e-9);
}

TEST(Forecast, FindsTheWorstFiveMinutesOfLongWaits) {
  // From the second hour on, when all three wait and without the gesture none would.
  const SkillForecast mail = Forecast(Tickets())->skills[0];
  EXPECT_EQ(mail.worst.start_s, 2 * 3600);
  EXPECT_NEAR(mail.worst.extra_wait_customer_min, 3 * 5, 1e-6);
}

TEST(Forecast, EachTicketIsDueAtItsOwnTime) {
  ForecastInput input = Tickets();
  input.skills[0].waiting_due_s = {-60, 2 * 3600.0 + 60, 9 * 3600.0};
  const SkillForecast mail = Forecast(input)->skills[0];
  EXPECT_NEAR(mail.p_late_without, 1 / 3.0, 1e-9) << "the first is late already";
  EXPECT_NEAR(mail.extra_late, 1, 1e-9) << "the second; the third has time";
  input.skills[0].waiting_due_s.pop_back();
  EXPECT_EQ(Forecast(input).error().place, "/skills/0/waiting_due_s");
}

TEST(Forecast, WorksInWorkingHours) {
  // Two hours today and the whole of tomorrow: with half an hour away, the second ticket is done
  // tomorrow morning, after it was due.
  ForecastInput input = Tickets();
  input.open = {{0, 2 * 3600}, {20 * 3600, 28 * 3600}};
  input.gesture.duration_s = 1800;
  const SkillForecast mail = Forecast(input)->skills[0];
  EXPECT_NEAR(mail.extra_late, 1, 1e-9);
  EXPECT_NEAR(mail.p_late_without, 1 / 3.0, 1e-9) << "the third is late anyhow";
  // Each starts half an hour later, but the third from 20:00 to 20:30 of the clock.
  EXPECT_NEAR(mail.extra_wait_customer_min, 90, 1e-6);
}

TEST(Forecast, TakesTheMoreUrgentSkillFirst) {
  ForecastInput input = Tickets();
  input.skills.push_back(input.skills[0]);
  input.skills[1].skill = "complaints";
  input.skills[1].priority = 1;
  input.agents[0].skills = {0, 1};
  input.gesture.duration_s = 0;
  const auto skills = Forecast(input)->skills;
  EXPECT_EQ(skills[1].p_late_without, 0) << "done after 1, 2 and 3 hours";
  EXPECT_EQ(skills[0].p_late_without, 1) << "done after 4, 5 and 6 hours";
}

TEST(WorkingTime, GoesBothWays) {
  const std::vector<OpenHours> open = {{10, 20}, {30, 35}, {50, 100}};
  const WorkingTime working(open);
  EXPECT_EQ(working.FromClock(0), 0);
  EXPECT_EQ(working.FromClock(12), 2);
  EXPECT_EQ(working.FromClock(25), 10);
  EXPECT_EQ(working.FromClock(33), 13);
  EXPECT_EQ(working.FromClock(60), 25);
  EXPECT_EQ(working.ToClock(2), 12);
  EXPECT_EQ(working.ToClock(10), 30) << "work that is left begins at the next opening";
  EXPECT_EQ(working.ToClock(25), 60);
  EXPECT_EQ(WorkingTime({}).FromClock(7), 7);
}

TEST(EventLoop, AgreesWithErlangA) {
  std::mt19937_64 random(5);
  const auto exponential = [&](double mean) {
    return std::exponential_distribution<>(1 / mean)(random);
  };
  std::vector<LoopCustomer> customers(300'000);
  double t = 0;
  for (LoopCustomer& who : customers) {
    t += exponential(1 / 19.0);
    who = {t, t + exponential(2), exponential(1)};
  }
  double wait = 0, gave_up = 0;
  EventLoop loop({0});
  const std::vector<LoopAgent> agents(20);
  loop.Run(agents, customers, 0, t, [&](const LoopCustomer& who, double at, Left how) {
    wait += at - who.arrives_s;
    gave_up += how == Left::kGaveUp;
  });
  const auto exact = SteadyStateOf({19, 1, 2, 20});
  EXPECT_NEAR(wait / 3e5, exact->mean_wait_s, 0.04 * exact->mean_wait_s);
  EXPECT_NEAR(gave_up / 3e5, exact->p_abandon, 0.04 * exact->p_abandon);
}

TEST(EventLoop, FollowsTheRulesByHand) {
  // Two agents: the first for skill 0, away from 10 to 30; the second for both, from 5 on.
  std::vector<LoopAgent> agents(2);
  agents[0] = {.skills = 0b01, .away_from_s = 10, .away_to_s = 30};
  agents[1] = {.skills = 0b11, .starts_s = 5};
  const std::vector<LoopCustomer> customers = {
      {.arrives_s = 0,
       .handle_s = 100,
       .skill = 0},                                 // served at once; done at 10, as the agent goes
      {.arrives_s = 1, .handle_s = 7, .skill = 1},  // at 5, when the second agent comes
      {.arrives_s = 2, .patience_ends_s = 4, .handle_s = 9, .skill = 0},  // gives up at 4
      {.arrives_s = 6, .handle_s = 3, .skill = 1},                        // at 12
      {.arrives_s = 7, .handle_s = 50, .skill = 0},                       // at 15, by the second
      {.arrives_s = 8, .handle_s = 5, .skill = 0}};  // at 30, when the first is back
  std::vector<double> left(6, -1);
  EventLoop loop({0, 0});
  const int busy =
      loop.Run(agents, customers, 0, 100, [&](const LoopCustomer& who, double at, Left how) {
        const auto i = static_cast<size_t>(&who - customers.data());
        left[i] = at;
        EXPECT_EQ(how == Left::kGaveUp, i == 2);
      });
  EXPECT_EQ(left, (std::vector<double>{0, 5, 4, 12, 15, 30}));
  EXPECT_EQ(busy, 1);
}

}  // namespace
}  // namespace extramile::queueing
