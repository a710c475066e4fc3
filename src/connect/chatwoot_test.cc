#include "connect/chatwoot.h"

#include <gtest/gtest.h>

namespace extramile::connect {
namespace {

using app::HelpdeskEvent;

constexpr std::string_view kSecret = "a secret of the connection";
constexpr std::string_view kBody = R"({"event":"message_created"})";
constexpr std::string_view kTimestamp = "1795337100";
const Instant kSignedAt{1795337100 * kMicrosPerSecond};

std::string Verdict(app::SignedDelivery delivery, Instant now = kSignedAt) {
  const auto verified = VerifyChatwoot(delivery, kSecret, now);
  return verified ? "ok" : verified.error().code;
}

TEST(ChatwootSignature, IsHmacSha256OverTimestampPointAndBody) {
  // printf '1795337100.{}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(SignChatwoot("{}", "1795337100", "key"),
            "sha256=f76599f6bf9f22aa6aa16d37d02b85b3009c23958a12ce15110aeb5c665161a8");
}

TEST(ChatwootSignature, TakesTheRightOneOnly) {
  const std::string good = SignChatwoot(kBody, kTimestamp, kSecret);
  EXPECT_EQ(Verdict({kBody, good, kTimestamp}), "ok");
  EXPECT_EQ(Verdict({R"({"event":"message_updated"})", good, kTimestamp}), "signature-wrong");
  EXPECT_EQ(Verdict({kBody, good, "1795337101"}), "signature-wrong");
  EXPECT_EQ(Verdict({kBody, SignChatwoot(kBody, kTimestamp, "another secret"), kTimestamp}),
            "signature-wrong");
  EXPECT_EQ(Verdict({kBody, good.substr(0, good.size() - 1), kTimestamp}), "signature-wrong");
  EXPECT_EQ(Verdict({kBody, "", kTimestamp}), "signature-missing");
  EXPECT_EQ(Verdict({kBody, good, ""}), "signature-missing");
}

TEST(ChatwootSignature, GrowsOldInFiveMinutes) {
  const std::string good = SignChatwoot(kBody, kTimestamp, kSecret);
  EXPECT_EQ(Verdict({kBody, good, kTimestamp}, kSignedAt + kChatwootTolerance), "ok");
  EXPECT_EQ(Verdict({kBody, good, kTimestamp}, kSignedAt + (kChatwootTolerance + 1)),
            "signature-expired");
  EXPECT_EQ(Verdict({kBody, good, kTimestamp}, kSignedAt + (-kChatwootTolerance - 1)),
            "signature-expired");
  const std::string odd = SignChatwoot(kBody, "yesterday", kSecret);
  EXPECT_EQ(Verdict({kBody, odd, "yesterday"}), "signature-expired");
}

HelpdeskEvent Read(std::string_view body) {
  const auto event = ReadChatwootEvent(body);
  EXPECT_TRUE(event) << event.error().ToString();
  return event ? *event : HelpdeskEvent{};
}

TEST(ChatwootEvent, ANewConversationIsAContact) {
  const auto event = Read(R"({"event":"conversation_created","id":42,"channel":"Channel::Email",
    "meta":{"sender":{"id":7,"name":"Ada","email":"ada@example.org"}},
    "messages":[{"message_type":1,"content":"Welcome!"},
                {"message_type":0,"content":"My lamp is broken"}]})");
  EXPECT_EQ(event.kind, HelpdeskEvent::Kind::kContact);
  EXPECT_EQ(event.conversation, "42");
  EXPECT_EQ(event.channel, "email");
  EXPECT_EQ(event.contact_id, "7");
  EXPECT_EQ(event.contact_address, "ada@example.org");
  EXPECT_EQ(event.words, "My lamp is broken") << "the customer's words, not the greeting";
}

TEST(ChatwootEvent, TheCustomersMessageIsAContact) {
  const auto event = Read(R"({"event":"message_created","message_type":"incoming",
    "content":"Hello?","private":false,"sender":{"id":7,"name":"Ada"},
    "conversation":{"id":42,"channel":"Channel::WebWidget"}})");
  EXPECT_EQ(event.kind, HelpdeskEvent::Kind::kContact);
  EXPECT_EQ(event.conversation, "42");
  EXPECT_EQ(event.channel, "chat");
  EXPECT_EQ(event.contact_id, "7");
  EXPECT_EQ(event.words, "Hello?");
}

TEST(ChatwootEvent, WhatOthersWriteIsNothingToUs) {
  for (
      std::string_view body :
      {R"({"event":"message_created","message_type":"outgoing","content":"Hi","conversation":{"id":1}})",
       R"({"event":"message_created","message_type":"incoming","private":true,"content":"note","conversation":{"id":1}})",
       R"({"event":"message_created","content":"no type","conversation":{"id":1}})",
       R"({"event":"message_created","message_type":"incoming","content":"no conversation"})",
       R"({"event":"conversation_typing_on","conversation":{"id":1}})",
       R"({"event":"message_updated","content_type":"text","conversation":{"id":1}})",
       R"({"event":"message_updated","content_type":"input_csat","conversation":{"id":1}})",
       "{}"}) {
    EXPECT_EQ(Read(body).kind, HelpdeskEvent::Kind::kIgnored) << body;
  }
}

TEST(ChatwootEvent, AnAnsweredSurveyIsARating) {
  const auto event = Read(R"({"event":"message_updated","content_type":"input_csat",
    "conversation":{"id":42,"meta":{"sender":{"id":7}}},
    "content_attributes":{"submitted_values":{"csat_survey_response":
      {"rating":5,"feedback_message":"So kind"}}}})");
  EXPECT_EQ(event.kind, HelpdeskEvent::Kind::kRating);
  EXPECT_EQ(event.rating, 5);
  EXPECT_EQ(event.words, "So kind");
  for (std::string_view rating : {"0", "6", "4.5", "\"many\"", "null", "-1"}) {
    const std::string body =
        R"({"event":"message_updated","content_type":"input_csat","conversation":{"id":1},
        "content_attributes":{"submitted_values":{"csat_survey_response":{"rating":)" +
        std::string(rating) + "}}}}";
    EXPECT_EQ(Read(body).kind, HelpdeskEvent::Kind::kIgnored) << rating;
  }
}

TEST(ChatwootEvent, CutsALongMessageBetweenCharacters) {
  std::string content;
  while (content.size() < 5000) content += "\xC3\xA9";
  const auto event = Read(R"({"event":"message_created","message_type":"incoming","content":"x)" +
                          content + R"(","conversation":{"id":1}})");
  EXPECT_EQ(event.words->size(), 3999u);
}

TEST(ChatwootEvent, RefusesWhatIsNoJsonObject) {
  EXPECT_EQ(ReadChatwootEvent("not json").error().code, "json-syntax");
  EXPECT_EQ(ReadChatwootEvent("[]").error().code, "not-an-object");
}

}  // namespace
}  // namespace extramile::connect
