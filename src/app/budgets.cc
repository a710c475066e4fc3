#include <array>

#include "app/authority_grants.h"
#include "app/record.h"
#include "app/situation.h"

namespace extramile::app {
namespace {

// $2 nobody, $3 this month.
const Sql kBudgets = {
    "select b.id, b.name, b.team, b.per_month, coalesce(a.held, 0), coalesce(a.spent, 0), "
    "b.version from budget b left join ledger_account a on a.organisation_id = b.organisation_id "
    "and a.owner_kind = 'budget' and a.owner_id = b.id and a.person_id = $2 and "
    "a.measure = 'money' and a.period = $3 where b.organisation_id = $1 "
    "and (b.valid_to is null or b.valid_to > $4) order by b.name, b.id"};
const Sql kInsertBudget = {
    "insert into budget (organisation_id, id, name, team, per_month, minutes_per_month, "
    "valid_from, valid_to, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)"};

struct BudgetView {
  AnyId id;
  std::string name;
  std::optional<std::string> team;
  int64_t per_month = 0, held = 0, spent = 0;
  int64_t version = 1;
};

void WriteBudget(JsonWriter& out, const BudgetView& budget, Currency currency) {
  out.BeginObject();
  Put(out, "id", budget.id);
  Put(out, "name", budget.name);
  Put(out, "team", budget.team);
  Put(out, "per_month", Money{budget.per_month, currency});
  Put(out, "held", Money{budget.held, currency});
  Put(out, "spent", Money{budget.spent, currency});
  Put(out, "left", Money{budget.per_month - budget.held - budget.spent, currency});
  Put(out, "version", budget.version);
  out.EndObject();
}

}  // namespace

Result<Answer> ListBudgets(Services& services, const Request& request) {
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, org, kBudgets,
                    {org, PersonId{}, MonthOf(request.organisation, request.now), request.now}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) {
    RowReader in(row);
    BudgetView budget;
    budget.id = in.Id();
    budget.name = in.Text();
    budget.team = in.OptionalText();
    budget.per_month = in.Int();
    budget.held = in.Int();
    budget.spent = in.Int();
    budget.version = in.Int();
    WriteBudget(out, budget, request.organisation.currency);
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> AddBudget(Services& services, const Request& request) {
  const Currency currency = request.organisation.currency;
  ObjectReader in(BodyOf(request));
  BudgetView budget;
  budget.name = in.String("name", {.max_bytes = 200});
  budget.team = in.OptionalString("team", {.max_bytes = 200});
  budget.per_month = in.Amount("per_month", currency).minor;
  const auto minutes = in.OptionalInt("minutes_per_month", 0, 10'000);
  const Instant valid_from = in.OptionalTime("valid_from").value_or(request.now);
  const auto valid_to = in.OptionalTime("valid_to");
  if (in.ok() && budget.per_month < 0) {
    in.Reject("per_month", "amount-negative", "The budget is below zero.", "Give 0 or more.");
  }
  if (in.ok() && valid_to && *valid_to <= valid_from) {
    in.Reject("valid_to", "dates-reversed", "The budget ends before it begins.",
              "Give a later end, or none.");
  }
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  Change change(services, request);
  budget.id = change.NewId();
  change.Step(kInsertBudget, {org, budget.id, budget.name, budget.team, budget.per_month, minutes,
                              valid_from, valid_to, request.now, request.actor.person});
  change.ConfigurationChanged();
  change.Event({.kind = "budget_added",
                .record_kind = "budget",
                .record = budget.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "team", budget.team);
                 Put(body, "per_month", Money{budget.per_month, currency});
                 Put(body, "minutes_per_month", minutes);
               });
  JsonWriter out;
  WriteBudget(out, budget, currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
