// Chatwoot's webhook: signed events open cases once, bring the customer's words and their rating.
#include "app/receive_chatwoot.h"

#include <gtest/gtest.h>

#include "app/cases.h"
#include "app/connections.h"
#include "app/events.h"
#include "app/fixture.h"
#include "connect/chatwoot.h"

namespace extramile::app {
namespace {

constexpr std::string_view kCreated = R"({"event":"conversation_created","id":42,
  "channel":"Channel::WebWidget","meta":{"sender":{"id":7,"name":"Ada"}},"messages":[]})";
constexpr std::string_view kMessage = R"({"event":"message_created","message_type":"incoming",
  "content":"My lamp is broken","sender":{"id":7,"name":"Ada"},"conversation":{"id":42,
  "channel":"Channel::WebWidget","meta":{"sender":{"id":7,"name":"Ada"}}}})";

std::string Survey(int rating) {
  return R"({"event":"message_updated","content_type":"input_csat","conversation":{"id":42},
    "content_attributes":{"submitted_values":{"csat_survey_response":{"rating":)" +
         std::to_string(rating) + R"(,"feedback_message":"So kind"}}}})";
}

class ReceiveChatwootTest : public UseCaseTest {
 protected:
  ReceiveChatwootTest() {
    services().helpdesk = &chatwoot_;
    const JsonValue made =
        Ok(AddConnection, admin_,
           R"({"kind": "chatwoot", "name": "Support", "agent": ")" + agent_.ToString() + R"("})");
    connection_ = At(made, "id");
    secret_ = At(made, "secret");
  }

  // Sends an event as Chatwoot would, signed `age` ago.
  Result<Answer> Send(std::string_view body, std::string delivery, std::string secret = "",
                      int64_t age = 0) {
    const std::string timestamp = std::to_string((clock().Now().micros - age) / kMicrosPerSecond);
    return RunAndWait(
        services(), ReceiveChatwoot,
        {.organisation = organisation(),
         .actor = {},
         .now = clock().Now(),
         .path = {{"organisation", organisation().id.ToString()}, {"connection", connection_}},
         .raw_body = body,
         .headers = {{"x-chatwoot-signature",
                      connect::SignChatwoot(body, timestamp, secret.empty() ? secret_ : secret)},
                     {"x-chatwoot-timestamp", timestamp},
                     {"x-chatwoot-delivery", std::move(delivery)}}});
  }
  void Accepted(std::string_view body, std::string delivery) {
    const auto answer = Send(body, std::move(delivery));
    ASSERT_TRUE(answer) << answer.error().ToString();
    EXPECT_EQ(answer->status, 202);
  }
  std::vector<JsonValue> Cases() { return Sub(Ok(ListCases, agent_), "items").items; }
  JsonValue OnlyCase() {
    const auto cases = Cases();
    EXPECT_EQ(cases.size(), 1u);
    return Ok(SeeCase, agent_, "", At(cases.at(0), "id"));
  }

  connect::ChatwootReader chatwoot_;
  const PersonId admin_ = Person("admin");
  const PersonId agent_ = Person("agent");
  std::string connection_, secret_;
};

TEST_F(ReceiveChatwootTest, AConversationIsOneCaseOfTheConnectionsAgent) {
  Accepted(kCreated, "d-1");
  Accepted(kMessage, "d-2");
  const JsonValue file = OnlyCase();
  EXPECT_EQ(At(file, "case/agent/id"), agent_.ToString());
  EXPECT_EQ(At(file, "case/recorded_by/id"), agent_.ToString());
  EXPECT_EQ(At(file, "case/source"), "chatwoot");
  EXPECT_EQ(At(file, "case/channel"), "chat");
  EXPECT_EQ(At(file, "case/customer/name"), "Ada");
  EXPECT_EQ(At(file, "case/words/text"), "My lamp is broken");
  EXPECT_EQ(At(file, "case/words/author"), "customer");
}

TEST_F(ReceiveChatwootTest, TheFirstMessageAloneOpensTheCase) {
  Accepted(kMessage, "d-1");
  Accepted(kCreated, "d-2");
  EXPECT_EQ(At(OnlyCase(), "case/words/text"), "My lamp is broken");
}

TEST_F(ReceiveChatwootTest, ARepeatedDeliveryIsTakenAndChangesNothing) {
  Accepted(kCreated, "d-1");
  const auto events = [this] {
    return Sub(Ok(ListEvents, admin_, "", "", {{"limit", "1000"}}), "items").items.size();
  };
  const size_t before = events();
  Accepted(kCreated, "d-1");
  Accepted(kMessage, "d-1");
  EXPECT_EQ(events(), before);
}

TEST_F(ReceiveChatwootTest, WhatIsNotSignedRightIsRefusedAndLeavesNothing) {
  EXPECT_EQ(Send(kCreated, "d-1", "not the secret").error().code, "signature-wrong");
  EXPECT_EQ(Send(kCreated, "d-1", "", 6 * kMicrosPerMinute).error().code, "signature-expired");
  EXPECT_EQ(Send(kCreated, "").error().code, "delivery-missing");
  connection_ = "0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e";
  EXPECT_EQ(Send(kCreated, "d-1").error().code, "not-found");
  EXPECT_TRUE(Cases().empty());
}

TEST_F(ReceiveChatwootTest, ARatingIsFeedbackOnce) {
  Accepted(kMessage, "d-1");
  Accepted(Survey(5), "d-2");
  Accepted(Survey(5), "d-3");
  JsonValue file = OnlyCase();
  ASSERT_EQ(Sub(file, "feedback").items.size(), 1u);
  EXPECT_EQ(At(file, "feedback/0/score"), "5");
  EXPECT_EQ(At(file, "feedback/0/score_max"), "5");
  EXPECT_EQ(At(file, "feedback/0/positive"), "true");
  EXPECT_EQ(At(file, "feedback/0/words/text"), "So kind");
  EXPECT_EQ(At(file, "feedback/0/words/author"), "customer");
  clock().Advance(kMicrosPerMinute);
  Accepted(Survey(2), "d-4");
  file = OnlyCase();
  ASSERT_EQ(Sub(file, "feedback").items.size(), 2u);
  EXPECT_EQ(At(file, "feedback/1/positive"), "false");
}

TEST_F(ReceiveChatwootTest, WhatIsNothingToUsIsTaken) {
  Accepted(R"({"event":"conversation_status_changed","id":42})", "d-1");
  Accepted(R"({"event":"message_created","message_type":"outgoing","content":"ours",
               "conversation":{"id":42}})",
           "d-2");
  EXPECT_TRUE(Cases().empty());
}

TEST_F(ReceiveChatwootTest, TheSecretIsShownOnce) {
  const JsonValue list = Ok(ListConnections, admin_);
  EXPECT_EQ(At(list, "0/webhook_path"),
            "/api/v1/webhooks/chatwoot/" + organisation().id.ToString() + "/" + connection_);
  EXPECT_EQ(list.items[0].Find("secret"), nullptr);
  EXPECT_GE(secret_.size(), 64u);
}

}  // namespace
}  // namespace extramile::app
