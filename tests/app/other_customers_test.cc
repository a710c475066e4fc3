// From a call log to what it says about other customers: import, calibration, forecast, effect.
#include "app/other_customers.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "app/effects.h"
#include "app/fixture.h"
#include "app/import_calls.h"
#include "app/queues.h"
#include "connect/call_log_demo.h"

namespace extramile::app {
namespace {

constexpr std::string_view kTeam = "Service desk";
// The generated log begins on Monday 5 October 2026; three weeks later it ends before the test's
// own Tuesday, 17 November.
constexpr int kDays = 21;

const Sql kCalls = {"select count(*) from call where organisation_id = $1"};
const Sql kCalibrations = {"select count(*) from calibration where organisation_id = $1"};
const Sql kForgetCalls = {"delete from call where organisation_id = $1 and entered_at >= $2"};
const Sql kInsertCall = {
    "insert into call (organisation_id, team, entered_at, call_key, call_log_id, wait_s, answered, "
    "service_s, server, skill) values ($1, $2, $3, $4, $5, $6, 1, 60, 'a', 'GE')"};
const Sql kInsertAction = {
    "insert into action (organisation_id, id, idea_id, case_id, state, amount, minutes, done_at, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $2, $3, $4, 0, 15, $5, $5, $5, $6)"};
const Sql kInsertCase = {
    "insert into service_case (organisation_id, id, reference, kind, reason, channel, stage, "
    "state, team, agent_id, setting, sector, load, load_basis, situation, source, opened_at, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $6, 'request', 'delivery', 'phone', "
    "'solution', 'open', $3, $4, 'paid', 'private', 'normal', 'unknown', 'routine', 'hand', $5, "
    "$5, $5, $4)"};

class OtherCustomersTest : public UseCaseTest {
 protected:
  OtherCustomersTest() : manager_(Person("agent manager", kTeam)) {}

  static const std::string& Log() {
    static const std::string log = connect::GenerateCallLog({.days = kDays});
    return log;
  }
  std::string Body(std::string_view more = "", std::string_view log = Log()) const {
    JsonWriter body;
    body.BeginObject().Key("team").String(kTeam).Key("name").String("October");
    body.Key("columns").String(ReadProjectFile("demo/columns/generated.toml"));
    body.Key("log").String(log).EndObject();
    std::string text = std::move(body).Take();
    text.pop_back();
    return text + std::string(more) + "}";
  }
  AnyId NewId() { return AnyId::Make(clock().Now(), SystemRandom()); }

  // An action of half past nine on the day, in a case of the team.
  AnyId ActionAt(Instant at, std::string_view state = "done") {
    const AnyId service_case = NewId(), action = NewId();
    const OrganisationId org = organisation().id;
    Write(kInsertCase, {org, service_case, kTeam, manager_, at, action.ToString()});
    Write(kInsertAction, {org, action, service_case, state, at, manager_});
    return action;
  }
  void CallsOn(Instant from, int calls, int64_t wait_s) {
    for (int i = 0; i < calls; ++i) {
      Write(kInsertCall, {organisation().id, kTeam, from + i * kMicrosPerMinute,
                          "call " + std::to_string(i), NewId(), wait_s});
    }
  }

