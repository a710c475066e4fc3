#include "app/situation.h"

#include <array>
#include <set>

#include "app/other_customers.h"
#include "app/policy_library.h"
#include "app/record.h"

namespace extramile::app {
namespace {

// $2 idea, $3 case: one of them null. The case is the one given, or the idea's. (PostgreSQL looks
// up no key that is compared with coalesce(), since row security takes that for leaky; as a select
// of its own it is a value like any other.)
#define EM_CASE \
  "(select coalesce($3, (select case_id from idea where organisation_id = $1 and id = $2)))"

// $4 who asks, $5 a year ago. One row: the case with its customer, the person who asks, the hold in
// force, and what went before.
const Sql kCase = {
    "select (select config_version from organisation_head where organisation_id = $1), "
    "c.id, c.reference, c.team, c.channel, c.customer_id, c.incident_id, c.reason, c.kind, "
    "c.regulated_product, c.remedy_due, c.opened_at, c.severity, u.segment, u.country, u.kind, "
    "u.vulnerable, u.business, u.public_official, u.age_verified, p.display_name, m.job_role_id, "
    // Extras only: what was routine is nobody's favour.
    "(select count(*) from service_case o join action a on a.organisation_id = o.organisation_id "
    "and a.case_id = o.id left join idea_check k on k.organisation_id = a.organisation_id and "
    "k.id = a.check_id where o.organisation_id = $1 and o.customer_id = c.customer_id "
    "and a.state in ('planned', 'done', 'partly done') and a.recorded_at > $5 "
    "and coalesce(k.outcome, 'allowed') <> 'routine'), "
    "(select cast(sum(a.amount) as bigint) from action a where a.organisation_id = $1 and "
    "a.case_id = c.id and a.state in ('planned', 'done', 'partly done')), "
    "(select count(*) from action a where a.organisation_id = $1 and a.idea_id = $2 "
    "and a.state in ('planned', 'done', 'partly done')), "
    "(select k.id from calibration k where k.organisation_id = $1 and k.team = c.team "
    "order by k.recorded_at desc, k.id desc limit 1), "
    "(select q.version from live_queue q where q.organisation_id = $1 and q.team = "
    "c.team), " EM_HOLD_COLUMNS
    " from service_case c left join customer u "
    "on u.organisation_id = c.organisation_id and u.id = c.customer_id "
    "left join person p on p.organisation_id = c.organisation_id and p.id = $4 "
    "left join membership m on m.organisation_id = c.organisation_id and m.person_id = $4 "
    "left join hold h on h.organisation_id = $1 and h.subject_id = " EM_CASE
    " and h.state = 'held' where c.organisation_id = $1 and c.id = " EM_CASE};
const Sql kIdeaLines = {
    "select gesture_code, amount, minutes from idea_line "
    "where organisation_id = $1 and idea_id = $2 order by position"};
const Sql kPreference = {
    "select p.id, p.consent, p.expires_at from idea i join customer_preference p "
    "on p.organisation_id = i.organisation_id and p.id = i.preference_id "
    "where i.organisation_id = $1 and i.id = $2"};
#define EM_ACCOUNT "a.owner_kind, a.owner_id, a.person_id, a.measure, a.period, a.held, a.spent"

// $4 this month, $5 today: days to come count too, for ideas that start later.
const Sql kGrantAccounts = {
    "select " EM_ACCOUNT
    " from ledger_account a where a.organisation_id = $1 and a.owner_kind = 'grant' "
    "and a.owner_id = $2 and a.person_id = $3 and (a.period = $4 or a.period >= $5)"};
// Of the budgets, the customer and the incident. $4 nobody, $5 this month, $6 the day a year ago:
// what a customer was given since has a row a day.
const Sql kSharedAccounts = {
    "select " EM_ACCOUNT
    " from budget b join ledger_account a on a.organisation_id = b.organisation_id and "
    "a.owner_kind = 'budget' and a.owner_id = b.id and a.person_id = $4 and a.period = $5 "
    "where b.organisation_id = $1 union all select " EM_ACCOUNT
    " from service_case c join ledger_account a on a.organisation_id = c.organisation_id and "
    "a.owner_kind = 'customer' and a.owner_id = case when c.customer_id is null then c.id else "
    "c.customer_id end and "
    "a.person_id = $4 and a.measure = 'money' and a.period > $6 "
    "where c.organisation_id = $1 and c.id = " EM_CASE " union all select " EM_ACCOUNT
    " from service_case c join ledger_account a on a.organisation_id = c.organisation_id and "
    "a.owner_kind = 'incident' and a.owner_id = c.incident_id and a.person_id = $4 and "
    "a.measure = 'money' and a.period = '' "
    "where c.organisation_id = $1 and c.id = " EM_CASE};
// $2 idea of an incident, $3 who asks.
const Sql kIncident = {
    "select (select config_version from organisation_head where organisation_id = $1), i.id, "
    "i.team, i.kind, i.opened_at, p.display_name, m.job_role_id, "
    "(select k.id from calibration k where k.organisation_id = $1 and k.team = i.team "
    "order by k.recorded_at desc, k.id desc limit 1), (select q.version from live_queue q where "
    "q.organisation_id = $1 and q.team = i.team), " EM_HOLD_COLUMNS
    " from idea d join incident i on i.organisation_id = d.organisation_id and "
    "i.id = d.incident_id "
    "left join person p on p.organisation_id = d.organisation_id and p.id = $3 "
    "left join membership m on m.organisation_id = d.organisation_id and m.person_id = $3 "
    "left join hold h on h.organisation_id = i.organisation_id and h.subject_id = i.id "
    "and h.state = 'held' where d.organisation_id = $1 and d.id = $2"};
// $3 nobody, $4 a year ago, $5 its day. The columns of a case, what came before, and who has been
// given this idea already is left out.
const Sql kAffectedByIncident = {
    "select c.id, c.reference, c.team, c.channel, c.customer_id, c.incident_id, c.reason, c.kind, "
    "c.regulated_product, c.remedy_due, c.opened_at, c.severity, u.segment, u.country, u.kind, "
    "u.vulnerable, u.business, u.public_official, u.age_verified, "
    "(select count(*) from action a left join idea_check k on "
    "k.organisation_id = a.organisation_id and k.id = a.check_id where a.organisation_id = $1 and "
    "a.case_id in (select o.id from service_case o where o.organisation_id = $1 and "
    "o.customer_id = c.customer_id) and a.state in ('planned', 'done', 'partly done') and "
    "a.recorded_at > $4 and coalesce(k.outcome, 'allowed') <> 'routine'), "
    "(select cast(coalesce(sum(l.held + l.spent), 0) as bigint) from ledger_account l where "
    "l.organisation_id = $1 and l.owner_kind = 'customer' and "
    "l.owner_id = case when c.customer_id is null then c.id else c.customer_id end and l.person_id "
    "= $3 and l.measure = 'money' and "
    "l.period > $5) "
    "from idea d join service_case c on c.organisation_id = d.organisation_id and "
    "c.incident_id = d.incident_id left join customer u on u.organisation_id = c.organisation_id "
    "and u.id = c.customer_id where d.organisation_id = $1 and d.id = $2 "
    "and not exists (select 1 from incident_piece x where x.organisation_id = $1 and "
    "x.idea_id = $2 and x.subject_id = case when c.customer_id is null then c.id else "
    "c.customer_id end and x.state <> 'cancelled') "
    "order by c.opened_at + 0, c.id"};
const Sql kIncidentAccounts = {
    "select " EM_ACCOUNT
    " from idea d join ledger_account a on a.organisation_id = d.organisation_id and "
    "a.owner_kind = 'incident' and a.owner_id = d.incident_id and a.person_id = $3 and "
    "a.measure = 'money' and a.period = '' where d.organisation_id = $1 and d.id = $2"};
constexpr int64_t kPastChecks = 20;
const Sql kPastChecksOfIdea = {
    "select k.gesture_code, k.outcome, k.amount from idea_check k where k.organisation_id = $1 "
    "and k.gesture_code = (select gesture_code from idea where organisation_id = $1 and id = $2) "
    "order by k.recorded_at desc limit $3"};
const Sql kPastChecksOfGesture = {
    "select k.gesture_code, k.outcome, k.amount from idea_check k where k.organisation_id = $1 "
    "and k.gesture_code = $2 order by k.recorded_at desc limit $3"};
const Sql kApproval = {
    "select id, version, with_person_id, confirmed_at, envelope_amount, envelope_minutes, "
    "envelope_until "
    "from consultation where organisation_id = $1 and idea_id = $2 and purpose = 'approval' and "
    "state in ('approved', 'changed') order by answered_at desc limit 1"};
constexpr int64_t kYear = 365 * kMicrosPerDay;

// The queries of one Read, each with the place where its answer goes.
class Reading {
 public:
  size_t Ask(const Sql& sql, Params params) {
    queries_.push_back({&sql, std::move(params)});
    return queries_.size() - 1;
  }
  Result<std::vector<Rows>> Answers(Store& store, OrganisationId organisation) const {
    return store.Read(organisation, queries_);
  }

