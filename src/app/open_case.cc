// Opening a case: by hand, with one tap for a walk-up, from an import, from a helpdesk. All go
// through CaseOpener, which checks what a case names against one snapshot and then plans it.
#include "app/cases.h"
#include "app/queue_state.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kPersonTeam = {
    "select p.id, p.display_name, p.team, (select q.version from live_queue q where "
    "q.organisation_id = $1 and q.team = p.team) from person p "
    "where p.organisation_id = $1 and p.id = $2"};
const Sql kPeople = {"select id from person where organisation_id = $1"};
const Sql kKnownExternalIds = {
    "select external_id from service_case where organisation_id = $1 and source = $2 and "
    "external_id in (select value from json_each($3))",
    "select external_id from service_case where organisation_id = $1 and source = $2 and "
    "external_id in (select jsonb_array_elements_text(cast($3 as jsonb)))"};
const Sql kInsertCase = {
    "insert into service_case (organisation_id, id, reference, kind, reason, channel, stage, "
    "state, customer_id, incident_id, team, agent_id, severity, setting, sector, simulated, "
    "regulated_product, remedy_due, load, load_basis, situation, source, external_id, opened_at, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)"};
const Sql kInsertColleague = {
    "insert into case_colleague (organisation_id, id, case_id, person_id, part, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};

Error FieldError(std::string field, std::string code, std::string message, std::string advice) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message), std::move(field),
          std::move(advice)};
}

void InsertCase(Change& change, const Request& request, const CaseRecord& record) {
  // A reference or external id taken meanwhile: the second run makes another, or finds the case.
  change.Guard(kInsertCase,
               {request.organisation.id,
                record.head.id,
                record.reference,
                record.kind,
                record.reason,
                record.channel,
                record.stage,
                record.state,
                record.customer,
                record.incident,
                record.team,
                record.agent.id,
                record.severity,
                record.setting,
                record.sector,
                record.simulated,
                record.regulated_product,
                record.remedy_due,
                record.load,
                record.load_basis,
                record.situation,
                record.source,
                record.external_id,
                record.opened_at,
                record.head.occurred_at,
                request.now,
                request.actor.person},
               StaleError("case"));
}

Result<Answer> OpenOne(Services& services, const Request& request, const NewCase& input) {
  EM_ASSIGN(CaseOpener opener, CaseOpener::Read(services, request, "manual", {&input}));
  if (input.external_id && opener.Knows(*input.external_id)) {
    return Fail(ErrorKind::kConflict, "external-id-known",
                "A case with this external_id is open or closed already.", "/external_id",
                "Look for that case instead of opening it again.");
  }
  Change change(services, request);
  EM_ASSIGN(const CaseView view, opener.Open(change, input));
  JsonWriter out;
  WriteCaseDetail(out, view, request.organisation.currency);
  Answer answer = CreatedAnswer(std::move(out), std::move(change));
  answer.location = "/api/v1/cases/" + view.record.head.id.ToString();
  return answer;
}

}  // namespace

