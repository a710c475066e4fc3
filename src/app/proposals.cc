#include "app/proposals.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/gesture_evidence.h"
#include "app/gestures.h"
#include "app/incidents.h"
#include "app/offers.h"
#include "app/record.h"
#include "desk/proposal.h"

namespace extramile::app {

// Uses, customers, valued, money, minutes and the first time, of the actions that follow.
// A use is valued when a customer's praise names the action or its case.
#define EM_FIGURES                                                                            \
  "select count(*), count(distinct c.customer_id), "                                          \
  "count(case when exists (select 1 from feedback f where f.organisation_id = $1 and "        \
  "f.positive = 1 and f.source = 'customer' and (f.action_id = a.id or "                      \
  "(f.action_id is null and f.case_id = a.case_id))) then 1 end), "                           \
  "cast(coalesce(sum(a.amount), 0) as bigint), cast(coalesce(sum(a.minutes), 0) as bigint), " \
  "min(coalesce(a.done_at, a.occurred_at)) from action a left join service_case c on "        \
  "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "

const Sql kGestureFigures = {EM_FIGURES
                             "a.gesture_code = $2 and a.state in ('done', 'partly done')"};

namespace {

#define PROPOSAL_COLUMNS                                                                   \
  "select r.id, r.occurred_at, r.recorded_at, r.recorded_by, p.display_name, r.version, "  \
  "r.kind, r.gesture_code, r.incident_id, r.state, r.offer_id, r.uses, r.customers, "      \
  "r.valued, r.cost, r.capacity, w.text, w.author from proposal r "                        \
  "left join person p on p.organisation_id = r.organisation_id and p.id = r.recorded_by "  \
  "left join words w on w.organisation_id = r.organisation_id and w.record_id = r.id and " \
  "w.field = 'words' where r.organisation_id = $1 "
const Sql kProposals = {PROPOSAL_COLUMNS "order by r.recorded_at desc, r.id desc"};
const Sql kProposalById = {PROPOSAL_COLUMNS "and r.id = $2"};
#undef PROPOSAL_COLUMNS
#define STEP_COLUMNS                                                                       \
  "select s.proposal_id, s.from_state, s.to_state, s.recorded_by, p.display_name, "        \
  "s.occurred_at, w.text, w.author from proposal_step s "                                  \
  "left join person p on p.organisation_id = s.organisation_id and p.id = s.recorded_by "  \
  "left join words w on w.organisation_id = s.organisation_id and w.record_id = s.id and " \
  "w.field = 'words' where s.organisation_id = $1 "
const Sql kSteps = {STEP_COLUMNS "order by s.recorded_at, s.id"};
const Sql kStepsOfProposal = {STEP_COLUMNS "and s.proposal_id = $2 order by s.recorded_at, s.id"};
#undef STEP_COLUMNS

// $2: the incident; what its gestures add up to.
const Sql kIncidentFigures = {
    EM_FIGURES
    "coalesce(a.incident_id, c.incident_id) = $2 and a.state in ('done', 'partly done')"};

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

struct ProposalStepRecord {
  std::string from, to;
  PersonRef by;
  Instant occurred_at;
  std::optional<StoredWords> words;
};

struct ProposalRecord {
  RecordHead head;
  std::string kind;  // routine | improvement
  std::optional<std::string> gesture;
  std::optional<AnyId> incident;
  std::string state{desk::kFirstProposalState};
  std::optional<AnyId> offer;  // the version it became
  desk::ProposalFigures figures;
  std::optional<std::string> capacity;
  std::optional<StoredWords> words;
  std::optional<std::string> record_shows;  // of its gesture
  std::vector<ProposalStepRecord> steps;

