// The live queues over HTTP: a token's batch, a signed delivery, and nothing of another
// organisation's; on both databases.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connect/chatwoot.h"
#include "live_server.h"

namespace extramile {
namespace {

using testing::HasSubstr;

class Queues : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = LiveServer::SkipReason(GetParam()); !why.empty()) {
      GTEST_SKIP() << why;
    }
    server_ = std::make_unique<LiveServer>(GetParam());
    admin_ = server_->SignIn("north", "admin");
  }

  std::string Now() { return FormatInstant(server_->clock().Now()); }
  std::string Batch(std::string_view what, std::string_view id) {
    return R"({"events":[{"id":")" + std::string(id) + R"(","team":"Front","what":")" +
           std::string(what) + R"(","occurred_at":")" + Now() + R"(","contact":"c-)" +
           std::string(id) + R"("}]})";
  }
  std::string QueuesOf(std::string_view organisation) {
    return server_->Send(server_->SignIn(organisation, "manager"), "GET", "/api/v1/queues").body;
  }

  std::unique_ptr<LiveServer> server_;
  Caller admin_;
};

TEST_P(Queues, ATokenTellsOfThemAndTheOtherOrganisationSeesNothing) {
  const Caller sender = server_->Token(admin_, R"(["write"])");
  const auto taken = server_->Send(sender, "POST", "/api/v1/queue-events", Batch("entered", "1"));
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_THAT(taken.body, HasSubstr(R"("accepted":1,"duplicate":0)"));
  const auto again = server_->Send(sender, "POST", "/api/v1/queue-events", Batch("entered", "1"));
  EXPECT_THAT(again.body, HasSubstr(R"("accepted":0,"duplicate":1)"));
  EXPECT_THAT(QueuesOf("north"), HasSubstr(R"("team":"Front","waiting":1)"));
  EXPECT_EQ(QueuesOf("south"), "[]");
}

TEST_P(Queues, ADeliveryNeedsItsSignature) {
  const auto session = ParseJson(server_->Send(admin_, "GET", "/api/v1/session").body);
  const std::string agent = session->Find("person")->Find("id")->text;
  const auto made =
      server_->Send(admin_, "POST", "/api/v1/connections",
                    R"({"kind":"queue","name":"Telephones","agent":")" + agent + R"("})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = Member(made, "webhook_path");
  const std::string body = Batch("entered", "1");
  const std::string at = std::to_string(server_->clock().Now().micros / kMicrosPerSecond);
  const auto send = [&](const std::string& signature) {
    return server_->Send({}, "POST", path, body,
                         {{"X-Extramile-Signature", signature}, {"X-Extramile-Timestamp", at}});
  };
  EXPECT_EQ(send("sha256=00").status, 401);
  EXPECT_EQ(QueuesOf("north"), "[]");
  const auto taken = send(connect::SignChatwoot(body, at, Member(made, "secret")));
  EXPECT_EQ(taken.status, 202) << taken.body;
  EXPECT_THAT(QueuesOf("north"), HasSubstr(R"("waiting":1)"));
  // A delivery for Chatwoot's connections is not taken here, nor the other way round.
  std::string other = path;
  other.replace(other.find("/queue/"), 7, "/chatwoot/");
  EXPECT_EQ(server_->Send({}, "POST", other, body).status, 404);
}

INSTANTIATE_TEST_SUITE_P(OnBoth, Queues, testing::Values("sqlite", "postgresql"),
                         [](const auto& database) { return std::string(database.param); });

}  // namespace
}  // namespace extramile
