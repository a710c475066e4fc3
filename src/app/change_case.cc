// Changing a case: its stage, incident, load and customer; closing it; marking it as evidence.
#include "app/cases.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kUpdateCase = {
    "update service_case set stage = $4, incident_id = $5, situation = $6, load = $7, "
    "load_basis = $8, remedy_due = $9, regulated_product = $10, customer_id = $11, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3"};
const Sql kCloseCase = {
    "update service_case set state = 'closed', closed_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kMarkCase = {
    "update service_case set use_as_evidence = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kInsertDispute = {
    "insert into load_dispute (organisation_id, id, case_id, load, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7)"};

// The contract's CaseChange.
struct CaseChange {
  std::optional<std::string> stage, load;
  std::optional<AnyId> incident;
  std::optional<WrittenWords> load_reason;
  std::optional<bool> remedy_due, regulated_product;
  std::optional<CustomerInput> customer;
};

Result<CaseChange> ReadCaseChange(const JsonValue& body) {
  ObjectReader in(body);
  CaseChange wanted;
  wanted.stage = in.OptionalWord("stage", kContactSteps);
  wanted.incident = in.OptionalIdentifier<AnyId>("incident");
  wanted.load = in.OptionalWord("load", kLoads);
  wanted.load_reason = ReadWords(in, "load_reason");
  wanted.remedy_due = in.OptionalBool("remedy_due");
  wanted.regulated_product = in.OptionalBool("regulated_product");
  wanted.customer = ReadCustomerInput(in, "customer");
  if (wanted.load_reason && !wanted.load) {
    in.Reject("load", "missing-field", "A reason is given, and no load.",
              "Say whether it was quiet, normal or busy.");
  }
  EM_TRY(in.Finish());
  return wanted;
}

// A declared load replaces what was declared; a computed one stays, and the other view is put on
// record beside it, with its reason.
Result<void> ChangeLoad(Change& change, const Request& request, const CaseChange& wanted,
                        CaseRecord& record) {
  if (!wanted.load) return {};
  if (record.load_basis != "computed") {
    record.load = *wanted.load;
    record.load_basis = "declared";
  }
  if (!wanted.load_reason) {
    if (record.load_basis != "computed") return {};
    return Fail(ErrorKind::kInvalid, "load-reason-missing",
                "How busy it was is known from the queue here.", "/load_reason",
                "Say in words why you saw it otherwise; both will be shown.");
  }
  const AnyId dispute = change.NewId();
  change.Step(kInsertDispute, {request.organisation.id, dispute, record.head.id, *wanted.load,
                               request.now, request.now, request.actor.person});
  change.Words(dispute, "load_dispute", "words", *wanted.load_reason, request.now);
  change.Event({.kind = "load_disputed",
                .record_kind = "load_dispute",
                .record = dispute,
                .service_case = record.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { Put(body, "load", wanted.load); });
  return {};
}

// A reference finds or makes that customer; without one, what is said is about the case's own.
void ChangeCustomer(Change& change, const Request& request, const CustomerInput& input,
                    const Rows& same_reference, CaseView& view) {
  if (view.customer && (!input.reference || view.customer->reference == input.reference)) {
    view.customer = CustomerBook::Update(change, request, *view.customer, input, request.now);
    return;
  }
  CustomerBook book;
  book.Add(same_reference);
  view.customer = book.FindOrAdd(change, request, input, request.now);
  view.customer->cases += 1;
  view.record.customer = view.customer->id;
}

Result<Answer> CaseAnswer(const Request& request, const CaseView& view, Change change) {
  JsonWriter out;
  WriteCaseDetail(out, view, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), view.record.head.version);
}

}  // namespace

Result<Answer> ChangeCase(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const CaseChange wanted, ReadCaseChange(BodyOf(request)));
  EM_ASSIGN(CaseView view, LoadCase(services, request, id));
  CaseRecord& record = view.record;
  EM_TRY(CheckVersion(request, record.head.version, "case"));
  std::vector<std::string> references;
  if (wanted.customer && wanted.customer->reference) {
    references.push_back(*wanted.customer->reference);
  }
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kIncidentById, {organisation, wanted.incident.value_or(AnyId{})}},
                           {&kCustomersByReference,
                            {organisation, JsonList(references),
                             TwelveMonthsBefore(request.organisation, request.now)}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));

  Change change(services, request);
  record.stage = wanted.stage.value_or(record.stage);
  record.remedy_due = wanted.remedy_due.value_or(record.remedy_due);
  record.regulated_product = wanted.regulated_product.value_or(record.regulated_product);
  if (wanted.incident) {
    if (rows[0].empty()) {
      return Fail(ErrorKind::kInvalid, "incident-unknown", "There is no such incident here.",
                  "/incident", "Report the incident first, or leave this out.");
    }
    view.incident = IncidentFrom(rows[0].front());
    if (record.incident != wanted.incident) view.incident->cases += 1;
    record.incident = wanted.incident;
    record.situation = "let_down";
  }
  EM_TRY(ChangeLoad(change, request, wanted, record));
  if (wanted.customer) ChangeCustomer(change, request, *wanted.customer, rows[1], view);
  change.Guard(kUpdateCase,
               {organisation, id, record.head.version, record.stage, record.incident,
                record.situation, record.load, record.load_basis, record.remedy_due,
                record.regulated_product, record.customer},
               StaleError("case"));
  change.Event({.kind = "case_changed",
                .record_kind = "service_case",
                .record = id,
                .service_case = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "stage", record.stage);
                 Put(body, "customer", record.customer);
                 Put(body, "incident", record.incident);
                 Put(body, "load", record.load);
                 Put(body, "load_basis", record.load_basis);
                 Put(body, "remedy_due", record.remedy_due);
                 Put(body, "regulated_product", record.regulated_product);
               });
  record.head.version += 1;
  return CaseAnswer(request, view, std::move(change));
}

Result<Answer> CloseCase(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(CaseView view, LoadCase(services, request, id));
  CaseRecord& record = view.record;
  EM_TRY(CheckVersion(request, record.head.version, "case"));
  Change change(services, request);
  if (record.state == "open") {
    change.Guard(kCloseCase, {request.organisation.id, id, record.head.version, request.now},
                 StaleError("case"));
    change.Event({.kind = "case_closed",
                  .record_kind = "service_case",
                  .record = id,
                  .service_case = id,
                  .occurred_at = request.now});
    record.state = "closed";
    record.closed_at = request.now;
    record.head.version += 1;
  }
  return CaseAnswer(request, view, std::move(change));
}

Result<Answer> MarkAsEvidence(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const bool use = in.Bool("use_as_evidence");
  EM_TRY(in.Finish());
  EM_ASSIGN(CaseView view, LoadCase(services, request, id));
  CaseRecord& record = view.record;
  EM_TRY(CheckVersion(request, record.head.version, "case"));
  Change change(services, request);
  if (record.use_as_evidence != use) {
    change.Guard(kMarkCase, {request.organisation.id, id, record.head.version, use},
                 StaleError("case"));
    change.Event({.kind = use ? "case_marked_as_evidence" : "case_unmarked_as_evidence",
                  .record_kind = "service_case",
                  .record = id,
                  .service_case = id,
                  .occurred_at = request.now});
    record.use_as_evidence = use;
    record.head.version += 1;
  }
  return CaseAnswer(request, view, std::move(change));
}

}  // namespace extramile::app
