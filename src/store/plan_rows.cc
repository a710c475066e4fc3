#include "store/plan_rows.h"

#include <algorithm>

#include "base/random.h"
#include "store/store_error.h"

namespace extramile::store {

const app::Sql kInsertKey = {
    "insert into idempotency (organisation_id, key, person_id, fingerprint, status, answer, "
    "recorded_at) "
    "values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"};

app::Params KeyParams(const app::WritePlan& plan) {
  const app::IdempotencyKey& key = *plan.key;
  return {plan.organisation, key.key,    key.person,      key.fingerprint,
          key.status,        key.answer, plan.recorded_at};
}

const app::Sql kSelectKey = {
    "select fingerprint, status, answer, person_id from idempotency where organisation_id = $1 and "
    "key = $2"};

Result<app::Receipt> ReplayOf(const app::IdempotencyKey& asked, const app::Row& stored) {
  const app::Bytes& fingerprint = stored[0].Blob();
  if (!std::equal(fingerprint.begin(), fingerprint.end(), asked.fingerprint.begin(),
                  asked.fingerprint.end())) {
    return Fail(KeyReused());
  }
  app::Receipt receipt;
  receipt.replayed =
      app::IdempotencyKey{asked.key, stored[3].Identifier<PersonId>(), asked.fingerprint,
                          static_cast<int>(stored[1].Int()), stored[2].Text()};
  return receipt;
}

const app::Sql kInsertOutbox = {
    "insert into outbox (organisation_id, id, kind, destination, body, recorded_at, "
    "next_attempt_at) "
    "values ($1, $2, $3, $4, $5, $6, $7)"};

app::Params OutboxParams(const app::WritePlan& plan, const app::OutboxRow& row) {
  return {plan.organisation, row.id,           row.kind,        row.destination,
          row.body,          plan.recorded_at, plan.recorded_at};
}

const app::Sql kInsertEvent = {
    "insert into event (organisation_id, seq, kind, record_kind, record_id, case_id, actor_id, "
    "occurred_at, recorded_at, "
    "body, salt, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};

NumberedEvent NumberEvent(OrganisationId organisation, int64_t seq, const app::EventBody& body,
                          Instant recorded_at) {
  NumberedEvent event{&body, seq, recorded_at, {}, {}};
  SystemRandom().Fill(event.salt);
  event.hash = HashEvent(event.salt, CanonicalEvent(organisation, seq, body, recorded_at));
  return event;
}

app::Params EventParams(OrganisationId organisation, const NumberedEvent& event) {
  const app::EventBody& body = *event.body;
  return {organisation,
          event.seq,
          body.kind,
          body.record_kind,
          body.record,
          body.service_case,
          body.actor,
          body.occurred_at,
          event.recorded_at,
          body.body,
          app::Bytes(event.salt.begin(), event.salt.end()),
          event.hash};
}

}  // namespace extramile::store
