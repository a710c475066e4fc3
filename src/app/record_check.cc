#include "app/record_check.h"

#include "app/approver.h"
#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kInsertCheck = {
    "insert into idea_check (organisation_id, id, idea_id, case_id, incident_id, gesture_code, "
    "outcome, sign_off_role, timing, valid_until, own_verdict, amount, minutes, policy_hash, "
    "offer_id, forecast_id, sentence, nearest, policy, snapshot, gates, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24)"};
std::optional<std::string> NearestJson(const Assessment& assessment, Currency currency) {
  if (!assessment.nearest) return std::nullopt;
  JsonWriter json;
  WriteVariant(json, *assessment.nearest, currency);
  return std::move(json).Take();
}

std::string GatesJson(const Assessment& assessment, Currency currency) {
  JsonWriter json;
  WriteGates(json, assessment.judgement, currency);
  return std::move(json).Take();
}

// What a check holds: the actor's own authority where they may do it, an approver's where somebody
// has agreed already, nothing else. Whatever the case held before is replaced or released.
class Holder {
 public:
  Holder(Change& change, Services& services, const Request& request, const Situation& situation,
         Assessor& assessor, const Assessment& assessment)
      : change_(change),
        services_(services),
        request_(request),
        situation_(situation),
        assessor_(assessor),
        assessment_(assessment) {}

  Result<void> Hold(CheckRecord& record, bool spend_at_once) {
    for (const app::Hold& expired : situation_.expired) {
      ledger::Expire(change_.plan(), expired.current());
    }
    const desk::Outcome outcome = assessment_.judgement.outcome;
    const bool approved = outcome == desk::Outcome::kNeedsSignOff &&
                          Covers(situation_.approval, idea().amount, idea().minutes, request_.now);
    if (outcome == desk::Outcome::kAllowed) {
      Place(record, assessment_.grant, situation_.holder.person, situation_.accounts, nullptr,
            spend_at_once);
    } else if (approved) {
      EM_ASSIGN(const Approver approver,
                ReadApprover(services_, request_, situation_, situation_.approval->approver,
                             situation_.idea->record.head.recorded_by.id));
      GuardApproval(change_, request_, *situation_.approval);
      Place(record, approver.grant, approver.holder.person, approver.accounts,
            &*situation_.approval, false);
    } else if (situation_.hold) {
      ledger::Release(change_.plan(), situation_.hold->current());
    }
    return {};
  }

 private:
  const desk::IdeaFacts& idea() const { return assessment_.facts.idea; }

  void Place(CheckRecord& record, const desk::Grant* grant, PersonId person,
             const desk::Accounts& accounts, const Approval* approval, bool spend_at_once) {
    ledger::HoldRequest hold;
    hold.lines = assessor_.LinesOf(assessment_.facts, grant, person, accounts);
    if (situation_.hold) hold.replaces = situation_.hold->current();
    hold.hold = change_.NewId();
    hold.check = *record.id;
    hold.subject = situation_.service_case.id;
    hold.holder = person;
    hold.recorded_by = request_.actor.person;
    hold.amount = idea().amount;
    hold.minutes = idea().minutes;
    hold.expires_at = record.valid_until;
    if (approval) {
      hold.consultation = approval->consultation;
      hold.expires_at = approval->envelope.until.value_or(record.valid_until);
    }
    if (spend_at_once) {
      ledger::SpendAtOnce(change_.plan(), hold);
      return;
    }
    ledger::Reserve(change_.plan(), hold);
    record.held_amount = idea().amount;
    record.held_minutes = idea().minutes;
  }

  Change& change_;
  Services& services_;
  const Request& request_;
  const Situation& situation_;
  Assessor& assessor_;
  const Assessment& assessment_;
};

}  // namespace

bool Covers(const std::optional<Approval>& approval, int64_t amount, int64_t minutes, Instant at) {
  return approval && desk::Covers(approval->envelope, amount, minutes, at);
}

namespace {

// What a check and its preview have in common: all but the forecast, whose row a check writes.
CheckRecord Judged(const Request& request, const Situation& situation, const Assessment& assessment,
                   AnyId idea) {
  const Currency currency = request.organisation.currency;
  CheckRecord record;
  record.idea = idea;
  record.outcome = Word(assessment.judgement.outcome);
  record.sentence = assessment.sentence;
  if (assessment.judgement.role != desk::Rank::kNone) {
    record.sign_off_role = Word(assessment.judgement.role);
  }
  record.gates = GatesJson(assessment, currency);
  record.nearest = NearestJson(assessment, currency);
  record.valid_until = assessment.valid_until;
  record.policy = PolicyName(*situation.policy);
  record.occurred_at = record.recorded_at = request.now;
  return record;
}

}  // namespace

CheckRecord PreviewOf(const Request& request, const Situation& situation,
                      const Assessment& assessment, AnyId idea) {
  CheckRecord record = Judged(request, situation, assessment, idea);
  if (assessment.forecast) {
    JsonWriter json;
    WriteForecast(json, std::nullopt, *assessment.forecast);
    record.forecast = std::move(json).Take();
  }
  return record;
}

Result<CheckRecord> RecordCheck(Change& change, Services& services, const Request& request,
                                const Situation& situation, Assessor& assessor,
                                const Assessment& assessment, const CheckToRecord& check) {
  const Configuration& configuration = *situation.configuration;
  const CaseInQuestion& service_case = situation.service_case;
  const desk::IdeaFacts& idea = assessment.facts.idea;
  GuardConfiguration(change, configuration);
  CheckRecord record = Judged(request, situation, assessment, check.idea);
  record.id = change.NewId();
  record.own_verdict = check.own_verdict;
  record.timing = check.timing;
  record.occurred_at = check.occurred_at;
  // Where no queue is known there is no forecast to compare with what happens.
  std::optional<AnyId> forecast;
  if (assessment.forecast && (assessment.forecast->calibration || assessment.forecast->tickets)) {
    StoredForecast stored =
        StoreForecast(change, request, service_case.team, *assessment.forecast, record.id);
    forecast = stored.id;
    record.forecast = std::move(stored.body);
  }
  change.Step(kInsertCheck, {request.organisation.id,
                             *record.id,
                             check.idea,
                             situation.case_id(),
                             service_case.incident,
                             check.gesture,
                             record.outcome,
                             record.sign_off_role,
                             record.timing,
                             record.valid_until,
                             record.own_verdict,
                             idea.amount,
                             idea.minutes,
                             situation.policy->hash,
                             configuration.offer,
                             forecast,
                             record.sentence,
                             record.nearest,
                             record.policy,
                             Bytes(assessment.snapshot.begin(), assessment.snapshot.end()),
                             record.gates,
                             check.occurred_at,
                             request.now,
                             request.actor.person});
  EM_TRY(Holder(change, services, request, situation, assessor, assessment)
             .Hold(record, check.spend_at_once));
  change.Event({.kind = "idea_checked",
                .record_kind = "idea_check",
                .record = *record.id,
                .service_case = situation.case_id(),
                .occurred_at = check.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "idea", check.idea);
                 Put(body, "outcome", record.outcome);
                 Put(body, "sign_off_role", record.sign_off_role);
                 Put(body, "timing", record.timing);
                 Put(body, "own_verdict", record.own_verdict);
                 Put(body, "amount", Money{idea.amount, request.organisation.currency});
                 Put(body, "minutes", idea.minutes);
                 Put(body, "policy", record.policy);
               });
  return record;
}

}  // namespace extramile::app
