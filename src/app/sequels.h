// What follows an action: the customer is told, plainly and once (awareness), and what came of it
// is noted with how that was measured (outcome).
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> TellCustomer(Services& services, const Request& request);
Result<Answer> NoteOutcome(Services& services, const Request& request);

struct AwarenessRecord;

// Adds to the change that somebody was told of an action, and its event.
void AddAwareness(Change& change, const Request& request, AnyId action,
                  const std::optional<AnyId>& service_case, const AwarenessRecord& awareness,
                  const WrittenWords& words);

struct AwarenessRecord {
  RecordHead head;
  std::string channel;
  std::optional<StoredWords> words;
  bool acknowledged = false;
};

struct OutcomeRecord {
  RecordHead head;
  std::string kind;
  std::string measured_by;
  bool tangible = false;
  std::optional<StoredWords> words;
};

// $1 organisation, $2 case: each row begins with its action's id.
extern const Sql kAwarenessOfCase;
extern const Sql kOutcomesOfCase;
AwarenessRecord AwarenessFrom(const Row& row);
OutcomeRecord OutcomeFrom(const Row& row);

// The contract's Awareness and Outcome.
void WriteAwareness(JsonWriter& out, const AwarenessRecord& awareness);
void WriteOutcome(JsonWriter& out, const OutcomeRecord& outcome);

}  // namespace extramile::app
