#include "app/queue_events.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/inbound.h"
#include "app/queue_state.h"
#include "app/record.h"

namespace extramile::app {
namespace {

using queueing::Arrival;
using queueing::LiveQueue;
using queueing::QueueEvent;

constexpr size_t kMostEvents = 1000;
constexpr size_t kRowsPerInsert = 50;
constexpr size_t kMostSkills = 32;                 // of an agent
constexpr int64_t kClockAhead = kMicrosPerMinute;  // of the sender's clock, before it is refused

const Sql kConnection = {
    "select secret from connection where organisation_id = $1 and id = $2 and kind = 'queue' and "
    "disabled_at is null"};
// The row's lock also puts concurrent batches of a team in order.
const Sql kCountBatch = {
    "insert into live_queue (organisation_id, team, version, accepted, duplicate, late, "
    "out_of_order, refused, received_at) values ($1, $2, 1, $3, $4, $5, $6, $7, $8) "
    "on conflict (organisation_id, team) do update set version = live_queue.version + 1, "
    "accepted = live_queue.accepted + $3, duplicate = live_queue.duplicate + $4, "
    "late = live_queue.late + $5, out_of_order = live_queue.out_of_order + $6, "
    "refused = live_queue.refused + $7, received_at = $8"};

const Sql kIsATicket = {
    "update queue_event set ticket = 1 where organisation_id = $1 and team = $2 and contact = $3"};

// `rows` events in one statement: $1 organisation, $2 team, then eight of each event.
std::string InsertEventsText(size_t rows) {
  std::string text =
      "insert into queue_event (organisation_id, team, version, id_hash, what, occurred_at, "
      "contact, agent, skill, ticket, due_at) values ";
  size_t next = 3;
  for (size_t row = 0; row < rows; ++row) {
    text += row == 0 ? "($1, $2, " : ", ($1, $2, ";
    text += "(select version from live_queue where organisation_id = $1 and team = $2)";
    for (int column = 0; column < 8; ++column) text += ", $" + std::to_string(next++);
    text += ")";
  }
  // Two batches at once may bring the same event.
  return text + " on conflict do nothing";
}
const std::string kManyEventsText = InsertEventsText(kRowsPerInsert);
const std::string kOneEventText = InsertEventsText(1);
const Sql kInsertManyEvents = {kManyEventsText.c_str()};
const Sql kInsertOneEvent = {kOneEventText.c_str()};

struct Refusal {
  size_t index = 0;  // in the batch
  Error error;
};

// What a batch tells of one team, in the order of arrival.
struct Told {
  std::vector<QueueEvent> events;
  int64_t refused = 0;
};

struct Batch {
  int64_t size = 0;
  std::map<std::string, Told> teams;
  std::vector<Refusal> refused;
};

void RefuseBadTime(ObjectReader& in, Instant at, Instant now, bool ticket) {
  if (at > now + kClockAhead) {
    in.Reject("occurred_at", "event-in-the-future", "The event has not happened yet.",
              "Set the sender's clock right.");
  } else if (at < now + -(ticket ? LiveQueue::kTicketHorizon : LiveQueue::kHorizon)) {
    in.Reject("occurred_at", "event-too-old",
              ticket ? "The event is more than 60 days old." : "The event is more than a day old.",
              "The state of a queue rests on the last 24 hours, of tickets on the last 60 days.");
  }
}

// What is asked for, or what an agent serves, a skill a line.
std::string ReadSkills(ObjectReader& in, bool of_agent) {
  if (!of_agent) return in.OptionalString("skill", {.max_bytes = 60}).value_or("");
  std::string lines;
  if (!in.Has("skills")) return lines;
  for (const std::string& skill : in.Strings("skills", kMostSkills, {.max_bytes = 60})) {
    if (skill.find('\n') != std::string::npos) {
      in.Reject("skills", "skill-wrong", "A skill is a word on one line.");
    }
    lines += (lines.empty() ? "" : "\n") + skill;
  }
  return lines;
}

// `team` is filled in as soon as it is known, also of an event that is refused.
Result<QueueEvent> ReadEvent(const JsonValue& value, const std::string& place,
                             const Request& request, std::string& team) {
  ObjectReader in(value, place);
  QueueEvent event;
  team = in.String("team", {.max_bytes = 200});
  event.id = in.String("id", {.max_bytes = 200});
  const std::string what =
      in.Word("what", {"entered", "answered", "left", "agent_on", "agent_off"});
  event.kind = queueing::ParseQueueEvent(what).value_or(event.kind);
  event.at = in.Time("occurred_at");
  event.contact = in.OptionalString("contact", {.max_bytes = 200}).value_or("");
  event.agent = in.OptionalString("agent", {.max_bytes = 200}).value_or("");
  event.skill = ReadSkills(in, event.about_agent());
  event.ticket = !event.about_agent() && in.Has("kind") &&
                 in.Word("kind", {"call", "chat", "ticket"}) == "ticket";
  event.due = in.OptionalTime("due_at");
  if (in.ok()) RefuseBadTime(in, event.at, request.now, event.ticket);
  const bool enters = event.ticket && event.kind == queueing::QueueEventKind::kEntered;
  if (in.ok() && enters != event.due.has_value()) {
    in.Reject(
        "due_at", enters ? "missing-field" : "due-without-ticket",
        enters ? "The ticket does not say when it is due." : "Only a ticket that enters is due.",
        "Give due_at with kind ticket and what entered.");
  }
  if (in.ok() && (event.about_agent() ? event.agent : event.contact).empty()) {
    const char* needed = event.about_agent() ? "agent" : "contact";
    in.Reject(needed, "missing-field", "The event does not say whom it is about.",
              "Give the opaque id of the " + std::string(needed) + ".");
  }
  EM_TRY(in.Finish());
  event.id = HiddenQueueId(request.organisation, event.id);
  event.contact = HiddenQueueId(request.organisation, event.contact);
  event.agent = HiddenQueueId(request.organisation, event.agent);
  return event;
}

Result<Batch> ReadBatch(const JsonValue& body, const Request& request) {
  ObjectReader in(body);
  Batch batch;
  const JsonValue* list = in.Array("events", true, kMostEvents);
  EM_TRY(in.Finish());
  batch.size = static_cast<int64_t>(list->items.size());
  for (size_t i = 0; i < list->items.size(); ++i) {
    std::string team;
    auto event = ReadEvent(list->items[i], "/events/" + std::to_string(i), request, team);
    if (event) {
      batch.teams[team].events.push_back(*std::move(event));
    } else {
      batch.refused.push_back({i, std::move(event).error()});
      if (!team.empty()) ++batch.teams[team].refused;
    }
  }
  return batch;
}

void Add(QueueCounts& counts, Arrival arrival) {
  counts.accepted += arrival != Arrival::kDuplicate;
  counts.duplicate += arrival == Arrival::kDuplicate;
  counts.late += arrival == Arrival::kLate;
  counts.out_of_order += arrival == Arrival::kOutOfOrder;
}

void WriteCounts(JsonWriter& out, const QueueCounts& counts) {
  Put(out, "accepted", counts.accepted);
  Put(out, "duplicate", counts.duplicate);
  Put(out, "late", counts.late);
  Put(out, "out_of_order", counts.out_of_order);
}

// What is new to one team, in the order of arrival; counts what is not, too.
std::vector<const QueueEvent*> Fresh(const TeamQueue& known, const Told& told,
                                     QueueCounts& counts) {
  std::vector<const QueueEvent*> fresh;
  LiveQueue since;
  for (const QueueEvent& event : told.events) {
    const Arrival arrival = known.Judge(event, since);
    Add(counts, arrival);
    if (arrival == Arrival::kDuplicate) continue;
    since.Take(event);
    fresh.push_back(&event);
  }
  return fresh;
}

// Which contacts are tickets is known from any event on them, in this batch or before it. Those
// that were stored as calls are put right.
void MarkTickets(WritePlan& plan, const Cell& organisation, const std::string& team,
                 const TeamQueue& known, Told& told) {
  std::set<std::string> tickets;
  for (const QueueEvent& event : told.events) {
    if (event.ticket) tickets.insert(event.contact);
  }
  for (QueueEvent& event : told.events) {
    if (event.contact.empty() || event.ticket) continue;
    event.ticket = tickets.contains(event.contact) || known.IsTicket(event.contact) == true;
  }
  for (const std::string& contact : tickets) {
    if (known.IsTicket(contact) == false) {
      plan.steps.push_back({&kIsATicket, {organisation, team, contact}});
    }
  }
}

void StoreEvents(WritePlan& plan, const Cell& organisation, const std::string& team,
                 const std::vector<const QueueEvent*>& events) {
  for (size_t i = 0; i < events.size();) {
    const size_t rows = events.size() - i >= kRowsPerInsert ? kRowsPerInsert : 1;
    Params params = {organisation, team};
    for (size_t row = 0; row < rows; ++row) {
      const QueueEvent& event = *events[i + row];
      params.insert(params.end(), {event.id, QueueEventName(event.kind), event.at, event.contact,
                                   event.agent, event.skill, event.ticket, event.due});
    }
    plan.steps.push_back({rows == 1 ? &kInsertOneEvent : &kInsertManyEvents, std::move(params)});
    i += rows;
  }
}

void WriteRefusals(JsonWriter& out, const std::vector<Refusal>& refused) {
  out.Key("refused").BeginArray();
  for (const Refusal& one : refused) {
    out.BeginObject();
    Put(out, "index", static_cast<int64_t>(one.index));
    Put(out, "code", one.error.code);
    Put(out, "place", one.error.place);
    Put(out, "message", one.error.message);
    out.EndObject();
  }
  out.EndArray();
}

Result<Answer> TakeBatch(Services& services, const Request& request, const JsonValue& body) {
  EM_ASSIGN(Batch batch, ReadBatch(body, request));
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation, kLiveVersions, {organisation}));
  std::map<std::string, int64_t> versions;
  for (const Row& row : rows) versions[row[0].Text()] = row[1].Int();