Result<NewCase> ReadNewCase(const JsonValue& body, const Request& request,
                            std::string_view author) {
  ObjectReader in(body);
  NewCase input;
  input.kind = in.Word("kind", {"enquiry", "request", "complaint", "order", "fault", "other"});
  input.reason = in.String("reason", {.max_bytes = 200});
  input.channel = in.Word("channel", kChannels);
  input.customer = ReadCustomerInput(in, "customer");
  input.customer_id = in.OptionalIdentifier<AnyId>("customer_id");
  input.incident = in.OptionalIdentifier<AnyId>("incident");
  input.severity = in.OptionalWord("severity", {"low", "normal", "high"});
  input.setting = in.OptionalWord(
      "setting", {"paid", "voluntary", "realistic working environment", "placement"});
  input.sector = in.OptionalWord("sector", {"private", "public", "not for profit"});
  input.simulated = in.OptionalBool("simulated").value_or(false);
  input.regulated_product = in.OptionalBool("regulated_product").value_or(false);
  input.remedy_due = in.OptionalBool("remedy_due").value_or(false);
  input.load = in.OptionalWord("load", kLoads);
  for (const std::string& colleague : in.Strings("colleagues", 50, {.max_bytes = 36})) {
    if (const auto id = AnyId::Parse(colleague)) {
      input.colleagues.push_back(*id);
    } else {
      in.Reject("colleagues", "id-format", "One of these is not an id.", "Give ids of people.");
    }
  }
  input.external_id = in.OptionalString("external_id", {.max_bytes = 200});
  input.words = ReadWords(in, "words");
  if (const JsonValue* words = body.Find("words");
      input.words && words && words->Find("author") == nullptr) {
    input.words->author = author;
  }
  input.occurred_at = ReadOccurredAt(in, request);
  if (input.customer && input.customer_id) {
    in.Reject("customer_id", "customer-twice", "The customer is given twice.",
              "Send customer or customer_id, not both.");
  }
  EM_TRY(in.Finish());
  return input;
}

Result<CaseOpener> CaseOpener::Read(Services& services, const Request& request, std::string source,
                                    const std::vector<const NewCase*>& cases) {
  const Cell organisation = request.organisation.id;
  const Instant year_ago = TwelveMonthsBefore(request.organisation, request.now);
  std::vector<std::string> references, external_ids;
  std::set<AnyId> customers, incidents;
  bool colleagues = false;
  for (const NewCase* input : cases) {
    if (input->customer && input->customer->reference) {
      references.push_back(*input->customer->reference);
    }
    if (input->external_id) external_ids.push_back(*input->external_id);
    if (input->customer_id) customers.insert(*input->customer_id);
    if (input->incident) incidents.insert(*input->incident);
    colleagues |= !input->colleagues.empty();
  }
  std::vector<Query> queries = {
      {&kPersonTeam, {organisation, request.actor.person}},
      {&kCustomersByReference, {organisation, JsonList(references), year_ago}},
      {&kKnownExternalIds, {organisation, source, JsonList(external_ids)}}};
  const size_t customers_at = queries.size();
  for (AnyId customer : customers) {
    queries.push_back({&kCustomerById, {organisation, customer, year_ago}});
  }
  const size_t incidents_at = queries.size();
  for (AnyId incident : incidents) {
    queries.push_back({&kIncidentById, {organisation, incident}});
  }
  const size_t people_at = queries.size();
  if (colleagues) queries.push_back({&kPeople, {organisation}});
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));

  CaseOpener opener(request, std::move(source));
  if (rows[0].empty()) return Fail(Request::NotFoundError("person"));
  RowReader agent(rows[0].front());
  opener.agent_ = agent.Person();
  opener.team_ = agent.Text();
  EM_ASSIGN(const auto live,
            FindLiveQueue(services, request.organisation.id, opener.team_, agent.OptionalInt()));
  if (live) opener.load_ = LoadOf(*live->state(), request.now);
  opener.customers_.Add(rows[1]);
  for (const Row& row : rows[2]) opener.known_.insert(row[0].Text());
  for (size_t i = customers_at; i < incidents_at; ++i) {
    for (const Row& row : rows[i]) {
      CustomerRecord customer = CustomerFrom(row);
      opener.customers_by_id_.emplace(customer.id, std::move(customer));
    }
  }
  for (size_t i = incidents_at; i < people_at; ++i) {
    for (const Row& row : rows[i]) {
      IncidentRecord incident = IncidentFrom(row);
      opener.incidents_.emplace(incident.head.id, std::move(incident));
    }
  }
  for (size_t i = people_at; i < rows.size(); ++i) {
    for (const Row& row : rows[i]) opener.people_.insert(row[0].Identifier<AnyId>());
  }
  return opener;
}