  const PersonId manager_;
};

TEST_F(OtherCustomersTest, ImportAccountsForEveryRowAndCalibrates) {
  const JsonValue report = Ok(ImportCalls, manager_, Body());
  int64_t dirty = 0;
  for (const JsonValue& reason : Sub(report, "dirty").items) {
    dirty += std::stoll(At(reason, "rows"));
    EXPECT_FALSE(At(reason, "reason").empty());
    EXPECT_GT(std::stoll(At(reason, "example_row")), 1);
  }
  const int64_t clean = std::stoll(At(report, "rows_clean"));
  EXPECT_GT(dirty, 0);
  EXPECT_EQ(std::to_string(clean + dirty), At(report, "rows_read"));
  EXPECT_EQ(At(report, "new_calls"), At(report, "rows_clean"));
  EXPECT_EQ(Count(kCalls), clean);
  EXPECT_EQ(At(report, "from").substr(0, 10), "2026-10-05");

  const JsonValue calibration = Ok(SeeCalibration, manager_);
  EXPECT_EQ(At(calibration, "id"), At(report, "calibration"));
  EXPECT_EQ(At(calibration, "team"), kTeam);
  EXPECT_EQ(At(calibration, "calls"), std::to_string(clean));
  EXPECT_GT(Sub(calibration, "half_hours").items.size(), 10u);
  std::set<std::string> kinds_of_day;
  for (const JsonValue& half_hour : Sub(calibration, "half_hours").items) {
    kinds_of_day.insert(At(half_hour, "day"));
    EXPECT_EQ(At(half_hour, "starts").size(), 5u);
  }
  EXPECT_TRUE(kinds_of_day.contains("weekday"));
}

TEST_F(OtherCustomersTest, TheSameLogAgainAddsNothing) {
  const JsonValue first = Ok(ImportCalls, manager_, Body());
  const JsonValue again = Ok(ImportCalls, manager_, Body());
  EXPECT_EQ(At(again, "id"), At(first, "id"));
  EXPECT_EQ(At(again, "new_calls"), "0");
  EXPECT_EQ(At(again, "rows_read"), At(first, "rows_read"));
  EXPECT_EQ(At(again, "dirty/0/rows"), At(first, "dirty/0/rows"));
  EXPECT_EQ(Count(kCalibrations), 1);
}

TEST_F(OtherCustomersTest, ADryRunSaysWhatWouldBecomeOfItAndStoresNothing) {
  const JsonValue tried = Ok(ImportCalls, manager_, Body(R"(, "dry_run": true)"));
  EXPECT_EQ(At(tried, "id"), "null");
  EXPECT_EQ(At(tried, "calibration"), "null");
  EXPECT_EQ(Count(kCalls), 0);
  EXPECT_EQ(Count(kCalibrations), 0);
  const JsonValue done = Ok(ImportCalls, manager_, Body());
  for (const char* figure : {"rows_read", "rows_clean", "new_calls", "from", "to", "dirty/0/rows"})
    EXPECT_EQ(At(tried, figure), At(done, figure)) << figure;
  // Tried again, it is known: nothing would be new.
  const JsonValue known = Ok(ImportCalls, manager_, Body(R"(, "dry_run": true)"));
  EXPECT_EQ(At(known, "id"), At(done, "id"));
  EXPECT_EQ(At(known, "new_calls"), "0");
}

TEST_F(OtherCustomersTest, LogsMayOverlap) {
  const JsonValue part = Ok(ImportCalls, manager_, Body(R"(, "until": "2026-10-12T00:00:00Z")"));
  clock().Advance(kMicrosPerSecond);
  const JsonValue whole = Ok(ImportCalls, manager_, Body());
  EXPECT_EQ(std::stoll(At(part, "new_calls")) + std::stoll(At(whole, "new_calls")),
            std::stoll(At(whole, "rows_clean")));
  EXPECT_EQ(std::to_string(Count(kCalls)), At(whole, "rows_clean"));
  // The newer calibration knows all the calls.
  EXPECT_EQ(At(Ok(SeeCalibration, manager_), "calls"), At(whole, "rows_clean"));
}

TEST_F(OtherCustomersTest, ShiftingKeepsTheWallClockOverAChangeOfClocks) {
  // 5 October is summer time in London, 28 days later it is winter time: 07:53 stays 07:53.
  const JsonValue plain = Ok(ImportCalls, manager_, Body());
  const JsonValue moved = Ok(ImportCalls, manager_, Body(R"(, "shift_days": 28)"));
  const Instant from = ParseInstant(At(plain, "from")).value();
  const Instant to = ParseInstant(At(moved, "from")).value();
  const TimeZone zone = TimeZone::Find("Europe/London").value();
  EXPECT_EQ(zone.ToLocal(from).Clock(), zone.ToLocal(to).Clock());
  EXPECT_EQ(zone.ToLocal(to).Date(), "2026-11-02");
  EXPECT_NE(to - from, 28 * kMicrosPerDay) << "the clocks changed in between";
}

TEST_F(OtherCustomersTest, BrokenMappingsAndLogsAreRefusedWithoutTraces) {
  EXPECT_EQ(Refused(ImportCalls, manager_, R"({"team": "T", "name": "N", "columns": "x = ",
                                              "log": "a"})")
                .kind,
            ErrorKind::kMalformed);
  EXPECT_EQ(Refused(ImportCalls, manager_, Body("", "no\theader\n1\t2\n")).code, "call-log-header");
  EXPECT_EQ(Refused(ImportCalls, manager_, Body(R"(, "colour": 1)")).place, "/colour");
  EXPECT_EQ(Count(kCalls), 0);
}

TEST_F(OtherCustomersTest, AForecastSaysWhoWouldWait) {
  EXPECT_EQ(Refused(SeeCalibration, manager_).code, "no-queue-known");
  const UseCaseTest::Words at = {{"start_at", "2026-11-17T10:30:00Z"}, {"minutes", "12"}};
  const JsonValue unknown = Ok(SeeForecast, manager_, "", "", at);
  EXPECT_EQ(At(unknown, "verdict"), "unknown");
  EXPECT_EQ(At(unknown, "sentence"), "No queue is known for this team.");
  EXPECT_EQ(At(unknown, "extra_wait_minutes"), "null");

  Ok(ImportCalls, manager_, Body());
  const JsonValue known = Ok(SeeForecast, manager_, "", "", at);
  EXPECT_NE(At(known, "verdict"), "unknown");
  EXPECT_GT(std::stod(At(known, "extra_wait_minutes")), 0);
  EXPECT_EQ(At(known, "minutes"), "12");
  EXPECT_EQ(At(known, "calibration"), At(Ok(SeeCalibration, manager_), "id"));
  EXPECT_GE(std::stod(At(known, "late_share_after")), std::stod(At(known, "late_share_before")));

  // Longer away is never better for the others.
  const JsonValue longer =
      Ok(SeeForecast, manager_, "", "", {{"start_at", "2026-11-17T10:30:00Z"}, {"minutes", "60"}});
  EXPECT_GT(std::stod(At(longer, "extra_wait_minutes")),
            std::stod(At(known, "extra_wait_minutes")));
  // Nobody works at three in the morning.
  const JsonValue night =
      Ok(SeeForecast, manager_, "", "", {{"start_at", "2026-11-17T03:00:00Z"}, {"minutes", "12"}});
  EXPECT_EQ(At(night, "verdict"), "unknown");
  EXPECT_EQ(Refused(SeeForecast, manager_, "", "", {{"minutes", "a few"}}).code, "minutes-wrong");
}

TEST_F(OtherCustomersTest, TheCheapestStartIsLaterThatDayAndNoDearer) {
  Ok(ImportCalls, manager_, Body());
  const auto newest = CalibrationId(
      ReadOne(store(), organisation().id, kNewestCalibration, {organisation().id, kTeam}).value());
  const Instant start = ParseInstant("2026-11-17T10:30:00Z").value();
  const auto ask = [&](Instant at) {
    return ForecastOthers(services(), organisation(), newest, {.start_at = at, .minutes = 30})
        .value();
  };
  const OthersForecast now = ask(start);
  ASSERT_TRUE(now.best_start);
  EXPECT_GE(*now.best_start, start);
  EXPECT_EQ(organisation().time_zone.ToLocal(*now.best_start).Date(), "2026-11-17");
  EXPECT_LE(*ask(*now.best_start).extra_wait_minutes, *now.extra_wait_minutes + 0.1);
  // Minutes are rounded up to five, so 26 is answered as 30 is.
  const auto rounded =
      ForecastOthers(services(), organisation(), newest, {.start_at = start, .minutes = 26});
  EXPECT_EQ(rounded->extra_wait_minutes, now.extra_wait_minutes);
  const auto limited = ForecastOthers(
      services(), organisation(), newest,
      {.start_at = start, .minutes = 30, .most_extra_wait_minutes = *now.extra_wait_minutes / 2});
  EXPECT_EQ(limited->verdict, "no");
}

TEST_F(OtherCustomersTest, ManyThreadsMayAskAtOnce) {
  Ok(ImportCalls, manager_, Body());
  const auto newest = CalibrationId(
      ReadOne(store(), organisation().id, kNewestCalibration, {organisation().id, kTeam}).value());
  std::vector<std::string> answers(8);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back([&, i] {
        answers[i] = ForecastOthers(services(), organisation(), newest,
                                    {.start_at = clock().Now(), .minutes = 20})
                         ->sentence;
      });
    }
  }
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers.front());
}

