#include "app/incident_fulfilment.h"

#include <algorithm>
#include <array>

#include "app/configuration.h"
#include "app/incident_pace.h"
#include "app/incident_piece.h"
#include "app/incidents.h"
#include "app/policy_library.h"
#include "app/queue_state.h"
#include "app/record_action.h"
#include "app/sequels.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kUnfinished = {
    EM_PIECE_COLUMNS
    "where p.organisation_id = $1 and p.fulfilment_id = $2 and p.state in ('waiting', 'taken') "
    "order by p.planned_at, p.id"};
// Those whose turn has come, the longest waiting first; $3 the end of this half-hour.
const Sql kDue = {EM_PIECE_COLUMNS
                  "where p.organisation_id = $1 and p.incident_id = $2 and p.state = 'waiting' and "
                  "p.planned_at < $3 order by p.planned_at, p.id limit 16"};
const Sql kInHand = {EM_PIECE_COLUMNS
                     "where p.organisation_id = $1 and p.incident_id = $2 and p.state = 'taken' "
                     "and p.taken_by = $3 order by p.taken_at limit 1"};
// How many were begun since $3, and when the next one's turn is.
const Sql kPaceSoFar = {
    "select (select count(*) from incident_piece p where p.organisation_id = $1 and "
    "p.incident_id = $2 and p.state in ('taken', 'done') and p.taken_at >= $3), "
    "(select min(q.planned_at) from incident_piece q where q.organisation_id = $1 and "
    "q.incident_id = $2 and q.state = 'waiting') from organisation_head where organisation_id = "
    "$1"};
// $6 the incident, $7 this half-hour's beginning, $8 how many it takes.
const Sql kTake = {
    "update incident_piece set state = 'taken', taken_by = $4, taken_at = $5, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = 'waiting' and (select count(*) from incident_piece x where x.organisation_id = $1 "
    "and x.incident_id = $6 and x.state in ('taken', 'done') and x.taken_at >= $7) < $8"};
const Sql kPutBack = {
    "update incident_piece set state = 'waiting', taken_by = null, taken_at = null, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = 'taken'"};
const Sql kFinish = {
    "update incident_piece set state = 'done', action_id = $4, unreached_at = $5, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = 'taken'"};
const Sql kUnreached = {
    "update incident_piece set unreached_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'done'"};
const Sql kToldNow = {
    "update incident_piece set version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'done'"};
// Who is spoken with by somebody is theirs; what was opened for the incident alone ends with it.
const Sql kTakeCase = {
    "update service_case set agent_id = $3, version = version + 1 where organisation_id = $1 and "
    "id = $2 and source = 'incident' and state = 'open' and agent_id <> $3"};
const Sql kCloseCase = {
    "update service_case set state = 'closed', closed_at = $3, version = version + 1 where "
    "organisation_id = $1 and id = $2 and source = 'incident' and state = 'open'"};
const Sql kWhose = {
    "select incident_id, recorded_by from incident_fulfilment where organisation_id = $1 and "
    "id = $2"};
const Sql kConsultationStands = {
    "update consultation set version = version where organisation_id = $1 and id = $2 and "
    "state in ('approved', 'changed')"};
const Sql kQueueOfIncident = {
    "select (select k.id from calibration k where k.organisation_id = $1 and k.team = i.team "
    "order by k.recorded_at desc, k.id desc limit 1), i.team, (select q.version from live_queue q "
    "where q.organisation_id = $1 and q.team = i.team) from incident i "
    "where i.organisation_id = $1 and i.id = $2"};
const Sql kFulfilments = {
    "select f.id, f.occurred_at, f.recorded_at, f.recorded_by, t.display_name, f.version, "
    "f.idea_id, f.consultation_id, w.text, w.author, "
    "(select count(*) from incident_piece p where p.organisation_id = $1 and "
    "p.fulfilment_id = f.id and p.state in ('waiting', 'taken')), "
    "(select count(*) from incident_piece p where p.organisation_id = $1 and "
    "p.fulfilment_id = f.id and p.state = 'done'), "
    "(select count(*) from incident_piece p where p.organisation_id = $1 and "
    "p.fulfilment_id = f.id and p.state = 'cancelled') from incident_fulfilment f "
    "left join person t on t.organisation_id = f.organisation_id and t.id = f.recorded_by "
    "left join words w on w.organisation_id = f.organisation_id and w.record_id = f.id and "
    "w.field = 'message' where f.organisation_id = $1 and f.incident_id = $2 order by f.id"};

