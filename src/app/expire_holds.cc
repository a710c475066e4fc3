#include "app/expire_holds.h"

#include <array>

#include "app/change.h"
#include "app/holds.h"
#include "app/record.h"
#include "desk/consultation.h"

namespace extramile::app {
namespace {

const Sql kOverdue = {
    "select id, case_id, state, deputy_id, due_at, version from consultation "
    "where organisation_id = $1 and state in ('requested', 'escalated') and due_at < $2 "
    "order by due_at limit 64"};
const Sql kMove = {
    "update consultation set state = $4, due_at = $5, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};

// The deputy gets as long again.
constexpr int64_t kDeputysTime = 4 * kMicrosPerHour;

bool MoveOverdue(Change& change, const Row& row, Instant now) {
  RowReader in(row);
  const AnyId id = in.Id();
  const auto service_case = in.OptionalId();
  desk::Consultation consultation;
  consultation.state =
      desk::ParseConsultationState(in.Text()).value_or(desk::ConsultationState::kWithdrawn);
  const Cell& deputy = in.Next();
  if (!deputy.is_null()) consultation.deputy = deputy.Identifier<PersonId>();
  consultation.due_at = in.Time();
  const int64_t version = in.Int();
  const auto next = AfterDeadline(consultation, now);
  if (!next) return false;
  const bool escalated = *next == desk::ConsultationState::kEscalated;
  const Instant due = escalated ? now + kDeputysTime : consultation.due_at;
  change.Guard(kMove, {change.plan().organisation, id, version, Word(*next), due},
               StaleError("consultation"));
  change.Event({.kind = escalated ? "consultation_escalated" : "consultation_expired",
                .record_kind = "consultation",
                .record = id,
                .service_case = service_case,
                .occurred_at = now});
  return true;
}

}  // namespace

Result<int> ExpireHolds(Services& services, const Organisation& organisation, Instant now) {
  const Request request{.organisation = organisation, .actor = {}, .now = now};
  const std::array<Query, 2> queries = {
      {{&kExpiredHolds, {organisation.id, now}}, {&kOverdue, {organisation.id, now}}}};
  int moved = 0;
  while (true) {
    EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(organisation.id, queries));
    Change change(services, request);
    int now_moved = 0;
    for (const Hold& hold : HoldsFrom(rows[0])) {
      ledger::Expire(change.plan(), hold.current());
      change.Event({.kind = "hold_expired",
                    .record_kind = "hold",
                    .record = hold.id,
                    .service_case = hold.subject,
                    .occurred_at = now});
      ++now_moved;
    }
    for (const Row& row : rows[1]) now_moved += MoveOverdue(change, row, now) ? 1 : 0;
    if (now_moved == 0) return moved;
    // Somebody may have been quicker: the next minute's sweep takes what is left.
    if (auto receipt = CommitAndWait(services.store, std::move(change).Take()); !receipt) {
      if (receipt.error().kind == ErrorKind::kStale) return moved;
      return Fail(receipt.error());
    }
    moved += now_moved;
  }
}

}  // namespace extramile::app