  bool raised_by_record() const { return head.recorded_by.id == PersonId{}; }
  // Rather than about what an incident costs.
  bool about_gesture() const { return gesture && !incident; }
};

ProposalRecord ProposalFrom(const Row& row, Currency currency) {
  RowReader in(row);
  ProposalRecord proposal;
  proposal.head = in.Head();
  proposal.kind = in.Text();
  proposal.gesture = in.OptionalText();
  proposal.incident = in.OptionalId();
  proposal.state = in.Text();
  proposal.offer = in.OptionalId();
  proposal.figures.uses = in.Int();
  proposal.figures.customers = in.Int();
  proposal.figures.valued = in.Int();
  proposal.figures.cost = {in.Int(), currency};
  proposal.capacity = in.OptionalText();
  proposal.words = in.Words();
  return proposal;
}

ProposalStepRecord StepFrom(const Row& row) {
  RowReader in(row, 1);
  ProposalStepRecord step;
  step.from = in.Text();
  step.to = in.Text();
  step.by = in.Person();
  step.occurred_at = in.Time();
  step.words = in.Words();
  return step;
}

// The figures as the record has them now.
void TakeFigures(ProposalRecord& proposal, const Rows& rows, const Request& request) {
  RowReader in(rows.front());
  desk::ProposalFigures& figures = proposal.figures;
  figures.uses = in.Int();
  figures.customers = in.Int();
  figures.valued = in.Int();
  figures.cost = {in.Int(), request.organisation.currency};
  figures.minutes = in.Int();
  if (const auto first = in.OptionalTime()) {
    figures.days = (request.now - *first) / kMicrosPerDay + 1;
  }
  proposal.capacity = desk::CapacityInWords(figures);
}

// What stands beside a proposal about a gesture until it is decided; read once for all of them.
Result<void> ShowRecord(Services& services, const Request& request,
                        std::span<ProposalRecord> proposals) {
  const auto wants = [](const ProposalRecord& proposal) {
    return proposal.about_gesture() && !desk::IsFinalProposalState(proposal.state);
  };
  if (std::none_of(proposals.begin(), proposals.end(), wants)) return {};
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation));
  for (ProposalRecord& proposal : proposals) {
    if (wants(proposal)) {
      proposal.record_shows = RecordInWords(record, *proposal.gesture, request.now);
    }
  }
  return {};
}

void WriteProposal(JsonWriter& out, const ProposalRecord& proposal) {
  out.BeginObject();
  PutHead(out, proposal.head);
  Put(out, "kind", proposal.kind);
  Put(out, "gesture", proposal.gesture);
  Put(out, "incident", proposal.incident);
  Put(out, "state", proposal.state);
  Put(out, "offer", proposal.offer);
  Put(out, "uses", proposal.figures.uses);
  Put(out, "customers", proposal.figures.customers);
  Put(out, "valued", proposal.figures.valued);
  Put(out, "cost", proposal.figures.cost);
  Put(out, "evidence", desk::FiguresInWords(proposal.figures));
  Put(out, "raised_by", proposal.raised_by_record() ? "record" : "person");
  Put(out, "record_shows", proposal.record_shows);
  Put(out, "capacity", proposal.capacity);
  Put(out, "words", proposal.words);
  out.Key("steps").BeginArray();
  for (const ProposalStepRecord& step : proposal.steps) {
    out.BeginObject();
    Put(out, "from", step.from);
    Put(out, "to", step.to);
    Put(out, "by", step.by);
    Put(out, "occurred_at", step.occurred_at);
    Put(out, "words", step.words);
    out.EndObject();
  }
  out.EndArray().EndObject();
}

void InsertProposalStep(Change& change, const Request& request, const ProposalRecord& proposal) {
  const desk::ProposalFigures& figures = proposal.figures;
  std::optional<PersonId> owner;
  if (!proposal.raised_by_record()) owner = request.actor.person;
  change.Step(kInsertProposal,
              {request.organisation.id, proposal.head.id, proposal.kind, proposal.gesture,
               proposal.incident, owner, proposal.state, figures.uses, figures.customers,
               figures.valued, figures.cost.minor, proposal.capacity, proposal.head.occurred_at,
               request.now, request.actor.person});
}

