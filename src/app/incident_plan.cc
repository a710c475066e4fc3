// Planning a fulfilment: a turn and a hold for each customer.
#include <array>

#include "app/approver.h"
#include "app/assessment.h"
#include "app/checks.h"
#include "app/incident_fulfilment.h"
#include "app/record.h"
#include "app/record_check.h"

namespace extramile::app {
namespace {

const Sql kCheckToPlan = {
    "select id, amount, minutes, valid_until, recorded_by from idea_check "
    "where organisation_id = $1 and idea_id = $2 order by recorded_at desc, id desc limit 1"};
const Sql kInsertFulfilment = {
    "insert into incident_fulfilment (organisation_id, id, incident_id, idea_id, check_id, "
    "consultation_id, accepted, holds, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)"};
const Sql kInsertPiece = {
    "insert into incident_piece (organisation_id, id, fulfilment_id, incident_id, idea_id, "
    "subject_id, case_id, planned_at, state, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $9, $10)"};

// Pieces that nobody has done a day after the last one's turn give back what they hold.
constexpr int64_t kPatience = kMicrosPerDay;

struct PlanBody {
  AnyId idea;
  WrittenWords message;
  bool promotion = false;
};

Result<PlanBody> ReadPlan(const Request& request) {
  ObjectReader in(BodyOf(request));
  PlanBody body;
  body.idea = in.Identifier<AnyId>("idea");
  if (auto message = ReadWords(in, "message", true)) body.message = std::move(*message);
  body.promotion = in.OptionalBool("promotion").value_or(false);
  EM_TRY(in.Finish());
  return body;
}

struct CheckToPlan {
  AnyId id;
  int64_t amount = 0, minutes = 0;
  Instant valid_until;
  PersonId recorded_by;
};

Error Refused(std::string code, std::string message, std::string advice) {
  return {ErrorKind::kConflict, std::move(code), std::move(message), "", std::move(advice)};
}

// May the plan rest on that check, as things are now?
Result<void> MayPlan(const Request& request, const Situation& situation,
                     const Assessment& assessment, const Pace& pace, const CheckToPlan& check) {
  const IdeaRecord& idea = situation.idea->record;
  if (idea.amount != check.amount || idea.minutes != check.minutes) {
    return Fail(Refused("affected-changed", "Other people are affected than when it was checked.",
                        "Check the idea again: a check takes no time."));
  }
  const desk::Outcome outcome = assessment.judgement.outcome;
  if (outcome == desk::Outcome::kNeedsSignOff) {
    if (!situation.approval) {
      return Fail(Refused("not-signed-off", assessment.sentence, "Ask for approval first."));
    }
    if (!Covers(situation.approval, idea.amount, idea.minutes, request.now)) {
      return Fail(Refused("beyond-approval", "The approval does not cover all of them.",
                          "Propose a smaller gesture, or ask again."));
    }
  } else if (!desk::MayDoNow(outcome)) {
    return Fail(Refused("check-says-no", assessment.sentence, "Choose another idea."));
  } else if (outcome == desk::Outcome::kAllowed && check.recorded_by != request.actor.person) {
    return Fail(Refused("checked-by-another", "Somebody else checked this with their authority.",
                        "Check it yourself."));
  } else if (request.now > check.valid_until) {
    return Fail(Refused("check-expired", "The check has run out.", "Check the idea again."));
  }
  if (!pace.fits) {
    return Fail(Refused("does-not-fit", "Two weeks of half-hours do not take all of them.",
                        "Choose a gesture that takes less time."));
  }
  const bool costs = idea.amount > 0 || idea.minutes > 0;
  if (outcome != desk::Outcome::kRoutine && costs &&
      (!situation.hold || situation.hold->amount < idea.amount ||
       situation.hold->minutes < idea.minutes)) {
    return Fail(Refused("hold-gone", "What the check had set aside has been released since.",
                        "Check the idea again."));
  }
  return {};
}

// What one customer's piece takes from the accounts that the hold for all has: their share, and
// what they are given in their own account.
std::vector<desk::Line> ShareOf(const Hold& all, const EachOf& each, AnyId recipient,
                                const std::string& day, const std::string& today) {
  std::vector<desk::Line> lines;
  bool day_taken = false;
  for (const desk::Line& whole : all.lines) {
    const bool money = whole.key.measure == desk::Measure::kMoney;
    desk::Line line{whole.key, money ? each.amount : each.minutes, std::nullopt};
    if (line.key.owner == desk::Owner::kGrant && !money) {
      // A grant's minutes are a day's: one line, for the day of this turn.
      if (day_taken) continue;
      day_taken = true;
      line.key.period = day;
    }
    if (line.quantity > 0) lines.push_back(std::move(line));
  }
  if (each.amount > 0) {
    lines.push_back({{desk::Owner::kCustomer, recipient, PersonId{}, desk::Measure::kMoney, today},
                     each.amount,
                     std::nullopt});
  }
  return lines;
}

// The plan as it goes into the change.
class Planning {
 public:
  Planning(Change& change, const Request& request, const Situation& situation, const Pace& pace,
           AnyId check)
      : change_(change), request_(request), situation_(situation), pace_(pace), check_(check) {}

