// Chatwoot's webhooks: is a delivery really signed by it, and what does its event mean to us?
//
// A delivery is signed with HMAC-SHA256 under the connection's secret over timestamp, a point and
// the raw body; the headers are X-Chatwoot-Signature ("sha256=" and hexadecimal digits) and
// X-Chatwoot-Timestamp (seconds since 1970). A delivery more than five minutes away from our clock
// is refused, so that one that was overheard is soon worthless.
//
// Events: conversation_created and message_created from the customer tell of a contact;
// message_updated of a customer satisfaction survey (content_type input_csat) with a rating tells
// of feedback. All else is nothing to us: what agents write, private notes (our own among them),
// status changes, events we do not know. Fields we do not know are passed over: it is their format.
//
// Pure and thread-safe; O(bytes). Source: Chatwoot's user guide, "How to use webhooks", and its API
// reference (developers.chatwoot.com).
//
//   EM_TRY(VerifyChatwoot({body, signature_header, timestamp_header}, secret, now));
//   EM_ASSIGN(app::HelpdeskEvent event, ReadChatwootEvent(body));
#pragma once

#include <string>
#include <string_view>

#include "app/inbound.h"
#include "base/error.h"
#include "base/time.h"

namespace extramile::connect {

inline constexpr int64_t kChatwootTolerance = 5 * kMicrosPerMinute;

// When it was signed. Errors: kUnauthenticated "signature-missing", "signature-wrong",
// "signature-expired".
Result<Instant> VerifyChatwoot(const app::SignedDelivery& delivery, std::string_view secret,
                               Instant now);

// What Chatwoot sends as X-Chatwoot-Signature: for tests, demonstrations and our own tools.
std::string SignChatwoot(std::string_view body, std::string_view timestamp,
                         std::string_view secret);

// Errors: kMalformed where the body is no JSON object.
Result<app::HelpdeskEvent> ReadChatwootEvent(std::string_view body);

class ChatwootReader final : public app::HelpdeskReader {
 public:
  Result<Instant> Verify(const app::SignedDelivery& delivery, std::string_view secret,
                         Instant now) override {
    return VerifyChatwoot(delivery, secret, now);
  }
  Result<app::HelpdeskEvent> Read(std::string_view body) override {
    return ReadChatwootEvent(body);
  }
};

}  // namespace extramile::connect