void PutFigures(JsonWriter& body, const ProposalRecord& proposal) {
  Put(body, "uses", proposal.figures.uses);
  Put(body, "customers", proposal.figures.customers);
  Put(body, "valued", proposal.figures.valued);
}

// Whom the figures are counted for, as the query to ask.
Query FiguresQuery(const Request& request, const ProposalRecord& proposal) {
  const Cell organisation = request.organisation.id;
  if (proposal.about_gesture()) {
    return {&kGestureFigures, {organisation, *proposal.gesture}};
  }
  return {&kIncidentFigures, {organisation, proposal.incident.value_or(AnyId{})}};
}

// The contract's ProposalMove.
struct Move {
  std::string state;
  std::optional<WrittenWords> words;
  std::optional<std::string> promise;
  std::optional<int64_t> standard_minutes;
  Instant occurred_at;
};

Result<Move> ReadMove(const Request& request) {
  ObjectReader in(BodyOf(request));
  Move move;
  move.state = in.Word(
      "state", {"suggested", "submitted", "under review", "on trial", "adopted", "declined"});
  move.words = ReadWords(in, "words");
  move.promise = in.OptionalString("promise");
  move.standard_minutes = in.OptionalInt("standard_minutes", 0, 1'000'000);
  if ((move.promise || move.standard_minutes) && move.state != "adopted") {
    in.Reject(move.promise ? "promise" : "standard_minutes", "promise-too-early",
              "Only an adopted proposal makes a promise.", "Leave this out until then.");
  }
  move.occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  return move;
}

Result<void> CheckMove(const ProposalRecord& proposal, const Move& move, const Request& request) {
  if (!desk::MayMoveProposal(proposal.state, move.state)) {
    std::string next;
    for (std::string_view state : desk::NextProposalStates(proposal.state)) {
      next += (next.empty() ? "" : ", ") + std::string(state);
    }
    return Fail(ErrorKind::kConflict, "proposal-move",
                "A proposal that is " + proposal.state + " cannot become " + move.state + ".",
                "/state",
                next.empty() ? "It is decided; suggest it anew."
                             : "From here it can become: " + next + ".");
  }
  if (move.state == "adopted" && proposal.head.recorded_by.id == request.actor.person) {
    return Fail(ErrorKind::kForbidden, "own-proposal",
                "Nobody adopts a proposal that they suggested themselves.", "/state",
                "Ask another manager to decide.");
  }
  return {};
}

// The next version of the offer: what is promised now, and the gesture.
Result<OfferRecord> NextOffer(const OfferRecord& before, int64_t last_number,
                              const ProposalRecord& proposal, const GestureRecord& gesture,
                              const Move& move) {
  for (const OfferItem& item : before.items) {
    if (item.gesture == proposal.gesture) {
      return Fail(ErrorKind::kConflict, "already-routine",
                  "The offer in force promises this gesture already.", "/state",
                  "Decline this proposal: what it asks for is there.");
    }
  }
  OfferRecord next = before;
  next.number = last_number + 1;
  next.state = "published";
  next.from_proposal = proposal.head.id;
  OfferItem item;
  item.position = static_cast<int64_t>(next.items.size()) + 1;
  item.promise = move.promise.value_or(gesture.title);
  item.standard_minutes = move.standard_minutes;
  item.touchpoint = gesture.touchpoint;
  item.dimension = gesture.dimension;
  item.gesture = gesture.code;
  next.items.push_back(std::move(item));
  return next;
}

// The next version of the offer without the gesture, which is not routine any more.
Result<OfferRecord> OfferWithout(const OfferRecord& before, int64_t last_number,
                                 const ProposalRecord& proposal) {
  OfferRecord next = before;
  std::erase_if(next.items,
                [&](const OfferItem& item) { return item.gesture == proposal.gesture; });
  if (next.items.size() == before.items.size()) {
    return Fail(ErrorKind::kConflict, "not-routine",
                "The offer in force does not promise this gesture.", "/state",
                "Decline this proposal: what it asks for is done.");
  }
  next.number = last_number + 1;
  next.state = "published";
  next.from_proposal = proposal.head.id;
  for (size_t i = 0; i < next.items.size(); ++i) {
    next.items[i].position = static_cast<int64_t>(i) + 1;
  }
  return next;
}

