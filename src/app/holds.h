// Holds as they are read: authority and budgets set aside for one case between the check and the
// action. ledger.h writes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ledger.h"
#include "app/record.h"
#include "app/store.h"
#include "desk/authority.h"

namespace extramile::app {

struct Hold {
  AnyId id;
  int64_t version = 1;
  AnyId check;
  AnyId subject;  // the case
  PersonId holder;
  std::optional<AnyId> consultation;  // with an approver's authority
  std::string state = "held";
  int64_t amount = 0;
  int64_t minutes = 0;
  Instant expires_at;
  std::vector<desk::Line> lines;  // without limits

  ledger::CurrentHold current() const { return {id, version, lines}; }
  // Spending `amount` and `minutes` of it, no more than is held.
  ledger::Used Use(int64_t amount, int64_t minutes) const;
};

// Of `hold h`, for select lists; OptionalHoldFrom reads them.
#define EM_HOLD_COLUMNS                                                                            \
  "h.id, h.version, h.check_id, h.subject_id, h.holder_id, h.consultation_id, h.state, h.amount, " \
  "h.minutes, h.expires_at, h.lines"

// $1 organisation, $2 now: holds that have run out and still stand (the oldest 16).
extern const Sql kExpiredHolds;
// Whatever their state: $1 organisation, $2 idea: the holds of all its checks; $2 action: those of
// the check it rests on.
extern const Sql kHoldsOfIdea;
extern const Sql kHoldsOfAction;
// nullopt where the id is null: a left join found none.
std::optional<Hold> OptionalHoldFrom(RowReader& in);
std::vector<Hold> HoldsFrom(const Rows& rows);

}  // namespace extramile::app
