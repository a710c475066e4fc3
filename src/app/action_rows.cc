#include "app/action_rows.h"

#include <algorithm>

#include "app/ideas.h"

namespace extramile::app {
namespace {

const Sql kActionsOfCase = {
    "select a.id, a.occurred_at, a.recorded_at, a.recorded_by, p.display_name, a.version, "
    "a.idea_id, a.check_id, a.consultation_id, a.gesture_code, "
    "coalesce(g.title, iw.text, 'An idea in own words'), a.state, a.amount, a.minutes, "
    "a.touchpoint, w.text, w.author from action a "
    "left join person p on p.organisation_id = a.organisation_id and p.id = a.recorded_by "
    "left join gesture g on g.organisation_id = a.organisation_id and g.code = a.gesture_code "
    "left join words iw on iw.organisation_id = a.organisation_id and iw.record_id = a.idea_id "
    "and iw.field = 'words' "
    "left join words w on w.organisation_id = a.organisation_id and w.record_id = a.id and "
    "w.field = 'words' "
    "where a.organisation_id = $1 and a.case_id = $2 order by a.id"};

#define EM_PROMISE_COLUMNS                                                                 \
  "select m.id, m.occurred_at, m.recorded_at, m.recorded_by, p.display_name, m.version, "  \
  "m.action_id, m.due_at, m.state, w.text, w.author from promise m "                       \
  "left join person p on p.organisation_id = m.organisation_id and p.id = m.recorded_by "  \
  "left join words w on w.organisation_id = m.organisation_id and w.record_id = m.id and " \
  "w.field = 'words' "
const Sql kPromisesOfCase = {
    EM_PROMISE_COLUMNS
    "where m.organisation_id = $1 and m.action_id in (select a.id from action "
    "a where a.organisation_id = $1 and a.case_id = $2) order by m.due_at, "
    "m.id"};
const Sql kInsertPromise = {
    "insert into promise (organisation_id, id, action_id, case_id, due_at, state, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, 'open', $6, $7, $8)"};

ActionRecord ActionFrom(const Row& row) {
  RowReader in(row);
  ActionRecord action;
  action.head = in.Head();
  action.idea = in.Id();
  action.check = in.OptionalId();
  action.consultation = in.OptionalId();
  action.gesture = in.OptionalText();
  action.title = HeadingOf(in.Text());
  action.state = in.Text();
  action.amount = in.Int();
  action.minutes = in.Int();
  action.touchpoint = in.OptionalText();
  action.words = in.Words();
  return action;
}

template <class Write, class Records>
void WriteList(JsonWriter& out, std::string_view key, const Records& records, Write write) {
  out.Key(key).BeginArray();
  for (const auto& record : records) write(out, record);
  out.EndArray();
}

}  // namespace

const Sql kCaseOfAction = {"select case_id from action where organisation_id = $1 and id = $2"};
const Sql kPromiseById = {EM_PROMISE_COLUMNS "where m.organisation_id = $1 and m.id = $2"};

PromiseRecord PromiseFrom(const Row& row) {
  RowReader in(row);
  PromiseRecord promise;
  promise.head = in.Head();
  promise.action = in.Id();
  promise.due_at = in.Time();
  promise.state = in.Text();
  promise.words = in.Words();
  return promise;
}

void WritePromise(JsonWriter& out, const PromiseRecord& promise) {
  out.BeginObject();
  PutHead(out, promise.head);
  Put(out, "action", promise.action);
  Put(out, "due_at", promise.due_at);
  Put(out, "state", promise.state);
  Put(out, "words", promise.words);
  out.EndObject();
}

std::vector<Query> ActionQueries(OrganisationId organisation, AnyId service_case) {
  std::vector<Query> queries;
  for (const Sql* sql :
       {&kActionsOfCase, &kPromisesOfCase, &kAwarenessOfCase, &kEffectsOfCase, &kOutcomesOfCase}) {
    queries.push_back({sql, {organisation, service_case}});
  }
  return queries;
}

std::vector<ActionView> ActionsFrom(std::span<const Rows> answers) {
  std::vector<ActionView> actions;
  for (const Row& row : answers[0]) actions.push_back({ActionFrom(row), {}, {}, {}, {}});
  const auto of = [&](AnyId id) -> ActionView* {
    for (ActionView& action : actions) {
      if (action.record.head.id == id) return &action;
    }
    return nullptr;
  };
  for (const Row& row : answers[1]) {
    PromiseRecord promise = PromiseFrom(row);
    if (ActionView* action = of(promise.action)) action->promises.push_back(std::move(promise));
  }
  // The rows of all that follows begin with the action's id.
  const auto add = [&](const Rows& rows, auto member, auto from) {
    for (const Row& row : rows) {
      if (ActionView* action = of(row[0].Identifier<AnyId>())) {
        (action->*member).push_back(from(row));
      }
    }
  };
  add(answers[2], &ActionView::awareness, AwarenessFrom);
  add(answers[3], &ActionView::effects, EffectFrom);
  add(answers[4], &ActionView::outcomes, OutcomeFrom);
  return actions;
}

void WriteAction(JsonWriter& out, const ActionView& action, Currency currency) {
  const ActionRecord& record = action.record;
  out.BeginObject();
  PutHead(out, record.head);
  Put(out, "idea", record.idea);
  Put(out, "check", record.check);
  Put(out, "consultation", record.consultation);
  Put(out, "gesture", record.gesture);
  Put(out, "title", record.title);
  Put(out, "state", record.state);
  Put(out, "amount", Money{record.amount, currency});
  Put(out, "minutes", record.minutes);
  Put(out, "touchpoint", record.touchpoint);
  Put(out, "words", record.words);
  WriteList(out, "promises", action.promises, WritePromise);
  WriteList(out, "awareness", action.awareness, WriteAwareness);
  WriteList(out, "effects", action.effects, WriteEffect);
  WriteList(out, "outcomes", action.outcomes, WriteOutcome);
  out.EndObject();
}

void WriteActions(JsonWriter& out, std::span<const Rows> answers, Currency currency) {
  out.BeginArray();
  for (const ActionView& action : ActionsFrom(answers)) WriteAction(out, action, currency);
  out.EndArray();
}

NewPromise ReadPromise(ObjectReader& in) {
  NewPromise promise;
  promise.due_at = in.Time("due_at");
  if (auto words = ReadWords(in, "words", true)) promise.words = std::move(*words);
  return promise;
}

PromiseRecord AddPromise(Change& change, const Request& request, AnyId action,
                         const std::optional<AnyId>& service_case, const NewPromise& promise,
                         Instant occurred_at, const Rows& actor_name) {
  PromiseRecord record;
  record.head = NewHead(change.NewId(), occurred_at, request, actor_name);
  record.action = action;
  record.due_at = promise.due_at;
  record.words = StoredWords{promise.words.text, promise.words.author};
  change.Step(kInsertPromise, {request.organisation.id, record.head.id, action, service_case,
                               promise.due_at, occurred_at, request.now, request.actor.person});
  change.Words(record.head.id, "promise", "words", promise.words, occurred_at);
  change.Event({.kind = "promise_made",
                .record_kind = "promise",
                .record = record.head.id,
                .service_case = service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "action", action);
                 Put(body, "due_at", promise.due_at);
               });
  return record;
}

}  // namespace extramile::app
