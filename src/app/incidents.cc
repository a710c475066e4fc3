#include "app/incidents.h"

#include <algorithm>
#include <cctype>

#include "app/consultations.h"
#include "app/ideas.h"
#include "app/improvements.h"
#include "app/incident_affected.h"
#include "app/incident_fulfilment.h"

namespace extramile::app {
namespace {

// What was done for an incident itself, and in its cases (cross join: those few first, also in
// SQLite); `tie` says which incidents.
#define EM_DONE "a.organisation_id = $1 and a.state in ('done', 'partly done') "
#define EM_INCIDENTS(tie)                                                                         \
  "select i.id, i.occurred_at, i.recorded_at, i.recorded_by, p.display_name, i.version, "         \
  "i.title, i.cause, i.kind, i.team, i.closed_at, "                                               \
  "(select count(*) from service_case c where c.organisation_id = $1 and c.incident_id = i.id), " \
  "coalesce(t.gestures, 0), cast(coalesce(t.cost, 0) as bigint) from incident i "                 \
  "left join (select x.incident_id, count(*) as gestures, sum(x.amount) as cost from ("           \
  "select a.incident_id, a.amount from action a where " EM_DONE "and a.incident_id " tie          \
  " union all select c.incident_id, a.amount from service_case c cross join action a "            \
  "where a.case_id = c.id and c.organisation_id = $1 and "                                        \
  "c.incident_id " tie " and " EM_DONE                                                            \
  "and a.incident_id is null) x group by x.incident_id) t "                                       \
  "on t.incident_id = i.id "                                                                      \
  "left join person p on p.organisation_id = i.organisation_id and p.id = i.recorded_by "         \
  "where i.organisation_id = $1 "

const Sql kIncidents = {EM_INCIDENTS("is not null") "order by i.opened_at desc, i.id"};
const Sql kReporter = {
    "select display_name, team from person where organisation_id = $1 and id = $2"};
const Sql kInsertIncident = {
    "insert into incident (organisation_id, id, title, cause, kind, team, opened_at, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)"};
const Sql kCloseIncident = {
    "update incident set closed_at = $3, version = version + 1 "
    "where organisation_id = $1 and id = $2 and closed_at is null"};
const Sql kWords = {
    "select text, author from words where organisation_id = $1 and record_id = $2 and "
    "field = 'words'"};

// "  Late  Post " and "late post" are one kind.
std::string KindFrom(const std::string& text) {
  std::string kind;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte)) {
      if (!kind.empty() && kind.back() != ' ') kind += ' ';
    } else {
      kind += static_cast<char>(std::tolower(byte));
    }
  }
  if (!kind.empty() && kind.back() == ' ') kind.pop_back();
  return kind;
}

}  // namespace

const Sql kIncidentById = {EM_INCIDENTS("= $2") "and i.id = $2"};

IncidentRecord IncidentFrom(const Row& row) {
  RowReader in(row);
  IncidentRecord incident;
  incident.head = in.Head();
  incident.title = in.Text();
  incident.cause = in.Text();
  incident.kind = in.Text();
  incident.team = in.Text();
  incident.closed_at = in.OptionalTime();
  incident.cases = in.Int();
  incident.gestures = in.Int();
  incident.gesture_cost = in.Int();
  return incident;
}

void WriteIncident(JsonWriter& out, const IncidentRecord& incident, Currency currency) {
  out.BeginObject();
  PutHead(out, incident.head);
  Put(out, "title", incident.title);
  Put(out, "cause", incident.cause);
  Put(out, "kind", incident.kind);
  Put(out, "team", incident.team);
  Put(out, "closed_at", incident.closed_at);
  Put(out, "cases", incident.cases);
  Put(out, "gestures", incident.gestures);
  Put(out, "gesture_cost", Money{incident.gesture_cost, currency});
  out.EndObject();
}

Result<Answer> ListIncidents(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kIncidents,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteIncident(out, IncidentFrom(row), request.organisation.currency);
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> ReportIncident(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  IncidentRecord incident;
  incident.title = in.String("title", {.max_bytes = 200});
  incident.cause = in.Word("cause", {"people", "systems", "resources"});
  const auto kind = in.OptionalString("kind", {.max_bytes = 60});
  incident.kind = KindFrom(kind.value_or(incident.cause));
  if (kind && incident.kind.empty()) {
    in.Reject("kind", "kind-empty", "The kind is blank.", "Give a short label, or leave it out.");
  }
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  EM_ASSIGN(const Rows reporter, ReadOne(services.store, request.organisation.id, kReporter,
                                         {request.organisation.id, request.actor.person}));
  if (reporter.empty()) return Fail(Request::NotFoundError("person"));
  incident.team = reporter[0][1].Text();

  Change change(services, request);
  incident.head = NewHead(change.NewId(), occurred_at, request, reporter);
  change.Step(kInsertIncident,
              {request.organisation.id, incident.head.id, incident.title, incident.cause,
               incident.kind, incident.team, occurred_at, request.now, request.actor.person});
  if (words) change.Words(incident.head.id, "incident", "words", *words, occurred_at);
  change.Event({.kind = "incident_reported",
                .record_kind = "incident",
                .record = incident.head.id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "cause", incident.cause);
                 Put(body, "kind", incident.kind);
               });
  JsonWriter out;
  WriteIncident(out, incident, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> SeeIncident(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  const Currency currency = request.organisation.currency;
  std::vector<Query> queries = {{&kIncidentById, {org, id}},
                                {&kWords, {org, id}},
                                {&kAffected, {org, id}},
                                KindQuery(request, id)};
  const auto ask = [&queries](std::vector<Query> more) {
    const size_t at = queries.size();
    queries.insert(queries.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
    return at;
  };
  const size_t ideas = ask(IdeasOfIncident(org, id));
  const size_t consultations = ask(ConsultationsOfIncident(org, id));
  const size_t fulfilments = ask(FulfilmentsOfIncident(org, id));
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("incident"));
  const IncidentRecord incident = IncidentFrom(rows[0][0]);
  const std::span<const Rows> answers(rows);

  JsonWriter out;
  out.BeginObject().Key("incident");
  WriteIncident(out, incident, currency);
  Put(out, "words", rows[1].empty() ? std::nullopt : RowReader(rows[1][0]).Words());
  out.Key("kind");
  WriteKind(out, incident.kind, rows[3], currency);
  WriteAffected(out, rows[2]);
  out.Key("ideas");
  WriteIdeas(out, answers.subspan(ideas, consultations - ideas), currency);
  out.Key("consultations");
  WriteConsultations(out, answers.subspan(consultations, fulfilments - consultations), currency);
  out.Key("fulfilments");
  WriteFulfilments(out, answers.subspan(fulfilments));
  out.EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.version = incident.head.version;
  return answer;
}

Result<Answer> CloseIncident(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kIncidentById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("incident"));
  IncidentRecord incident = IncidentFrom(rows[0]);
  EM_TRY(CheckVersion(request, incident.head.version, "incident"));
  Change change(services, request);
  if (!incident.closed_at) {
    change.Guard(kCloseIncident, {org, id, request.now}, StaleError("incident"));
    change.Event({.kind = "incident_closed",
                  .record_kind = "incident",
                  .record = id,
                  .occurred_at = request.now});
    incident.closed_at = request.now;
    ++incident.head.version;
  }
  JsonWriter out;
  WriteIncident(out, incident, request.organisation.currency);
  const int64_t version = incident.head.version;
  return ChangedAnswer(std::move(out), std::move(change), version);
}

}  // namespace extramile::app