// Six earlier Tuesdays and a Wednesday, each with ten calls at half past nine that waited about
// 30 seconds.
class EffectTest : public OtherCustomersTest {
 protected:
  EffectTest() : at_(ParseInstant("2026-11-17T09:30:00Z").value()) {
    for (int day : {1, 5, 6, 7, 8, 12, 13}) {
      CallsOn(at_ + -day * kMicrosPerDay, 10, 25 + day);
    }
  }
  std::string Id(AnyId id) { return id.ToString(); }
  const Instant at_;
};

TEST_F(EffectTest, OrdinaryWaitsAreNoEffect) {
  CallsOn(at_, 10, 30);
  const JsonValue effect =
      Ok(ObserveEffect, manager_, R"({"method": "computed"})", Id(ActionAt(at_)));
  EXPECT_EQ(At(effect, "customers"), "10");
  EXPECT_EQ(At(effect, "mean_wait_s"), "30");
  EXPECT_EQ(At(effect, "unaffected"), "true");
  EXPECT_EQ(At(effect, "not_unreasonably"), "true");
  EXPECT_EQ(At(effect, "window_from"), "2026-11-17T09:30:00Z");
  EXPECT_EQ(At(effect, "window_to"), "2026-11-17T10:30:00Z");
  EXPECT_EQ(At(effect, "sentence"),
            "10 other customers waited 30 seconds on average; 32 seconds is usual then: they were "
            "not affected.");
}