  Answer answer;
  answer.plan.organisation = organisation;
  answer.plan.recorded_at = request.now;
  QueueCounts all;
  for (auto& [team, told] : batch.teams) {
    const auto queue = services.live_queues->Find(organisation, team);
    EM_TRY(queue->CatchUp(services, organisation, versions[team]));
    MarkTickets(answer.plan, organisation, team, *queue, told);
    QueueCounts counts;
    const auto fresh = Fresh(*queue, told, counts);
    answer.plan.steps.push_back({&kCountBatch,
                                 {organisation, team, counts.accepted, counts.duplicate,
                                  counts.late, counts.out_of_order, told.refused, request.now}});
    StoreEvents(answer.plan, organisation, team, fresh);
    all.accepted += counts.accepted;
    all.duplicate += counts.duplicate;
    all.late += counts.late;
    all.out_of_order += counts.out_of_order;
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "received", batch.size);
  WriteCounts(out, all);
  WriteRefusals(out, batch.refused);
  out.EndObject();
  answer.body = std::move(out).Take();
  return answer;
}

std::string_view Header(const Request& request, std::string_view name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

void WriteQueue(JsonWriter& out, const LiveState& state, Instant now) {
  const queueing::QueueState& queue = state.queue;
  std::map<std::string, int64_t> by_skill;
  for (const auto& one : queue.waiting) {
    if (!one.skill.empty()) ++by_skill[one.skill];
  }
  Put(out, "waiting", static_cast<int64_t>(queue.waiting.size()));
  out.Key("waiting_by_skill").BeginArray();
  for (const auto& [skill, waiting] : by_skill) {
    out.BeginObject();
    Put(out, "skill", skill);
    Put(out, "waiting", waiting);
    out.EndObject();
  }
  out.EndArray();
  const int64_t longest =
      queue.waiting.empty() ? 0 : std::max<int64_t>(0, now - queue.waiting.front().since);
  Put(out, "longest_wait_s", longest / kMicrosPerSecond);
  Put(out, "tickets_waiting", static_cast<int64_t>(queue.tickets.size()));
  Put(out, "tickets_late",
      std::count_if(queue.tickets.begin(), queue.tickets.end(),
                    [&](const auto& one) { return one.due < now; }));
  Put(out, "tickets_in_hand", static_cast<int64_t>(queue.tickets_in_hand));
  Put(out, "in_service", static_cast<int64_t>(queue.served_since.size()));
  Put(out, "agents_serving", static_cast<int64_t>(queue.serving));
  out.Key("agents_on");
  queue.agents_on ? out.Int(*queue.agents_on) : out.Null();
  Put(out, "fresh", state.IsFresh(now));
  out.Key("newest_event_at");
  state.newest.micros > 0 ? out.String(FormatInstant(state.newest)) : out.Null();
  Put(out, "received_at", state.received_at);
  WriteCounts(out, state.counts);
  Put(out, "refused", state.counts.refused);
}

}  // namespace

