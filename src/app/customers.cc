#include "app/customers.h"

namespace extramile::app {
namespace {

const Sql kInsertCustomer = {
    "insert into customer (organisation_id, id, pseudonym, kind, segment, country, business, "
    "public_official, vulnerable, age_verified, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
// Two requests that meet the same new reference at once make one customer: the second finds it on
// its second run.
const Sql kInsertPersonal = {
    "insert into customer_personal (organisation_id, customer_id, name, contact, "
    "external_reference) select $1, $2, $3, $4, $5 where not exists (select 1 from "
    "customer_personal x where x.organisation_id = $1 and x.external_reference = $5)"};
const Sql kUpdateCustomer = {
    "update customer set kind = $4, segment = $5, country = $6, business = $7, "
    "public_official = $8, vulnerable = $9, age_verified = $10, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kUpdatePersonal = {
    "update customer_personal set name = $3, contact = $4 "
    "where organisation_id = $1 and customer_id = $2"};

// Every record about a customer ($2) that words may belong to: of their cases, of the ideas and
// actions in them, and of what followed.
#define RECORDS_OF_CUSTOMER                                                                       \
  "with cases as (select id from service_case where organisation_id = $1 and customer_id = $2), " \
  "ideas as (select id from idea where organisation_id = $1 and case_id in "                      \
  "(select id from cases)), "                                                                     \
  "actions as (select id from action where organisation_id = $1 and (case_id in "                 \
  "(select id from cases) or idea_id in (select id from ideas))), "                               \
  "matches as (select id from offer_match where organisation_id = $1 and case_id in "             \
  "(select id from cases)), "                                                                     \
  "feedbacks as (select id from feedback where organisation_id = $1 and (case_id in "             \
  "(select id from cases) or action_id in (select id from actions))) "                            \
  "select id from cases union all select id from ideas union all select id from actions "         \
  "union all select id from matches union all select id from feedbacks "                          \
  "union all select id from customer where organisation_id = $1 and id = $2 "                     \
  "union all select id from customer_preference where organisation_id = $1 and customer_id = $2 " \
  "union all select id from case_step where organisation_id = $1 and case_id in "                 \
  "(select id from cases) "                                                                       \
  "union all select id from load_dispute where organisation_id = $1 and case_id in "              \
  "(select id from cases) "                                                                       \
  "union all select id from offer_explanation where organisation_id = $1 and case_id in "         \
  "(select id from cases) "                                                                       \
  "union all select id from expectation where organisation_id = $1 and case_id in "               \
  "(select id from cases) "                                                                       \
  "union all select id from perception where organisation_id = $1 and case_id in "                \
  "(select id from cases) "                                                                       \
  "union all select id from offer_match_line where organisation_id = $1 and match_id in "         \
  "(select id from matches) "                                                                     \
  "union all select id from consultation where organisation_id = $1 and idea_id in "              \
  "(select id from ideas) "                                                                       \
  "union all select id from promise where organisation_id = $1 and action_id in "                 \
  "(select id from actions) "                                                                     \
  "union all select id from awareness where organisation_id = $1 and action_id in "               \
  "(select id from actions) "                                                                     \
  "union all select id from action_outcome where organisation_id = $1 and action_id in "          \
  "(select id from actions) "                                                                     \
  "union all select id from effect_observation where organisation_id = $1 and action_id in "      \
  "(select id from actions) "                                                                     \
  "union all select id from feedback_passed_on where organisation_id = $1 and feedback_id in "    \
  "(select id from feedbacks)"

const Sql kCountWords = {
    "select count(*) from words where organisation_id = $1 and text is not null and record_id in "
    "(" RECORDS_OF_CUSTOMER ")"};
const Sql kEraseWords = {
    "update words set text = null, salt = null, erased_at = $3 where organisation_id = $1 and "
    "text is not null and record_id in (" RECORDS_OF_CUSTOMER ")"};
#undef RECORDS_OF_CUSTOMER

const Sql kErasePersonal = {
    "update customer_personal set name = null, contact = null, external_reference = null, "
    "salt = null, erased_at = $3 where organisation_id = $1 and customer_id = $2"};
const Sql kTouchCustomer = {
    "update customer set version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
// Stored answers repeat what was written, so what is erased must go from them too. Which of them
// speak of this customer is not known; they only serve repeats of requests already answered.
const Sql kForgetAnswers = {
    "update idempotency set answer = '{\"erased\":true}' "
    "where organisation_id = $1 and recorded_at < $2"};

// Takes what a request says over what is stored; true where that changes anything.
bool Merge(CustomerRecord& customer, const CustomerInput& input) {
  bool changed = false;
  const auto take = [&changed](auto& stored, const auto& said) {
    if (!said || stored == *said) return;
    stored = *said;
    changed = true;
  };
  take(customer.name, input.name);
  take(customer.contact, input.contact);
  take(customer.kind, input.kind);
  take(customer.segment, input.segment);
  take(customer.country, input.country);
  take(customer.business, input.business);
  take(customer.public_official, input.public_official);
  take(customer.vulnerable, input.vulnerable);
  take(customer.age_verified, input.age_verified);
  return changed;
}

CustomerRecord AddCustomer(Change& change, const Request& request, const CustomerInput& input,
                           Instant occurred_at) {
  const OrganisationId organisation = request.organisation.id;
  CustomerRecord customer;
  customer.id = change.NewId();
  customer.pseudonym = "customer " + ShortCode(customer.id);
  customer.reference = input.reference;
  Merge(customer, input);
  change.Guard(kInsertCustomer,
               {organisation, customer.id, customer.pseudonym, customer.kind, customer.segment,
                customer.country, customer.business, customer.public_official, customer.vulnerable,
                customer.age_verified, occurred_at, request.now, request.actor.person},
               StaleError("customer"));
  change.Guard(kInsertPersonal,
               {organisation, customer.id, customer.name, customer.contact, customer.reference},
               StaleError("customer"));
  change.Event({.kind = "customer_added",
                .record_kind = "customer",
                .record = customer.id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) { Put(body, "kind", customer.kind); });
  return customer;
}

}  // namespace

const Sql kCustomerById = {
    "select c.id, c.pseudonym, x.name, x.contact, x.external_reference, c.kind, c.segment, "
    "c.country, c.business, c.public_official, c.vulnerable, c.age_verified, x.erased_at, "
    "(select count(*) from service_case k where k.organisation_id = $1 and k.customer_id = c.id), "
    "(select count(*) from action a join service_case k on k.organisation_id = a.organisation_id "
    "and k.id = a.case_id where a.organisation_id = $1 and k.customer_id = c.id and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $3), "
    "c.version from customer c left join customer_personal x on "
    "x.organisation_id = c.organisation_id and x.customer_id = c.id "
    "where c.organisation_id = $1 and c.id = $2"};
const Sql kCustomersByReference = {
    "select c.id, c.pseudonym, x.name, x.contact, x.external_reference, c.kind, c.segment, "
    "c.country, c.business, c.public_official, c.vulnerable, c.age_verified, x.erased_at, "
    "(select count(*) from service_case k where k.organisation_id = $1 and k.customer_id = c.id), "
    "(select count(*) from action a join service_case k on k.organisation_id = a.organisation_id "
    "and k.id = a.case_id where a.organisation_id = $1 and k.customer_id = c.id and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $3), "
    "c.version from customer c join customer_personal x on "
    "x.organisation_id = c.organisation_id and x.customer_id = c.id "
    "where c.organisation_id = $1 and x.organisation_id = $1 and x.external_reference in "
    "(select value from json_each($2))",
    "select c.id, c.pseudonym, x.name, x.contact, x.external_reference, c.kind, c.segment, "
    "c.country, c.business, c.public_official, c.vulnerable, c.age_verified, x.erased_at, "
    "(select count(*) from service_case k where k.organisation_id = $1 and k.customer_id = c.id), "
    "(select count(*) from action a join service_case k on k.organisation_id = a.organisation_id "
    "and k.id = a.case_id where a.organisation_id = $1 and k.customer_id = c.id and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $3), "
    "c.version from customer c join customer_personal x on "
    "x.organisation_id = c.organisation_id and x.customer_id = c.id "
    "where c.organisation_id = $1 and x.organisation_id = $1 and x.external_reference in "
    "(select jsonb_array_elements_text(cast($2 as jsonb)))"};

CustomerRecord CustomerFrom(const Row& row) {
  RowReader in(row);
  CustomerRecord customer;
  customer.id = in.Id();
  customer.pseudonym = in.Text();
  customer.name = in.OptionalText();
  customer.contact = in.OptionalText();
  customer.reference = in.OptionalText();
  customer.kind = in.Text();
  customer.segment = in.OptionalText();
  customer.country = in.OptionalText();
  customer.business = in.Bool();
  customer.public_official = in.Bool();
  customer.vulnerable = in.Bool();
  customer.age_verified = in.Bool();
  customer.erased = in.OptionalTime().has_value();
  customer.cases = in.Int();
  customer.gestures_last_12_months = in.Int();
  customer.version = in.Int();
  return customer;
}

Instant TwelveMonthsBefore(const Organisation& organisation, Instant now) {
  const LocalTime local = organisation.time_zone.ToLocal(now);
  const int day = local.month == 2 && local.day == 29 ? 28 : local.day;
  return organisation.time_zone.FromLocal(local.year - 1, local.month, day, local.hour,
                                          local.minute, local.second);
}

std::optional<CustomerInput> ReadCustomerInput(ObjectReader& in, std::string_view key) {
  const JsonValue* object = in.Object(key, false);
  if (!object) return std::nullopt;
  ObjectReader fields(*object, in.PlaceOf(key));
  CustomerInput input;
  input.reference = fields.OptionalString("reference", {.max_bytes = 200});
  input.name = fields.OptionalString("name", {.max_bytes = 200});
  input.contact = fields.OptionalString("contact", {.max_bytes = 200});
  input.kind = fields.OptionalWord("kind", {"external", "internal"});
  input.segment = fields.OptionalString("segment", {.max_bytes = 200});
  input.country = fields.OptionalString("country", {.max_bytes = 200});
  input.business = fields.OptionalBool("business");
  input.public_official = fields.OptionalBool("public_official");
  input.vulnerable = fields.OptionalBool("vulnerable");
  input.age_verified = fields.OptionalBool("age_verified");
  if (auto done = fields.Finish(); !done) in.Adopt(std::move(done).error());
  return input;
}

void WriteCustomer(JsonWriter& out, const CustomerRecord& customer) {
  out.BeginObject();
  Put(out, "id", customer.id);
  Put(out, "pseudonym", customer.pseudonym);
  Put(out, "name", customer.name);
  Put(out, "kind", customer.kind);
  Put(out, "segment", customer.segment);
  Put(out, "country", customer.country);
  Put(out, "business", customer.business);
  Put(out, "public_official", customer.public_official);
  Put(out, "vulnerable", customer.vulnerable);
  Put(out, "age_verified", customer.age_verified);
  Put(out, "erased", customer.erased);
  Put(out, "cases", customer.cases);
  Put(out, "gestures_last_12_months", customer.gestures_last_12_months);
  Put(out, "version", customer.version);
  out.EndObject();
}

void CustomerBook::Add(const Rows& rows) {
  for (const Row& row : rows) {
    CustomerRecord customer = CustomerFrom(row);
    by_reference_.insert_or_assign(customer.reference.value_or(""), std::move(customer));
  }
}

CustomerRecord CustomerBook::Update(Change& change, const Request& request, CustomerRecord customer,
                                    const CustomerInput& input, Instant occurred_at) {
  if (!Merge(customer, input)) return customer;
  const OrganisationId organisation = request.organisation.id;
  change.Guard(kUpdateCustomer,
               {organisation, customer.id, customer.version, customer.kind, customer.segment,
                customer.country, customer.business, customer.public_official, customer.vulnerable,
                customer.age_verified},
               StaleError("customer"));
  change.Step(kUpdatePersonal, {organisation, customer.id, customer.name, customer.contact});
  change.Event({.kind = "customer_changed",
                .record_kind = "customer",
                .record = customer.id,
                .occurred_at = occurred_at});
  customer.version += 1;
  return customer;
}

CustomerRecord CustomerBook::FindOrAdd(Change& change, const Request& request,
                                       const CustomerInput& input, Instant occurred_at) {
  if (!input.reference) return AddCustomer(change, request, input, occurred_at);
  const auto known = by_reference_.find(*input.reference);
  CustomerRecord customer = known == by_reference_.end()
                                ? AddCustomer(change, request, input, occurred_at)
                                : Update(change, request, known->second, input, occurred_at);
  by_reference_.insert_or_assign(*input.reference, customer);
  return customer;
}

void CustomerBook::CountCase(const CustomerRecord& customer) {
  if (!customer.reference) return;
  if (auto known = by_reference_.find(*customer.reference); known != by_reference_.end()) {
    known->second.cases += 1;
  }
}

Result<Answer> SeeCustomer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kCustomerById,
                                     {request.organisation.id, id,
                                      TwelveMonthsBefore(request.organisation, request.now)}));
  if (rows.empty()) return Fail(Request::NotFoundError("customer"));
  const CustomerRecord customer = CustomerFrom(rows.front());
  JsonWriter out;
  WriteCustomer(out, customer);
  Answer answer = OkAnswer(std::move(out));
  answer.version = customer.version;
  return answer;
}

Result<Answer> EraseCustomer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {
      {&kCustomerById, {organisation, id, TwelveMonthsBefore(request.organisation, request.now)}},
      {&kCountWords, {organisation, id}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("customer"));
  const CustomerRecord customer = CustomerFrom(rows[0].front());
  const int64_t words = rows[1].front()[0].Int();

  Change change(services, request);
  change.Guard(kTouchCustomer, {organisation, id, customer.version}, StaleError("customer"));
  change.Step(kErasePersonal, {organisation, id, request.now});
  change.Step(kEraseWords, {organisation, id, request.now});
  change.Step(kForgetAnswers, {organisation, request.now});
  change.Event({.kind = "customer_erased",
                .record_kind = "customer",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "words", words);
                 Put(body, "cases", customer.cases);
               });
  JsonWriter out;
  out.BeginObject();
  Put(out, "words", words);
  Put(out, "customer", id);
  out.EndObject();
  return ChangedAnswer(std::move(out), std::move(change), customer.version + 1);
}

}  // namespace extramile::app
