// Which gestures work, what they do to others and what chance puts first: on both databases.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/store.h"
#include "base/random.h"
#include "live_server.h"

namespace extramile {
namespace {

class Gestures : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = LiveServer::SkipReason(GetParam()); !why.empty()) {
      GTEST_SKIP() << why;
    }
    server_ = std::make_unique<LiveServer>(GetParam());
    manager_ = server_->SignIn("north", "manager");
    Post("/api/v1/grants", R"({"role":"manager","purpose":"act","minutes_per_day":60})");
    Post("/api/v1/gestures",
         R"({"code":"kind-word","kind":"attention","title":"A kind word","minutes":0})");
    Post("/api/v1/gestures",
         R"({"code":"call-back","kind":"attention","title":"Call back","minutes":10})");
  }

  http::ClientResponse Post(const std::string& target, const std::string& body) {
    const auto answer = server_->Send(manager_, "POST", target, body);
    EXPECT_LT(answer.status, 300) << target << answer.body;
    return answer;
  }
  std::string Get(const std::string& target) {
    const auto answer = server_->Send(manager_, "GET", target);
    EXPECT_EQ(answer.status, 200) << target << answer.body;
    return answer.body;
  }

  std::unique_ptr<LiveServer> server_;
  Caller manager_;
};

TEST_P(Gestures, AreSeenAtWork) {
  const std::string service_case = Member(Post("/api/v1/cases/now", "{}"), "id");
  const auto tap = Post("/api/v1/cases/" + service_case + "/tiles/kind-word", "{}");
  const auto json = ParseJson(tap.body);
  const std::string action = json->Find("action")->Find("id")->text;
  Post("/api/v1/cases/" + service_case + "/feedback",
       R"({"source":"customer","method":"spoken","positive":true,"score":4,"score_max":5})");
  Post("/api/v1/actions/" + action + "/effects", R"({"method":"observed","unaffected":true})");
  Post("/api/v1/actions/" + action + "/awareness",
       R"({"channel":"phone","acknowledged":true,"words":{"text":"Just to thank you."}})");
  Post("/api/v1/proposals",
       R"({"kind":"routine","gesture":"kind-word","words":{"text":"It is free."}})");

  const std::string evidence = Get("/api/v1/gestures/evidence");
  EXPECT_THAT(evidence, testing::HasSubstr(R"("noticed":1,"answered":1,"valued":1)"));
  EXPECT_THAT(evidence, testing::HasSubstr("1 of the 1 who said how they took it valued it"));
  const std::string monitor = Get("/api/v1/monitor");
  EXPECT_THAT(monitor, testing::HasSubstr(R"("gesture":"kind-word")"));
  EXPECT_THAT(monitor, testing::HasSubstr(R"("looked_at":1,"unaffected":1)"));
  EXPECT_THAT(Get("/api/v1/proposals"), testing::HasSubstr(R"("record_shows":"Used 1 time for)"));
}

// The hours around a gesture, against the forecast that its check had kept.
TEST_P(Gestures, AreHeldAgainstTheForecastOfTheirHour) {
  static const app::Sql kFindActor = {
      "select organisation_id, person_id from membership where id in "
      "(select s.membership_id from session s) and roles = 'manager'"};
  static const app::Sql kForecast = {
      "insert into forecast (organisation_id, id, team, method, start_at, duration_s, "
      "late_share_before, verdict, body, occurred_at, recorded_at, recorded_by) values "
      "($1, $2, $3, 'exact', $4, 600, 0.25, 'ok', '{}', $4, $4, $5)"};
  static const app::Sql kOfCheck = {
      "update idea_check set forecast_id = $2 where organisation_id = $1 and id = "
      "(select check_id from action where organisation_id = $1 and id = $3)"};
  static const app::Sql kCall = {
      "insert into call (organisation_id, team, entered_at, call_key, call_log_id, wait_s, "
      "answered, service_s, server, skill) values ($1, $2, $3, $4, $5, $6, 1, 60, 'a', 'GE')"};
  app::Store& store = server_->services().store;
  const app::Row actor = app::ReadOne(store, {}, kFindActor, {}).value().at(0);
  const Instant at = server_->clock().Now();
  const std::string service_case = Member(Post("/api/v1/cases/now", "{}"), "id");
  const auto tap = ParseJson(Post("/api/v1/cases/" + service_case + "/tiles/call-back", "{}").body);
  const std::string team =
      ParseJson(Get("/api/v1/cases/" + service_case))->Find("case")->Find("team")->text;
  const AnyId forecast = AnyId::Make(at, SystemRandom());
  app::WritePlan plan;
  plan.organisation = actor[0].Identifier<OrganisationId>();
  plan.recorded_at = at;
  plan.steps.push_back({&kForecast, {actor[0], forecast, team, at, actor[1]}});
  plan.steps.push_back(
      {&kOfCheck, {actor[0], forecast, *AnyId::Parse(tap->Find("action")->Find("id")->text)}});
  for (int i = 0; i < 9; ++i) {
    plan.steps.push_back({&kCall,
                          {actor[0], team, at + i * 10 * kMicrosPerMinute,
                           "call " + std::to_string(i), forecast, i % 2 * 600}});
  }
  ASSERT_TRUE(app::CommitAndWait(store, std::move(plan)));
  const std::string monitor = Get("/api/v1/monitor");
  EXPECT_THAT(monitor, testing::HasSubstr(
                           R"("windows":1,"others_in_windows":6,"late":3,"late_forecast":1.5)"))
      << monitor;
}

TEST_P(Gestures, WhatChancePutsFirstIsOnTheRecord) {
  Post("/api/v1/exploration", R"({"on":true})");
  const std::string service_case = Member(Post("/api/v1/cases/now", "{}"), "id");
  const std::string tiles = "/api/v1/cases/" + service_case + "/tiles";
  EXPECT_EQ(Get(tiles), Get(tiles));
  const std::string events = Get("/api/v1/events?case=" + service_case);
  EXPECT_THAT(events, testing::HasSubstr("gestures_ranked"));
  EXPECT_THAT(events, testing::HasSubstr("propensity"));
}

INSTANTIATE_TEST_SUITE_P(OnBoth, Gestures, testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace extramile
