#include "app/consultations.h"

#include <array>

#include "app/checks.h"
#include "app/consultation_answer.h"
#include "app/consultation_rows.h"

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
  if (in.ok() && body.spoken && approval == (body.spoken->state == State::kAnswered)) {
    in.Reject("spoken_answer", "wrong-answer",
              approval ? "An approval was asked for, not advice."
                       : "Advice was asked for, not an approval.",
              approval ? "Say approved, changed or declined." : "Say answered.");
  }
  if (in.ok() && approval && body.outside_authority && !body.with_person) {
    in.Reject("with_person", "approver-outside",
              "An approval comes from a person here who holds the authority.",
              "Name them too; note what an outside authority said as advice.");
  }
  EM_TRY(in.Finish());
  return body;
}

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

Result<void> PeopleExist(const NewConsultation& body, const Rows& people) {
  const bool with_person = !body.with_person || Named(people, body.with_person);
  const bool deputy = !body.deputy || Named(people, body.deputy);
  if (with_person && deputy) return {};
  return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.",
              with_person ? "/deputy" : "/with_person", "Choose somebody of this organisation.");
}

ConsultationRecord RecordOf(const NewConsultation& body, const Situation& situation,
                            const Rows& people) {
  ConsultationRecord record;
  record.idea = situation.idea->record.head.id;
  record.idea_title = situation.idea->record.title;
  record.service_case = situation.case_id();
  if (record.service_case) record.case_reference = situation.service_case.reference;
  record.incident = situation.idea->record.incident;
  record.purpose = body.purpose;
  record.mode = body.mode;
  record.with_person = Named(people, body.with_person);
  record.outside_authority = body.outside_authority;
  record.deputy = Named(people, body.deputy);
  record.words = Stored(body.words);
  record.due_at = body.due_at;
  if (body.spoken) record.answer_words = Stored(body.spoken->words);
  return record;
}

void AddRecord(Change& change, const Request& request, const ConsultationRecord& record,
               const NewConsultation& body, const std::optional<AnyId>& check) {
  Params row = {request.organisation.id, record.head.id, record.idea, check, record.service_case};
  for (Cell cell :
       {Cell(record.purpose), Cell(record.mode), Cell(record.proposer.id), Cell(body.with_person),
        Cell(record.outside_authority), Cell(body.deputy), Cell(record.state), Cell(record.due_at),
        Cell(record.answered_at), Cell(record.envelope_amount), Cell(record.envelope_minutes),
        Cell(record.envelope_until), Cell(record.facts), Cell(body.occurred_at), Cell(request.now),
        Cell(request.actor.person)}) {
    row.push_back(std::move(cell));
  }
  change.Step(kInsert, std::move(row));
  if (body.words) {
    change.Words(record.head.id, "consultation", "words", *body.words, body.occurred_at);
  }
  if (body.spoken && body.spoken->words) {
    change.Words(record.head.id, "consultation", "answer_words", *body.spoken->words,
                 body.spoken->occurred_at);
  }
  AddEvent(change, record, "colleague_consulted", body.occurred_at, request.organisation.currency);
}

}  // namespace

Result<Answer> Consult(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId idea, request.PathId<AnyId>("id"));
  EM_ASSIGN(const NewConsultation body, ReadNew(request));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = idea}));
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {{{&kPeople, {org, body.with_person, body.deputy}},
                                         {&kLastCheckOfIdea, {org, idea}},
                                         {&kPersonName, {org, request.actor.person}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  EM_TRY(PeopleExist(body, rows[0]));
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
  ConsultationRecord record = RecordOf(body, situation, rows[0]);
  record.head = NewHead(change.NewId(), body.occurred_at, request, rows[2]);
  record.proposer = record.head.recorded_by;
  record.facts = FactsFor(request, situation, assessment);
  if (body.spoken && body.with_person) {
    Answering answering(services, request, change, check);
    GuardConfiguration(change, *situation.configuration);
    EM_TRY(
        answering.Apply(record, *body.with_person, *body.spoken, situation, assessor, assessment));
  } else if (body.spoken) {
    record.state = Word(body.spoken->state);
    record.answered_at = body.spoken->occurred_at;
  }
  AddRecord(change, request, record, body, check);
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
  EM_TRY(MayConfirm(ConsultationRules(record, record.proposer.id, desk::Rank::kLead),
                    request.actor.person));
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
  EM_TRY(MayWithdraw(ConsultationRules(record, record.proposer.id, desk::Rank::kLead),
                     request.actor.person));
  Change change(services, request);
  change.Guard(kWithdraw, {request.organisation.id, record.head.id, record.head.version},
               StaleError("consultation"));
  record.state = "withdrawn";
  AddEvent(change, record, "consultation_withdrawn", request.now, request.organisation.currency);
  return Changed(request, std::move(record), std::move(change));
}

}  // namespace extramile::app
