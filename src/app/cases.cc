#include "app/cases.h"

#include "app/vocabulary.h"

namespace extramile::app {

const Sql kCaseById = {
    "select c.id, c.occurred_at, c.recorded_at, c.recorded_by, p.display_name, c.version, "
    "c.reference, c.kind, c.reason, c.channel, c.stage, c.state, c.customer_id, c.incident_id, "
    "c.team, c.agent_id, a.display_name, c.severity, c.setting, c.sector, c.simulated, "
    "c.regulated_product, c.remedy_due, c.use_as_evidence, c.load, c.load_basis, c.situation, "
    "c.source, c.external_id, c.opened_at, c.closed_at, w.text, w.author from service_case c "
    "left join person p on p.organisation_id = c.organisation_id and p.id = c.recorded_by "
    "left join person a on a.organisation_id = c.organisation_id and a.id = c.agent_id "
    "left join words w on w.organisation_id = c.organisation_id and w.record_id = c.id and "
    "w.field = 'words' where c.organisation_id = $1 and c.id = $2"};

CaseRecord CaseFrom(const Row& row) {
  RowReader in(row);
  CaseRecord record;
  record.head = in.Head();
  record.reference = in.Text();
  record.kind = in.Text();
  record.reason = in.Text();
  record.channel = in.Text();
  record.stage = in.Text();
  record.state = in.Text();
  record.customer = in.OptionalId();
  record.incident = in.OptionalId();
  record.team = in.Text();
  record.agent = in.Person();
  record.severity = in.OptionalText();
  record.setting = in.Text();
  record.sector = in.Text();
  record.simulated = in.Bool();
  record.regulated_product = in.Bool();
  record.remedy_due = in.Bool();
  record.use_as_evidence = in.Bool();
  record.load = in.Text();
  record.load_basis = in.Text();
  record.situation = in.Text();
  record.source = in.Text();
  record.external_id = in.OptionalText();
  record.opened_at = in.Time();
  record.closed_at = in.OptionalTime();
  record.words = in.Words();
  return record;
}

void WriteCaseDetail(JsonWriter& out, const CaseView& view, Currency currency) {
  const CaseRecord& record = view.record;
  out.BeginObject();
  PutHead(out, record.head);
  Put(out, "reference", record.reference);
  Put(out, "kind", record.kind);
  Put(out, "reason", record.reason);
  Put(out, "channel", record.channel);
  Put(out, "state", record.state);
  Put(out, "stage", record.stage);
  out.Key("customer");
  if (view.customer) {
    WriteCustomer(out, *view.customer);
  } else {
    out.Null();
  }
  out.Key("incident");
  if (view.incident) {
    WriteIncident(out, *view.incident, currency);
  } else {
    out.Null();
  }
  Put(out, "agent", record.agent);
  Put(out, "team", record.team);
  Put(out, "severity", record.severity);
  Put(out, "setting", record.setting);
  Put(out, "sector", record.sector);
  Put(out, "simulated", record.simulated);
  Put(out, "regulated_product", record.regulated_product);
  Put(out, "remedy_due", record.remedy_due);
  Put(out, "use_as_evidence", record.use_as_evidence);
  Put(out, "load", record.load);
  Put(out, "load_basis", record.load_basis);
  Put(out, "situation", record.situation);
  Put(out, "source", record.source);
  Put(out, "external_id", record.external_id);
  Put(out, "opened_at", record.opened_at);
  Put(out, "closed_at", record.closed_at);
  Put(out, "words", record.words);
  out.EndObject();
}

Result<CaseView> LoadCase(Services& services, const Request& request, AnyId id) {
  const Cell organisation = request.organisation.id;
  EM_ASSIGN(const Rows cases,
            ReadOne(services.store, request.organisation.id, kCaseById, {organisation, id}));
  if (cases.empty()) return Fail(Request::NotFoundError("case"));
  CaseView view;
  view.record = CaseFrom(cases.front());
  const Query queries[] = {
      {&kCustomerById,
       {organisation, view.record.customer.value_or(AnyId{}),
        TwelveMonthsBefore(request.organisation, request.now)}},
      {&kIncidentById, {organisation, view.record.incident.value_or(AnyId{})}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (!rows[0].empty()) view.customer = CustomerFrom(rows[0].front());
  if (!rows[1].empty()) view.incident = IncidentFrom(rows[1].front());
  return view;
}

}  // namespace extramile::app
