// Ports for what other systems send, read into our own words: app knows neither CSV nor any
// helpdesk's format (connect does).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace extramile::app {

// A table of text cells. A row that could not be read whole carries why instead of its cells.
struct TableRow {
  int64_t number = 0;  // as a spreadsheet counts: the columns' names are row 1
  std::vector<std::string> cells;
  std::optional<Error> fault = std::nullopt;
};
struct Table {
  std::vector<std::string> columns;
  std::vector<TableRow> rows;
};

class TableReader {
 public:
  virtual ~TableReader() = default;
  // Thread-safe. Errors: kMalformed where the text as a whole is no table, kTooLarge beyond the
  // reader's limits.
  virtual Result<Table> Read(std::string_view text) = 0;
};

// One delivery of a webhook: the bytes as they came, and what its headers say of them.
struct SignedDelivery {
  std::string_view body;
  std::string_view signature;
  std::string_view timestamp;
};

// What a helpdesk's event means to us.
struct HelpdeskEvent {
  enum class Kind {
    kIgnored,  // nothing to us: an echo of our own, a private note, an event we do not know
    kContact,  // a conversation began, or its customer wrote
    kRating,   // its customer rated it
  };
  Kind kind = Kind::kIgnored;
  std::string conversation;  // the helpdesk's id for it
  std::string channel = "chat";
  std::optional<std::string> contact_id, contact_name, contact_address;
  std::optional<std::string> words;  // what the customer wrote
  int64_t rating = 0;                // 1 to 5
};

class HelpdeskReader {
 public:
  virtual ~HelpdeskReader() = default;
  // Whether `delivery` was signed with `secret`, at a moment near `now`; gives that moment. Takes
  // the same time wherever a wrong signature differs. Errors: kUnauthenticated "signature-missing",
  // "signature-wrong", "signature-expired".
  virtual Result<Instant> Verify(const SignedDelivery& delivery, std::string_view secret,
                                 Instant now) = 0;
  // Thread-safe. Errors: kMalformed where the body is no JSON object.
  virtual Result<HelpdeskEvent> Read(std::string_view body) = 0;
};

}  // namespace extramile::app
