#include "app/proposals.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/change_procedure.h"
#include "app/gesture_evidence.h"
#include "app/gestures.h"
#include "app/incidents.h"
#include "app/offers.h"
#include "app/proposal_adoption.h"
#include "app/record.h"
#include "app/routine_capacity.h"

namespace extramile::app {
namespace {

const Sql kInsertProposal = {
    "insert into proposal (organisation_id, id, kind, gesture_code, incident_id, owner_id, state, "
    "uses, customers, valued, cost, capacity, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
const Sql kMoveProposal = {
    "update proposal set state = $4, offer_id = $5, uses = $6, customers = $7, valued = $8, "
    "cost = $9, capacity = $10, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kInsertStep = {
    "insert into proposal_step (organisation_id, id, proposal_id, from_state, to_state, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};

using desk::ChangeProcedure;
using desk::StateMeaning;

Query GestureQuery(const Request& request, const ProposalSubject& subject) {
  return {&kGestureByCode, {request.organisation.id, subject.gesture.value_or("")}};
}

// What doing it always would take, as the record and the queues have it now.
Result<std::optional<std::string>> CapacityNow(Services& services, const Request& request,
                                               const ProposalSubject& subject,
                                               const Rows& gestures) {
  if (!subject.about_gesture() || gestures.empty()) return std::nullopt;
  const GestureRecord gesture = GestureFrom(gestures.front());
  EM_ASSIGN(const RoutineCapacity capacity,
            ForecastRoutine(services, request.organisation, request.now,
                            {.gesture = gesture.code,
                             .dimension = gesture.dimension.value_or(""),
                             .taken_out = subject.kind != "routine",
                             .minutes = gesture.minutes,
                             .amount = gesture.amount}));
  return CapacityJson(capacity, request.organisation.currency);
}

// What stands beside proposals until they are decided, and their trials; read once for all of them.
Result<void> ShowRecord(Services& services, const Request& request,
                        const ChangeProcedure& procedure, std::span<ProposalRecord> proposals) {
  const auto open = [&](const ProposalRecord& proposal) {
    return proposal.subject.about_gesture() && !desk::Ends(MeaningOf(proposal, procedure));
  };
  if (std::none_of(proposals.begin(), proposals.end(), open)) return {};
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation));
  std::map<std::string_view, std::string> shows;  // by gesture
  for (ProposalRecord& proposal : proposals) {
    if (!open(proposal)) continue;
    std::string& words = shows[*proposal.subject.gesture];
    if (words.empty()) words = RecordInWords(record, *proposal.subject.gesture, request.now);
    proposal.record_shows = words;
    for (TrialRecord& trial : proposal.trials) ShowTrial(trial, record, request.now);
  }
  return {};
}

void InsertProposalStep(Change& change, const Request& request, const ProposalRecord& proposal) {
  const desk::ProposalFigures& figures = proposal.figures;
  const ProposalSubject& subject = proposal.subject;
  std::optional<PersonId> owner;
  if (!proposal.raised_by_record()) owner = request.actor.person;
  change.Step(
      kInsertProposal,
      {request.organisation.id, proposal.head.id, subject.kind, subject.gesture, subject.incident,
       owner, proposal.state, figures.uses, figures.customers, figures.valued, figures.cost.minor,
       proposal.capacity, proposal.head.occurred_at, request.now, request.actor.person});
}

void PutSubject(JsonWriter& body, const ProposalRecord& proposal) {
  Put(body, "kind", proposal.subject.kind);
  Put(body, "gesture", proposal.subject.gesture);
  Put(body, "incident", proposal.subject.incident);
  Put(body, "uses", proposal.figures.uses);
  Put(body, "customers", proposal.figures.customers);
  Put(body, "valued", proposal.figures.valued);
}

// The contract's ProposalMove.
struct Move {
  std::string state;
  std::optional<WrittenWords> words;
  OfferPromise promise;
  bool has_trial = false;
  TrialWish trial;
  Instant occurred_at;
};

Result<Move> ReadMove(const Request& request) {
  ObjectReader in(BodyOf(request));
  Move move;
  move.state = in.String("state", {.max_bytes = 60});
  move.words = ReadWords(in, "words");
  move.promise.promise = in.OptionalString("promise");
  move.promise.standard_minutes = in.OptionalInt("standard_minutes", 0, 1'000'000);
  move.has_trial = in.Has("trial");
  move.trial = ReadTrialWish(in, "trial");
  move.occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  return move;
}

Error NoSuchMove(const ProposalRecord& proposal, const Move& move,
                 const ChangeProcedure& procedure) {
  std::string next;
  for (const desk::ProcedureMove* one : procedure.MovesFrom(proposal.state)) {
    next += (next.empty() ? "" : ", ") + one->to;
  }
  return {.kind = ErrorKind::kConflict,
          .code = "proposal-move",
          .message = "A proposal that is " + proposal.state + " cannot become " + move.state + ".",
          .place = "/state",
          .advice = next.empty() ? "It is decided; suggest it anew."
                                 : "From here it can become: " + next + "."};
}

Error NotYours(const desk::ProcedureMove& move) {
  std::string who;
  for (const std::string& one : move.who) {
    who += (who.empty() ? "" : ", ") + (one == "author" ? "whoever suggested it" : one);
  }
  return {.kind = ErrorKind::kForbidden,
          .code = "not-yours-to-move",
          .message = "This step is not yours to take.",
          .place = "/state",
          .advice = "The change procedure leaves it to: " + who + "."};
}

// What the move means, where the procedure allows it to this person with these particulars.
Result<StateMeaning> CheckMove(const ProposalRecord& proposal, const Move& move,
                               const ChangeProcedure& procedure, const Request& request) {
  const desk::ProcedureMove* step = procedure.FindMove(proposal.state, move.state);
  if (!step) return Fail(NoSuchMove(proposal, move, procedure));
  const StateMeaning is = procedure.MeaningOf(*step);
  const desk::Mover mover = proposal.MoverOf(request);
  if (is == StateMeaning::kAdopted && mover.author) {
    return Fail(ErrorKind::kForbidden, "own-proposal",
                "Nobody adopts a proposal that they suggested themselves.", "/state",
                "Ask another manager to decide.");
  }
  if (!procedure.May(mover, *step)) return Fail(NotYours(*step));
  if (desk::NeedsReason(is) && !move.words) {
    return Fail(ErrorKind::kInvalid, "reason-missing",
                "What is declined or withdrawn is so for a reason.", "/words", "Say why.");
  }
  if ((move.promise.promise || move.promise.standard_minutes) && is != StateMeaning::kAdopted) {
    return Fail(
        ErrorKind::kInvalid, "promise-too-early", "Only an adopted proposal makes a promise.",
        move.promise.promise ? "/promise" : "/standard_minutes", "Leave this out until then.");
  }
  if (move.has_trial && is != StateMeaning::kTrial) {
    return Fail(ErrorKind::kInvalid, "trial-not-wanted", "This step begins no trial.", "/trial",
                "Leave the trial out.");
  }
  return is;
}

// What a move needs to know besides the proposal.
struct MoveFacts {
  Rows figures, steps, actor, gesture, offer, items, last_number, trials, owner, team;
};

Result<MoveFacts> ReadFacts(Services& services, const Request& request,
                            const ProposalRecord& proposal, const Move& move) {
  const Cell organisation = request.organisation.id;
  const Cell id = proposal.head.id;
  const PersonId owner = move.trial.owner.value_or(request.actor.person);
  const Query queries[] = {FiguresQuery(request.organisation, proposal.subject),
                           {&kStepsOfProposal, {organisation, id}},
                           {&kPersonName, {organisation, request.actor.person}},
                           GestureQuery(request, proposal.subject),
                           {&kCurrentOffer, {organisation}},
                           {&kCurrentOfferItems, {organisation}},
                           {&kLastOfferNumber, {organisation}},
                           {&kTrialsOfProposal, {organisation, id}},
                           {&kPersonName, {organisation, owner}},
                           {&kTeamExists, {organisation, move.trial.team.value_or("")}}};
  EM_ASSIGN(auto rows, services.store.Read(request.organisation.id, queries));
  return MoveFacts{std::move(rows[0]), std::move(rows[1]), std::move(rows[2]), std::move(rows[3]),
                   std::move(rows[4]), std::move(rows[5]), std::move(rows[6]), std::move(rows[7]),
                   std::move(rows[8]), std::move(rows[9])};
}

// The trial that runs ends with what it showed; the one that is asked for begins.
Result<void> MoveTrials(Services& services, Change& change, const Request& request,
                        const Move& move, StateMeaning is, const MoveFacts& facts,
                        ProposalRecord& proposal) {
  for (TrialRecord& trial : proposal.trials) {
    if (trial.ended_at) continue;
    if (trial.gesture) {
      EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation));
      ShowTrial(trial, record, request.now);
    }
    EndTrialStep(change, request, trial);
  }
  if (is != StateMeaning::kTrial) return {};
  EM_ASSIGN(TrialRecord trial, TrialFor(move.trial, request, facts.owner, facts.team));
  trial.id = change.NewId();
  trial.proposal = proposal.head.id;
  if (proposal.subject.about_gesture()) trial.gesture = proposal.subject.gesture;
  InsertTrialStep(change, request, trial);
  proposal.trials.push_back(std::move(trial));
  return {};
}