Result<Answer> TakeQueueEvents(Services& services, const Request& request) {
  return TakeBatch(services, request, BodyOf(request));
}

Result<Answer> ReceiveQueueEvents(Services& services, const Request& request) {
  if (!services.helpdesk) {
    return Fail(ErrorKind::kUnavailable, "signatures-unavailable",
                "This program takes no signed deliveries.");
  }
  EM_ASSIGN(const AnyId connection, request.PathId<AnyId>("connection"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kConnection,
                                     {request.organisation.id, connection}));
  if (rows.empty()) return Fail(Request::NotFoundError("connection"));
  EM_TRY(services.helpdesk->Verify({.body = request.raw_body,
                                    .signature = Header(request, "x-extramile-signature"),
                                    .timestamp = Header(request, "x-extramile-timestamp")},
                                   rows[0][0].Text(), request.now));
  EM_ASSIGN(const JsonValue body, ParseJson(request.raw_body));
  EM_ASSIGN(Answer answer, TakeBatch(services, request, body));
  answer.status = 202;
  return answer;
}

Result<Answer> ListQueues(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kLiveVersions,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) {
    const std::string team = row[0].Text();
    EM_ASSIGN(const auto queue,
              FindLiveQueue(services, request.organisation.id, team, row[1].Int()));
    out.BeginObject();
    Put(out, "team", team);
    WriteQueue(out, *queue->state(), request.now);
    out.EndObject();
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
