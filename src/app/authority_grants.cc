#include "app/authority_grants.h"

#include <algorithm>
#include <array>

#include "app/configuration.h"
#include "app/record.h"
#include "app/situation.h"
#include "app/vocabulary.h"
#include "desk/vocabulary.h"

namespace extramile::app {
namespace {

#define EM_GRANT_COLUMNS                                                                         \
  "select g.id, g.person_id, p.display_name, g.role, g.purpose, g.gesture_kind, g.per_case, "    \
  "g.per_customer_year, g.per_month, g.minutes_per_day, g.granted_by, b.display_name, "          \
  "g.delegated_from_id, g.valid_from, g.valid_to, g.revoked_at, g.version from authority_grant " \
  "g left join person p on p.organisation_id = g.organisation_id and p.id = g.person_id "        \
  "left join person b on b.organisation_id = g.organisation_id and b.id = g.granted_by "

const Sql kAllGrants = {EM_GRANT_COLUMNS
                        "where g.organisation_id = $1 "
                        "order by g.recorded_at, g.id"};
const Sql kGrantById = {EM_GRANT_COLUMNS "where g.organisation_id = $1 and g.id = $2"};
const Sql kPerson = {"select id, display_name from person where organisation_id = $1 and id = $2"};
const Sql kInsertGrant = {
    "insert into authority_grant (organisation_id, id, person_id, role, purpose, gesture_kind, "
    "granted_by, delegated_from_id, per_case, per_customer_year, per_month, minutes_per_day, "
    "valid_from, valid_to, occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, "
    "$7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16)"};
const Sql kRevoke = {
    "update authority_grant set revoked_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and revoked_at is null"};
const Sql kMyAccounts = {
    "select owner_id, measure, period, held, spent from ledger_account where organisation_id = $1 "
    "and owner_kind = 'grant' and owner_id in (select id from authority_grant where "
    "organisation_id = $1) and person_id = $2 and (period = $3 or period = $4)"};

struct GrantView {
  AnyId id;
  std::optional<PersonRef> person;
  std::optional<std::string> role;
  std::string purpose;
  std::optional<std::string> gesture_kind;
  std::optional<int64_t> per_case, per_customer_year, per_month, minutes_per_day;
  std::optional<PersonRef> granted_by;
  std::optional<AnyId> delegated_from;
  Instant valid_from;
  std::optional<Instant> valid_to, revoked_at;
  int64_t version = 1;
};

GrantView GrantFrom(const Row& row) {
  RowReader in(row);
  GrantView grant;
  grant.id = in.Id();
  grant.person = in.OptionalPerson();
  grant.role = in.OptionalText();
  grant.purpose = in.Text();
  grant.gesture_kind = in.OptionalText();
  grant.per_case = in.OptionalInt();
  grant.per_customer_year = in.OptionalInt();
  grant.per_month = in.OptionalInt();
  grant.minutes_per_day = in.OptionalInt();
  grant.granted_by = in.OptionalPerson();
  grant.delegated_from = in.OptionalId();
  grant.valid_from = in.Time();
  grant.valid_to = in.OptionalTime();
  grant.revoked_at = in.OptionalTime();
  grant.version = in.Int();
  return grant;
}

std::optional<Money> MoneyOf(const std::optional<int64_t>& minor, Currency currency) {
  return minor ? std::optional(Money{*minor, currency}) : std::nullopt;
}

void WriteGrant(JsonWriter& out, const GrantView& grant, Currency currency) {
  out.BeginObject();
  Put(out, "id", grant.id);
  Put(out, "person", grant.person);
  Put(out, "role", grant.role);
  Put(out, "purpose", grant.purpose);
  Put(out, "gesture_kind", grant.gesture_kind);
  Put(out, "per_case", MoneyOf(grant.per_case, currency));
  Put(out, "per_customer_year", MoneyOf(grant.per_customer_year, currency));
  Put(out, "per_month", MoneyOf(grant.per_month, currency));
  Put(out, "minutes_per_day", grant.minutes_per_day);
  Put(out, "granted_by", grant.granted_by);
  Put(out, "delegated_from", grant.delegated_from);
  Put(out, "valid_from", grant.valid_from);
  Put(out, "valid_to", grant.valid_to);
  Put(out, "revoked_at", grant.revoked_at);
  Put(out, "version", grant.version);
  out.EndObject();
}

std::optional<int64_t> ReadAmount(ObjectReader& in, std::string_view key, Currency currency) {
  const auto money = in.OptionalAmount(key, currency);
  if (!money) return std::nullopt;
  if (money->minor < 0) {
    in.Reject(key, "amount-negative", "The limit is below zero.", "Give 0 or more.");
  }
  return money->minor;
}

struct NewGrant {
  GrantView view;
  std::optional<PersonId> person;
};

Result<NewGrant> ReadNewGrant(const Request& request) {
  const Currency currency = request.organisation.currency;
  ObjectReader in(BodyOf(request));
  NewGrant grant;
  GrantView& view = grant.view;
  grant.person = in.OptionalIdentifier<PersonId>("person");
  view.role = in.OptionalWord(
      "role", {"agent", "lead", "manager", "learner", "assessor", "iqa", "eqa", "admin"});
  view.purpose = in.Word("purpose", {"act", "approve"});
  view.gesture_kind = in.OptionalWord("gesture_kind", kGestureKinds);
  view.per_case = ReadAmount(in, "per_case", currency);
  view.per_customer_year = ReadAmount(in, "per_customer_year", currency);
  view.per_month = ReadAmount(in, "per_month", currency);
  view.minutes_per_day = in.OptionalInt("minutes_per_day", 0, 10'000);
  view.delegated_from = in.OptionalIdentifier<AnyId>("delegated_from");
  view.valid_from = in.OptionalTime("valid_from").value_or(request.now);
  view.valid_to = in.OptionalTime("valid_to");
  if (in.ok() && grant.person.has_value() == view.role.has_value()) {
    in.Reject("person", "grant-holder", "A grant is to one person or to one role.",
              "Give exactly one of person and role.");
  }
  if (in.ok() && view.valid_to && *view.valid_to <= view.valid_from) {
    in.Reject("valid_to", "dates-reversed", "The grant ends before it begins.",
              "Give a later end, or none.");
  }
  EM_TRY(in.Finish());
  return grant;
}

bool Within(const std::optional<int64_t>& part, const std::optional<int64_t>& whole) {
  return !whole || (part && *part <= *whole);
}

// Who delegates passes on a part of what they hold themselves: same purpose and kind, no limit
// wider, no day longer.
Result<void> MayDelegate(const GrantView& part, const GrantView& whole, const Request& request) {
  const bool mine = whole.person ? whole.person->id == request.actor.person
                                 : desk::HasRole(request.actor.roles.ToString(), *whole.role);
  if (!mine || whole.revoked_at || (whole.valid_to && *whole.valid_to <= request.now)) {
    return Fail(ErrorKind::kForbidden, "not-yours",
                "Only authority that one holds can be passed on.", "/delegated_from",
                "Name a grant of your own that is in force.");
  }
  const bool same_kind = !whole.gesture_kind || part.gesture_kind == whole.gesture_kind;
  const bool dates = part.valid_from >= whole.valid_from &&
                     (!whole.valid_to || (part.valid_to && *part.valid_to <= *whole.valid_to));
  if (part.purpose != whole.purpose || !same_kind || !dates ||
      !Within(part.per_case, whole.per_case) ||
      !Within(part.per_customer_year, whole.per_customer_year) ||
      !Within(part.per_month, whole.per_month) ||
      !Within(part.minutes_per_day, whole.minutes_per_day)) {
    return Fail(ErrorKind::kForbidden, "beyond-own-authority",
                "This goes beyond the authority it is taken from.", "/delegated_from",
                "Stay within its purpose, kind, limits and dates.");
  }
  return {};
}

constexpr Roles kManagers = Role::kManager | Role::kAdmin;

}  // namespace

Result<Answer> ListGrants(Services& services, const Request& request) {
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kAllGrants, {org}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteGrant(out, GrantFrom(row), request.organisation.currency);
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> GrantAuthority(Services& services, const Request& request) {
  EM_ASSIGN(NewGrant input, ReadNewGrant(request));
  GrantView& grant = input.view;
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {{{&kPerson, {org, input.person}},
                                         {&kPerson, {org, request.actor.person}},
                                         {&kGrantById, {org, grant.delegated_from}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (input.person && rows[0].empty()) {
    return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.", "/person",
                "Choose somebody of this organisation.");
  }
  if (grant.delegated_from) {
    if (rows[2].empty()) {
      return Fail(ErrorKind::kInvalid, "grant-unknown", "There is no such grant here.",
                  "/delegated_from", "Name a grant of your own that is in force.");
    }
    EM_TRY(MayDelegate(grant, GrantFrom(rows[2][0]), request));
  } else if (!request.actor.roles.HasAny(kManagers)) {
    return Fail(ErrorKind::kForbidden, "only-delegation",
                "A lead can only pass on a part of their own authority.", "/delegated_from",
                "Name the grant that it is taken from, or ask a manager.");
  }
  if (input.person == request.actor.person) {
    return Fail(ErrorKind::kForbidden, "own-grant", "Nobody grants authority to themselves.",
                "/person", "Ask another manager.");
  }
  Change change(services, request);
  grant.id = change.NewId();
  if (input.person) grant.person = RowReader(rows[0][0]).Person();
  grant.granted_by = rows[1].empty() ? PersonRef{request.actor.person, std::nullopt}
                                     : RowReader(rows[1][0]).Person();
  change.Step(kInsertGrant,
              {org, grant.id, input.person, grant.role, grant.purpose, grant.gesture_kind,
               request.actor.person, grant.delegated_from, grant.per_case, grant.per_customer_year,
               grant.per_month, grant.minutes_per_day, grant.valid_from, grant.valid_to,
               request.now, request.actor.person});
  change.ConfigurationChanged();
  const Currency currency = request.organisation.currency;
  change.Event({.kind = "authority_granted",
                .record_kind = "authority_grant",
                .record = grant.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 body.Key("person");
                 input.person ? body.String(input.person->ToString()) : body.Null();
                 Put(body, "role", grant.role);
                 Put(body, "purpose", grant.purpose);
                 Put(body, "gesture_kind", grant.gesture_kind);
                 Put(body, "per_case", MoneyOf(grant.per_case, currency));
                 Put(body, "per_customer_year", MoneyOf(grant.per_customer_year, currency));
                 Put(body, "per_month", MoneyOf(grant.per_month, currency));
                 Put(body, "minutes_per_day", grant.minutes_per_day);
                 Put(body, "delegated_from", grant.delegated_from);
               });
  JsonWriter out;
  WriteGrant(out, grant, currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> RevokeAuthority(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kGrantById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("grant"));
  GrantView grant = GrantFrom(rows[0]);
  EM_TRY(CheckVersion(request, grant.version, "grant"));
  if (grant.revoked_at) {
    return Fail(ErrorKind::kConflict, "grant-revoked", "This grant was taken back already.");
  }
  const bool own_gift = grant.granted_by && grant.granted_by->id == request.actor.person;
  if (!own_gift && !request.actor.roles.HasAny(kManagers)) {
    return Fail(ErrorKind::kForbidden, "not-yours", "A lead takes back only what they passed on.",
                "", "Ask a manager.");
  }
  Change change(services, request);
  change.Guard(kRevoke, {org, id, grant.version, request.now}, StaleError("grant"));
  change.ConfigurationChanged();
  change.Event({.kind = "authority_revoked",
                .record_kind = "authority_grant",
                .record = id,
                .occurred_at = request.now});
  grant.revoked_at = request.now;
  const int64_t version = ++grant.version;
  JsonWriter out;
  WriteGrant(out, grant, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), version);
}

Result<Answer> SeeMyAuthority(Services& services, const Request& request) {
  const OrganisationId org = request.organisation.id;
  const Currency currency = request.organisation.currency;
  const desk::Holder holder{request.actor.person, request.actor.roles.ToString()};
  const std::string month = MonthOf(request.organisation, request.now);
  const std::string day = DayOf(request.organisation, request.now);
  const std::array<Query, 2> queries = {
      {{&kAllGrants, {org}}, {&kMyAccounts, {org, holder.person, month, day}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  EM_ASSIGN(const auto configuration, LoadConfiguration(services, org));

  JsonWriter out;
  out.BeginObject().Key("grants").BeginArray();
  for (const desk::Purpose purpose : {desk::Purpose::kAct, desk::Purpose::kApprove}) {
    for (const desk::Grant* mine : GrantsOf(configuration->grants, holder, purpose, request.now)) {
      for (const Row& row : rows[0]) {
        if (row[0].Identifier<AnyId>() == mine->id) WriteGrant(out, GrantFrom(row), currency);
      }
    }
  }
  out.EndArray();
  int64_t held_money = 0, spent_money = 0, held_minutes = 0, spent_minutes = 0;
  desk::Accounts accounts;
  for (const Row& row : rows[1]) {
    RowReader in(row);
    desk::Account account;
    account.key.owner_id = in.Id();
    account.key.person = holder.person;
    account.key.measure = in.Text() == "money" ? desk::Measure::kMoney : desk::Measure::kMinutes;
    account.key.period = in.Text();
    account.held = in.Int();
    account.spent = in.Int();
    const bool money = account.key.measure == desk::Measure::kMoney;
    (money ? held_money : held_minutes) += account.held;
    (money ? spent_money : spent_minutes) += account.spent;
    accounts.Add(std::move(account));
  }
  // Of the general grant: the one that speaks where no kind has its own.
  const desk::Grant* general =
      GoverningGrant(configuration->grants, holder, desk::Purpose::kAct, "", request.now);
  const desk::Allowance left = AllowanceOf(general, accounts, month, day, holder.person);
  Put(out, "held_money", Money{held_money, currency});
  Put(out, "spent_money_this_month", Money{spent_money, currency});
  Put(out, "left_money_this_month", MoneyOf(left.left_this_month, currency));
  Put(out, "held_minutes", held_minutes);
  Put(out, "spent_minutes_today", spent_minutes);
  Put(out, "left_minutes_today", left.minutes_left_today);
  out.EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
