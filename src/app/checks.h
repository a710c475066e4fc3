// Checks: may I do it now? One verdict from six gates, before the act.
//
// A preview says the verdict and writes nothing; a check records it with its inputs and holds the
// authority that it relied on, in the same transaction.
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> PreviewIdea(Services& services, const Request& request);
Result<Answer> CheckIdea(Services& services, const Request& request);
Result<Answer> SeeCheck(Services& services, const Request& request);

struct CheckRecord {
  std::optional<AnyId> id;  // absent in a preview
  AnyId idea;
  std::string outcome;
  std::string sentence;
  std::optional<std::string> sign_off_role;
  std::string gates;                             // JSON: the contract's list of Gate
  std::optional<std::string> nearest, forecast;  // JSON: the contract's Variant and Forecast
  std::optional<std::string> own_verdict;
  std::string timing = "before";  // before | after the fact
  Instant valid_until;
  std::string policy;  // name and hash of the rule set
  int64_t held_amount = 0, held_minutes = 0;
  Instant occurred_at, recorded_at;
};

// $1 organisation, $2 case: every check of its ideas, oldest first, as CheckFrom reads them.
extern const Sql kChecksOfCase;
// $2 incident: of the ideas for everybody it hit.
extern const Sql kChecksOfIncident;
// $1 organisation, $2 idea: its newest check.
extern const Sql kLastCheckOfIdea;
CheckRecord CheckFrom(const Row& row);

// The contract's Check.
void WriteCheck(JsonWriter& out, const CheckRecord& check, Currency currency);

}  // namespace extramile::app
