#include "app/situation.h"

#include <array>

#include "app/other_customers.h"
#include "app/record.h"

namespace extramile::app {
namespace {

// $2 idea, $3 case: one of them null. The case is the one given, or the idea's.
#define EM_CASE "coalesce($3, (select case_id from idea where organisation_id = $1 and id = $2))"

const Sql kCase = {
    "select c.id, c.reference, c.team, c.channel, c.customer_id, c.incident_id, c.reason, c.kind, "
    "c.regulated_product, c.remedy_due, c.opened_at, c.severity, u.segment, u.country, u.kind, "
    "u.vulnerable, u.business, u.public_official, u.age_verified "
    "from service_case c left join customer u "
    "on u.organisation_id = c.organisation_id and u.id = c.customer_id "
    "where c.organisation_id = $1 and c.id = " EM_CASE};
const Sql kIdeaLines = {
    "select gesture_code, amount, minutes from idea_line "
    "where organisation_id = $1 and idea_id = $2 order by position"};
const Sql kPreference = {
    "select p.id, p.consent, p.expires_at from idea i join customer_preference p "
    "on p.organisation_id = i.organisation_id and p.id = i.preference_id "
    "where i.organisation_id = $1 and i.id = $2"};
const Sql kStaff = {
    "select p.display_name, m.job_role_id from person p left join membership m "
    "on m.organisation_id = p.organisation_id and m.person_id = p.id "
    "where p.organisation_id = $1 and p.id = $2"};

#define EM_ACCOUNT "a.owner_kind, a.owner_id, a.person_id, a.measure, a.period, a.held, a.spent"

// $4 this month, $5 today: days to come count too, for ideas that start later.
const Sql kGrantAccounts = {
    "select " EM_ACCOUNT
    " from ledger_account a where a.organisation_id = $1 and a.owner_kind = 'grant' "
    "and a.owner_id = $2 and a.person_id = $3 and (a.period = $4 or a.period >= $5)"};
const Sql kBudgetAccounts = {
    "select " EM_ACCOUNT
    " from budget b join ledger_account a on a.organisation_id = b.organisation_id and "
    "a.owner_kind = 'budget' and a.owner_id = b.id and a.person_id = $2 and a.period = $3 "
    "where b.organisation_id = $1"};
// $4 nobody, $5 the day a year ago: what was given since, a row a day.
const Sql kCustomerAccounts = {
    "select " EM_ACCOUNT
    " from service_case c join ledger_account a on a.organisation_id = c.organisation_id and "
    "a.owner_kind = 'customer' and a.owner_id = coalesce(c.customer_id, c.id) and "
    "a.person_id = $4 and a.measure = 'money' and a.period > $5 "
    "where c.organisation_id = $1 and c.id = " EM_CASE};
const Sql kIncidentAccounts = {
    "select " EM_ACCOUNT
    " from service_case c join ledger_account a on a.organisation_id = c.organisation_id and "
    "a.owner_kind = 'incident' and a.owner_id = c.incident_id and a.person_id = $4 and "
    "a.measure = 'money' and a.period = '' "
    "where c.organisation_id = $1 and c.id = " EM_CASE};
// $4 a year ago. Extras only: what was routine is nobody's favour.
const Sql kGesturesSoFar = {
    "select count(*) from service_case c join action a on a.organisation_id = c.organisation_id "
    "and a.case_id = c.id left join idea_check k on k.organisation_id = a.organisation_id and "
    "k.id = a.check_id where c.organisation_id = $1 and c.customer_id = (select o.customer_id "
    "from service_case o where o.organisation_id = $1 and o.id = " EM_CASE
    ") and a.state in ('planned', 'done', 'partly done') and a.recorded_at > $4 "
    "and coalesce(k.outcome, 'allowed') <> 'routine'"};
const Sql kCaseSoFar = {
    "select cast(coalesce(sum(a.amount), 0) as bigint), "
    "cast(coalesce(sum(case when a.idea_id = $2 then 1 else 0 end), 0) as bigint) from action a "
    "where a.organisation_id = $1 and a.state in ('planned', 'done', 'partly done') "
    "and a.case_id = " EM_CASE};
constexpr int64_t kPastChecks = 20;
const Sql kPastChecksOfIdea = {
    "select k.gesture_code, k.outcome, k.amount from idea_check k where k.organisation_id = $1 "
    "and k.gesture_code = (select gesture_code from idea where organisation_id = $1 and id = $2) "
    "order by k.recorded_at desc limit $3"};
const Sql kPastChecksOfGesture = {
    "select k.gesture_code, k.outcome, k.amount from idea_check k where k.organisation_id = $1 "
    "and k.gesture_code = $2 order by k.recorded_at desc limit $3"};
const Sql kApproval = {
    "select id, with_person_id, confirmed_at, envelope_amount, envelope_minutes, envelope_until "
    "from consultation where organisation_id = $1 and idea_id = $2 and purpose = 'approval' and "
    "state in ('approved', 'changed') order by answered_at desc limit 1"};
const Sql kCalibrationOfCase = {
    "select k.id from service_case c join calibration k on k.organisation_id = c.organisation_id "
    "and k.team = c.team where c.organisation_id = $1 and c.id = " EM_CASE
    " order by k.recorded_at desc, k.id desc limit 1"};

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

CaseInQuestion CaseInQuestionFrom(const Row& row) {
  RowReader in(row);
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
  size_t version, service_case, idea, lines, preference, staff, hold, expired;
  size_t first_account, last_account;
  size_t gestures_so_far, case_so_far, approval, calibration;
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
  at.version = reading.Ask(kConfigurationVersion, {org});
  at.service_case = reading.Ask(kCase, {org, idea, service_case});
  at.idea = reading.Ask(kIdeaById, {org, idea});
  at.lines = reading.Ask(kIdeaLines, {org, idea});
  at.preference = reading.Ask(kPreference, {org, idea});
  at.staff = reading.Ask(kStaff, {org, person});
  at.hold = reading.Ask(kHoldOfCase, {org, idea, service_case});
  at.expired = reading.Ask(kExpiredHolds, {org, request.now});
  at.first_account = reading.Ask(kBudgetAccounts, {org, nobody, situation.month()});
  reading.Ask(kCustomerAccounts,
              {org, idea, service_case, nobody, DayOf(request.organisation, year_ago)});
  at.last_account = reading.Ask(kIncidentAccounts, {org, idea, service_case, nobody});
  for (const desk::Grant* grant :
       GrantsOf(configuration.grants, situation.holder, desk::Purpose::kAct, request.now)) {
    at.last_account =
        reading.Ask(kGrantAccounts, {org, grant->id, person, situation.month(), situation.day()});
  }
  at.gestures_so_far = reading.Ask(kGesturesSoFar, {org, idea, service_case, year_ago});
  at.case_so_far = reading.Ask(kCaseSoFar, {org, idea, service_case});
  at.approval = reading.Ask(kApproval, {org, idea});
  at.calibration = reading.Ask(kCalibrationOfCase, {org, idea, service_case});
  at.first_past = at.last_past = reading.Ask(kPastChecksOfIdea, {org, idea, kPastChecks});
  if (!about.idea) {
    for (const auto& gesture : configuration.active_gestures) {
      at.last_past = reading.Ask(kPastChecksOfGesture, {org, gesture.code, kPastChecks});
    }
  }
  return at;
}

void AddCaseAndIdea(Situation& situation, const std::vector<Rows>& rows, const Places& at,
                    Instant now) {
  situation.service_case = CaseInQuestionFrom(rows[at.service_case][0]);
  desk::CustomerFacts& customer = situation.service_case.customer_facts;
  AddPreference(customer, rows[at.preference], now);
  customer.gestures_last_12_months = rows[at.gestures_so_far][0][0].Int();
  const Row& so_far = rows[at.case_so_far][0];
  situation.same_case_so_far = so_far[0].Int();
  if (rows[at.idea].empty()) return;
  situation.idea = IdeaInQuestion{IdeaFrom(rows[at.idea][0]), {}, so_far[1].Int() > 0};
  for (const Row& line : rows[at.lines]) {
    situation.idea->lines.push_back({line[0].Text(), line[1].Int(), line[2].Int()});
  }
}

void AddStaff(Situation& situation, const Rows& rows) {
  situation.staff.role = desk::HighestRank(situation.holder.roles);
  if (rows.empty()) return;
  situation.holder_name = RowReader(rows[0]).OptionalText();
  const auto& duties = situation.configuration->duties;
  const auto found = duties.find(rows[0][1].Identifier<AnyId>());
  if (found != duties.end()) situation.staff.duties = found->second;
}

void AddLedger(Situation& situation, const std::vector<Rows>& rows, const Places& at) {
  for (size_t i = at.first_account; i <= at.last_account; ++i) {
    for (const Row& row : rows[i]) situation.accounts.Add(AccountFrom(row));
  }
  std::vector<Hold> in_force = HoldsFrom(rows[at.hold]);
  if (!in_force.empty()) situation.hold = std::move(in_force.front());
  for (Hold& old : HoldsFrom(rows[at.expired])) {
    if (!situation.hold || old.id != situation.hold->id) {
      situation.expired.push_back(std::move(old));
    }
  }
  if (situation.hold) PutBack(situation.accounts, *situation.hold);
  for (const Hold& old : situation.expired) PutBack(situation.accounts, old);
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
  const Rows& version = rows[at.version];
  if (version.empty() || version[0][0].Int() != situation.configuration->version) {
    return std::nullopt;
  }
  if (about.idea && rows[at.idea].empty()) return Fail(Request::NotFoundError("idea"));
  if (rows[at.service_case].empty()) return Fail(Request::NotFoundError("case"));
  AddCaseAndIdea(situation, rows, at, request.now);
  AddStaff(situation, rows[at.staff]);
  AddLedger(situation, rows, at);
  for (size_t i = at.first_past; i <= at.last_past; ++i) {
    for (const Row& row : rows[i]) {
      situation.past_checks[row[0].Text()].push_back(
          {desk::ParseOutcome(row[1].Text()).value_or(desk::Outcome::kUndecided), row[2].Int()});
    }
  }
  situation.approval = ApprovalFrom(rows[at.approval]);
  situation.calibration = rows[at.calibration];
  return situation;
}

}  // namespace

std::string MonthOf(const Organisation& organisation, Instant at) {
  return organisation.time_zone.ToLocal(at).Month();
}

std::string DayOf(const Organisation& organisation, Instant at) {
  return organisation.time_zone.ToLocal(at).Date();
}

Result<Situation> ReadSituation(Services& services, const Request& request,
                                const SituationOf& about) {
  EM_ASSIGN(auto policy, services.policies.Current(request.organisation.policy_set));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(auto configuration, CurrentConfiguration(services, org));
  for (int attempt = 0; attempt < 3; ++attempt) {
    EM_ASSIGN(auto situation, Attempt(services, request, about, configuration));
    if (situation) {
      situation->policy = std::move(policy);
      return std::move(*situation);
    }
    EM_ASSIGN(configuration, LoadConfiguration(services, org));
  }
  return Fail(StaleError("organisation's configuration"));
}

}  // namespace extramile::app