TEST_F(EffectTest, LongWaitsAreAnEffectAndWithoutAStandardTooMuch) {
  CallsOn(at_, 10, 240);
  const JsonValue effect =
      Ok(ObserveEffect, manager_, R"({"method": "computed"})", Id(ActionAt(at_)));
  EXPECT_EQ(At(effect, "unaffected"), "false");
  EXPECT_EQ(At(effect, "not_unreasonably"), "false");
}

TEST_F(EffectTest, TheOffersStandardDecidesWhatIsReasonable) {
  const AnyId offer = NewId(), item = NewId();
  const OrganisationId org = organisation().id;
  static const Sql kOffer = {
      "insert into service_offer (organisation_id, id, number, title, summary, state, occurred_at, "
      "recorded_at, recorded_by) values ($1, $2, 1, 'O', 'S', 'published', $3, $3, $4)"};
  static const Sql kItem = {
      "insert into offer_item (organisation_id, id, offer_id, position, promise, standard_minutes, "
      "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, 1, 'Soon', 5, $4, $4, $5)"};
  Write(kOffer, {org, offer, at_, manager_});
  Write(kItem, {org, item, offer, at_, manager_});
  CallsOn(at_, 10, 240);
  const JsonValue effect =
      Ok(ObserveEffect, manager_, R"({"method": "computed"})", Id(ActionAt(at_)));
  EXPECT_EQ(At(effect, "standard_wait_s"), "300");
  EXPECT_EQ(At(effect, "unaffected"), "false");
  EXPECT_EQ(At(effect, "not_unreasonably"), "true");
  EXPECT_EQ(At(effect, "sentence"),
            "10 other customers waited 4 minutes on average; 32 seconds is usual then, and 5 "
            "minutes is what the offer promises: they were affected, but not unreasonably.");
}

