// Which gestures work, what they do to others and what chance puts first: on both databases.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