constexpr int64_t kAsManyAsLike = 1'000'000;

Error Refused(std::string code, std::string message, std::string advice) {
  return {ErrorKind::kConflict, std::move(code), std::move(message), "", std::move(advice)};
}

// How many of these the half-hour of now takes.
Result<int64_t> MostNow(Services& services, const Request& request, const PieceView& view) {
  if (view.idea.minutes <= 0) return kAsManyAsLike;
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const auto configuration, CurrentConfiguration(services, org));
  EM_ASSIGN(const auto policy, PolicyInForce(services, request.organisation, *configuration));
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, org, kQueueOfIncident, {org, view.piece.incident}));
  if (rows.empty()) return Fail(Request::NotFoundError("incident"));
  RowReader in(rows[0]);
  const auto calibration = in.OptionalId();
  const std::string team = in.Text();
  EM_ASSIGN(auto live, FindLiveQueue(services, org, team, in.OptionalInt()));
  PaceQuestion question{.services = services,
                        .organisation = request.organisation,
                        .policy = *policy,
                        .calibration = calibration,
                        .standard_minutes = configuration->standard_minutes,
                        .facts = {},
                        .minutes = view.idea.minutes,
                        .now = request.now,
                        .live = std::move(live)};
  question.facts.idea.gesture = view.idea.gesture;
  question.facts.idea.kind = view.idea.kind;
  question.facts.service_case.incident = true;
  question.facts.time_of_check = request.now;
  question.facts.zone = &request.organisation.time_zone;
  return MostInHalfHour(question, request.now, view.accepted);
}

std::string ClockOf(const Request& request, Instant at) {
  const LocalTime local = request.organisation.time_zone.ToLocal(at);
  const LocalTime now = request.organisation.time_zone.ToLocal(request.now);
  return local.Date() == now.Date() ? local.Clock() : local.Date() + " " + local.Clock();
}

struct FinishBody {
  bool reached = true;
  std::optional<std::string> channel;
  bool acknowledged = false;
  std::optional<WrittenWords> words;
  Instant occurred_at;
};

Result<FinishBody> ReadFinish(const Request& request) {
  ObjectReader in(BodyOf(request));
  FinishBody body;
  body.reached = in.OptionalBool("reached").value_or(true);
  body.channel = in.OptionalWord("channel", kChannels);
  body.acknowledged = in.OptionalBool("acknowledged").value_or(false);
  body.words = ReadWords(in, "words");
  body.occurred_at = ReadOccurredAt(in, request);
  if (in.ok() && !body.reached && (body.words || body.acknowledged)) {
    in.Reject("reached", "not-reached", "Who was not reached was told nothing.",
              "Say reached, or leave out what they were told.");
  }
  EM_TRY(in.Finish());
  return body;
}

// How the customer was told: the plan's message, unless other words were used.
void Tell(Change& change, const Request& request, PieceView& view, AnyId action,
          const FinishBody& body) {
  AwarenessRecord awareness;
  awareness.head = NewHead(change.NewId(), body.occurred_at, request, view.actor_name);
  awareness.channel = body.channel.value_or(view.service_case.channel);
  awareness.acknowledged = body.acknowledged;
  WrittenWords words;
  if (body.words) {
    words = *body.words;
  } else if (view.message && view.message->text) {
    words.text = *view.message->text;
    words.author = view.planner == request.actor.person ? view.message->author : "colleague";
  }
  AddAwareness(change, request, action, view.service_case.id, awareness, words);
  change.Step(kCloseCase, {request.organisation.id, view.service_case.id, request.now});
  view.told = true;
}

bool MaySettle(const Request& request, const PersonId& whose) {
  return whose == request.actor.person || request.actor.roles.HasAny(Role::kLead | Role::kManager);
}

}  // namespace

std::vector<Query> FulfilmentsOfIncident(OrganisationId organisation, AnyId incident) {
  return {{&kFulfilments, {organisation, incident}}};
}

