// The gate of the other customers on a live queue: as it is now, and as usual where the feed is
// silent.
#include <gmock/gmock.h>

#include "app/actions.h"
#include "app/checks.h"
#include "app/live_desk.h"
#include "app/open_ends.h"
#include "app/queue_forecast.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using LiveForecastTest = LiveDeskTest;

TEST_F(LiveForecastTest, TheQueueAsItIsDecidesAndNotAsItUsuallyIs) {
  const JsonValue usual = Forecast(10);
  EXPECT_THAT(At(usual, "method"), Not(HasSubstr("live")));

  AgentsAreOn(12);
  const JsonValue idle = Forecast(10);
  EXPECT_EQ(At(idle, "method"), "live queue, gesture table");
  EXPECT_EQ(At(idle, "sentence"), "Nobody else would wait noticeably longer.");
  EXPECT_LT(Extra(idle), Extra(usual));
  EXPECT_EQ(At(idle, "best_start_at"), At(idle, "start_at"));

  AreBusy(12);
  Wait(6, 40);
  const JsonValue crowded = Forecast(10);
  EXPECT_EQ(At(crowded, "method"), "live queue, gesture table");
  EXPECT_GT(Extra(crowded), Extra(idle) + 1);
  EXPECT_GT(std::stod(At(crowded, "late_share_after")),
            std::stod(At(crowded, "late_share_before")));
  EXPECT_GT(std::stod(At(crowded, "extra_late")), std::stod(At(idle, "extra_late")));
}

TEST_F(LiveForecastTest, ACrowdNowMakesALaterStartTheBetterOne) {
  AgentsAreOn(3);
  AreBusy(3);
  Wait(8, 90);
  const JsonValue crowded = Forecast(15);
  EXPECT_THAT(At(crowded, "sentence"), StartsWith("About "));
  EXPECT_THAT(At(crowded, "sentence"), HasSubstr("; at "));
  EXPECT_GT(At(crowded, "best_start_at"), At(crowded, "start_at"));
}

TEST_F(LiveForecastTest, WhatTheCrowdCannotBearIsPlannedForACalmerTime) {
  AgentsAreOn(3);
  AreBusy(3);
  Wait(12, 100);
  const JsonValue now = Check(idea_);
  EXPECT_NE(At(now, "gates/5/verdict"), "ok");
  const std::string start = At(now, "forecast/best_start_at");
  ASSERT_GT(start, At(now, "forecast/start_at"));
  // As the page does it in one tap: propose it for then, check it, plan it.
  const std::string later =
      Idea(Case("ben"), R"("gesture": "call-back", "start_at": ")" + start + R"(")");
  EXPECT_EQ(At(Check(later), "outcome"), "allowed");
  const JsonValue planned = Ok(TakeAction, agent, R"({"state": "planned"})", later);
  const JsonValue end = Sub(Ok(ListOpenEnds, agent), "items").items.at(0);
  EXPECT_EQ(At(end, "kind"), "planned");
  EXPECT_EQ(At(end, "due_at"), start);
  EXPECT_EQ(At(end, "record"), At(planned, "id"));
  Ok(ChangeAction, agent, R"({"state": "done"})", At(planned, "id"));
  const JsonValue left = Ok(ListOpenEnds, agent);
  for (const JsonValue& one : Sub(left, "items").items) EXPECT_NE(At(one, "kind"), "planned");
}

TEST_F(LiveForecastTest, TheCheckTakesItFromThere) {
  AgentsAreOn(12);
  const JsonValue check = Check(idea_);
  EXPECT_EQ(At(check, "forecast/method"), "live queue, gesture table");
  EXPECT_EQ(At(check, "gates/5/verdict"), "ok");
}

TEST_F(LiveForecastTest, ASilentFeedFallsBackToTheUsualStateAndSaysSo) {
  const double usual = Extra(Forecast(10));
  AgentsAreOn(2);
  AreBusy(2);
  EXPECT_NE(Extra(Forecast(10)), usual);
  clock().Advance(12 * kMicrosPerMinute);
  const JsonValue silent = Forecast(10);
  EXPECT_EQ(Extra(silent), usual) << "the same half-hour";
  EXPECT_THAT(At(silent, "method"), HasSubstr("usual state: the live queue is silent"));
  EXPECT_THAT(At(silent, "sentence"), HasSubstr("The live queue has been silent since 13:59"));
}

TEST_F(LiveForecastTest, AStartSoonIsComputedFromTheLiveQueueAndALaterOneIsUsual) {
  AgentsAreOn(12);
  EXPECT_EQ(At(Forecast(10, 60), "method"), "live queue, gesture table");
  EXPECT_EQ(At(Forecast(10, 15 * 60), "method"), "live queue, exact transient");
  const JsonValue later = Forecast(10, 90 * 60);
  EXPECT_EQ(At(later, "method"), "exact transient");
  EXPECT_THAT(At(later, "sentence"), Not(HasSubstr("silent")));
  // Longer than the table goes.
  EXPECT_EQ(At(Forecast(120), "method"), "live queue, exact transient");
}

TEST_F(LiveForecastTest, TheTableSaysWhatTheExactForecastSays) {
  AgentsAreOn(5);
  AreBusy(5);
  Wait(2, 30);
  // The table goes up to an hour; a minute more is computed.
  const JsonValue looked_up = Forecast(60), exact = Forecast(61);
  EXPECT_EQ(At(looked_up, "method"), "live queue, gesture table");
  EXPECT_EQ(At(exact, "method"), "live queue, exact transient");
  for (const char* figure :
       {"extra_wait_minutes", "extra_late", "extra_abandons", "late_share_before"}) {
    const double value = std::stod(At(exact, figure));
    EXPECT_NEAR(std::stod(At(looked_up, figure)), value, 0.05 * value) << figure;
  }
}

TEST_F(LiveForecastTest, TablesThatAreAskedForAreMadeAnewEachMinuteAndOthersAreNot) {
  const auto queue = services().live_queues->Find(organisation().id, "Service desk");
  AgentsAreOn(4);
  EXPECT_EQ(queue->tables().Due(clock().Now()), nullptr) << "nobody asked";
  Forecast(10);
  EXPECT_EQ(queue->tables().Due(clock().Now()), nullptr) << "it is new";
  clock().Advance(kMicrosPerMinute);
  const auto due = queue->tables().Due(clock().Now());
  ASSERT_TRUE(due);
  EXPECT_EQ(due->agents, 4);
  Tell("agent_on", 1, "", "one more");
  ASSERT_TRUE(RefreshLiveTables(services(), clock().Now()));
  EXPECT_EQ(queue->tables().Due(clock().Now()), nullptr);
  EXPECT_TRUE(queue->tables().Find(due->calibrated.id, due->standard_minutes, 5, clock().Now()));
  // Nobody asks any more.
  clock().Advance(15 * kMicrosPerMinute);
  EXPECT_EQ(queue->tables().Due(clock().Now()), nullptr);
}

}  // namespace
}  // namespace extramile::app