  AnyId Add(const WrittenWords& message, const std::optional<AnyId>& consultation, bool routine) {
    const AnyId id = change_.NewId();
    const AnyId incident = situation_.service_case.id;
    const bool holds = situation_.hold && !routine;
    change_.Step(kInsertFulfilment,
                 {request_.organisation.id, id, incident, idea(), check_, consultation,
                  desk::Word(pace_.accepted), holds, request_.now, request_.actor.person});
    change_.Words(id, "incident_fulfilment", "message", message, request_.now);
    std::vector<ledger::HoldRequest> pieces;
    for (size_t i = 0; i < pace_.at.size(); ++i) {
      const CaseInQuestion& one = situation_.each->customers[i].service_case;
      const AnyId piece = change_.NewId();
      change_.Guard(kInsertPiece,
                    {request_.organisation.id, piece, id, incident, idea(), one.recipient(), one.id,
                     pace_.at[i], request_.now, request_.actor.person},
                    StaleError("plan"));
      if (holds) pieces.push_back(HoldFor(piece, one, pace_.at[i]));
    }
    if (situation_.hold) {
      ledger::ReserveEach(change_.plan(), situation_.hold->current(), pieces);
    }
    change_.Event({.kind = "fulfilment_planned",
                   .record_kind = "incident_fulfilment",
                   .record = id,
                   .occurred_at = request_.now},
                  [&](JsonWriter& body) {
                    Put(body, "incident", incident);
                    Put(body, "idea", idea());
                    Put(body, "check", check_);
                    Put(body, "consultation", consultation);
                    Put(body, "customers", situation_.customers());
                    Put(body, "amount",
                        Money{situation_.idea->record.amount, request_.organisation.currency});
                    Put(body, "minutes", situation_.idea->record.minutes);
                    Put(body, "until", pace_.at.back());
                  });
    return id;
  }

 private:
  AnyId idea() const { return situation_.idea->record.head.id; }

  ledger::HoldRequest HoldFor(AnyId piece, const CaseInQuestion& one, Instant at) {
    const Hold& all = *situation_.hold;
    ledger::HoldRequest hold;
    hold.hold = change_.NewId();
    hold.check = check_;
    hold.subject = piece;
    hold.holder = all.holder;
    hold.recorded_by = request_.actor.person;
    hold.consultation = all.consultation;
    hold.amount = situation_.each->amount;
    hold.minutes = situation_.each->minutes;
    hold.expires_at = std::max(all.expires_at, pace_.at.back() + kPatience);
    hold.lines = ShareOf(all, *situation_.each, one.recipient(), DayOf(request_.organisation, at),
                         situation_.day());
    return hold;
  }

  Change& change_;
  const Request& request_;
  const Situation& situation_;
  const Pace& pace_;
  AnyId check_;
};

}  // namespace

Result<Answer> PlanFulfilment(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId incident, request.PathId<AnyId>("id"));
  EM_ASSIGN(const PlanBody body, ReadPlan(request));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = body.idea}));
  if (!situation.each || situation.service_case.id != incident) {
    return Fail(ErrorKind::kInvalid, "idea-of-another", "This idea is not for this incident.",
                "/idea", "Use an idea that was proposed for everybody it hit.");
  }
  EM_TRY(SomebodyIsLeft(situation));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kCheckToPlan, {org, body.idea}));
  if (rows.empty()) {
    return Fail(Refused("not-checked", "This idea has not been checked yet.",
                        "Check it first; a check takes no time."));
  }
  RowReader in(rows[0]);
  CheckToPlan check;
  check.id = in.Id();
  check.amount = in.Int();
  check.minutes = in.Int();
  check.valid_until = in.Time();
  check.recorded_by = in.Next().Identifier<PersonId>();

  // A message that promotes something is part of what the rules judge.
  desk::IdeaFacts idea = IdeaFactsOf(situation, request.now);
  if (body.promotion) idea.conditions.push_back("promotion");
  Assessor assessor(services, request, situation);
  EM_ASSIGN(const Assessment assessment,
            assessor.Assess(std::move(idea), {.variant = false, .snapshot = false}));
  EM_TRY(MayPlan(request, situation, assessment, assessor.pace(), check));

  Change change(services, request);
  std::optional<AnyId> consultation;
  if (assessment.judgement.outcome == desk::Outcome::kNeedsSignOff) {
    GuardApproval(change, request, *situation.approval);
    consultation = situation.approval->consultation;
  }
  const bool routine = assessment.judgement.outcome == desk::Outcome::kRoutine;
  const AnyId id = Planning(change, request, situation, assessor.pace(), check.id)
                       .Add(body.message, consultation, routine);
  JsonWriter out;
  out.BeginObject();
  Put(out, "id", id);
  Put(out, "incident", incident);
  Put(out, "idea", body.idea);
  Put(out, "customers", situation.customers());
  Put(out, "first_at", assessor.pace().at.front());
  Put(out, "last_at", assessor.pace().at.back());
  out.EndObject();
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