 private:
  std::vector<Query> queries_;
};

desk::Account AccountFrom(const Row& row) {
  RowReader in(row);
  desk::Account account;
  account.key.owner = desk::ParseOwner(in.Text());
  account.key.owner_id = in.Id();
  account.key.person = in.Next().Identifier<PersonId>();
  account.key.measure = in.Text() == "money" ? desk::Measure::kMoney : desk::Measure::kMinutes;
  account.key.period = in.Text();
  account.held = in.Int();
  account.spent = in.Int();
  return account;
}

CaseInQuestion CaseInQuestionFrom(RowReader& in) {
  CaseInQuestion out;
  out.id = in.Id();
  out.reference = in.Text();
  out.team = in.Text();
  out.channel = in.Text();
  out.customer = in.OptionalId();
  out.incident = in.OptionalId();
  out.facts.reason = in.Text();
  out.facts.complaint = in.Text() == "complaint";
  out.facts.regulated_product = in.Bool();
  out.facts.remedy_due = in.Bool();
  out.facts.opened = in.Time();
  out.facts.severity = in.OptionalText();
  out.facts.channel = out.channel;
  out.facts.incident = out.incident.has_value();
  out.customer_facts.segment = in.OptionalText();
  out.customer_facts.country = in.OptionalText();
  out.customer_facts.internal = in.Text() == "internal";
  out.customer_facts.vulnerable = in.Bool();
  out.customer_facts.business = in.Bool();
  out.customer_facts.public_official = in.Bool();
  out.customer_facts.age_verified = in.Bool();
  return out;
}

void AddPreference(desk::CustomerFacts& facts, const Rows& rows, Instant now) {
  for (const Row& row : rows) {
    const std::string preference = row[0].Identifier<AnyId>().ToString();
    facts.preferences_used.push_back(preference);
    const bool in_force = row[2].is_null() || now < row[2].Time();
    if (row[1].Text() == "given" && in_force) facts.consented.push_back(preference);
  }
}

std::optional<Approval> ApprovalFrom(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  RowReader in(rows.front());
  Approval approval;
  approval.consultation = in.Id();
  approval.version = in.Int();
  approval.approver = in.Next().Identifier<PersonId>();
  approval.confirmed = in.OptionalTime().has_value();
  approval.envelope.amount = in.OptionalInt();
  approval.envelope.minutes = in.OptionalInt();
  approval.envelope.until = in.OptionalTime();
  return approval;
}

void PutBack(desk::Accounts& accounts, const Hold& hold) {
  for (const desk::Line& line : hold.lines) accounts.PutBack(line.key, line.quantity);
}

// Where each answer of the one Read stands.
struct Places {
  size_t service_case, idea, lines, preference, expired, first_account, last_account, approval;
  size_t first_past, last_past;
};

// What the Read asks, from the configuration at hand.
Places AskAll(Reading& reading, const Request& request, const SituationOf& about,
              const Situation& situation) {
  const OrganisationId org = request.organisation.id;
  const PersonId person = request.actor.person, nobody;
  const Cell idea(about.idea), service_case(about.service_case);
  const Instant year_ago = request.now + -kYear;
  const Configuration& configuration = *situation.configuration;
  Places at;
  at.service_case = reading.Ask(kCase, {org, idea, service_case, person, year_ago});
  at.idea = reading.Ask(kIdeaById, {org, idea});
  at.lines = reading.Ask(kIdeaLines, {org, idea});
  at.preference = reading.Ask(kPreference, {org, idea});
  at.expired = reading.Ask(kExpiredHolds, {org, request.now});
  at.first_account = at.last_account = reading.Ask(
      kSharedAccounts,
      {org, idea, service_case, nobody, situation.month(), DayOf(request.organisation, year_ago)});
  for (const desk::Grant* grant :
       GrantsOf(configuration.grants, situation.holder, desk::Purpose::kAct, request.now)) {
    at.last_account =
        reading.Ask(kGrantAccounts, {org, grant->id, person, situation.month(), situation.day()});
  }
  at.approval = reading.Ask(kApproval, {org, idea});
  at.first_past = at.last_past = reading.Ask(kPastChecksOfIdea, {org, idea, kPastChecks});
  if (!about.idea) {
    for (const auto& gesture : configuration.active_gestures) {
      at.last_past = reading.Ask(kPastChecksOfGesture, {org, gesture.code, kPastChecks});
    }
  }
  return at;
}

void AddStaff(Situation& situation, RowReader& in) {
  situation.staff.role = desk::HighestRank(situation.holder.roles);
  situation.holder_name = in.OptionalText();
  const auto job_role = in.OptionalId();
  if (!job_role) return;
  const auto& duties = situation.configuration->duties;
  const auto found = duties.find(*job_role);
  if (found != duties.end()) situation.staff.duties = found->second;
}

// From the row of kCase, behind the configuration's version. True where the idea was acted on.
bool AddCase(Situation& situation, RowReader& in) {
  situation.service_case = CaseInQuestionFrom(in);
  AddStaff(situation, in);
  situation.service_case.customer_facts.gestures_last_12_months = in.Int();
  situation.same_case_so_far = in.Int();
  const bool acted_on = in.Int() > 0;
  situation.calibration = in.OptionalId();
  situation.live_version = in.OptionalInt();
  situation.hold = OptionalHoldFrom(in);
  return acted_on;
}

void AddIdea(Situation& situation, const std::vector<Rows>& rows, const Places& at, bool acted_on,
             Instant now) {
  AddPreference(situation.service_case.customer_facts, rows[at.preference], now);
  if (rows[at.idea].empty()) return;
  situation.idea = IdeaInQuestion{IdeaFrom(rows[at.idea][0]), {}, acted_on};
  for (const Row& line : rows[at.lines]) {
    situation.idea->lines.push_back({line[0].Text(), line[1].Int(), line[2].Int()});
  }
}

void AddLedger(Situation& situation, const std::vector<Rows>& rows, const Places& at) {
  for (size_t i = at.first_account; i <= at.last_account; ++i) {
    for (const Row& row : rows[i]) situation.accounts.Add(AccountFrom(row));
  }
  for (Hold& old : HoldsFrom(rows[at.expired])) {
    if (!situation.hold || old.id != situation.hold->id) {
      situation.expired.push_back(std::move(old));
    }
  }
  if (situation.hold) PutBack(situation.accounts, *situation.hold);
  for (const Hold& old : situation.expired) PutBack(situation.accounts, old);
}

// The rows that a case and an incident have alike.
void AddRest(Situation& situation, const std::vector<Rows>& rows, const Places& at) {
  AddLedger(situation, rows, at);
  for (size_t i = at.first_past; i <= at.last_past; ++i) {
    for (const Row& row : rows[i]) {
      situation.past_checks[row[0].Text()].push_back(
          {desk::ParseOutcome(row[1].Text()).value_or(desk::Outcome::kUndecided), row[2].Int()});
    }
  }
  situation.approval = ApprovalFrom(rows[at.approval]);
}

// The idea's figures become those of everybody together; what is for each is kept beside them.
void Multiply(Situation& situation, const Rows& affected) {
  EachOf& each = situation.each.emplace();
  std::set<AnyId> seen;
  for (const Row& row : affected) {
    RowReader in(row);
    CaseInQuestion service_case = CaseInQuestionFrom(in);
    if (!seen.insert(service_case.recipient()).second) continue;  // a second case of theirs
    AffectedCustomer& customer = each.customers.emplace_back();
    customer.service_case = std::move(service_case);
    customer.service_case.customer_facts.gestures_last_12_months = in.Int();
    customer.so_far = in.Int();
  }
  IdeaInQuestion& idea = *situation.idea;
  each.amount = idea.record.amount;
  each.minutes = idea.record.minutes;
  each.lines = idea.lines;
  const int64_t times = situation.customers();
  idea.record.amount *= times;
  idea.record.minutes *= times;
  for (desk::IdeaLineFacts& line : idea.lines) {
    line.amount *= times;
    line.minutes *= times;
  }
}

// The same where the idea is for everybody that an incident hit: one snapshot of its own.
Result<std::optional<Situation>> AttemptForAll(Services& services, const Request& request,
                                               const SituationOf& about, Situation situation) {
  const OrganisationId org = request.organisation.id;
  const PersonId nobody;
  const Instant year_ago = request.now + -kYear;
  Reading reading;
  const Places at = AskAll(reading, request, about, situation);
  const size_t incident = reading.Ask(kIncident, {org, *about.idea, request.actor.person});
  const size_t affected = reading.Ask(kAffectedByIncident, {org, *about.idea, nobody, year_ago,
                                                            DayOf(request.organisation, year_ago)});
  const size_t accounts = reading.Ask(kIncidentAccounts, {org, *about.idea, nobody});
  EM_ASSIGN(const std::vector<Rows> rows, reading.Answers(services.store, org));
  if (rows[at.idea].empty() || rows[incident].empty()) {
    return Fail(Request::NotFoundError("incident"));
  }
  RowReader in(rows[incident][0]);
  if (in.Int() != situation.configuration->version) return std::nullopt;
  CaseInQuestion& subject = situation.service_case;
  subject.id = in.Id();
  subject.incident = subject.id;
  subject.team = in.Text();
  subject.facts.reason = in.Text();
  subject.facts.opened = in.Time();
  subject.facts.incident = true;
  AddStaff(situation, in);
  situation.calibration = in.OptionalId();
  situation.live_version = in.OptionalInt();
  situation.hold = OptionalHoldFrom(in);
  AddIdea(situation, rows, at, false, request.now);
  subject.channel = subject.facts.channel = situation.idea->record.channel;
  for (const Row& row : rows[accounts]) situation.accounts.Add(AccountFrom(row));
  Multiply(situation, rows[affected]);
  AddRest(situation, rows, at);
  return situation;
}

// One attempt with the configuration at hand; nullopt where that has proved old.
Result<std::optional<Situation>> Attempt(Services& services, const Request& request,
                                         const SituationOf& about,
                                         std::shared_ptr<const Configuration> configuration) {
  Situation situation;
  situation.configuration = std::move(configuration);
  situation.holder = {request.actor.person, request.actor.roles.ToString()};
  situation.month_ = MonthOf(request.organisation, request.now);
  situation.day_ = DayOf(request.organisation, request.now);
  Reading reading;
  const Places at = AskAll(reading, request, about, situation);
  EM_ASSIGN(const std::vector<Rows> rows, reading.Answers(services.store, request.organisation.id));
  if (about.idea && rows[at.idea].empty()) return Fail(Request::NotFoundError("idea"));
  if (rows[at.service_case].empty()) {
    if (!about.idea || !IdeaFrom(rows[at.idea][0]).incident) {
      return Fail(Request::NotFoundError("case"));
    }
    return AttemptForAll(services, request, about, std::move(situation));
  }
  RowReader in(rows[at.service_case][0]);
  if (in.Int() != situation.configuration->version) return std::nullopt;
  const bool acted_on = AddCase(situation, in);
  AddIdea(situation, rows, at, acted_on, request.now);
  AddRest(situation, rows, at);
  return situation;
}

}  // namespace

Result<void> SomebodyIsLeft(const Situation& situation) {
  if (situation.customers() > 0) return {};
  return Fail(ErrorKind::kConflict, "nobody-left",
              "Nobody is tied to this incident who has not been planned for already.", "",
              "Find those affected and add them first.");
}

std::string MonthOf(const Organisation& organisation, Instant at) {
  return organisation.time_zone.ToLocal(at).Month();
}

std::string DayOf(const Organisation& organisation, Instant at) {
  return organisation.time_zone.ToLocal(at).Date();
}

Result<Situation> ReadSituation(Services& services, const Request& request,
                                const SituationOf& about) {
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(auto configuration, CurrentConfiguration(services, org));
  for (int attempt = 0; attempt < 3; ++attempt) {
    EM_ASSIGN(auto situation, Attempt(services, request, about, configuration));
    if (situation) {
      EM_ASSIGN(situation->policy, PolicyInForce(services, request.organisation, *configuration));
      EM_ASSIGN(situation->live, FindLiveQueue(services, org, situation->service_case.team,
                                               situation->live_version));
      return std::move(*situation);
    }
    EM_ASSIGN(configuration, LoadConfiguration(services, org));
  }
  return Fail(StaleError("organisation's configuration"));
}

}  // namespace extramile::app
