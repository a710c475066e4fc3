#include "app/incidents.h"

namespace extramile::app {
namespace {

const Sql kIncidents = {
    "select i.id, i.occurred_at, i.recorded_at, i.recorded_by, p.display_name, i.version, i.title, "
    "i.cause, i.closed_at, "
    "(select count(*) from service_case c where c.organisation_id = $1 and c.incident_id = i.id), "
    "(select count(*) from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "coalesce(a.incident_id, c.incident_id) = i.id and a.state in ('done', 'partly done')), "
    "(select cast(coalesce(sum(a.amount), 0) as bigint) from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "coalesce(a.incident_id, c.incident_id) = i.id and a.state in ('done', 'partly done')) "
    "from incident i "
    "left join person p on p.organisation_id = i.organisation_id and p.id = i.recorded_by "
    "where i.organisation_id = $1 order by i.opened_at desc, i.id"};
const Sql kInsertIncident = {
    "insert into incident (organisation_id, id, title, cause, opened_at, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};

}  // namespace

const Sql kIncidentById = {
    "select i.id, i.occurred_at, i.recorded_at, i.recorded_by, p.display_name, i.version, i.title, "
    "i.cause, i.closed_at, "
    "(select count(*) from service_case c where c.organisation_id = $1 and c.incident_id = i.id), "
    "(select count(*) from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "coalesce(a.incident_id, c.incident_id) = i.id and a.state in ('done', 'partly done')), "
    "(select cast(coalesce(sum(a.amount), 0) as bigint) from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "coalesce(a.incident_id, c.incident_id) = i.id and a.state in ('done', 'partly done')) "
    "from incident i "
    "left join person p on p.organisation_id = i.organisation_id and p.id = i.recorded_by "
    "where i.organisation_id = $1 and i.id = $2"};

IncidentRecord IncidentFrom(const Row& row) {
  RowReader in(row);
  IncidentRecord incident;
  incident.head = in.Head();
  incident.title = in.Text();
  incident.cause = in.Text();
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
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  EM_ASSIGN(const Rows name, ReadOne(services.store, request.organisation.id, kPersonName,
                                     {request.organisation.id, request.actor.person}));

  Change change(services, request);
  incident.head = NewHead(change.NewId(), occurred_at, request, name);
  change.Step(kInsertIncident,
              {request.organisation.id, incident.head.id, incident.title, incident.cause,
               occurred_at, occurred_at, request.now, request.actor.person});
  if (words) change.Words(incident.head.id, "incident", "words", *words, occurred_at);
  change.Event({.kind = "incident_reported",
                .record_kind = "incident",
                .record = incident.head.id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) { Put(body, "cause", incident.cause); });
  JsonWriter out;
  WriteIncident(out, incident, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