void WriteFulfilments(JsonWriter& out, std::span<const Rows> answers) {
  out.BeginArray();
  for (const Row& row : answers[0]) {
    RowReader in(row);
    out.BeginObject();
    PutHead(out, in.Head());
    Put(out, "idea", in.Id());
    Put(out, "consultation", in.OptionalId());
    Put(out, "message", in.Words());
    Put(out, "unfinished", in.Int());
    Put(out, "done", in.Int());
    Put(out, "cancelled", in.Int());
    out.EndObject();
  }
  out.EndArray();
}

Result<Answer> TakeNextPiece(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId incident, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  const Instant half_hour = HalfHourOf(request.organisation.time_zone, request.now);
  const std::array<Query, 4> queries = {{{&kInHand, {org, incident, request.actor.person}},
                                         {&kDue, {org, incident, half_hour + kHalfHour}},
                                         {&kPaceSoFar, {org, incident, half_hour}},
                                         {&kIncidentById, {org, incident}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[3].empty()) return Fail(Request::NotFoundError("incident"));
  Change change(services, request);
  if (!rows[0].empty()) {
    // A second tap gets what the first one took.
    EM_ASSIGN(PieceView view, ReadView(services, request, PieceFrom(rows[0][0])));
    return PieceAnswer(request, std::move(view), std::move(change));
  }
  RowReader so_far(rows[2][0]);
  const int64_t begun = so_far.Int();
  const auto next_at = so_far.OptionalTime();
  if (!next_at) {
    return Fail(Refused("nobody-next", "Nobody is waiting for their turn.",
                        "Plan the gesture first, or look whether all is done."));
  }
  if (rows[1].empty()) {
    return Fail(Refused("not-yet",
                        "The next one's turn is at " + ClockOf(request, *next_at) +
                            ", so that others need not wait.",
                        "Come back then."));
  }
  // Colleagues who tap at the same moment reach for different people.
  std::array<uint8_t, 1> chance{};
  services.random.Fill(chance);
  const size_t at = begun == 0 ? 0 : chance[0] % rows[1].size();
  EM_ASSIGN(PieceView view, ReadView(services, request, PieceFrom(rows[1][at])));
  EM_ASSIGN(const int64_t most, MostNow(services, request, view));
  if (begun >= most) {
    return Fail(Refused("others-would-wait",
                        "This half-hour takes " + std::to_string(most) +
                            " of these, and as many were begun: others would wait too long.",
                        "The next can begin at " + ClockOf(request, half_hour + kHalfHour) + "."));
  }
  Piece& piece = view.piece;
  change.Guard(
      kTake,
      {org, piece.id, piece.version, request.actor.person, request.now, incident, half_hour, most},
      StaleError("next in line"));
  change.Step(kTakeCase, {org, piece.service_case, request.actor.person});
  AddPieceEvent(change, piece, "piece_taken", request.now);
  piece.state = "taken";
  piece.taken_by = request.actor.person;
  ++piece.version;
  return PieceAnswer(request, std::move(view), std::move(change));
}

Result<Answer> FinishPiece(Services& services, const Request& request) {
  EM_ASSIGN(const FinishBody body, ReadFinish(request));
  EM_ASSIGN(Piece found, FindPiece(services, request));
  if (found.state != "taken") {
    return Fail(Refused("piece-" + found.state, "This is " + found.state + ", not in hand.",
                        "Take the next in line."));
  }
  if (found.taken_by != request.actor.person) {
    return Fail(
        Refused("taken-by-another", "A colleague is doing this.", "Take the next in line."));
  }
  EM_ASSIGN(PieceView view, ReadView(services, request, std::move(found)));
  Piece& piece = view.piece;
  const IdeaRecord& idea = view.idea;
  const OrganisationId org = request.organisation.id;
  Change change(services, request);
  if (view.consultation) {
    change.Guard(kConsultationStands, {org, *view.consultation},
                 Refused("not-signed-off", "The approval was taken back.", "Ask again."));
  }
  if (piece.hold) {
    ledger::Spend(change.plan(), piece.hold->current(), piece.hold->Use(idea.amount, idea.minutes));
  } else if (view.holds) {
    return Fail(Refused("hold-gone", "What was set aside for this has been released since.",
                        "Cancel what is left of the plan, and check the idea again."));
  }
  ActionToRecord action;
  action.idea = piece.idea;
  action.title = idea.title;
  action.check = view.check;
  action.consultation = view.consultation;
  action.gesture = idea.gesture;
  action.lines = view.lines;
  action.amount = idea.amount;
  action.minutes = idea.minutes;
  action.occurred_at = body.occurred_at;
  const ActionView done = RecordAction(change, request, view.service_case, action, view.actor_name);
  piece.action = done.record.head.id;
  change.Guard(
      kFinish,
      {org, piece.id, piece.version, *piece.action, body.reached ? Cell() : Cell(body.occurred_at)},
      StaleError("piece"));
  if (body.reached) Tell(change, request, view, *piece.action, body);
  AddPieceEvent(change, piece, "piece_done", body.occurred_at);
  piece.state = "done";
  ++piece.version;
  return PieceAnswer(request, std::move(view), std::move(change));
}

Result<Answer> TellPiece(Services& services, const Request& request) {
  EM_ASSIGN(const FinishBody body, ReadFinish(request));
  EM_ASSIGN(Piece found, FindPiece(services, request));
  if (found.state != "done") {
    return Fail(Refused("piece-not-done", "This is not done yet.", "Do it first."));
  }
  EM_ASSIGN(PieceView view, ReadView(services, request, std::move(found)));
  if (view.told) {
    return Fail(Refused("told-already", "They were told: once is enough.", "Leave it at that."));
  }
  const OrganisationId org = request.organisation.id;
  Piece& piece = view.piece;
  Change change(services, request);
  if (body.reached) {
    change.Guard(kToldNow, {org, piece.id, piece.version}, StaleError("piece"));
    Tell(change, request, view, *piece.action, body);
  } else {
    change.Guard(kUnreached, {org, piece.id, piece.version, body.occurred_at}, StaleError("piece"));
    AddPieceEvent(change, piece, "customer_not_reached", body.occurred_at);
  }
  ++piece.version;
  return PieceAnswer(request, std::move(view), std::move(change));
}

Result<Answer> PutBackPiece(Services& services, const Request& request) {
  EM_ASSIGN(Piece found, FindPiece(services, request));
  if (found.state != "taken") {
    return Fail(Refused("piece-" + found.state, "This is " + found.state + ", not in hand.",
                        "Take the next in line."));
  }
  if (!MaySettle(request, *found.taken_by)) {
    return Fail(ErrorKind::kForbidden, "not-yours", "A colleague is doing this.", "",
                "Ask them, or a lead.");
  }
  EM_ASSIGN(PieceView view, ReadView(services, request, std::move(found)));
  Piece& piece = view.piece;
  Change change(services, request);
  change.Guard(kPutBack, {request.organisation.id, piece.id, piece.version}, StaleError("piece"));
  AddPieceEvent(change, piece, "piece_put_back", request.now);
  piece.state = "waiting";
  piece.taken_by.reset();
  ++piece.version;
  return PieceAnswer(request, std::move(view), std::move(change));
}

Result<Answer> CancelFulfilment(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 2> queries = {{{&kWhose, {org, id}}, {&kUnfinished, {org, id}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("fulfilment"));
  const AnyId incident = rows[0][0][0].Identifier<AnyId>();
  if (!MaySettle(request, rows[0][0][1].Identifier<PersonId>())) {
    return Fail(ErrorKind::kForbidden, "not-yours", "Somebody else planned this.", "",
                "Ask them, or a lead.");
  }
  Change change(services, request);
  for (const Row& row : rows[1]) CancelPiece(change, request, PieceFrom(row));
  const auto cancelled = static_cast<int64_t>(rows[1].size());
  if (cancelled > 0) {
    change.Event({.kind = "fulfilment_cancelled",
                  .record_kind = "incident_fulfilment",
                  .record = id,
                  .occurred_at = request.now},
                 [&](JsonWriter& body) {
                   Put(body, "incident", incident);
                   Put(body, "customers", cancelled);
                 });
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "id", id);
  Put(out, "cancelled", cancelled);
  out.EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