// Takes the step: its row, its words and its event.
ProposalStepRecord TakeStep(Change& change, const Request& request, const Move& move,
                            const MoveFacts& facts, const ProposalRecord& proposal) {
  const AnyId id = change.NewId();
  change.Step(kInsertStep, {request.organisation.id, id, proposal.head.id, proposal.state,
                            move.state, move.occurred_at, request.now, request.actor.person});
  if (move.words) change.Words(id, "proposal_step", "words", *move.words, move.occurred_at);
  change.Event({.kind = "proposal_moved",
                .record_kind = "proposal_step",
                .record = id,
                .occurred_at = move.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "proposal", proposal.head.id);
                 Put(body, "from", proposal.state);
                 Put(body, "to", move.state);
                 Put(body, "offer", proposal.offer);
                 for (const TrialRecord& trial : proposal.trials) {
                   if (trial.ended_at) continue;
                   Put(body, "trial", trial.id);
                   Put(body, "trial_until", trial.until);
                 }
               });
  const RecordHead by = NewHead(id, move.occurred_at, request, facts.actor);
  return {proposal.state, move.state, by.recorded_by, move.occurred_at, Stored(move.words)};
}

Result<ProposalSubject> ReadSubject(ObjectReader& in) {
  ProposalSubject subject;
  subject.kind = in.Word("kind", {"routine", "improvement"});
  subject.gesture = in.OptionalString("gesture", {.max_bytes = 200});
  subject.incident = in.OptionalIdentifier<AnyId>("incident");
  if (subject.kind == "routine" && !subject.gesture) {
    in.Reject("gesture", "missing-field", "Which gesture shall become routine?",
              "Give its code from the catalogue.");
  }
  if (subject.kind == "routine" && subject.incident) {
    in.Reject("incident", "incident-not-wanted", "A gesture becomes routine for everybody.",
              "Leave the incident out, or propose an improvement.");
  }
  if (subject.kind == "improvement" && !subject.incident && !subject.gesture) {
    in.Reject("incident", "missing-field", "Which incident shall not happen again?",
              "Give the incident's id, or the code of the gesture that shall not be routine.");
  }
  return subject;
}

