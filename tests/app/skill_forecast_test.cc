// A live queue whose agents serve different things: who goes away matters, and the answer has an
// error.
#include "app/skill_forecast.h"

#include <gmock/gmock.h>

#include "app/checks.h"
#include "app/live_desk.h"
#include "app/other_customers.h"
#include "app/queue_forecast.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;

constexpr std::string_view kBySkill = "live queue, paired simulation by skill";

class SkillForecastTest : public LiveDeskTest {
 public:
  // The generated log knows GE, OR, RE and TE, most calls are GE. Two serve OR and RE, as many as
  // are given GE; the person who asks is one of them under their own id.
  void SkilledAgentsAreOn(int for_ge, const std::string& asker_serves = "GE") {
    for (int i = 0; i < for_ge; ++i) {
      TellOf("agent_on", 60, {.agent = "ge " + std::to_string(i), .skills = {"GE"}});
    }
    for (int i = 0; i < 2; ++i) {
      TellOf("agent_on", 60, {.agent = "other " + std::to_string(i), .skills = {"OR", "RE"}});
    }
    if (!asker_serves.empty()) {
      const std::vector<std::string> skills = asker_serves == "GE"
                                                  ? std::vector<std::string>{"GE"}
                                                  : std::vector{asker_serves, std::string("RE")};
      TellOf("agent_on", 60, {.agent = agent.ToString(), .skills = skills});
    }
  }
  void WaitFor(const std::string& skill, int count, int64_t seconds) {
    for (int i = 0; i < count; ++i) {
      TellOf("entered", seconds, {.contact = skill + std::to_string(i), .skill = skill});
    }
  }
  static double OfSkill(const JsonValue& forecast, std::string_view skill) {
    for (const JsonValue& one : Sub(forecast, "skills").items) {
      if (At(one, "skill") == skill) return Figure(one, "extra_wait_minutes");
    }
    ADD_FAILURE() << "no " << skill;
    return 0;
  }
};

TEST_F(SkillForecastTest, TheCalibrationKnowsTheKindsOfService) {
  const JsonValue calibration = Ok(SeeCalibration, manager_, "", "", {{"team", "Service desk"}});
  EXPECT_EQ(At(calibration, "skills/0/skill"), "GE") << "the commonest first";
  double calls = 0;
  for (const JsonValue& one : Sub(calibration, "skills").items) {
    calls += Figure(one, "calls");
    EXPECT_GT(Figure(one, "handle_s"), 30);
  }
  EXPECT_EQ(std::to_string(static_cast<int64_t>(calls)), At(calibration, "calls"));
}

TEST_F(SkillForecastTest, AlikeAgentsStayAPoolAndUnlikeOnesDoNot) {
  for (int i = 0; i < 6; ++i) {
    TellOf("agent_on", 60, {.agent = "a" + std::to_string(i), .skills = {"GE", "OR"}});
  }
  const JsonValue alike = Forecast(15);
  EXPECT_EQ(At(alike, "method"), "live queue, gesture table");
  EXPECT_EQ(At(alike, "give_or_take_minutes"), "null");
  EXPECT_TRUE(Sub(alike, "skills").items.empty());
  TellOf("agent_on", 30, {.agent = "b", .skills = {"RE"}});
  const JsonValue unlike = Forecast(15);
  EXPECT_EQ(At(unlike, "method"), kBySkill);
  double sum = 0;
  for (const JsonValue& one : Sub(unlike, "skills").items) {
    sum += Figure(one, "extra_wait_minutes");
  }
  EXPECT_NEAR(sum, Extra(unlike), 0.01 + Figure(unlike, "give_or_take_minutes"));
}

TEST_F(SkillForecastTest, ThoseBearItWhomTheAskerServes) {
  SkilledAgentsAreOn(3);
  WaitFor("GE", 5, 90);
  const JsonValue served = Forecast(20);
  EXPECT_GT(OfSkill(served, "GE"), 5);
  EXPECT_LT(OfSkill(served, "OR"), 0.2);
  EXPECT_GT(Figure(served, "give_or_take_minutes"), 0);
  // The same person serves something else today: nobody who waits for GE loses anything.
  TellOf("agent_on", 5, {.agent = agent.ToString(), .skills = {"OR", "RE"}});
  const JsonValue others = Forecast(20);
  EXPECT_LT(OfSkill(others, "GE"), 0.2);
  EXPECT_LT(Extra(others), Extra(served) / 2);
}