void PublishNextOffer(Change& change, const Request& request, const Rows& actor_name,
                      const OfferRecord& before, OfferRecord& next) {
  next.head = NewHead(change.NewId(), request.now, request, actor_name);
  next.published_at = request.now;
  for (OfferItem& item : next.items) item.id = change.NewId();
  SupersedeOfferStep(change, request, before);
  AddOfferSteps(change, request, next, before.head.id);
  change.ConfigurationChanged();
  change.Event({.kind = "offer_published",
                .record_kind = "service_offer",
                .record = next.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "number", next.number);
                 Put(body, "supersedes", before.head.id);
                 Put(body, "from_proposal", next.from_proposal);
               });
}

}  // namespace

void RaiseProposal(Change& change, const Request& request, std::string_view kind,
                   const std::string& gesture, const Rows& figures,
                   const std::function<void(JsonWriter&)>& evidence) {
  ProposalRecord proposal;
  proposal.head = {.id = change.NewId(),
                   .occurred_at = request.now,
                   .recorded_at = request.now,
                   .recorded_by = {.id = request.actor.person, .name = {}}};
  proposal.kind = kind;
  proposal.gesture = gesture;
  TakeFigures(proposal, figures, request);
  InsertProposalStep(change, request, proposal);
  change.Event({.kind = "proposal_raised",
                .record_kind = "proposal",
                .record = proposal.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "kind", kind);
                 Put(body, "gesture", gesture);
                 PutFigures(body, proposal);
                 evidence(body);
               });
}

