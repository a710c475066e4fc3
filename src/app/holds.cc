#include "app/holds.h"

#include <algorithm>

namespace extramile::app {

const Sql kExpiredHolds = {
    "select " EM_HOLD_COLUMNS
    " from hold h where h.organisation_id = $1 and h.state = 'held' and h.expires_at <= $2 "
    "order by h.expires_at limit 16"};
const Sql kHoldsOfIdea = {
    "select " EM_HOLD_COLUMNS
    " from hold h where h.organisation_id = $1 and h.check_id in (select k.id from idea_check k "
    "where k.organisation_id = $1 and k.idea_id = $2) order by h.id"};
const Sql kHoldsOfAction = {
    "select " EM_HOLD_COLUMNS
    " from hold h where h.organisation_id = $1 and h.check_id = (select a.check_id from action a "
    "where a.organisation_id = $1 and a.id = $2) and h.subject_id = (select coalesce((select p.id "
    "from "
    "incident_piece p where p.organisation_id = $1 and p.action_id = $2), (select a.case_id from "
    "action a where a.organisation_id = $1 and a.id = $2))) order by h.id"};

std::optional<Hold> OptionalHoldFrom(RowReader& in) {
  const auto id = in.OptionalId();
  if (!id) return std::nullopt;
  Hold hold;
  hold.id = *id;
  hold.version = in.Int();
  hold.check = in.Id();
  hold.subject = in.Id();
  hold.holder = in.Next().Identifier<PersonId>();
  hold.consultation = in.OptionalId();
  hold.state = in.Text();
  hold.amount = in.Int();
  hold.minutes = in.Int();
  hold.expires_at = in.Time();
  hold.lines = ledger::ParseLines(in.Text());
  return hold;
}

std::vector<Hold> HoldsFrom(const Rows& rows) {
  std::vector<Hold> holds;
  for (const Row& row : rows) {
    RowReader in(row);
    if (auto hold = OptionalHoldFrom(in)) holds.push_back(*std::move(hold));
  }
  return holds;
}

ledger::Used Hold::Use(int64_t used_amount, int64_t used_minutes) const {
  ledger::Used used{used_amount, used_minutes, lines};
  for (desk::Line& line : used.lines) {
    const bool money = line.key.measure == desk::Measure::kMoney;
    line.quantity = std::min(line.quantity, money ? used_amount : used_minutes);
  }
  return used;
}

}  // namespace extramile::app