TEST_F(EffectTest, NothingIsComputedWhereTheLogDoesNotReach) {
  const AnyId action = ActionAt(at_);
  EXPECT_EQ(Refused(ObserveEffect, manager_, R"({"method": "computed"})", Id(action)).code,
            "no-calls-known");
  // A quiet hour inside the log is another matter.
  CallsOn(at_ + 2 * kMicrosPerHour, 1, 5);
  const JsonValue effect = Ok(ObserveEffect, manager_, R"({"method": "computed"})", Id(action));
  EXPECT_EQ(At(effect, "customers"), "0");
  EXPECT_EQ(At(effect, "unaffected"), "true");
  EXPECT_EQ(At(effect, "sentence"), "Nobody else called in that time, so nobody was affected.");
}

TEST_F(EffectTest, APersonSaysWhatTheySaw) {
  const AnyId action = ActionAt(at_);
  const JsonValue effect = Ok(ObserveEffect, manager_,
                              R"({"method": "observed", "on_whom": "the two behind in the line",
                                  "not_unreasonably": true,
                                  "words": {"text": "One sighed, nobody left."}})",
                              Id(action));
  EXPECT_EQ(At(effect, "unaffected"), "null");
  EXPECT_EQ(At(effect, "not_unreasonably"), "true");
  EXPECT_EQ(At(effect, "words/text"), "One sighed, nobody left.");
  EXPECT_EQ(At(effect, "words/author"), "own_words");
  EXPECT_EQ(At(effect, "sentence"), "As Somebody saw it, they were not unreasonably affected.");

  const auto refused = [&](std::string_view body) {
    return Refused(ObserveEffect, manager_, body, Id(action)).code;
  };
  EXPECT_EQ(refused(R"({"method": "observed"})"), "effect-verdict-missing");
  EXPECT_EQ(refused(R"({"method": "observed", "unaffected": true, "not_unreasonably": false})"),
            "effect-verdicts-contradict");
  EXPECT_EQ(refused(R"({"method": "computed", "unaffected": true})"), "effect-verdict-computed");
  EXPECT_EQ(
      Refused(ObserveEffect, manager_, R"({"method": "computed"})", Id(ActionAt(at_, "planned")))
          .code,
      "action-not-done");
}

// The real log, where it is there: 33,000 rows in seconds, and a verdict from them.
TEST_F(OtherCustomersTest, TheRealLogImportsInSeconds) {
  const std::string path =
      std::string(EXTRAMILE_SOURCE_DIR) +
      "/../shared/data/anonymous-bank-1999-02/data_anonymous_bank_february.txt";
  std::ifstream in(path);
  if (!in) GTEST_SKIP() << "the real call log is not here";
  std::ostringstream log;
  log << in.rdbuf();
  JsonWriter body;
  body.BeginObject().Key("team").String(kTeam).Key("name").String("February");
  body.Key("columns").String(ReadProjectFile("demo/columns/anonymous-bank.toml"));
  body.Key("log").String(log.str()).EndObject();
  const auto started = std::chrono::steady_clock::now();
  const JsonValue report = Ok(ImportCalls, manager_, body.text());
  const auto took = std::chrono::steady_clock::now() - started;
  RecordProperty("milliseconds", static_cast<int>(took / std::chrono::milliseconds(1)));
  EXPECT_EQ(At(report, "rows_read"), "33344");
  EXPECT_GT(std::stoll(At(report, "rows_clean")), 25'000);
  EXPECT_EQ(At(report, "new_calls"), At(report, "rows_clean"));
  EXPECT_LT(took, std::chrono::seconds(60)) << "a wide margin: seconds are expected";
}

}  // namespace
}  // namespace extramile::app
