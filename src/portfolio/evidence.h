// Evidence: a learner's records as the portfolio sees them: plain values, without free text and
// without the customer's name, whatever table they came from.
//
// A record's `facts` are those of its kind (record_kinds.h); a fact with several values stands
// several times (a check's gates). Whoever fills this in takes only what the learner did: the
// criteria ask what they can do, not what happened around them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace extramile::portfolio {

struct EvidenceCase {
  AnyId id;
  std::string reference;  // "C-0042"
  Instant opened_at;
  std::optional<AnyId> customer;  // none for a walk-up without a record
  bool internal_customer = false;
  std::string load;        // quiet | normal | busy | unknown
  std::string load_basis;  // computed | declared | unknown
  std::string situation;   // routine | let_down
  std::string setting;     // paid, voluntary, ...
  std::string sector;
  bool simulated = false;
  bool use_as_evidence = false;

  std::string Context() const;  // "busy (declared), let down"
};

struct EvidenceRecord {
  std::string kind;  // of RecordKinds()
  AnyId id;
  std::optional<AnyId> service_case;
  Instant occurred_at;
  Instant recorded_at;
  std::string says;                   // what it shows, in plain words and without personal data
  std::optional<std::string> author;  // whose words it holds; none where it holds none
  std::vector<std::pair<std::string, std::string>> facts;
  std::string gesture;      // catalogue code of an action or idea; empty for own words
  bool follows_up = false;  // says something about what came of an action (awareness, effect, ...)
  std::optional<AnyId> action = std::nullopt;        // which one
  bool needed_sign_off = false, signed_off = false;  // of an action
  int64_t amount = 0;                                // minor units, of an idea or action

  // Written down later than it happened, by more than the minute a form takes.
  bool late() const { return recorded_at - occurred_at > kMicrosPerMinute; }
  bool Is(std::string_view fact, std::string_view word) const;
};

struct PromiseMade {
  std::optional<AnyId> service_case;
  Instant due_at;
  std::string state;  // open | kept | broken | renegotiated
};

struct Evidence {
  std::vector<EvidenceCase> cases;
  std::vector<EvidenceRecord> records;  // in any order
  std::vector<PromiseMade> promises;
};

}  // namespace extramile::portfolio
