#include "app/holds.h"

#include <algorithm>

#include "app/record.h"

namespace extramile::app {

#define EM_HOLD_COLUMNS                                                                         \
  "select h.id, h.version, h.check_id, h.subject_id, h.holder_id, h.consultation_id, h.state, " \
  "h.amount, h.minutes, h.expires_at, l.owner_kind, l.owner_id, l.person_id, l.measure, "       \
  "l.period, l.quantity from hold h left join hold_line l on "                                  \
  "l.organisation_id = h.organisation_id and l.hold_id = h.id "

const Sql kHoldOfCase = {EM_HOLD_COLUMNS
                         "where h.organisation_id = $1 and h.state = 'held' and h.subject_id = "
                         "coalesce($3, (select case_id from idea where organisation_id = $1 and "
                         "id = $2)) order by h.id"};
const Sql kExpiredHolds = {
    EM_HOLD_COLUMNS
    "where h.organisation_id = $1 and h.id in (select e.id from hold e where "
    "e.organisation_id = $1 and e.state = 'held' and e.expires_at <= $2 "
    "order by e.expires_at limit 16) order by h.id"};
const Sql kHoldsOfIdea = {
    EM_HOLD_COLUMNS
    "where h.organisation_id = $1 and h.check_id in (select k.id from idea_check k where "
    "k.organisation_id = $1 and k.idea_id = $2) order by h.id"};
const Sql kHoldsOfAction = {
    EM_HOLD_COLUMNS
    "where h.organisation_id = $1 and h.check_id = (select a.check_id from action a where "
    "a.organisation_id = $1 and a.id = $2) order by h.id"};

namespace {

Hold HoldFrom(RowReader& in) {
  Hold hold;
  hold.id = in.Id();
  hold.version = in.Int();
  hold.check = in.Id();
  hold.subject = in.Id();
  hold.holder = in.Next().Identifier<PersonId>();
  hold.consultation = in.OptionalId();
  hold.state = in.Text();
  hold.amount = in.Int();
  hold.minutes = in.Int();
  hold.expires_at = in.Time();
  return hold;
}

}  // namespace

std::vector<Hold> HoldsFrom(const Rows& rows) {
  std::vector<Hold> holds;
  for (const Row& row : rows) {
    RowReader in(row);
    Hold hold = HoldFrom(in);
    if (holds.empty() || holds.back().id != hold.id) holds.push_back(std::move(hold));
    const std::string owner = in.Text();
    if (owner.empty()) continue;
    desk::Line line;
    line.key.owner = desk::ParseOwner(owner);
    line.key.owner_id = in.Id();
    line.key.person = in.Next().Identifier<PersonId>();
    line.key.measure = in.Text() == "money" ? desk::Measure::kMoney : desk::Measure::kMinutes;
    line.key.period = in.Text();
    line.quantity = in.Int();
    holds.back().lines.push_back(std::move(line));
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
