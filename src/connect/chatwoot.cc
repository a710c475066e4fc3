#include "connect/chatwoot.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/hash.h"
#include "base/json_reader.h"

namespace extramile::connect {
namespace {

using app::HelpdeskEvent;

constexpr std::string_view kScheme = "sha256=";
constexpr size_t kMostWords = 4000;  // bytes; a longer message is cut

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kChannelWords = {
    {{"Channel::WebWidget", "chat"},
     {"Channel::Api", "web"},
     {"Channel::Email", "email"},
     {"Channel::FacebookPage", "social"},
     {"Channel::Instagram", "social"},
     {"Channel::TwitterProfile", "social"},
     {"Channel::Line", "chat"},
     {"Channel::Sms", "chat"},
     {"Channel::Telegram", "chat"},
     {"Channel::Whatsapp", "chat"},
     {"Channel::Voice", "phone"}}};

// A value somewhere below `value`, by its keys; null values count as absent.
const JsonValue* Below(const JsonValue* value, std::initializer_list<std::string_view> keys) {
  for (std::string_view key : keys) {
    if (!value) return nullptr;
    value = value->Find(key);
  }
  return value && value->type != JsonValue::Type::kNull ? value : nullptr;
}

std::string_view TextOf(const JsonValue* value) {
  return value && value->type == JsonValue::Type::kString ? std::string_view(value->text)
                                                          : std::string_view();
}

// An id is a number in some places and a text in others.
std::string IdOf(const JsonValue* value) {
  if (!value ||
      (value->type != JsonValue::Type::kString && value->type != JsonValue::Type::kNumber)) {
    return {};
  }
  return value->text.substr(0, 60);
}

// At most `limit` bytes, not cutting a character in two.
std::string Cut(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return std::string(text.substr(0, limit));
}

std::optional<std::string> OptionalText(const JsonValue* value, size_t limit) {
  const std::string_view text = TextOf(value);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
  return Cut(text, limit);
}

// Message types are words at the top of an event and numbers inside a conversation.
bool FromCustomer(const JsonValue& message) {
  const JsonValue* type = Below(&message, {"message_type"});
  const JsonValue* note = Below(&message, {"private"});
  if (note && note->boolean) return false;
  if (!type) return false;
  return type->type == JsonValue::Type::kNumber ? type->text == "0" : type->text == "incoming";
}

void TakeContact(HelpdeskEvent& event, const JsonValue* contact) {
  if (const std::string id = IdOf(Below(contact, {"id"})); !id.empty()) event.contact_id = id;
  event.contact_name = OptionalText(Below(contact, {"name"}), 200);
  event.contact_address = OptionalText(Below(contact, {"email"}), 200);
  if (!event.contact_address) {
    event.contact_address = OptionalText(Below(contact, {"phone_number"}), 200);
  }
}

void TakeConversation(HelpdeskEvent& event, const JsonValue* conversation) {
  event.conversation = IdOf(Below(conversation, {"id"}));
  const std::string_view channel = TextOf(Below(conversation, {"channel"}));
  for (const auto& [theirs, ours] : kChannelWords) {
    if (theirs == channel) event.channel = ours;
  }
  TakeContact(event, Below(conversation, {"meta", "sender"}));
}

void ReadConversationCreated(HelpdeskEvent& event, const JsonValue& body) {
  TakeConversation(event, &body);
  event.kind = HelpdeskEvent::Kind::kContact;
  const JsonValue* messages = Below(&body, {"messages"});
  if (!messages) return;
  for (const JsonValue& message : messages->items) {
    if (!FromCustomer(message)) continue;
    event.words = OptionalText(Below(&message, {"content"}), kMostWords);
    return;
  }
}

void ReadMessageCreated(HelpdeskEvent& event, const JsonValue& body) {
  if (!FromCustomer(body)) return;
  TakeConversation(event, Below(&body, {"conversation"}));
  if (!event.contact_id) TakeContact(event, Below(&body, {"sender"}));
  event.kind = HelpdeskEvent::Kind::kContact;
  event.words = OptionalText(Below(&body, {"content"}), kMostWords);
}

void ReadMessageUpdated(HelpdeskEvent& event, const JsonValue& body) {
  if (TextOf(Below(&body, {"content_type"})) != "input_csat") return;
  const JsonValue* answer =
      Below(&body, {"content_attributes", "submitted_values", "csat_survey_response"});
  const std::string digits = IdOf(Below(answer, {"rating"}));
  if (digits.size() != 1 || digits[0] < '1' || digits[0] > '5') return;
  TakeConversation(event, Below(&body, {"conversation"}));
  event.kind = HelpdeskEvent::Kind::kRating;
  event.rating = digits[0] - '0';
  event.words = OptionalText(Below(answer, {"feedback_message"}), kMostWords);
}

tl::unexpected<Error> Refused(std::string code, std::string message, std::string advice) {
  return Fail(ErrorKind::kUnauthenticated, std::move(code), std::move(message), "",
              std::move(advice));
}

}  // namespace

std::string SignChatwoot(std::string_view body, std::string_view timestamp,
                         std::string_view secret) {
  std::string data(timestamp);
  data += '.';
  data += body;
  return std::string(kScheme) + ToHex(HmacSha256(secret, data));
}

Result<Instant> VerifyChatwoot(const app::SignedDelivery& delivery, std::string_view secret,
                               Instant now) {
  if (delivery.signature.empty() || delivery.timestamp.empty()) {
    return Refused("signature-missing", "The delivery is not signed.",
                   "Send the headers for the signature and for the time of signing.");
  }
  // The signature first: what an unsigned timestamp says is of no interest.
  if (!ConstantTimeEqual(delivery.signature,
                         SignChatwoot(delivery.body, delivery.timestamp, secret))) {
    return Refused("signature-wrong", "The signature does not fit the delivery.",
                   "Use the secret of this connection, over timestamp, point and body as sent.");
  }
  int64_t seconds = 0;
  const char* end = delivery.timestamp.data() + delivery.timestamp.size();
  const auto parsed = std::from_chars(delivery.timestamp.data(), end, seconds);
  const bool readable =
      parsed.ec == std::errc() && parsed.ptr == end && seconds >= 0 && seconds < int64_t{1} << 40;
  const Instant signed_at{readable ? seconds * kMicrosPerSecond : 0};
  const int64_t away = now - signed_at;
  if (!readable || away > kChatwootTolerance || away < -kChatwootTolerance) {
    return Refused("signature-expired", "The delivery was not signed within the last 5 minutes.",
                   "Sign each delivery anew, and set both clocks right.");
  }
  return signed_at;
}

Result<HelpdeskEvent> ReadChatwootEvent(std::string_view body) {
  EM_ASSIGN(const JsonValue value, ParseJson(body));
  if (value.type != JsonValue::Type::kObject) {
    return Fail(ErrorKind::kMalformed, "not-an-object", "A JSON object is expected here.");
  }
  HelpdeskEvent event;
  const std::string_view name = TextOf(Below(&value, {"event"}));
  if (name == "conversation_created") {
    ReadConversationCreated(event, value);
  } else if (name == "message_created") {
    ReadMessageCreated(event, value);
  } else if (name == "message_updated") {
    ReadMessageUpdated(event, value);
  }
  if (event.conversation.empty()) event.kind = HelpdeskEvent::Kind::kIgnored;
  return event;
}

}  // namespace extramile::connect