template <class Record>
std::map<AnyId, std::vector<Record>> ByProposal(const Rows& rows, size_t id_at,
                                                Record (*from)(const Row&)) {
  std::map<AnyId, std::vector<Record>> out;
  for (const Row& row : rows) out[RowReader(row, id_at).Id()].push_back(from(row));
  return out;
}

}  // namespace

Result<void> RaiseProposal(Services& services, Change& change, const Request& request,
                           const ProposalSubject& subject,
                           const std::function<void(JsonWriter&)>& evidence) {
  const Query queries[] = {FiguresQuery(request.organisation, subject),
                           GestureQuery(request, subject),
                           {&kChangeProcedure, {request.organisation.id}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  EM_ASSIGN(const ChangeProcedure procedure, ChangeProcedureFrom(rows[2]));
  ProposalRecord proposal;
  proposal.head = {.id = change.NewId(),
                   .occurred_at = request.now,
                   .recorded_at = request.now,
                   .recorded_by = {.id = request.actor.person, .name = {}}};
  proposal.subject = subject;
  proposal.state = procedure.first();
  TakeFigures(proposal, rows[0], request.organisation.currency);
  EM_ASSIGN(proposal.capacity, CapacityNow(services, request, subject, rows[1]));
  InsertProposalStep(change, request, proposal);
  change.Event({.kind = "proposal_raised",
                .record_kind = "proposal",
                .record = proposal.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 PutSubject(body, proposal);
                 evidence(body);
               });
  return {};
}

Result<Answer> ListProposals(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kProposals, {organisation}},
                           {&kProposalSteps, {organisation}},
                           {&kTrials, {organisation}},
                           {&kChangeProcedure, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  EM_ASSIGN(const ChangeProcedure procedure, ChangeProcedureFrom(rows[3]));
  auto steps = ByProposal(rows[1], 0, ProposalStepFrom);
  auto trials = ByProposal(rows[2], 1, TrialFrom);
  std::vector<ProposalRecord> proposals;
  for (const Row& row : rows[0]) {
    ProposalRecord proposal = ProposalFrom(row, request.organisation.currency);
    proposal.steps = std::move(steps[proposal.head.id]);
    proposal.trials = std::move(trials[proposal.head.id]);
    proposals.push_back(std::move(proposal));
  }
  EM_TRY(ShowRecord(services, request, procedure, proposals));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (const ProposalRecord& proposal : proposals) WriteProposal(out, proposal, procedure, request);
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> ProposeRoutine(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  ProposalRecord proposal;
  EM_ASSIGN(proposal.subject, ReadSubject(in));
  const ProposalSubject& subject = proposal.subject;
  const auto words = ReadWords(in, "words", true);
  const Instant occurred_at = ReadOccurredAt(in, request);
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kPersonName, {organisation, request.actor.person}},
                           GestureQuery(request, subject),
                           {&kIncidentById, {organisation, subject.incident.value_or(AnyId{})}},
                           FiguresQuery(request.organisation, subject),
                           {&kChangeProcedure, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (subject.gesture && rows[1].empty()) {
    in.Reject("gesture", "gesture-unknown", "The catalogue has no such gesture.",
              "Give the code of a gesture, or add it first.");
  }
  if (subject.incident && rows[2].empty()) {
    in.Reject("incident", "incident-unknown", "There is no such incident here.",
              "Report the incident first.");
  }
  EM_TRY(in.Finish());
  EM_ASSIGN(const ChangeProcedure procedure, ChangeProcedureFrom(rows[4]));

  Change change(services, request);
  proposal.head = NewHead(change.NewId(), occurred_at, request, rows[0]);
  proposal.state = procedure.first();
  proposal.words = Stored(words);
  TakeFigures(proposal, rows[3], request.organisation.currency);
  EM_ASSIGN(proposal.capacity, CapacityNow(services, request, subject, rows[1]));
  InsertProposalStep(change, request, proposal);
  change.Words(proposal.head.id, "proposal", "words", *words, occurred_at);
  change.Event({.kind = "proposal_suggested",
                .record_kind = "proposal",
                .record = proposal.head.id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) { PutSubject(body, proposal); });
  EM_TRY(ShowRecord(services, request, procedure, {&proposal, 1}));
  JsonWriter out;
  WriteProposal(out, proposal, procedure, request);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> MoveProposal(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Move move, ReadMove(request));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kProposalById, {organisation, id}},
                           {&kChangeProcedure, {organisation}}};
  EM_ASSIGN(const auto found, services.store.Read(request.organisation.id, queries));
  if (found[0].empty()) return Fail(Request::NotFoundError("proposal"));
  EM_ASSIGN(const ChangeProcedure procedure, ChangeProcedureFrom(found[1]));
  ProposalRecord proposal = ProposalFrom(found[0].front(), request.organisation.currency);
  EM_TRY(CheckVersion(request, proposal.head.version, "proposal"));
  EM_ASSIGN(const StateMeaning is, CheckMove(proposal, move, procedure, request));
  EM_ASSIGN(const MoveFacts facts, ReadFacts(services, request, proposal, move));
  TakeFigures(proposal, facts.figures, request.organisation.currency);
  EM_ASSIGN(proposal.capacity, CapacityNow(services, request, proposal.subject, facts.gesture));
  for (const Row& row : facts.steps) proposal.steps.push_back(ProposalStepFrom(row));
  for (const Row& row : facts.trials) proposal.trials.push_back(TrialFrom(row));

  Change change(services, request);
  if (is == StateMeaning::kAdopted && proposal.subject.about_gesture()) {
    EM_ASSIGN(const OfferInForce in_force,
              OfferInForceFrom(facts.offer, facts.items, facts.last_number, facts.gesture));
    EM_ASSIGN(proposal.offer,
              PublishAdopted(change, request, facts.actor, in_force, proposal, move.promise));
  }
  const desk::ProposalFigures& figures = proposal.figures;
  change.Guard(kMoveProposal,
               {organisation, id, proposal.head.version, move.state, proposal.offer, figures.uses,
                figures.customers, figures.valued, figures.cost.minor, proposal.capacity},
               StaleError("proposal"));
  EM_TRY(MoveTrials(services, change, request, move, is, facts, proposal));
  proposal.steps.push_back(TakeStep(change, request, move, facts, proposal));
  proposal.state = move.state;
  proposal.head.version += 1;
  EM_TRY(ShowRecord(services, request, procedure, {&proposal, 1}));
  JsonWriter out;
  WriteProposal(out, proposal, procedure, request);
  return ChangedAnswer(std::move(out), std::move(change), proposal.head.version);
}

}  // namespace extramile::app
