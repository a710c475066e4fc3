#include "app/consultation_answer.h"

#include <algorithm>

#include "app/ledger.h"

namespace extramile::app {
namespace {

using State = desk::ConsultationState;

// An approval lasts a day, unless its envelope says otherwise.
constexpr int64_t kApprovalLasts = 24 * kMicrosPerHour;

// At least a lead agrees, even where the gates have come to say that nobody need.
desk::Rank Needed(const Assessment& assessment) {
  return std::max(assessment.judgement.role, desk::Rank::kLead);
}

desk::Envelope ReadEnvelope(ObjectReader& in, const Request& request) {
  desk::Envelope envelope;
  const JsonValue* object = in.Object("envelope", false);
  if (!object) return envelope;
  ObjectReader inner(*object, in.PlaceOf("envelope"));
  if (const auto amount = inner.OptionalAmount("amount", request.organisation.currency)) {
    envelope.amount = amount->minor;
    if (amount->minor < 0) {
      inner.Reject("amount", "amount-negative", "The amount is below zero.", "Give 0 or more.");
    }
  }
  envelope.minutes = inner.OptionalInt("minutes", 0, 10'000);
  envelope.until = inner.OptionalTime("until");
  if (envelope.until && *envelope.until <= request.now) {
    inner.Reject("until", "time-passed", "This time has passed.", "Give a time to come.");
  }
  if (auto done = inner.Finish(); !done) in.Adopt(std::move(done).error());
  return envelope;
}

std::string Number(const desk::ApprovalShortfall& shortfall, Currency currency) {
  return shortfall.minutes ? std::to_string(shortfall.limit) + " minutes"
                           : FormatMoney({shortfall.limit, currency});
}

Error ShortfallError(const desk::ApprovalShortfall& shortfall, Currency currency) {
  const std::string limit = Number(shortfall, currency);
  std::string message = "There is no authority to approve this.";
  if (shortfall.code == "approval-above-case-limit") {
    message = "The authority to approve ends at " + limit + " a case.";
  } else if (shortfall.code == "approval-above-customer-limit") {
    message = "The authority to approve ends at " + limit + " a year for one customer.";
  } else if (shortfall.code == "approval-above-month") {
    message = "Of the authority to approve, " + limit + " are left this month.";
  } else if (shortfall.code == "approval-above-minutes") {
    message = "Of the authority to approve, " + limit + " are left that day.";
  }
  return {ErrorKind::kForbidden, shortfall.code, std::move(message), "",
          "Approve less, or pass it to somebody with more authority."};
}

}  // namespace

AnswerBody ReadAnswer(ObjectReader& in, const Request& request) {
  AnswerBody body;
  const std::string state = in.Word("state", {"approved", "changed", "declined", "answered"});
  body.state = desk::ParseConsultationState(state).value_or(State::kAnswered);
  body.words = ReadWords(in, "words");
  body.envelope = ReadEnvelope(in, request);
  body.occurred_at = ReadOccurredAt(in, request);
  if (in.ok() && body.state == State::kChanged && !body.envelope.amount && !body.envelope.minutes &&
      !body.envelope.until) {
    in.Reject("envelope", "envelope-missing", "What was changed is missing.",
              "Say up to which amount, minutes or time.");
  }
  return body;
}

desk::Consultation ConsultationRules(const ConsultationRecord& record, PersonId idea_author,
                                     desk::Rank needed) {
  desk::Consultation rules;
  rules.approval = record.purpose == "approval";
  rules.spoken = record.mode == "spoken";
  rules.state = desk::ParseConsultationState(record.state).value_or(State::kWithdrawn);
  rules.proposer = record.proposer.id;
  rules.idea_author = idea_author;
  if (record.with_person) rules.with_person = record.with_person->id;
  if (record.deputy) rules.deputy = record.deputy->id;
  rules.due_at = record.due_at;
  rules.confirmed_at = record.confirmed_at;
  rules.needed = needed;
  return rules;
}

std::string FactsFor(const Request& request, const Situation& situation,
                     const Assessment& assessment) {
  const Currency currency = request.organisation.currency;
  const desk::IdeaFacts& idea = assessment.facts.idea;
  JsonWriter json;
  json.BeginArray();
  std::string cost = "It costs " + FormatMoney({idea.amount, currency}) + " and takes " +
                     std::to_string(idea.minutes) + " minutes.";
  json.String(cost).String(assessment.sentence);
  for (const desk::Gate& gate : assessment.judgement.gates) {
    for (const desk::Finding& finding : gate.findings) {
      if (&finding != assessment.judgement.Decisive() && finding.verdict != desk::Verdict::kOk) {
        json.String(desk::WithFullAmounts(finding.reason, currency));
      }
    }
  }
  if (assessment.forecast) json.String(assessment.forecast->sentence);
  if (idea.same_customer_so_far > 0) {
    json.String("This customer has been given " +
                FormatMoney({idea.same_customer_so_far, currency}) + " in the last 12 months.");
  }
  if (situation.service_case.incident) {
    json.String("For this incident " + FormatMoney({idea.same_incident_so_far, currency}) +
                " has been given so far.");
  }
  if (assessment.facts.precedent.similar > 0 && assessment.facts.precedent.granted_share) {
    const auto share = static_cast<int64_t>(*assessment.facts.precedent.granted_share * 100 + 0.5);
    json.String("Of the last " + std::to_string(assessment.facts.precedent.similar) +
                " checks of this gesture, " + std::to_string(share) + " in 100 were allowed.");
  }
  json.EndArray();
  return std::move(json).Take();
}

Result<void> Answering::Apply(ConsultationRecord& record, PersonId who, const AnswerBody& answer,
                              const Situation& situation, Assessor& assessor,
                              const Assessment& assessment) {
  EM_ASSIGN(const Approver approver,
            ReadApprover(services_, request_, situation, who, record.proposer.id));
  const IdeaRecord& idea = situation.idea->record;
  const desk::Consultation rules =
      ConsultationRules(record, idea.head.recorded_by.id, Needed(assessment));
  const desk::Answerer answerer{who, approver.rank, approver.alias_of_proposer};
  EM_TRY(MayAnswer(rules, answerer, answer.state, request_.now));
  record.state = Word(answer.state);
  record.answered_at = answer.occurred_at;
  if (answer.state == State::kApproved || answer.state == State::kChanged) {
    record.envelope_amount = answer.envelope.amount.value_or(idea.amount);
    record.envelope_minutes = answer.envelope.minutes.value_or(idea.minutes);
    record.envelope_until = answer.envelope.until.value_or(
        std::max(request_.now, assessment.facts.idea.when) + kApprovalLasts);
    return Hold(record, approver, situation, assessor, assessment);
  }
  record.envelope_amount.reset();
  record.envelope_minutes.reset();
  record.envelope_until.reset();
  if (situation.hold && situation.hold->consultation == record.head.id) {
    ledger::Release(change_.plan(), situation.hold->current());
  }
  return {};
}

Result<void> Answering::Hold(const ConsultationRecord& record, const Approver& approver,
                             const Situation& situation, Assessor& assessor,
                             const Assessment& assessment) {
  desk::Facts facts = assessment.facts;
  facts.idea.amount = std::min(facts.idea.amount, *record.envelope_amount);
  facts.idea.minutes = std::min(facts.idea.minutes, *record.envelope_minutes);
  if (assessment.judgement.outcome == desk::Outcome::kNotAllowed) {
    return Fail(ErrorKind::kConflict, "not-allowed",
                "The rules do not allow this, and nobody here can: " + assessment.sentence, "",
                "Decline it, or agree on another idea.");
  }
  desk::Allowance left = approver.left;
  int64_t minutes = *record.envelope_minutes;
  if (situation.each) {
    // Minutes are spread over days; what the incident was given before counts against its limit.
    minutes = std::min(minutes, assessor.MinutesOfFullestDay());
    if (left.per_case) {
      left.per_case = std::max<int64_t>(0, *left.per_case - facts.idea.same_incident_so_far);
    }
  }
  if (const auto shortfall = WhyNotCovered(approver.grant, left, *record.envelope_amount, minutes,
                                           facts.idea.same_customer_so_far)) {
    return Fail(ShortfallError(*shortfall, facts.currency));
  }
  if (!check_) return {};
  ledger::HoldRequest hold;
  hold.lines = assessor.LinesOf(facts, approver.grant, approver.holder.person, approver.accounts);
  if (situation.hold) hold.replaces = situation.hold->current();
  for (const app::Hold& expired : situation.expired) {
    ledger::Expire(change_.plan(), expired.current());
  }
  hold.hold = change_.NewId();
  hold.check = *check_;
  hold.subject = situation.service_case.id;
  hold.holder = approver.holder.person;
  hold.recorded_by = request_.actor.person;
  hold.consultation = record.head.id;
  hold.amount = facts.idea.amount;
  hold.minutes = facts.idea.minutes;
  hold.expires_at = *record.envelope_until;
  ledger::Reserve(change_.plan(), hold);
  return {};
}

}  // namespace extramile::app
