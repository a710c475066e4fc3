#include "app/sequels.h"

#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kActionById = {
    "select case_id, state from action where organisation_id = $1 and id = $2"};
const Sql kInsertAwareness = {
    "insert into awareness (organisation_id, id, action_id, case_id, channel, acknowledged, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const Sql kInsertOutcome = {
    "insert into action_outcome (organisation_id, id, action_id, case_id, kind, measured_by, "
    "tangible, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

// The action that something follows: it must have been done, at least in part.
struct ActedOn {
  std::optional<AnyId> service_case;
  Rows actor_name;
};
Result<ActedOn> ReadActedOn(Services& services, const Request& request, AnyId action) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kActionById, {organisation, action}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("action"));
  RowReader in(rows[0].front());
  ActedOn acted;
  acted.service_case = in.OptionalId();
  acted.actor_name = std::move(rows[1]);
  if (const std::string state = in.Text(); state == "planned" || state == "failed") {
    return Fail(ErrorKind::kConflict, "action-not-done",
                "This action is " + state + ": nothing has followed from it.", "",
                "Say that it is done or partly done first.");
  }
  return acted;
}

}  // namespace

const Sql kAwarenessOfCase = {
    "select e.action_id, e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, "
    "e.version, e.channel, e.acknowledged, w.text, w.author from awareness e "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.action_id in "
    "(select a.id from action a where a.organisation_id = $1 and a.case_id = $2) "
    "order by e.occurred_at, e.id"};
const Sql kOutcomesOfCase = {
    "select e.action_id, e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, "
    "e.version, e.kind, e.measured_by, e.tangible, w.text, w.author from action_outcome e "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.action_id in "
    "(select a.id from action a where a.organisation_id = $1 and a.case_id = $2) "
    "order by e.occurred_at, e.id"};

AwarenessRecord AwarenessFrom(const Row& row) {
  RowReader in(row, 1);
  AwarenessRecord awareness;
  awareness.head = in.Head();
  awareness.channel = in.Text();
  awareness.acknowledged = in.Bool();
  awareness.words = in.Words();
  return awareness;
}

OutcomeRecord OutcomeFrom(const Row& row) {
  RowReader in(row, 1);
  OutcomeRecord outcome;
  outcome.head = in.Head();
  outcome.kind = in.Text();
  outcome.measured_by = in.Text();
  outcome.tangible = in.Bool();
  outcome.words = in.Words();
  return outcome;
}

void WriteAwareness(JsonWriter& out, const AwarenessRecord& awareness) {
  out.BeginObject();
  PutHead(out, awareness.head);
  Put(out, "channel", awareness.channel);
  Put(out, "words", awareness.words);
  Put(out, "acknowledged", awareness.acknowledged);
  out.EndObject();
}

void WriteOutcome(JsonWriter& out, const OutcomeRecord& outcome) {
  out.BeginObject();
  PutHead(out, outcome.head);
  Put(out, "kind", outcome.kind);
  Put(out, "measured_by", outcome.measured_by);
  Put(out, "tangible", outcome.tangible);
  Put(out, "words", outcome.words);
  out.EndObject();
}

void AddAwareness(Change& change, const Request& request, AnyId action,
                  const std::optional<AnyId>& service_case, const AwarenessRecord& awareness,
                  const WrittenWords& words) {
  const Instant occurred_at = awareness.head.occurred_at;
  change.Step(kInsertAwareness,
              {request.organisation.id, awareness.head.id, action, service_case, awareness.channel,
               awareness.acknowledged, occurred_at, request.now, request.actor.person});
  change.Words(awareness.head.id, "awareness", "words", words, occurred_at);
  change.Event({.kind = "customer_told",
                .record_kind = "awareness",
                .record = awareness.head.id,
                .service_case = service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "action", action);
                 Put(body, "channel", awareness.channel);
                 Put(body, "acknowledged", awareness.acknowledged);
               });
}

Result<Answer> TellCustomer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId action, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  AwarenessRecord awareness;
  awareness.channel = in.Word("channel", kChannels);
  const auto words = ReadWords(in, "words", true);
  awareness.acknowledged = in.OptionalBool("acknowledged").value_or(false);
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  EM_ASSIGN(const ActedOn acted, ReadActedOn(services, request, action));

  Change change(services, request);
  awareness.head = NewHead(change.NewId(), occurred_at, request, acted.actor_name);
  awareness.words = Stored(words);
  AddAwareness(change, request, action, acted.service_case, awareness, *words);
  JsonWriter out;
  WriteAwareness(out, awareness);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> NoteOutcome(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId action, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  OutcomeRecord outcome;
  outcome.kind = in.Word("kind", {"repeat business", "review", "kept customer", "saved complaint",
                                  "thanks", "time saved", "other"});
  outcome.measured_by = in.String("measured_by", {.max_bytes = 200});
  // Thanks are welcome and not tangible; what is left open is for the person to say.
  outcome.tangible =
      in.OptionalBool("tangible").value_or(outcome.kind != "thanks" && outcome.kind != "other");
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  EM_ASSIGN(const ActedOn acted, ReadActedOn(services, request, action));

  Change change(services, request);
  outcome.head = NewHead(change.NewId(), occurred_at, request, acted.actor_name);
  outcome.words = Stored(words);
  change.Step(kInsertOutcome, {request.organisation.id, outcome.head.id, action, acted.service_case,
                               outcome.kind, outcome.measured_by, outcome.tangible, occurred_at,
                               request.now, request.actor.person});
  if (words) change.Words(outcome.head.id, "action_outcome", "words", *words, occurred_at);
  change.Event({.kind = "outcome_noted",
                .record_kind = "action_outcome",
                .record = outcome.head.id,
                .service_case = acted.service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "action", action);
                 Put(body, "kind", outcome.kind);
                 Put(body, "tangible", outcome.tangible);
               });
  JsonWriter out;
  WriteOutcome(out, outcome);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