Result<Answer> ListProposals(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kProposals, {organisation}}, {&kSteps, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  std::map<AnyId, std::vector<ProposalStepRecord>> steps;
  for (const Row& row : rows[1]) steps[RowReader(row).Id()].push_back(StepFrom(row));
  std::vector<ProposalRecord> proposals;
  for (const Row& row : rows[0]) {
    ProposalRecord proposal = ProposalFrom(row, request.organisation.currency);
    proposal.steps = std::move(steps[proposal.head.id]);
    proposals.push_back(std::move(proposal));
  }
  EM_TRY(ShowRecord(services, request, proposals));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (const ProposalRecord& proposal : proposals) WriteProposal(out, proposal);
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> ProposeRoutine(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  ProposalRecord proposal;
  proposal.kind = in.Word("kind", {"routine", "improvement"});
  proposal.gesture = in.OptionalString("gesture", {.max_bytes = 200});
  proposal.incident = in.OptionalIdentifier<AnyId>("incident");
  const auto words = ReadWords(in, "words", true);
  const Instant occurred_at = ReadOccurredAt(in, request);
  if (proposal.kind == "routine" && !proposal.gesture) {
    in.Reject("gesture", "missing-field", "Which gesture shall become routine?",
              "Give its code from the catalogue.");
  }
  if (proposal.kind == "routine" && proposal.incident) {
    in.Reject("incident", "incident-not-wanted", "A gesture becomes routine for everybody.",
              "Leave the incident out, or propose an improvement.");
  }
  if (proposal.kind == "improvement" && !proposal.incident && !proposal.gesture) {
    in.Reject("incident", "missing-field", "Which incident shall not happen again?",
              "Give the incident's id, or the code of the gesture that shall not be routine.");
  }
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kPersonName, {organisation, request.actor.person}},
                           {&kGestureByCode, {organisation, proposal.gesture.value_or("")}},
                           {&kIncidentById, {organisation, proposal.incident.value_or(AnyId{})}},
                           FiguresQuery(request, proposal)};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (proposal.gesture && rows[1].empty()) {
    in.Reject("gesture", "gesture-unknown", "The catalogue has no such gesture.",
              "Give the code of a gesture, or add it first.");
  }
  if (proposal.incident && rows[2].empty()) {
    in.Reject("incident", "incident-unknown", "There is no such incident here.",
              "Report the incident first.");
  }
  EM_TRY(in.Finish());

  Change change(services, request);
  proposal.head = NewHead(change.NewId(), occurred_at, request, rows[0]);
  proposal.words = Stored(words);
  TakeFigures(proposal, rows[3], request);
  InsertProposalStep(change, request, proposal);
  change.Words(proposal.head.id, "proposal", "words", *words, occurred_at);
  change.Event({.kind = "proposal_suggested",
                .record_kind = "proposal",
                .record = proposal.head.id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "kind", proposal.kind);
                 Put(body, "gesture", proposal.gesture);
                 Put(body, "incident", proposal.incident);
                 PutFigures(body, proposal);
               });
  EM_TRY(ShowRecord(services, request, {&proposal, 1}));
  JsonWriter out;
  WriteProposal(out, proposal);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> MoveProposal(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Move move, ReadMove(request));
  const Cell organisation = request.organisation.id;
  EM_ASSIGN(const Rows found,
            ReadOne(services.store, request.organisation.id, kProposalById, {organisation, id}));
  if (found.empty()) return Fail(Request::NotFoundError("proposal"));
  ProposalRecord proposal = ProposalFrom(found.front(), request.organisation.currency);
  EM_TRY(CheckVersion(request, proposal.head.version, "proposal"));
  EM_TRY(CheckMove(proposal, move, request));

  const Query queries[] = {FiguresQuery(request, proposal),
                           {&kStepsOfProposal, {organisation, id}},
                           {&kPersonName, {organisation, request.actor.person}},
                           {&kGestureByCode, {organisation, proposal.gesture.value_or("")}},
                           {&kCurrentOffer, {organisation}},
                           {&kCurrentOfferItems, {organisation}},
                           {&kLastOfferNumber, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  TakeFigures(proposal, rows[0], request);
  for (const Row& row : rows[1]) proposal.steps.push_back(StepFrom(row));

  Change change(services, request);
  if (move.state == "adopted" && proposal.about_gesture()) {
    const auto before = CurrentOfferFrom(rows[4], rows[5]);
    if (!before) return Fail(NoOfferError());
    if (rows[3].empty()) return Fail(Request::NotFoundError("gesture"));
    const int64_t last_number = rows[6].front()[0].Int();
    EM_ASSIGN(OfferRecord next,
              proposal.kind == "routine"
                  ? NextOffer(*before, last_number, proposal, GestureFrom(rows[3].front()), move)
                  : OfferWithout(*before, last_number, proposal));
    PublishNextOffer(change, request, rows[2], *before, next);
    proposal.offer = next.head.id;
  }
  const desk::ProposalFigures& figures = proposal.figures;
  change.Guard(kMoveProposal,
               {organisation, id, proposal.head.version, move.state, proposal.offer, figures.uses,
                figures.customers, figures.valued, figures.cost.minor, proposal.capacity},
               StaleError("proposal"));
  const AnyId step = change.NewId();
  change.Step(kInsertStep, {organisation, step, id, proposal.state, move.state, move.occurred_at,
                            request.now, request.actor.person});
  if (move.words) change.Words(step, "proposal_step", "words", *move.words, move.occurred_at);
  change.Event({.kind = "proposal_moved",
                .record_kind = "proposal_step",
                .record = step,
                .occurred_at = move.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "proposal", id);
                 Put(body, "from", proposal.state);
                 Put(body, "to", move.state);
                 Put(body, "offer", proposal.offer);
               });
  const RecordHead by = NewHead(step, move.occurred_at, request, rows[2]);
  proposal.steps.push_back(
      {proposal.state, move.state, by.recorded_by, move.occurred_at, Stored(move.words)});
  proposal.state = move.state;
  proposal.head.version += 1;
  EM_TRY(ShowRecord(services, request, {&proposal, 1}));
  JsonWriter out;
  WriteProposal(out, proposal);
  return ChangedAnswer(std::move(out), std::move(change), proposal.head.version);
}

}  // namespace extramile::app
