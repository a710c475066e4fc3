#include "app/consultations.h"

#include <algorithm>
#include <array>

#include "app/approver.h"
#include "app/assessment.h"
#include "app/checks.h"
#include "app/consultation_rows.h"
#include "app/ledger.h"
#include "app/situation.h"
#include "desk/consultation.h"

namespace extramile::app {
namespace {

using State = desk::ConsultationState;

const Sql kInsert = {
    "insert into consultation (organisation_id, id, idea_id, check_id, case_id, purpose, mode, "
    "proposer_id, with_person_id, outside_authority, deputy_id, state, due_at, answered_at, "
    "envelope_amount, envelope_minutes, envelope_until, facts, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21)"};
const Sql kAnswer = {
    "update consultation set state = $4, answered_at = $5, with_person_id = $6, "
    "envelope_amount = $7, envelope_minutes = $8, envelope_until = $9, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kConfirm = {
    "update consultation set confirmed_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kWithdraw = {
    "update consultation set state = 'withdrawn', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kSetAnswerAside = {
    "update words set field = 'earlier_answer_words' "
    "where organisation_id = $1 and record_id = $2 and field = 'answer_words'"};
const Sql kPeople = {
    "select id, display_name from person where organisation_id = $1 and id in ($2, $3)"};

// A working day's patience, unless the proposer says otherwise.
constexpr int64_t kUsualDeadline = 4 * kMicrosPerHour;

struct AnswerBody {
  State state = State::kAnswered;
  std::optional<WrittenWords> words;
  desk::Envelope envelope;
  Instant occurred_at;
};

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

struct NewConsultation {
  std::string purpose, mode;
  std::optional<PersonId> with_person, deputy;
  std::optional<std::string> outside_authority;
  std::optional<WrittenWords> words;
  Instant due_at, occurred_at;
  std::optional<AnswerBody> spoken;
};

Result<NewConsultation> ReadNew(const Request& request) {
  ObjectReader in(BodyOf(request));
  NewConsultation body;
  body.purpose = in.Word("purpose", {"advice", "approval"});
  body.mode = in.Word("mode", {"in app", "spoken", "link"});
  body.with_person = in.OptionalIdentifier<PersonId>("with_person");
  body.outside_authority = in.OptionalString("outside_authority", {.max_bytes = 200});
  body.deputy = in.OptionalIdentifier<PersonId>("deputy");
  body.words = ReadWords(in, "words");
  body.due_at = in.OptionalTime("due_at").value_or(request.now + kUsualDeadline);
  if (const JsonValue* spoken = in.Object("spoken_answer", false)) {
    ObjectReader answer(*spoken, in.PlaceOf("spoken_answer"));
    body.spoken = ReadAnswer(answer, request);
    if (auto done = answer.Finish(); !done) in.Adopt(std::move(done).error());
  }
  body.occurred_at = ReadOccurredAt(in, request);
  const bool approval = body.purpose == "approval";
  if (in.ok() && body.spoken && body.mode != "spoken") {
    in.Reject("spoken_answer", "not-spoken", "Only a spoken answer is written down by the asker.",
              "Use the mode spoken, or let the other person answer.");
  }
  if (in.ok() && body.spoken && !body.with_person && (approval || !body.outside_authority)) {
    in.Reject("with_person", "person-missing", "Who said it is missing.",
              "Name the person you spoke with.");
  }
  if (in.ok() && approval && body.outside_authority && !body.with_person) {
    in.Reject("with_person", "approver-outside",
              "An approval comes from a person here who holds the authority.",
              "Name them too; note what an outside authority said as advice.");
  }
  EM_TRY(in.Finish());
  return body;
}

// What the system lays out for the person asked: facts, apart from the proposer's own words.
std::string FactsOf(const Request& request, const Situation& situation,
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

desk::Consultation Rules(const ConsultationRecord& record, PersonId idea_author,
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

// An answer, as far as it decides: who gives it, whether they may, and what an approval holds.
class Answering {
 public:
  // `check`: the idea's last, beside which the hold stands.
  Answering(Services& services, const Request& request, Change& change, std::optional<AnyId> check)
      : services_(services), request_(request), change_(change), check_(check) {}

  // `who` says `answer`; changes `record` accordingly.
  Result<void> Apply(ConsultationRecord& record, PersonId who, const AnswerBody& answer,
                     const Situation& situation, Assessor& assessor, const Assessment& assessment) {
    EM_ASSIGN(const Approver approver,
              ReadApprover(services_, request_, situation, who, record.proposer.id));
    const IdeaRecord& idea = situation.idea->record;
    const desk::Consultation rules = Rules(record, idea.head.recorded_by.id, Needed(assessment));
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

 private:
  // Until the end of the next working day, as a rule of thumb that an envelope may overrule.
  static constexpr int64_t kApprovalLasts = 24 * kMicrosPerHour;

  static desk::Rank Needed(const Assessment& assessment) {
    return std::max(assessment.judgement.role, desk::Rank::kLead);
  }

  // The approver's authority is held, for as much as the idea can take within the envelope.
  Result<void> Hold(const ConsultationRecord& record, const Approver& approver,
                    const Situation& situation, Assessor& assessor, const Assessment& assessment) {
    desk::Facts facts = assessment.facts;
    facts.idea.amount = std::min(facts.idea.amount, *record.envelope_amount);
    facts.idea.minutes = std::min(facts.idea.minutes, *record.envelope_minutes);
    if (assessment.judgement.outcome == desk::Outcome::kNotAllowed) {
      return Fail(ErrorKind::kConflict, "not-allowed",
                  "The rules do not allow this, and nobody here can: " + assessment.sentence, "",
                  "Decline it, or agree on another idea.");
    }
    if (const auto shortfall =
            WhyNotCovered(approver.grant, approver.left, *record.envelope_amount,
                          *record.envelope_minutes, facts.idea.same_customer_so_far)) {
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

  Services& services_;
  const Request& request_;
  Change& change_;
  std::optional<AnyId> check_;
};

void AddEvent(Change& change, const ConsultationRecord& record, std::string kind,
              Instant occurred_at, Currency currency) {
  change.Event({.kind = std::move(kind),
                .record_kind = "consultation",
                .record = record.head.id,
                .service_case = record.service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "idea", record.idea);
                 Put(body, "purpose", record.purpose);
                 Put(body, "mode", record.mode);
                 Put(body, "state", record.state);
                 body.Key("with_person");
                 record.with_person ? body.String(record.with_person->id.ToString()) : body.Null();
                 if (record.envelope_amount) {
                   Put(body, "envelope_amount", Money{*record.envelope_amount, currency});
                   Put(body, "envelope_minutes", *record.envelope_minutes);
                   Put(body, "envelope_until", *record.envelope_until);
                 }
               });
}

Result<ConsultationRecord> Find(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kConsultationById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("consultation"));
  ConsultationRecord record = ConsultationFrom(rows[0]);
  EM_TRY(CheckVersion(request, record.head.version, "consultation"));
  return record;
}

Answer Changed(const Request& request, ConsultationRecord record, Change change) {
  const int64_t version = ++record.head.version;
  JsonWriter out;
  WriteConsultation(out, record, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), version);
}

std::optional<PersonRef> Named(const Rows& people, const std::optional<PersonId>& id) {
  if (!id) return std::nullopt;
  for (const Row& row : people) {
    RowReader in(row);
    PersonRef person = in.Person();
    if (person.id == *id) return person;
  }
  return std::nullopt;
}

}  // namespace

Result<Answer> Consult(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId idea_id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const NewConsultation body, ReadNew(request));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = idea_id}));
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {{{&kPeople, {org, body.with_person, body.deputy}},
                                         {&kLastCheckOfIdea, {org, idea_id}},
                                         {&kPersonName, {org, request.actor.person}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if ((body.with_person && !Named(rows[0], body.with_person)) ||
      (body.deputy && !Named(rows[0], body.deputy))) {
    return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.",
                body.with_person && !Named(rows[0], body.with_person) ? "/with_person" : "/deputy",
                "Choose somebody of this organisation.");
  }
  if (body.purpose == "approval" && rows[1].empty()) {
    return Fail(ErrorKind::kConflict, "not-checked", "This idea has not been checked yet.", "",
                "Check it first: the check says who has to agree.");
  }
  Assessor assessor(services, request, situation);
  EM_ASSIGN(const Assessment assessment, assessor.Assess(IdeaFactsOf(situation, request.now),
                                                         {.variant = false, .snapshot = false}));
  Change change(services, request);
  std::optional<AnyId> check;
  if (!rows[1].empty()) check = CheckFrom(rows[1][0]).id;
  ConsultationRecord record;
  record.head = NewHead(change.NewId(), body.occurred_at, request, rows[2]);
  record.idea = idea_id;
  record.idea_title = situation.idea->record.title;
  record.service_case = situation.service_case.id;
  record.case_reference = situation.service_case.reference;
  record.purpose = body.purpose;
  record.mode = body.mode;
  record.proposer = record.head.recorded_by;
  record.with_person = Named(rows[0], body.with_person);
  record.outside_authority = body.outside_authority;
  record.deputy = Named(rows[0], body.deputy);
  record.facts = FactsOf(request, situation, assessment);
  record.words = Stored(body.words);
  record.due_at = body.due_at;
  if (body.spoken) {
    if (body.with_person) {
      Answering answering(services, request, change, check);
      GuardConfiguration(change, *situation.configuration);
      EM_TRY(answering.Apply(record, *body.with_person, *body.spoken, situation, assessor,
                             assessment));
    } else {
      record.state = Word(body.spoken->state);
      record.answered_at = body.spoken->occurred_at;
    }
    record.answer_words = Stored(body.spoken->words);
  }
  change.Step(kInsert, {org,
                        record.head.id,
                        idea_id,
                        check,
                        record.service_case,
                        record.purpose,
                        record.mode,
                        record.proposer.id,
                        body.with_person,
                        record.outside_authority,
                        body.deputy,
                        record.state,
                        record.due_at,
                        record.answered_at,
                        record.envelope_amount,
                        record.envelope_minutes,
                        record.envelope_until,
                        record.facts,
                        body.occurred_at,
                        request.now,
                        request.actor.person});
  if (body.words) {
    change.Words(record.head.id, "consultation", "words", *body.words, body.occurred_at);
  }
  if (body.spoken && body.spoken->words) {
    change.Words(record.head.id, "consultation", "answer_words", *body.spoken->words,
                 body.spoken->occurred_at);
  }
  AddEvent(change, record, "colleague_consulted", body.occurred_at, request.organisation.currency);
  JsonWriter out;
  WriteConsultation(out, record, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ListConsultations(Services& services, const Request& request) {
  const auto filter = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::nullopt : std::optional(found->second);
  };
  const auto with = filter("with");
  const auto state = filter("state");
  if (state && !desk::ParseConsultationState(*state)) {
    return Fail(ErrorKind::kInvalid, "state-unknown", "There is no such state.", "/state",
                "Use requested, approved, changed, declined, answered, escalated, expired or "
                "withdrawn.");
  }
  if (with && *with != "me" && *with != "mine") {
    return Fail(ErrorKind::kInvalid, "with-unknown", "Consultations are with me, or mine.", "/with",
                "Use me or mine.");
  }
  const OrganisationId org = request.organisation.id;
  const desk::Rank rank = desk::HighestRank(request.actor.roles.ToString());
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kConsultationsOfPerson,
                                     {org, request.actor.person, with.value_or(""),
                                      state.value_or(""), rank >= desk::Rank::kLead}));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (const Row& row : rows) {
    WriteConsultation(out, ConsultationFrom(row), request.organisation.currency);
  }
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> AnswerConsultation(Services& services, const Request& request) {
  EM_ASSIGN(ConsultationRecord record, Find(services, request));
  ObjectReader in(BodyOf(request));
  const AnswerBody body = ReadAnswer(in, request);
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 2> queries = {
      {{&kLastCheckOfIdea, {org, record.idea}}, {&kPersonName, {org, request.actor.person}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  // The gates speak about the person who will do it: the proposer.
  Request as_proposer = request;
  as_proposer.actor.person = record.proposer.id;
  EM_ASSIGN(as_proposer.actor.roles,
            ReadRolesOf(services.store, request.organisation, record.proposer.id, request.now));
  EM_ASSIGN(const Situation situation, ReadSituation(services, as_proposer, {.idea = record.idea}));
  Assessor assessor(services, as_proposer, situation);
  EM_ASSIGN(const Assessment assessment, assessor.Assess(IdeaFactsOf(situation, request.now),
                                                         {.variant = false, .snapshot = false}));
  Change change(services, request);
  GuardConfiguration(change, *situation.configuration);
  std::optional<AnyId> check;
  if (!rows[0].empty()) check = CheckFrom(rows[0][0]).id;
  Answering answering(services, request, change, check);
  const int64_t version = record.head.version;
  EM_TRY(answering.Apply(record, request.actor.person, body, situation, assessor, assessment));
  EM_ASSIGN(record.with_person, PersonFrom(rows[1], request.actor.person));
  change.Guard(
      kAnswer,
      {org, record.head.id, version, record.state, record.answered_at, request.actor.person,
       record.envelope_amount, record.envelope_minutes, record.envelope_until},
      StaleError("consultation"));
  if (body.words) {
    if (record.answer_words) change.Step(kSetAnswerAside, {org, record.head.id});
    change.Words(record.head.id, "consultation", "answer_words", *body.words, body.occurred_at);
    record.answer_words = Stored(body.words);
  }
  AddEvent(change, record, "consultation_answered", body.occurred_at,
           request.organisation.currency);
  return Changed(request, std::move(record), std::move(change));
}

Result<Answer> ConfirmConsultation(Services& services, const Request& request) {
  EM_ASSIGN(ConsultationRecord record, Find(services, request));
  EM_TRY(MayConfirm(Rules(record, record.proposer.id, desk::Rank::kLead), request.actor.person));
  Change change(services, request);
  change.Guard(kConfirm,
               {request.organisation.id, record.head.id, record.head.version, request.now},
               StaleError("consultation"));
  record.confirmed_at = request.now;
  AddEvent(change, record, "consultation_confirmed", request.now, request.organisation.currency);
  return Changed(request, std::move(record), std::move(change));
}

Result<Answer> WithdrawConsultation(Services& services, const Request& request) {
  EM_ASSIGN(ConsultationRecord record, Find(services, request));
  EM_TRY(MayWithdraw(Rules(record, record.proposer.id, desk::Rank::kLead), request.actor.person));
  Change change(services, request);
  change.Guard(kWithdraw, {request.organisation.id, record.head.id, record.head.version},
               StaleError("consultation"));
  record.state = "withdrawn";
  AddEvent(change, record, "consultation_withdrawn", request.now, request.organisation.currency);
  return Changed(request, std::move(record), std::move(change));
}

}  // namespace extramile::app
