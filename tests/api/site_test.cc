// The addresses of the site: errors in their one form, health, figures, and what a browser is told.

#include <gtest/gtest.h>

#include "live_server.h"

namespace extramile {
namespace {

class SiteTest : public testing::Test {
 protected:
  LiveServer server_;
};

TEST_F(SiteTest, ProblemsSayWhatWhereAndWhatToDo) {
  const Caller lead = server_.SignIn("north", "lead");
  const auto answer =
      server_.Send(lead, "POST", "/api/v1/tokens", R"({"name":"t","scopes":["fly"]})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
  EXPECT_EQ(Member(answer, "type"), "urn:extramile:problem:scope-unknown");
  EXPECT_EQ(Member(answer, "title"), "Unprocessable Content");
  EXPECT_EQ(Member(answer, "status"), "422");
  EXPECT_EQ(Member(answer, "code"), "scope-unknown");
  EXPECT_EQ(Member(answer, "field"), "/scopes");
  EXPECT_FALSE(Member(answer, "detail").empty());
  EXPECT_FALSE(Member(answer, "advice").empty());
  EXPECT_EQ(Member(answer, "request_id"), answer.Header("x-request-id"));
}

TEST_F(SiteTest, UnknownAddressesAndMethodsAreSaid) {
  EXPECT_EQ(CodeOf(server_.Send({}, "GET", "/api/v1/nothing")), "address-unknown");
  const auto method = server_.Send({}, "PUT", "/api/v1/people");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.Header("allow"), "GET, POST");
}

TEST_F(SiteTest, WhatIsNoJsonIsRefused) {
  const Caller lead = server_.SignIn("north", "lead");
  EXPECT_EQ(server_.Send(lead, "POST", "/api/v1/tokens", "{\"name\":").status, 400);
  EXPECT_EQ(CodeOf(server_.Send(lead, "POST", "/api/v1/tokens", R"({"name":"a","name":"b"})")),
            "json-duplicate-key");
  http::ClientRequest form{"POST",
                           "/api/v1/session",
                           {{"Content-Type", "text/plain"}},
                           R"({"sign_in_name":"lead@north","password":"x"})"};
  auto client = http::Client::For(server_.url()).value();
  EXPECT_EQ(client.Send(form)->status, 415);
}

TEST_F(SiteTest, AnOversizedBodyIsRefused) {
  const Caller lead = server_.SignIn("north", "lead");
  const auto answer = server_.Send(lead, "POST", "/api/v1/tokens", std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(CodeOf(answer), "body-too-large");
}

TEST_F(SiteTest, IsHealthyAndReady) {
  EXPECT_EQ(server_.Send({}, "GET", "/healthz").body, "ok\n");
  const auto ready = server_.Send({}, "GET", "/readyz");
  EXPECT_EQ(ready.status, 200) << ready.body;
}

TEST_F(SiteTest, CountsRequestsByOperationAndStatus) {
  server_.Send({}, "GET", "/api/v1/people");
  const auto figures = server_.Send({}, "GET", "/metrics").body;
  EXPECT_NE(figures.find(R"(extramile_requests_total{operation="list_people",status="401"} 1)"),
            std::string::npos)
      << figures;
  EXPECT_NE(figures.find("extramile_request_seconds_bucket"), std::string::npos);
  EXPECT_NE(figures.find("extramile_quick_lane_waiting"), std::string::npos);
}

TEST_F(SiteTest, AnswersAreNotGuessedAtByBrowsers) {
  const auto answer = server_.Send({}, "GET", "/healthz");
  EXPECT_EQ(answer.Header("x-content-type-options"), "nosniff");
  EXPECT_EQ(server_.Send({}, "GET", "/api/v1/session").Header("cache-control"), "no-store");
}

}  // namespace
}  // namespace extramile
