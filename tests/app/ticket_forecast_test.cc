// Tickets: followed for days, forecast with working hours and due times.
#include <gmock/gmock.h>

#include "app/checks.h"
#include "app/housekeeping.h"
#include "app/live_desk.h"
#include "app/working_hours.h"

namespace extramile::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const Sql kStoredEvents = {"select count(*) from queue_event where organisation_id = $1"};

constexpr std::string_view kDayOff =
    R"({"team": "Post", "days": {}, "ticket_minutes": 30, "agents": 2})";

// A team "Post" that has tickets and no telephone; one "Service desk" that has calls.
class TicketForecastTest : public DeskTest {
 public:
  void SetHours(const std::string& team = "Post") {
    std::string days;
    for (const char* day :
         {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
      days += (days.empty() ? "\"" : ", \"") + std::string(day) +
              R"(": [{"from": "08:00", "to": "12:00"}, {"from": "12:30", "to": "18:00"}])";
    }
    Ok(SetWorkingHours, manager,
       R"({"team": ")" + team + R"(", "days": {)" + days +
           R"(}, "ticket_minutes": 30, "agents": 2})");
  }
  // Of the batch: what became of it.
  JsonValue Tell(const std::string& what, const std::string& contact, int64_t minutes_ago,
                 const std::string& more = "", const std::string& team = "Post") {
    const Instant at = clock().Now() + -minutes_ago * kMicrosPerMinute;
    return Ok(TakeQueueEvents, manager_,
              R"({"events": [{"id": "e)" + std::to_string(++events_) + R"(", "team": ")" + team +
                  R"(", "what": ")" + what + R"(", "contact": ")" + contact +
                  R"(", "occurred_at": ")" + FormatInstant(at) + '"' + more + "}]}");
  }
  void Enter(const std::string& contact, int64_t minutes_ago, int64_t due_in_minutes,
             const std::string& team = "Post") {
    const Instant due = clock().Now() + due_in_minutes * kMicrosPerMinute;
    const JsonValue taken =
        Tell("entered", contact, minutes_ago,
             R"(, "kind": "ticket", "due_at": ")" + FormatInstant(due) + '"', team);
    EXPECT_EQ(At(taken, "accepted"), "1");
  }
  // As many as two work off in two hours, each due just when it is done.
  void Backlog(const std::string& team = "Post") {
    for (int i = 0; i < 8; ++i) {
      Enter(team + " backlog " + std::to_string(i), 60 - i, 30 * (i / 2) + 45, team);
    }
  }
  JsonValue Forecast(int minutes, const std::string& team = "Post") {
    return Ok(SeeForecast, agent, "", "", {{"minutes", std::to_string(minutes)}, {"team", team}});
  }
  JsonValue Queue() { return Ok(ListQueues, manager_).items.front(); }
  static double Figure(const JsonValue& forecast, std::string_view name) {
    return std::stod(At(forecast, name));
  }

  const PersonId manager_ = Person("agent manager");
  int events_ = 0;
};

TEST_F(TicketForecastTest, ATeamSaysWhenItWorksOnTickets) {
  EXPECT_TRUE(Ok(ListWorkingHours, agent).items.empty());
  SetHours();
  const JsonValue hours = Ok(ListWorkingHours, agent);
  EXPECT_EQ(At(hours.items.at(0), "team"), "Post");
  EXPECT_EQ(At(hours.items.at(0), "days/friday/1/to"), "18:00");
  EXPECT_EQ(Refused(SetWorkingHours, manager, kDayOff).code, "hours-missing");
  const auto with = [](std::string_view monday) {
    return R"({"team": "Post", "days": {"monday": [)" + std::string(monday) +
           R"(]}, "ticket_minutes": 30, "agents": 2})";
  };
  for (const char* wrong :
       {R"({"from": "9:00", "to": "12:00"})", R"({"from": "12:00", "to": "09:00"})",
        R"({"from": "09:00", "to": "24:30"})", R"({"from": "09:60", "to": "12:00"})",
        R"({"from": "09:00", "to": "12:00"}, {"from": "11:00", "to": "13:00"})"}) {
    EXPECT_EQ(Refused(SetWorkingHours, manager, with(wrong)).code, "hours-wrong") << wrong;
  }
  Ok(SetWorkingHours, manager, with(R"({"from": "09:00", "to": "24:00"})"));
  EXPECT_EQ(Ok(ListWorkingHours, agent).items.size(), 1u) << "replaced";
}

TEST_F(TicketForecastTest, TicketsAreFollowedForDaysAndThenForgotten) {
  Enter("slow", 0, 3 * 24 * 60);
  Enter("done", 0, 60);
  Tell("entered", "call", 0);
  EXPECT_EQ(At(Queue(), "tickets_waiting"), "2");
  EXPECT_EQ(At(Queue(), "waiting"), "1") << "a ticket is no call";
  // Three days later; that the second is done nobody calls a ticket's end.
  clock().Advance(3 * kMicrosPerDay + kMicrosPerHour);
  Tell("left", "done", 1);
  ASSERT_TRUE(KeepHouse(services(), clock().Now()));
  services().live_queues = NewLiveQueues();
  EXPECT_EQ(At(Queue(), "waiting"), "0");
  EXPECT_EQ(At(Queue(), "tickets_waiting"), "1");
  EXPECT_EQ(At(Queue(), "tickets_late"), "1");
  clock().Advance(2 * kMicrosPerDay);
  ASSERT_TRUE(KeepHouse(services(), clock().Now()));
  services().live_queues = NewLiveQueues();
  EXPECT_EQ(At(Queue(), "tickets_waiting"), "1") << "what is done stays done";
  Tell("answered", "slow", 1);
  EXPECT_EQ(At(Queue(), "tickets_in_hand"), "1");
  EXPECT_EQ(At(Queue(), "in_service"), "0");
  clock().Advance(61 * kMicrosPerDay);
  ASSERT_TRUE(KeepHouse(services(), clock().Now()));
  EXPECT_EQ(Count(kStoredEvents), 0);
}

