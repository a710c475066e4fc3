#include "app/improvements.h"

#include <algorithm>
#include <array>
#include <map>

#include "app/change_procedure.h"
#include "app/configuration.h"
#include "app/customers.h"
#include "app/policy.h"
#include "app/policy_library.h"
#include "app/proposals.h"

namespace extramile::app {
namespace {

constexpr std::string_view kMendTheCause = "mend the cause";
constexpr int kWhys = 5;

// $2 one of the incidents, $3 twelve months ago.
const Sql kFiguresOfKind = {
    "select (select count(*) from incident n where n.organisation_id = $1 and n.kind = j.kind and "
    "n.opened_at >= $3), count(a.id), cast(coalesce(sum(a.amount), 0) as bigint), "
    "cast(coalesce(sum(a.minutes), 0) as bigint), "
    "(select r.id from proposal r join incident o on o.organisation_id = r.organisation_id and "
    "o.id = r.incident_id where r.organisation_id = $1 and r.kind = 'improvement' and "
    "o.kind = j.kind order by r.recorded_at desc, r.id desc limit 1) from incident j "
    "left join incident i on i.organisation_id = j.organisation_id and i.kind = j.kind "
    "left join action a on a.organisation_id = i.organisation_id and a.incident_id = i.id and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $3 "
    "where j.organisation_id = $1 and j.id = $2 group by j.kind"};
// Every kind with its gestures from $2 on, and its newest incident that had one.
const Sql kKinds = {
    "select i.kind, i.id, coalesce(a.done_at, a.occurred_at), a.amount, a.minutes from action a "
    "join incident i on i.organisation_id = a.organisation_id and i.id = a.incident_id "
    "where a.organisation_id = $1 and a.incident_id is not null and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $2 "
    "order by i.opened_at, i.id"};
// Improvements so far, the oldest first, and when each came to where it is.
const Sql kImprovements = {
    "select i.kind, r.state, r.offer_id, (select max(s.occurred_at) from proposal_step s where "
    "s.organisation_id = $1 and s.proposal_id = r.id) from proposal r join incident i on "
    "i.organisation_id = r.organisation_id and i.id = r.incident_id where r.organisation_id = $1 "
    "and r.kind = 'improvement' order by r.recorded_at, r.id"};
const Sql kImprovementById = {
    "select r.version, r.state, r.occurred_at, r.owner_id, p.display_name, i.kind, "
    "(select max(s.occurred_at) from proposal_step s where s.organisation_id = $1 and "
    "s.proposal_id = r.id and s.to_state = r.state) from proposal r join incident i on "
    "i.organisation_id = r.organisation_id and i.id = r.incident_id left join person p on "
    "p.organisation_id = r.organisation_id and p.id = r.owner_id "
    "where r.organisation_id = $1 and r.id = $2 and r.kind = 'improvement'"};
const Sql kWordsOfImprovement = {
    "select field, text, author from words where organisation_id = $1 and record_id = $2"};
// $2 kind, $3 from, $4 to below.
const Sql kFiguresBetween = {
    "select count(*), cast(coalesce(sum(a.amount), 0) as bigint), "
    "cast(coalesce(sum(a.minutes), 0) as bigint) from action a join incident i on "
    "i.organisation_id = a.organisation_id and i.id = a.incident_id where a.organisation_id = $1 "
    "and a.incident_id is not null and i.kind = $2 and a.state in ('done', 'partly done') and "
    "coalesce(a.done_at, a.occurred_at) >= $3 and coalesce(a.done_at, a.occurred_at) < $4"};
const Sql kSetOwner = {
    "update proposal set owner_id = coalesce($4, owner_id), version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kSetAside = {
    "update words set field = $4 where organisation_id = $1 and record_id = $2 and field = $3"};

struct Kind {
  AnyId newest;  // incident
  int64_t incidents = 0, gestures = 0, cost = 0, minutes = 0;
};

// A kind that an improvement is open for is left out; else what was spent since the last one was
// decided counts.
std::map<std::string, Kind> KindsToAsk(const Rows& actions, const Rows& improvements,
                                       const desk::ChangeProcedure& procedure) {
  std::map<std::string, Instant> since;
  for (const Row& row : improvements) {
    RowReader in(row);
    const std::string kind = in.Text();
    const auto* state = procedure.Find(in.Text());
    const bool open = state && !desk::Ends(state->is);
    in.Next();
    since[kind] = open ? Instant{INT64_MAX} : in.OptionalTime().value_or(Instant{});
  }
  std::map<std::string, Kind> kinds;
  for (const Row& row : actions) {
    RowReader in(row);
    const std::string name = in.Text();
    const AnyId incident = in.Id();
    const auto decided = since.find(name);
    if (decided != since.end() && in.Time() < decided->second) continue;
    RowReader figures(row, 3);
    Kind& kind = kinds[name];
    if (kind.newest != incident) ++kind.incidents;
    kind.newest = incident;
    ++kind.gestures;
    kind.cost += figures.Int();
    kind.minutes += figures.Int();
  }
  return kinds;
}

// The reasons that the rules give for mending the cause; none where they are content.
Result<std::vector<std::string>> Reasons(const Policy& policy, const Request& request,
                                         const std::string& name, const Kind& kind) {
  using feel::Value;
  dmn::Evaluation evaluation;
  feel::Arena& arena = evaluation.arena();
  const Currency currency = request.organisation.currency;
  const Value facts = feel::ContextBuilder(arena)
                          .SetView("name", Value::StringView(name))
                          .SetView("currency", Value::StringView(currency.code()))
                          .SetView("incidents", Value::Int(kind.incidents))
                          .SetView("gestures", Value::Int(kind.gestures))
                          .SetView("cost", Value::Decimal(kind.cost, currency.exponent()))
                          .SetView("minutes", Value::Int(kind.minutes))
                          .Build();
  const Value context = feel::ContextBuilder(arena).SetView("incident kind", facts).Build();
  const std::string_view wanted[] = {kMendTheCause};
  EM_TRY(dmn::Evaluate(policy.model, wanted, context,
                       {request.now, &request.organisation.time_zone}, evaluation));
  const Value& value = evaluation.value(0);
  std::vector<std::string> reasons;
  if (value.is_null()) return reasons;
  for (const Value& one : value.is_list() ? value.items() : std::span(&value, 1)) {
    if (one.is_string()) reasons.emplace_back(one.string());
  }
  return reasons;
}

// Two processes that see the same sum raise one proposal.
IdempotencyKey Once(const std::string& kind) {
  IdempotencyKey key;
  key.key = "record:mend:" + kind;
  key.fingerprint = HashWithDomain("extramile improvement rule", key.key);
  key.answer = "{}";
  return key;
}

// An improvement as it is read.
struct Improvement {
  AnyId id;
  int64_t version = 1;
  std::string kind;
  std::optional<PersonRef> owner;
  Instant raised_at;
  std::optional<Instant> adopted_at;
  std::map<std::string, StoredWords> words;  // why_1 to why_5, before, after
};

std::string Why(int number) { return "why_" + std::to_string(number); }

Result<Improvement> ReadImprovement(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {{{&kImprovementById, {org, id}},
                                         {&kWordsOfImprovement, {org, id}},
                                         {&kChangeProcedure, {org}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("improvement"));
  EM_ASSIGN(const desk::ChangeProcedure procedure, ChangeProcedureFrom(rows[2]));
  RowReader in(rows[0][0]);
  Improvement out;
  out.id = id;
  out.version = in.Int();
  const auto* state = procedure.Find(in.Text());
  out.raised_at = in.Time();
  out.owner = in.OptionalPerson();
  out.kind = in.Text();
  if (state && state->is == desk::StateMeaning::kAdopted) out.adopted_at = in.OptionalTime();
  for (const Row& row : rows[1]) {
    RowReader words(row, 1);
    if (auto stored = words.Words()) out.words[row[0].Text()] = *std::move(stored);
  }
  EM_TRY(CheckVersion(request, out.version, "improvement"));
  return out;
}

std::optional<StoredWords> WordsOf(const Improvement& improvement, const std::string& field) {
  const auto found = improvement.words.find(field);
  return found == improvement.words.end() ? std::nullopt : std::optional(found->second);
}

void WriteSpan(JsonWriter& out, std::string_view key, const Rows& rows, int64_t days,
               Currency currency) {
  RowReader in(rows.at(0));
  out.Key(key).BeginObject();
  Put(out, "days", days);
  Put(out, "gestures", in.Int());
  Put(out, "gesture_cost", Money{in.Int(), currency});
  Put(out, "minutes", in.Int());
  out.EndObject();
}

// The contract's Improvement. What it was like before: the twelve months until it was put forward;
// after: from its adoption on.
Result<void> Write(Services& services, const Request& request, const Improvement& improvement,
                   JsonWriter& out) {
  const OrganisationId org = request.organisation.id;
  const Instant before = TwelveMonthsBefore(request.organisation, improvement.raised_at);
  const Instant adopted = improvement.adopted_at.value_or(request.now);
  const std::array<Query, 2> queries = {
      {{&kFiguresBetween, {org, improvement.kind, before, improvement.raised_at}},
       {&kFiguresBetween, {org, improvement.kind, adopted, request.now}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  const Currency currency = request.organisation.currency;
  out.BeginObject();
  Put(out, "id", improvement.id);
  Put(out, "version", improvement.version);
  Put(out, "incident_kind", improvement.kind);
  Put(out, "owner", improvement.owner);
  out.Key("whys").BeginArray();
  for (int i = 1; i <= kWhys; ++i) {
    if (const auto words = WordsOf(improvement, Why(i))) {
      WriteWords(out, words->text, words->author);
    } else {
      out.Null();
    }
  }
  out.EndArray();
  Put(out, "before", WordsOf(improvement, "before"));
  Put(out, "after", WordsOf(improvement, "after"));
  WriteSpan(out, "counted_before", rows[0], (improvement.raised_at - before) / kMicrosPerDay,
            currency);
  if (improvement.adopted_at) {
    WriteSpan(out, "counted_after", rows[1], (request.now - adopted) / kMicrosPerDay, currency);
  } else {
    out.Key("counted_after").Null();
  }
  out.EndObject();
  return {};
}

}  // namespace

Query KindQuery(const Request& request, AnyId incident) {
  return {
      &kFiguresOfKind,
      {request.organisation.id, incident, TwelveMonthsBefore(request.organisation, request.now)}};
}

void WriteKind(JsonWriter& out, const std::string& kind, const Rows& rows, Currency currency) {
  out.BeginObject();
  Put(out, "name", kind);
  RowReader in(rows.at(0));
  Put(out, "incidents", in.Int());
  Put(out, "gestures", in.Int());
  Put(out, "gesture_cost", Money{in.Int(), currency});
  Put(out, "minutes", in.Int());
  Put(out, "improvement", in.OptionalId());
  out.EndObject();
}

Result<int> RaiseImprovements(Services& services, const Organisation& organisation, Instant now) {
  const Request request{.organisation = organisation, .actor = {}, .now = now};
  const OrganisationId org = organisation.id;
  const std::array<Query, 3> queries = {{{&kKinds, {org, TwelveMonthsBefore(organisation, now)}},
                                         {&kImprovements, {org}},
                                         {&kChangeProcedure, {org}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return 0;
  EM_ASSIGN(const auto configuration, CurrentConfiguration(services, org));
  EM_ASSIGN(const auto policy, PolicyInForce(services, organisation, *configuration));
  if (!policy->model.HasDecision(kMendTheCause)) return 0;
  EM_ASSIGN(const desk::ChangeProcedure procedure, ChangeProcedureFrom(rows[2]));
  int raised = 0;
  for (const auto& [name, kind] : KindsToAsk(rows[0], rows[1], procedure)) {
    EM_ASSIGN(const auto reasons, Reasons(*policy, request, name, kind));
    if (reasons.empty()) continue;
    Change change(services, request);
    const ProposalSubject subject{
        .kind = "improvement", .gesture = std::nullopt, .incident = kind.newest};
    EM_TRY(RaiseProposal(services, change, request, subject, [&](JsonWriter& body) {
      Put(body, "incident_kind", name);
      Put(body, "gestures", kind.gestures);
      Put(body, "cost", Money{kind.cost, organisation.currency});
      Put(body, "minutes", kind.minutes);
      Put(body, "reasons", reasons);
    }));
    change.plan().key = Once(name);
    EM_ASSIGN(const Receipt receipt, CommitAndWait(services.store, std::move(change).Take()));
    raised += !receipt.replayed;
  }
  return raised;
}

Result<Answer> SeeImprovement(Services& services, const Request& request) {
  EM_ASSIGN(const Improvement improvement, ReadImprovement(services, request));
  JsonWriter out;
  EM_TRY(Write(services, request, improvement, out));
  Answer answer = OkAnswer(std::move(out));
  answer.version = improvement.version;
  return answer;
}

Result<Answer> ChangeImprovement(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  std::map<std::string, WrittenWords> said;
  std::vector<std::string> fields = {"before", "after"};
  for (int i = 1; i <= kWhys; ++i) fields.push_back(Why(i));
  for (const std::string& field : fields) {
    if (auto words = ReadWords(in, field)) said[field] = *std::move(words);
  }
  const auto owner = in.OptionalIdentifier<PersonId>("owner");
  EM_TRY(in.Finish());
  EM_ASSIGN(Improvement improvement, ReadImprovement(services, request));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows person,
            ReadOne(services.store, org, kPersonName, {org, owner.value_or(PersonId())}));
  if (owner && person.empty()) {
    return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.", "/owner",
                "Choose somebody of this organisation.");
  }
  Change change(services, request);
  change.Guard(kSetOwner, {org, improvement.id, improvement.version, owner},
               StaleError("improvement"));
  for (const auto& [field, words] : said) {
    change.Step(kSetAside, {org, improvement.id, field, "earlier_" + field});
    change.Words(improvement.id, "proposal", field, words, request.now);
    improvement.words[field] = StoredWords{words.text, words.author};
  }
  change.Event({.kind = "improvement_changed",
                .record_kind = "proposal",
                .record = improvement.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { Put(body, "owner", owner); });
  if (owner) {
    EM_ASSIGN(improvement.owner, PersonFrom(person, *owner));
  }
  ++improvement.version;
  JsonWriter out;
  EM_TRY(Write(services, request, improvement, out));
  const int64_t version = improvement.version;
  return ChangedAnswer(std::move(out), std::move(change), version);
}

}  // namespace extramile::app