TEST_F(SkillForecastTest, WhereNobodyKnowsWhoAsksTheDearestIsTold) {
  SkilledAgentsAreOn(4, "");
  WaitFor("GE", 5, 90);
  const JsonValue unknown = Forecast(20);
  EXPECT_GT(OfSkill(unknown, "GE"), 5);
}

TEST_F(SkillForecastTest, ItIsSimulatedOnceAndThenLookedUp) {
  SkilledAgentsAreOn(3);
  WaitFor("GE", 2, 60);
  const auto queue = services().live_queues->Find(organisation().id, "Service desk");
  SkillAnswers& answers = queue->tables().skills();
  EXPECT_TRUE(answers.Due(clock().Now()).empty()) << "nobody asked";
  const JsonValue first = Forecast(12);
  const auto due = answers.Due(clock().Now());
  EXPECT_EQ(due.size(), 4u) << "the usual durations, a few at a time";
  // One more waits: still the same answer. Many more: another.
  TellOf("entered", 1, {.contact = "one more", .skill = "GE"});
  EXPECT_EQ(Extra(Forecast(12)), Extra(first));
  WaitFor("OR", 6, 5);
  EXPECT_NE(Extra(Forecast(12)), Extra(first));
  // The tick makes what was asked for anew, and the usual durations too.
  clock().Advance(kMicrosPerMinute);
  TellOf("entered", 1, {.contact = "and one", .skill = "GE"});
  for (int tick = 0; tick < 4; ++tick) ASSERT_TRUE(RefreshLiveTables(services(), clock().Now()));
  EXPECT_TRUE(answers.Due(clock().Now()).empty());
  const auto room = answers.RoomOf(*queue->state(), due.front().calibrated);
  for (int64_t minutes : {5, 15, 60}) {
    SkillKey key = due.front().key;
    key.minutes = minutes;
    EXPECT_TRUE(answers.Find(key, *room, clock().Now())) << minutes;
  }
  clock().Advance(3 * kMicrosPerMinute);
  EXPECT_FALSE(answers.Find(due.front().key, *room, clock().Now())) << "too old";
}

TEST_F(SkillForecastTest, TheCheckTakesItFromThereAndKeepsItsError) {
  SkilledAgentsAreOn(3);
  WaitFor("GE", 12, 100);
  const JsonValue check = Check(idea_);
  EXPECT_EQ(At(check, "forecast/method"), kBySkill);
  EXPECT_NE(At(check, "gates/5/verdict"), "ok");
  const JsonValue again = Ok(SeeCheck, agent, "", At(check, "id"));
  EXPECT_EQ(At(again, "forecast/give_or_take_minutes"), At(check, "forecast/give_or_take_minutes"));
  EXPECT_GT(OfSkill(Sub(again, "forecast"), "GE"), 5);
}

TEST_F(SkillForecastTest, WithinTheErrorOfTheToleranceItIsUndecided) {
  SkilledAgentsAreOn(3);
  WaitFor("GE", 5, 90);
  OthersQuestion question;
  question.start_at = question.now = clock().Now();
  question.minutes = 20;
  question.live = services().live_queues->Find(organisation().id, "Service desk");
  question.asker = agent;
  const auto calibration =
      CalibrationId(*ReadOne(store(), organisation().id, kNewestCalibration,
                             {organisation().id, std::string_view("Service desk")}));
  const auto ask = [&](double limit) {
    question.most_extra_wait_minutes = limit;
    return *ForecastOthers(services(), organisation(), calibration, question);
  };
  const OthersForecast forecast = ask(1e9);
  EXPECT_EQ(forecast.verdict, "ok");
  ASSERT_TRUE(forecast.half_widths);
  const double extra = *forecast.extra_wait_minutes;
  const double half_width = forecast.half_widths->extra_wait_minutes;
  EXPECT_EQ(ask(extra + half_width / 2).verdict, "undecided");
  EXPECT_EQ(ask(extra - half_width / 2).verdict, "undecided");
  EXPECT_EQ(ask(extra - 2 * half_width).verdict, "no");
  EXPECT_EQ(ask(extra + 2 * half_width).verdict, "ok");
  // For the rules, whose tolerance is a table: both ends of the interval.
  const auto ends = EndsOf(forecast);
  ASSERT_TRUE(ends);
  EXPECT_NEAR(*ends->most.extra_wait_minutes - *ends->least.extra_wait_minutes, 2 * half_width,
              1e-9);
  // A variant of a check may not simulate: it is undecided, and not offered.
  question.may_simulate = false;
  question.minutes = 55;
  EXPECT_EQ(ask(1e9).verdict, "undecided");
}

}  // namespace
}  // namespace extramile::app