TEST_F(TicketForecastTest, ATicketSaysWhenItIsDueAndOnlyATicket) {
  const auto code = [](const JsonValue& report) { return At(report, "refused/0/code"); };
  EXPECT_EQ(code(Tell("entered", "a", 1, R"(, "kind": "ticket")")), "missing-field");
  const std::string due = R"(, "due_at": ")" + FormatInstant(clock().Now()) + '"';
  EXPECT_EQ(code(Tell("entered", "a", 1, due)), "due-without-ticket");
  EXPECT_EQ(code(Tell("entered", "a", 2 * 24 * 60)), "event-too-old");
  Enter("a", 2 * 24 * 60, 60);
  EXPECT_EQ(code(Tell("left", "b", 61 * 24 * 60, R"(, "kind": "ticket")")), "event-too-old");
}

TEST_F(TicketForecastTest, WhoIsAwayMakesTicketsLate) {
  Backlog();
  EXPECT_EQ(At(Forecast(60), "tickets"), "null") << "nobody has said when the team works";
  SetHours();
  const JsonValue away = Forecast(60);
  EXPECT_EQ(At(away, "method"), "tickets, paired simulation");
  EXPECT_EQ(At(away, "tickets/waiting"), "8");
  EXPECT_GT(Figure(away, "tickets/extra_late"), 0.5);
  EXPECT_EQ(At(away, "tickets/extra_late"), At(away, "extra_late"));
  EXPECT_GT(Figure(away, "tickets/extra_hours"), 1);
  EXPECT_EQ(Figure(away, "extra_wait_minutes"), 0) << "nobody sits and waits";
  EXPECT_GT(Figure(away, "tickets/late_share_after"), Figure(away, "tickets/late_share_before"));
  EXPECT_THAT(At(away, "sentence"), StartsWith("About "));
  EXPECT_THAT(At(away, "sentence"), HasSubstr("would be late that would not have been"));
  EXPECT_THAT(At(away, "sentence"), EndsWith("longer between them."));
  EXPECT_LT(Figure(Forecast(10), "tickets/extra_late"), Figure(away, "tickets/extra_late"));
}

TEST_F(TicketForecastTest, WhereThereIsTimeNobodyIsLate) {
  SetHours();
  for (int i = 0; i < 3; ++i) Enter("easy " + std::to_string(i), 30, 3 * 24 * 60);
  const JsonValue easy = Forecast(15);
  EXPECT_THAT(At(easy, "sentence"), StartsWith("No ticket would be late"));
  EXPECT_EQ(At(easy, "verdict"), "ok");
}

TEST_F(TicketForecastTest, TheCheckOfATeamWithNothingButTicketsTakesItFromThere) {
  SetHours("Service desk");
  Backlog("Service desk");
  const JsonValue check = Check(Idea(Case("ann"), R"("gesture": "call-back")"));
  EXPECT_EQ(At(check, "forecast/method"), "tickets, paired simulation");
  EXPECT_EQ(At(check, "forecast/tickets/waiting"), "8");
  EXPECT_NE(At(check, "gates/5/verdict"), "undecided");
  const JsonValue again = Ok(SeeCheck, agent, "", At(check, "id"));
  EXPECT_EQ(At(again, "forecast/tickets/extra_late"), At(check, "forecast/tickets/extra_late"));
}

TEST_F(TicketForecastTest, ATeamWithCallsTooIsAskedAboutBoth) {
  ImportGeneratedCalls();
  const JsonValue calls = Forecast(30, "Service desk");
  SetHours("Service desk");
  Backlog("Service desk");
  const JsonValue both = Forecast(30, "Service desk");
  EXPECT_THAT(At(both, "method"), EndsWith("; tickets, paired simulation"));
  EXPECT_GT(Figure(both, "tickets/extra_late"), 0);
  EXPECT_GT(Figure(both, "extra_late"), Figure(both, "tickets/extra_late"));
  EXPECT_GT(Figure(both, "extra_wait_minutes"), 0);
  EXPECT_THAT(At(both, "sentence"), HasSubstr("longer"));
  EXPECT_THAT(At(both, "sentence"), HasSubstr("would be late that would not have been"));
  EXPECT_EQ(At(calls, "tickets"), "null");
}

TEST(OpenFrom, FollowsTheClockOnTheWall) {
  const TimeZone london = *TimeZone::Find("Europe/London");
  WorkingHours hours;
  hours.days[5] = hours.days[6] = {{9 * 60, 17 * 60}};  // Saturday and Sunday
  // Saturday at noon; the clocks go forward that night.
  const Instant now = london.FromLocal(2026, 3, 28, 12, 0, 0);
  const auto open = OpenFrom(hours, london, now, 3 * 24 * 3600);
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[0].from_s, 0);
  EXPECT_EQ(open[0].to_s, 5 * 3600);
  EXPECT_EQ(open[1].from_s, (21 - 1) * 3600);
  EXPECT_EQ(open[1].to_s, (29 - 1) * 3600);
}

}  // namespace
}  // namespace extramile::app
