#include "app/receive_chatwoot.h"

#include "app/cases.h"
#include "app/feedback.h"
#include "app/inbound.h"

namespace extramile::app {
namespace {

const Sql kConnection = {
    "select secret, settings from connection where organisation_id = $1 and id = $2 and "
    "kind = 'chatwoot' and disabled_at is null"};
const Sql kDeliverySeen = {
    "select 1 from webhook_delivery where organisation_id = $1 and connection_id = $2 and "
    "delivery = $3"};
const Sql kInsertDelivery = {
    "insert into webhook_delivery (organisation_id, connection_id, delivery, received_at) "
    "values ($1, $2, $3, $4)"};
// The case of a conversation, its version, and who its words are by (null without any).
const Sql kCaseOfConversation = {
    "select c.id, c.version, w.author from service_case c left join words w on "
    "w.organisation_id = c.organisation_id and w.record_id = c.id and w.field = 'words' "
    "where c.organisation_id = $1 and c.source = 'chatwoot' and c.external_id = $2"};
const Sql kRatingOfCase = {
    "select f.score from feedback f join service_case c on c.organisation_id = f.organisation_id "
    "and c.id = f.case_id where f.organisation_id = $1 and c.source = 'chatwoot' and "
    "c.external_id = $2 and f.method = 'survey' order by f.recorded_at desc, f.id desc limit 1"};
const Sql kTouchCase = {
    "update service_case set version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};

constexpr int64_t kHighestRating = 5;
constexpr int64_t kPraiseFrom = 4;  // four and five of five

std::string_view Header(const Request& request, std::string_view name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

Answer Accepted(std::optional<Change> change = std::nullopt) {
  Answer answer;
  answer.status = 202;
  if (change) answer.plan = std::move(*change).Take();
  return answer;
}

// The connection's own settings, written by add_connection.
Result<PersonId> AgentOf(const std::string& settings) {
  EM_ASSIGN(const JsonValue value, ParseJson(settings));
  ObjectReader in(value);
  const PersonId agent = in.Identifier<PersonId>("agent");
  EM_TRY(in.Finish());
  return agent;
}

NewCase CaseFromContact(const HelpdeskEvent& event, const std::string& external_id,
                        const std::string& connection, Instant occurred_at) {
  NewCase input;
  input.kind = "enquiry";
  input.reason = "Conversation in Chatwoot";
  input.channel = event.channel;
  input.external_id = external_id;
  input.occurred_at = occurred_at;
  if (event.contact_id) {
    CustomerInput customer;
    customer.reference = "chatwoot:" + connection + ":" + *event.contact_id;
    customer.name = event.contact_name;
    customer.contact = event.contact_address;
    input.customer = std::move(customer);
  }
  if (event.kind == HelpdeskEvent::Kind::kContact && event.words) {
    input.words = WrittenWords{*event.words, "customer"};
  }
  return input;
}

void AddWords(Change& change, const Request& request, AnyId case_id, int64_t version,
              const std::string& words, Instant occurred_at) {
  change.Guard(kTouchCase, {request.organisation.id, case_id, version}, StaleError("case"));
  change.Words(case_id, "service_case", "words", {words, "customer"}, occurred_at);
  change.Event({.kind = "case_words_received",
                .record_kind = "service_case",
                .record = case_id,
                .service_case = case_id,
                .occurred_at = occurred_at});
}

void AddRating(Change& change, const Request& request, AnyId case_id, const HelpdeskEvent& event,
               Instant occurred_at) {
  FeedbackRecord feedback;
  feedback.head = {change.NewId(), occurred_at, request.now, {request.actor.person, {}}, 1};
  feedback.service_case = case_id;
  feedback.source = "customer";
  feedback.method = "survey";
  feedback.score = event.rating;
  feedback.score_max = kHighestRating;
  feedback.positive = event.rating >= kPraiseFrom;
  std::optional<WrittenWords> words;
  if (event.words) words = WrittenWords{*event.words, "customer"};
  AddFeedbackSteps(change, request, feedback, words);
}

// What one event changes, beside being noted as received. `request` acts as the connection's agent.
Result<Answer> Apply(Services& services, const Request& request, const std::string& connection,
                     const HelpdeskEvent& event, Change change, Instant occurred_at) {
  const std::string external_id = connection + ":" + event.conversation;
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseOfConversation, {organisation, external_id}},
                           {&kRatingOfCase, {organisation, external_id}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  AnyId case_id;
  if (rows[0].empty()) {
    const NewCase input = CaseFromContact(event, external_id, connection, occurred_at);
    EM_ASSIGN(CaseOpener opener, CaseOpener::Read(services, request, "chatwoot", {&input}));
    EM_ASSIGN(const CaseView view, opener.Open(change, input));
    case_id = view.record.head.id;
  } else {
    RowReader known(rows[0].front());
    case_id = known.Id();
    const int64_t version = known.Int();
    const bool has_words = known.OptionalText().has_value();
    if (event.kind == HelpdeskEvent::Kind::kContact && event.words && !has_words) {
      AddWords(change, request, case_id, version, *event.words, occurred_at);
    }
  }
  // The survey's message is updated more than once; the same rating again is no new feedback.
  const bool rated_so = !rows[1].empty() && rows[1].front()[0].Int() == event.rating;
  if (event.kind == HelpdeskEvent::Kind::kRating && !rated_so) {
    AddRating(change, request, case_id, event, occurred_at);
  }
  return Accepted(std::move(change));
}

}  // namespace

Result<Answer> ReceiveChatwoot(Services& services, const Request& request) {
  if (!services.helpdesk) {
    return Fail(ErrorKind::kUnavailable, "helpdesk-unavailable",
                "This program takes no helpdesk's events.");
  }
  EM_ASSIGN(const AnyId connection, request.PathId<AnyId>("connection"));
  const std::string delivery(Header(request, "x-chatwoot-delivery").substr(0, 200));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kConnection, {organisation, connection}},
                           {&kDeliverySeen, {organisation, connection, delivery}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("connection"));
  RowReader in(rows[0].front());
  const std::string secret = in.Text();
  EM_ASSIGN(const Instant signed_at,
            services.helpdesk->Verify({.body = request.raw_body,
                                       .signature = Header(request, "x-chatwoot-signature"),
                                       .timestamp = Header(request, "x-chatwoot-timestamp")},
                                      secret, request.now));
  if (delivery.empty()) {
    return Fail(ErrorKind::kInvalid, "delivery-missing", "The delivery has no id.",
                "X-Chatwoot-Delivery", "Send the header that stays the same over retries.");
  }
  if (!rows[1].empty()) return Accepted();
  EM_ASSIGN(const HelpdeskEvent event, services.helpdesk->Read(request.raw_body));
  if (event.kind == HelpdeskEvent::Kind::kIgnored) return Accepted();

  Request as_agent = request;
  EM_ASSIGN(as_agent.actor.person, AgentOf(in.Text()));
  as_agent.actor.roles = Role::kAgent;
  Change change(services, as_agent);
  // Two copies of one delivery at once: the second finds it received when it runs again.
  change.Guard(kInsertDelivery, {organisation, connection, delivery, request.now},
               StaleError("delivery"));
  return Apply(services, as_agent, connection.ToString(), event, std::move(change),
               std::min(signed_at, request.now));
}

}  // namespace extramile::app
