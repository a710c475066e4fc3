#include "app/actions.h"

#include <algorithm>
#include <array>

#include "app/action_rows.h"
#include "app/approver.h"
#include "app/assessment.h"
#include "app/checks.h"
#include "app/record_action.h"
#include "app/record_check.h"
#include "app/situation.h"

namespace extramile::app {
namespace {

// What the check said, and whether something was done on its strength already.
const Sql kCheckToActOn = {
    "select k.id, k.outcome, k.sentence, k.amount, k.minutes, k.valid_until, k.recorded_at, "
    "k.recorded_by, (select count(*) from action a where a.organisation_id = $1 and "
    "a.idea_id = $2 and a.check_id = k.id and a.state in ('planned', 'done', 'partly done')) "
    "from idea_check k where k.organisation_id = $1 and k.idea_id = $2 "
    "order by k.recorded_at desc, k.id desc limit 1"};
const Sql kAfterTheFact = {
    "update idea_check set timing = 'after the fact', version = version + 1 "
    "where organisation_id = $1 and id = $2"};
const Sql kSetState = {
    "update action set state = $4, done_at = $5, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
// An action that does not stand any more frees its customer for another plan.
const Sql kFreePiece = {
    "update incident_piece set state = 'cancelled', version = version + 1 "
    "where organisation_id = $1 and action_id = $2 and state = 'done'"};
const Sql kIncidentOfCase = {
    "select incident_id from service_case where organisation_id = $1 and id = $2"};
const Sql kPerson = {"select id from person where organisation_id = $1 and id = $2"};

struct TakeBody {
  std::string state;
  std::optional<int64_t> amount, minutes;
  std::optional<std::string> touchpoint;
  std::optional<WrittenWords> words;
  std::vector<Participant> participants;
  std::vector<NewPromise> promises;
  Instant occurred_at;
};

template <class Read>
void ReadList(ObjectReader& in, std::string_view key, size_t most, Read read) {
  const JsonValue* array = in.Array(key, false, most);
  if (!array) return;
  for (size_t i = 0; i < array->items.size(); ++i) {
    ObjectReader item(array->items[i], in.PlaceOf(key) + "/" + std::to_string(i));
    read(item);
    if (auto done = item.Finish(); !done) in.Adopt(std::move(done).error());
  }
}

Result<TakeBody> ReadTake(const Request& request) {
  ObjectReader in(BodyOf(request));
  TakeBody body;
  body.state =
      in.OptionalWord("state", {"planned", "done", "partly done", "failed"}).value_or("done");
  if (const auto amount = in.OptionalAmount("amount", request.organisation.currency)) {
    body.amount = amount->minor;
    if (amount->minor < 0) {
      in.Reject("amount", "amount-negative", "The amount is below zero.", "Give 0 or more.");
    }
  }
  body.minutes = in.OptionalInt("minutes", 0, 10'000);
  body.touchpoint = in.OptionalString("touchpoint", {.max_bytes = 200});
  body.words = ReadWords(in, "words");
  ReadList(in, "participants", 20, [&](ObjectReader& item) {
    Participant participant;
    participant.person = item.Identifier<PersonId>("person");
    participant.part = item.String("part", {.max_bytes = 200});
    participant.minutes = item.OptionalInt("minutes", 0, 10'000).value_or(0);
    body.participants.push_back(std::move(participant));
  });
  ReadList(in, "promises", 20,
           [&](ObjectReader& item) { body.promises.push_back(ReadPromise(item)); });
  body.occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  return body;
}

struct CheckToActOn {
  AnyId id;
  desk::Outcome outcome = desk::Outcome::kUndecided;
  std::string sentence;
  int64_t amount = 0, minutes = 0;
  Instant valid_until, recorded_at;
  PersonId recorded_by;
  bool acted_on = false;
};

CheckToActOn CheckToActOnFrom(const Row& row) {
  RowReader in(row);
  CheckToActOn check;
  check.id = in.Id();
  check.outcome = desk::ParseOutcome(in.Text()).value_or(desk::Outcome::kUndecided);
  check.sentence = in.Text();
  check.amount = in.Int();
  check.minutes = in.Int();
  check.valid_until = in.Time();
  check.recorded_at = in.Time();
  check.recorded_by = in.Next().Identifier<PersonId>();
  check.acted_on = in.Int() > 0;
  return check;
}

Error Refused(std::string code, std::string message, std::string advice) {
  return {ErrorKind::kConflict, std::move(code), std::move(message), "", std::move(advice)};
}

// The decision whether an action may rest on a check.
struct Doing {
  int64_t amount = 0, minutes = 0;
  Instant occurred_at;
  bool after_the_fact = false;  // done before it was checked
};

Result<void> MayRestOn(const CheckToActOn& check, const std::optional<Approval>& approval,
                       const Doing& doing, const Request& request) {
  if (check.acted_on) {
    return Fail(Refused("already-done", "Something was done on the strength of this check already.",
                        "Check the idea again to do it once more."));
  }
  const bool signed_off = check.outcome == desk::Outcome::kNeedsSignOff;
  if (!desk::MayDoNow(check.outcome) && !signed_off) {
    return Fail(Refused("check-says-no", check.sentence, "Choose another idea."));
  }
  if (doing.amount > check.amount || doing.minutes > check.minutes) {
    const bool money = doing.amount > check.amount;
    const std::string limit = money ? FormatMoney({check.amount, request.organisation.currency})
                                    : std::to_string(check.minutes) + " minutes";
    return Fail(Refused("beyond-check", "The check was made for " + limit + ", and this is more.",
                        "Propose the idea with what it really takes, and check that."));
  }
  // What was done before its check must have been checked in time for now; else the doing counts.
  const Instant at = doing.after_the_fact ? request.now : doing.occurred_at;
  if (signed_off) {
    if (!approval) {
      return Fail(Refused("not-signed-off", check.sentence, "Ask for approval first."));
    }
    if (!Covers(approval, doing.amount, doing.minutes, at)) {
      return Fail(Refused("beyond-approval", "The approval does not cover this any more.",
                          "Stay within what was agreed, or ask again."));
    }
    return {};
  }
  if (check.outcome == desk::Outcome::kAllowed && check.recorded_by != request.actor.person) {
    return Fail(Refused("checked-by-another", "Somebody else checked this with their authority.",
                        "Check it yourself."));
  }
  if (at > check.valid_until) {
    return Fail(Refused("check-expired", "The check has run out.", "Check the idea again."));
  }
  return {};
}

// Spends what the check holds. A late record finds its hold run out: then its authority, or the
// approver's, is spent directly.
Result<void> Spend(Change& change, Services& services, const Request& request,
                   const Situation& situation, const CheckToActOn& check,
                   const std::vector<Hold>& holds, const Doing& doing) {
  for (const Hold& hold : holds) {
    if (hold.state != "held") continue;
    ledger::Spend(change.plan(), hold.current(), hold.Use(doing.amount, doing.minutes));
    return {};
  }
  if (check.outcome == desk::Outcome::kRoutine) return {};
  const bool late = doing.occurred_at < request.now;
  if (!late && (doing.amount > 0 || doing.minutes > 0)) {
    return Fail(Refused("hold-gone", "What this check had set aside has been released since.",
                        "Check the idea again."));
  }
  Assessor assessor(services, request, situation);
  EM_ASSIGN(Assessment assessment, assessor.Assess(IdeaFactsOf(situation, request.now),
                                                   {.variant = false, .snapshot = false}));
  desk::Facts& facts = assessment.facts;
  facts.idea.amount = doing.amount;
  facts.idea.minutes = doing.minutes;
  facts.idea.when = doing.occurred_at;
  ledger::HoldRequest spent;
  spent.holder = request.actor.person;
  if (check.outcome == desk::Outcome::kNeedsSignOff) {
    EM_ASSIGN(const Approver approver,
              ReadApprover(services, request, situation, situation.approval->approver,
                           situation.idea->record.head.recorded_by.id));
    spent.lines =
        assessor.LinesOf(facts, approver.grant, approver.holder.person, approver.accounts);
    spent.holder = approver.holder.person;
    spent.consultation = situation.approval->consultation;
  } else {
    spent.lines =
        assessor.LinesOf(facts, assessment.grant, request.actor.person, situation.accounts);
  }
  spent.hold = change.NewId();
  spent.check = check.id;
  spent.subject = situation.service_case.id;
  spent.recorded_by = request.actor.person;
  spent.amount = doing.amount;
  spent.minutes = doing.minutes;
  spent.expires_at = request.now;
  ledger::SpendAtOnce(change.plan(), spent);
  return {};
}

Result<void> ParticipantsExist(Services& services, const Request& request,
                               const std::vector<Participant>& participants) {
  std::vector<Query> queries;
  for (const Participant& participant : participants) {
    queries.push_back({&kPerson, {request.organisation.id, participant.person}});
  }
  if (queries.empty()) return {};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(request.organisation.id, queries));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].empty()) continue;
    return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.",
                "/participants/" + std::to_string(i) + "/person",
                "Choose somebody of this organisation.");
  }
  return {};
}

