#include "app/record_action.h"

namespace extramile::app {
namespace {

const Sql kInsertAction = {
    "insert into action (organisation_id, id, idea_id, case_id, incident_id, check_id, "
    "consultation_id, gesture_code, state, amount, minutes, touchpoint, done_at, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
    "$14, $15, $16)"};
const Sql kInsertLine = {
    "insert into action_line (organisation_id, action_id, position, gesture_code, amount, "
    "minutes) values ($1, $2, $3, $4, $5, $6)"};
const Sql kInsertParticipant = {
    "insert into action_participant (organisation_id, id, action_id, person_id, part, minutes, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const Sql kCountForIncident = {
    "update incident set gestures = gestures + $3, gesture_cost = gesture_cost + $4, "
    "version = version + 1 where organisation_id = $1 and id = $2"};

}  // namespace

bool Stands(std::string_view state) {
  return state == "planned" || state == "done" || state == "partly done";
}

void CountForIncident(Change& change, const std::optional<AnyId>& incident, int64_t sign,
                      int64_t amount) {
  if (!incident) return;
  change.Step(kCountForIncident, {change.plan().organisation, *incident, sign, sign * amount});
}

ActionView RecordAction(Change& change, const Request& request, const CaseInQuestion& service_case,
                        const ActionToRecord& action, const Rows& actor_name) {
  const OrganisationId org = request.organisation.id;
  ActionView view;
  ActionRecord& record = view.record;
  record.head = NewHead(change.NewId(), action.occurred_at, request, actor_name);
  record.idea = action.idea;
  record.check = action.check;
  record.consultation = action.consultation;
  record.gesture = action.gesture;
  record.title = action.title;
  record.state = action.state;
  record.amount = action.amount;
  record.minutes = action.minutes;
  record.touchpoint = action.touchpoint;
  record.words = Stored(action.words);
  const AnyId id = record.head.id;
  const bool done = action.state == "done" || action.state == "partly done";
  change.Step(kInsertAction,
              {org, id, action.idea, service_case.id, service_case.incident, action.check,
               action.consultation, action.gesture, action.state, action.amount, action.minutes,
               action.touchpoint, done ? Cell(action.occurred_at) : Cell(), action.occurred_at,
               request.now, request.actor.person});
  for (size_t i = 0; i < action.lines.size(); ++i) {
    const desk::IdeaLineFacts& line = action.lines[i];
    const bool only = action.lines.size() == 1;
    change.Step(kInsertLine,
                {org, id, static_cast<int64_t>(i + 1), line.gesture,
                 only ? action.amount : line.amount, only ? action.minutes : line.minutes});
  }
  std::vector<Participant> participants = action.participants;
  if (participants.empty()) {
    participants.push_back({request.actor.person, "did it", action.minutes});
  }
  for (const Participant& participant : participants) {
    change.Step(kInsertParticipant,
                {org, change.NewId(), id, participant.person, participant.part, participant.minutes,
                 action.occurred_at, request.now, request.actor.person});
  }
  if (Stands(action.state)) CountForIncident(change, service_case.incident, 1, action.amount);
  if (action.words) change.Words(id, "action", "words", *action.words, action.occurred_at);
  change.Event({.kind = "action_taken",
                .record_kind = "action",
                .record = id,
                .service_case = service_case.id,
                .occurred_at = action.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "idea", action.idea);
                 Put(body, "check", action.check);
                 Put(body, "consultation", action.consultation);
                 Put(body, "gesture", action.gesture);
                 Put(body, "state", action.state);
                 Put(body, "amount", Money{action.amount, request.organisation.currency});
                 Put(body, "minutes", action.minutes);
               });
  for (const NewPromise& promise : action.promises) {
    view.promises.push_back(
        AddPromise(change, request, id, service_case.id, promise, action.occurred_at, actor_name));
  }
  return view;
}

}  // namespace extramile::app