Result<void> CaseOpener::Check(const NewCase& input) const {
  if (input.customer_id && !customers_by_id_.contains(*input.customer_id)) {
    return Fail(FieldError("/customer_id", "customer-unknown", "There is no such customer here.",
                           "Give the id of a customer, or describe one under customer."));
  }
  if (input.incident && !incidents_.contains(*input.incident)) {
    return Fail(FieldError("/incident", "incident-unknown", "There is no such incident here.",
                           "Report the incident first, or leave this out."));
  }
  for (AnyId colleague : input.colleagues) {
    if (people_.contains(colleague)) continue;
    return Fail(FieldError("/colleagues", "person-unknown", "One of these people is not here.",
                           "Give ids of people of this organisation."));
  }
  return {};
}

std::optional<CustomerRecord> CaseOpener::CustomerOf(Change& change, const NewCase& input) {
  if (input.customer_id) {
    CustomerRecord& customer = customers_by_id_.at(*input.customer_id);
    customer.cases += 1;
    return customer;
  }
  if (!input.customer) return std::nullopt;
  CustomerRecord customer =
      customers_.FindOrAdd(change, *request_, *input.customer, input.occurred_at);
  customer.cases += 1;
  customers_.CountCase(customer);
  return customer;
}

Result<CaseView> CaseOpener::Open(Change& change, const NewCase& input) {
  EM_TRY(Check(input));
  CaseView view;
  view.customer = CustomerOf(change, input);
  CaseRecord& record = view.record;
  const AnyId id = change.NewId();
  record.head = {id, input.occurred_at, request_->now, agent_, 1};
  record.reference = "C-" + ShortCode(id);
  record.kind = input.kind;
  record.reason = input.reason;
  record.channel = input.channel;
  if (view.customer) record.customer = view.customer->id;
  if (input.incident) {
    IncidentRecord& incident = incidents_.at(*input.incident);
    incident.cases += 1;
    view.incident = incident;
    record.incident = input.incident;
    record.situation = "let_down";
  }
  record.team = team_;
  record.agent = agent_;
  record.severity = input.severity;
  record.setting = input.setting.value_or(record.setting);
  record.sector = input.sector.value_or(record.sector);
  record.simulated = input.simulated;
  record.regulated_product = input.regulated_product;
  record.remedy_due = input.remedy_due;
  if (input.load) {
    record.load = *input.load;
    record.load_basis = "declared";
  } else if (load_ && input.occurred_at == request_->now) {
    record.load = *load_;
    record.load_basis = "computed";
  }
  record.source = source_;
  record.external_id = input.external_id;
  record.opened_at = input.occurred_at;
  record.words = Stored(input.words);

  InsertCase(change, *request_, record);
  for (AnyId colleague : std::set<AnyId>(input.colleagues.begin(), input.colleagues.end())) {
    change.Step(kInsertColleague,
                {request_->organisation.id, change.NewId(), id, colleague, "helped",
                 input.occurred_at, request_->now, request_->actor.person});
  }
  if (input.words) change.Words(id, "service_case", "words", *input.words, input.occurred_at);
  change.Event({.kind = "case_opened",
                .record_kind = "service_case",
                .record = id,
                .service_case = id,
                .occurred_at = input.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "kind", record.kind);
                 Put(body, "channel", record.channel);
                 Put(body, "source", record.source);
                 Put(body, "customer", record.customer);
                 Put(body, "incident", record.incident);
                 Put(body, "load", record.load);
                 Put(body, "load_basis", record.load_basis);
               });
  if (input.external_id) known_.insert(*input.external_id);
  return view;
}

Result<Answer> OpenCase(Services& services, const Request& request) {
  EM_ASSIGN(const NewCase input, ReadNewCase(BodyOf(request), request));
  return OpenOne(services, request, input);
}

Result<Answer> OpenCaseNow(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  NewCase input;
  input.kind = "enquiry";
  input.channel = in.OptionalWord("channel", kChannels).value_or("face to face");
  input.reason = in.OptionalString("reason", {.max_bytes = 200}).value_or("walk-up");
  input.occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  return OpenOne(services, request, input);
}

}  // namespace extramile::app