bool MayBecome(std::string_view from, std::string_view to) {
  if (!Stands(from) || from == to) return false;
  return to != "planned";
}

}  // namespace

Result<Answer> TakeAction(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId idea_id, request.PathId<AnyId>("id"));
  EM_ASSIGN(TakeBody body, ReadTake(request));
  EM_TRY(ParticipantsExist(services, request, body.participants));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = idea_id}));
  if (situation.each) {
    return Fail(Refused("idea-for-everybody", "This idea is for everybody that an incident hit.",
                        "Plan its fulfilment there; each customer then has a turn."));
  }
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {{{&kCheckToActOn, {org, idea_id}},
                                         {&kHoldsOfIdea, {org, idea_id}},
                                         {&kPersonName, {org, request.actor.person}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) {
    return Fail(Refused("not-checked", "This idea has not been checked yet.",
                        "Check it first; a check takes no time."));
  }
  const CheckToActOn check = CheckToActOnFrom(rows[0][0]);
  std::vector<Hold> holds = HoldsFrom(rows[1]);
  std::erase_if(holds, [&](const Hold& hold) { return hold.check != check.id; });

  const bool failed = body.state == "failed";
  Doing doing;
  doing.amount = body.amount.value_or(failed ? 0 : check.amount);
  doing.minutes = body.minutes.value_or(failed ? 0 : check.minutes);
  const auto& envelope = situation.approval;
  if (check.outcome == desk::Outcome::kNeedsSignOff && envelope && !failed) {
    // Without figures of its own the action is what was agreed.
    if (!body.amount && envelope->envelope.amount) {
      doing.amount = std::min(doing.amount, *envelope->envelope.amount);
    }
    if (!body.minutes && envelope->envelope.minutes) {
      doing.minutes = std::min(doing.minutes, *envelope->envelope.minutes);
    }
  }
  doing.occurred_at = body.occurred_at;
  doing.after_the_fact = body.occurred_at < check.recorded_at;
  EM_TRY(MayRestOn(check, situation.approval, doing, request));

  Change change(services, request);
  if (failed) {
    for (const Hold& hold : holds) {
      if (hold.state == "held") ledger::Release(change.plan(), hold.current());
    }
  } else {
    EM_TRY(Spend(change, services, request, situation, check, holds, doing));
    if (check.outcome == desk::Outcome::kNeedsSignOff) {
      GuardApproval(change, request, *situation.approval);
    }
  }
  if (doing.after_the_fact) change.Step(kAfterTheFact, {org, check.id});
  ActionToRecord action;
  action.idea = idea_id;
  action.title = situation.idea->record.title;
  action.check = check.id;
  if (check.outcome == desk::Outcome::kNeedsSignOff && situation.approval) {
    action.consultation = situation.approval->consultation;
  }
  action.gesture = situation.idea->record.gesture;
  action.lines = situation.idea->lines;
  action.state = body.state;
  action.amount = doing.amount;
  action.minutes = doing.minutes;
  action.touchpoint = body.touchpoint;
  action.words = body.words;
  action.participants = body.participants;
  action.promises = body.promises;
  action.occurred_at = body.occurred_at;
  const ActionView view = RecordAction(change, request, situation.service_case, action, rows[2]);
  JsonWriter out;
  WriteAction(out, view, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ChangeAction(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const std::string state =
      in.Word("state", {"planned", "done", "partly done", "failed", "reversed"});
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows found, ReadOne(services.store, org, kCaseOfAction, {org, id}));
  if (found.empty()) return Fail(Request::NotFoundError("action"));
  const AnyId service_case = found[0][0].Identifier<AnyId>();
  std::vector<Query> queries = ActionQueries(org, service_case);
  const size_t action_answers = queries.size();
  queries.push_back({&kHoldsOfAction, {org, id}});
  queries.push_back({&kIncidentOfCase, {org, service_case}});
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  std::vector<ActionView> actions = ActionsFrom(std::span(rows).first(action_answers));
  const auto at = std::find_if(actions.begin(), actions.end(), [&](const ActionView& action) {
    return action.record.head.id == id;
  });
  if (at == actions.end()) return Fail(Request::NotFoundError("action"));
  ActionRecord& action = at->record;
  EM_TRY(CheckVersion(request, action.head.version, "action"));
  if (!MayBecome(action.state, state)) {
    return Fail(Refused("action-state", "What is " + action.state + " cannot become " + state + ".",
                        "Record a new action instead."));
  }
  Change change(services, request);
  const bool done = state == "done" || state == "partly done";
  change.Guard(kSetState, {org, id, action.head.version, state, done ? Cell(occurred_at) : Cell()},
               StaleError("action"));
  if (!Stands(state)) {
    change.Step(kFreePiece, {org, id});
    for (const Hold& hold : HoldsFrom(rows[action_answers])) {
      if (hold.state == "spent") ledger::GiveBack(change.plan(), hold.current());
    }
    if (!rows[action_answers + 1].empty()) {
      CountForIncident(change, RowReader(rows[action_answers + 1][0]).OptionalId(), -1,
                       action.amount);
    }
  }
  if (words) change.Words(id, "action", "change_words", *words, occurred_at);
  change.Event({.kind = "action_changed",
                .record_kind = "action",
                .record = id,
                .service_case = service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "from", action.state);
                 Put(body, "state", state);
               });
  action.state = state;
  const int64_t version = ++action.head.version;
  JsonWriter out;
  WriteAction(out, *at, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), version);
}

}  // namespace extramile::app
