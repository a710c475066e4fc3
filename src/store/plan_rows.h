// The rows that the store itself writes beside a plan's own steps: events, outbox, idempotency
// keys. Shared by both databases.
#pragma once

#include <cstdint>
#include <vector>

#include "app/store.h"
#include "store/event_record.h"

namespace extramile::store {

// $1 organisation, $2 key, $3 person, $4 fingerprint, $5 status, $6 answer, $7 recorded_at. Changes
// no row where the key is.
extern const app::Sql kInsertKey;
app::Params KeyParams(const app::WritePlan& plan);

// $1 organisation, $2 key -> fingerprint, status, answer, person.
extern const app::Sql kSelectKey;
// The answer to a plan whose key is there already: the first answer, or "idempotency-key-reused".
Result<app::Receipt> ReplayOf(const app::IdempotencyKey& asked, const app::Row& stored);

extern const app::Sql kInsertOutbox;
app::Params OutboxParams(const app::WritePlan& plan, const app::OutboxRow& row);

extern const app::Sql kInsertEvent;

// Numbers and salts the events of plans, one after another.
struct NumberedEvent {
  const app::EventBody* body;
  int64_t seq;
  Instant recorded_at;
  Salt salt;
  Sha256 hash;
};
NumberedEvent NumberEvent(OrganisationId organisation, int64_t seq, const app::EventBody& body,
                          Instant recorded_at);
app::Params EventParams(OrganisationId organisation, const NumberedEvent& event);

}  // namespace extramile::store
