#include "app/feedback.h"

#include "app/cases.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kInsertFeedback = {
    "insert into feedback (organisation_id, id, case_id, action_id, source, method, "
    "about_person_id, score, score_max, positive, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
const Sql kActionOfCase = {
    "select id from action where organisation_id = $1 and case_id = $2 and id = $3"};
const Sql kFeedbackById = {
    "select id, case_id, occurred_at from feedback where organisation_id = $1 and id = $2"};
const Sql kInsertPassedOn = {
    "insert into feedback_passed_on (organisation_id, id, feedback_id, to_person_id, channel, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kPassedOnById = {
    "select f.case_id, x.id, x.occurred_at, x.recorded_at, x.recorded_by, p.display_name, "
    "x.version, x.to_person_id, t.display_name, x.channel, x.acknowledged_at "
    "from feedback_passed_on x "
    "join feedback f on f.organisation_id = x.organisation_id and f.id = x.feedback_id "
    "left join person p on p.organisation_id = x.organisation_id and p.id = x.recorded_by "
    "left join person t on t.organisation_id = x.organisation_id and t.id = x.to_person_id "
    "where x.organisation_id = $1 and x.id = $2"};
const Sql kAcknowledge = {
    "update feedback_passed_on set acknowledged_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kInsertReview = {
    "insert into feedback_review (organisation_id, id, reviewer_id, period_from, period_to, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};

PassedOnRecord PassedOnFrom(const Row& row) {
  RowReader in(row, 1);
  PassedOnRecord passed_on;
  passed_on.head = in.Head();
  passed_on.to_person = in.Person();
  passed_on.channel = in.Text();
  passed_on.acknowledged_at = in.OptionalTime();
  return passed_on;
}

void CheckScore(ObjectReader& in, const FeedbackRecord& feedback) {
  if (feedback.score.has_value() != feedback.score_max.has_value()) {
    in.Reject("score", "score-pair", "A score needs its highest value, and the other way round.",
              "Send score and score_max, such as 4 and 5, or neither.");
  } else if (feedback.score && *feedback.score > *feedback.score_max) {
    in.Reject("score", "score-range", "The score is above its highest value.",
              "Give a score from 0 to score_max.");
  }
}

}  // namespace

const Sql kFeedbackOfCase = {
    "select f.id, f.occurred_at, f.recorded_at, f.recorded_by, p.display_name, f.version, "
    "f.case_id, f.action_id, f.source, f.method, f.about_person_id, b.display_name, f.score, "
    "f.score_max, f.positive, w.text, w.author from feedback f "
    "left join person p on p.organisation_id = f.organisation_id and p.id = f.recorded_by "
    "left join person b on b.organisation_id = f.organisation_id and b.id = f.about_person_id "
    "left join words w on w.organisation_id = f.organisation_id and w.record_id = f.id and "
    "w.field = 'words' where f.organisation_id = $1 and f.case_id = $2 "
    "order by f.occurred_at, f.id"};
const Sql kPassedOnOfCase = {
    "select x.feedback_id, x.id, x.occurred_at, x.recorded_at, x.recorded_by, p.display_name, "
    "x.version, x.to_person_id, t.display_name, x.channel, x.acknowledged_at "
    "from feedback_passed_on x "
    "left join person p on p.organisation_id = x.organisation_id and p.id = x.recorded_by "
    "left join person t on t.organisation_id = x.organisation_id and t.id = x.to_person_id "
    "where x.organisation_id = $1 and x.feedback_id in "
    "(select f.id from feedback f where f.organisation_id = $1 and f.case_id = $2) "
    "order by x.occurred_at, x.id"};

std::vector<FeedbackRecord> FeedbackFrom(const Rows& feedback, const Rows& passed_on) {
  std::vector<FeedbackRecord> all;
  for (const Row& row : feedback) {
    RowReader in(row);
    FeedbackRecord record;
    record.head = in.Head();
    record.service_case = in.OptionalId();
    record.action = in.OptionalId();
    record.source = in.Text();
    record.method = in.Text();
    record.about_person = in.OptionalPerson();
    record.score = in.OptionalInt();
    record.score_max = in.OptionalInt();
    record.positive = in.Bool();
    record.words = in.Words();
    for (const Row& passed : passed_on) {
      if (RowReader(passed).Id() == record.head.id) {
        record.passed_on.push_back(PassedOnFrom(passed));
      }
    }
    all.push_back(std::move(record));
  }
  return all;
}

void WritePassedOn(JsonWriter& out, const PassedOnRecord& passed_on) {
  out.BeginObject();
  PutHead(out, passed_on.head);
  Put(out, "to_person", passed_on.to_person);
  Put(out, "channel", passed_on.channel);
  Put(out, "acknowledged_at", passed_on.acknowledged_at);
  out.EndObject();
}

void WriteFeedback(JsonWriter& out, const FeedbackRecord& feedback) {
  out.BeginObject();
  PutHead(out, feedback.head);
  Put(out, "case_id", feedback.service_case);
  Put(out, "action", feedback.action);
  Put(out, "source", feedback.source);
  Put(out, "method", feedback.method);
  Put(out, "about_person", feedback.about_person);
  Put(out, "score", feedback.score);
  Put(out, "score_max", feedback.score_max);
  Put(out, "positive", feedback.positive);
  Put(out, "words", feedback.words);
  out.Key("passed_on").BeginArray();
  for (const PassedOnRecord& passed_on : feedback.passed_on) WritePassedOn(out, passed_on);
  out.EndArray().EndObject();
}

void AddFeedbackSteps(Change& change, const Request& request, const FeedbackRecord& feedback,
                      const std::optional<WrittenWords>& words) {
  const RecordHead& head = feedback.head;
  std::optional<PersonId> about;
  if (feedback.about_person) about = feedback.about_person->id;
  change.Step(kInsertFeedback,
              {request.organisation.id, head.id, feedback.service_case, feedback.action,
               feedback.source, feedback.method, about, feedback.score, feedback.score_max,
               feedback.positive, head.occurred_at, request.now, request.actor.person});
  if (words) change.Words(head.id, "feedback", "words", *words, head.occurred_at);
  change.Event({.kind = "feedback_noted",
                .record_kind = "feedback",
                .record = head.id,
                .service_case = feedback.service_case,
                .occurred_at = head.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "source", feedback.source);
                 Put(body, "method", feedback.method);
                 Put(body, "action", feedback.action);
                 Put(body, "positive", feedback.positive);
                 Put(body, "score", feedback.score);
                 Put(body, "score_max", feedback.score_max);
               });
}

Result<Answer> NoteFeedback(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  FeedbackRecord feedback;
  feedback.service_case = case_id;
  feedback.source = in.Word("source", {"customer", "colleague"});
  feedback.method =
      in.Word("method", {"spoken", "survey", "email", "letter", "review", "chat", "gesture"});
  feedback.action = in.OptionalIdentifier<AnyId>("action");
  const auto about = in.OptionalIdentifier<PersonId>("about_person");
  feedback.score = in.OptionalInt("score", 0, 1000);
  feedback.score_max = in.OptionalInt("score_max", 1, 1000);
  CheckScore(in, feedback);
  feedback.positive = in.Bool("positive");
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);

  const Cell organisation = request.organisation.id;
  const Query queries[] = {
      {&kCaseById, {organisation, case_id}},
      {&kPersonName, {organisation, request.actor.person}},
      {&kActionOfCase, {organisation, case_id, feedback.action.value_or(AnyId{})}},
      {&kPersonName, {organisation, about.value_or(PersonId{})}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));
  if (feedback.action && rows[2].empty()) {
    in.Reject("action", "action-unknown", "This case has no such action.",
              "Give the id of an action of this case, or leave this out.");
  }
  if (about && rows[3].empty()) {
    in.Reject("about_person", "person-unknown", "There is no such person here.",
              "Give the id of a person of this organisation.");
  }
  EM_TRY(in.Finish());
  if (about) feedback.about_person = *PersonFrom(rows[3], *about);

  Change change(services, request);
  feedback.head = NewHead(change.NewId(), occurred_at, request, rows[1]);
  feedback.words = Stored(words);
  AddFeedbackSteps(change, request, feedback, words);
  JsonWriter out;
  WriteFeedback(out, feedback);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> PassOnFeedback(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId feedback, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  PassedOnRecord passed_on;
  const PersonId to = in.Identifier<PersonId>("to_person");
  passed_on.channel = in.OptionalWord("channel", kChannels).value_or("face to face");
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  if (in.ok() && to == request.actor.person) {
    in.Reject("to_person", "passed-on-to-self", "Feedback is passed on to somebody else.",
              "Choose the colleague it is about, or who should hear of it.");
  }
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kFeedbackById, {organisation, feedback}},
                           {&kPersonName, {organisation, to}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("feedback"));
  if (rows[1].empty()) {
    in.Reject("to_person", "person-unknown", "There is no such person here.",
              "Give the id of a person of this organisation.");
  }
  EM_TRY(in.Finish());
  passed_on.to_person = *PersonFrom(rows[1], to);
  const std::optional<AnyId> service_case = RowReader(rows[0].front(), 1).OptionalId();

  Change change(services, request);
  passed_on.head = NewHead(change.NewId(), occurred_at, request, rows[2]);
  change.Step(kInsertPassedOn, {organisation, passed_on.head.id, feedback, to, passed_on.channel,
                                occurred_at, request.now, request.actor.person});
  if (words) {
    change.Words(passed_on.head.id, "feedback_passed_on", "words", *words, occurred_at);
  }
  change.Event({.kind = "feedback_passed_on",
                .record_kind = "feedback_passed_on",
                .record = passed_on.head.id,
                .service_case = service_case,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "feedback", feedback);
                 Put(body, "to_person", to);
               });
  JsonWriter out;
  WritePassedOn(out, passed_on);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> AcknowledgeFeedback(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kPassedOnById,
                                     {request.organisation.id, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("feedback"));
  PassedOnRecord passed_on = PassedOnFrom(rows.front());
  if (passed_on.to_person.id != request.actor.person) {
    return Fail(ErrorKind::kForbidden, "not-yours-to-acknowledge",
                "This feedback was passed on to somebody else.", "",
                "Only that person can say that they have read it.");
  }
  Change change(services, request);
  if (!passed_on.acknowledged_at) {
    change.Guard(kAcknowledge, {request.organisation.id, id, passed_on.head.version, request.now},
                 StaleError("feedback"));
    change.Event({.kind = "feedback_acknowledged",
                  .record_kind = "feedback_passed_on",
                  .record = id,
                  .service_case = RowReader(rows.front()).OptionalId(),
                  .occurred_at = request.now});
    passed_on.acknowledged_at = request.now;
    passed_on.head.version += 1;
  }
  JsonWriter out;
  WritePassedOn(out, passed_on);
  return ChangedAnswer(std::move(out), std::move(change), passed_on.head.version);
}

Result<Answer> ReviewFeedback(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  const Instant from = in.Time("period_from");
  const Instant to = in.Time("period_to");
  if (in.ok() && from >= to) {
    in.Reject("period_to", "period-order", "The period ends before it begins.",
              "Give an end after the beginning.");
  }
  if (in.ok() && to > request.now) {
    in.Reject("period_to", "time-in-future", "The period has not ended yet.",
              "Review what has been said so far.");
  }
  const auto words = ReadWords(in, "words", true);
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());

  Change change(services, request);
  const AnyId id = change.NewId();
  change.Step(kInsertReview, {request.organisation.id, id, request.actor.person, from, to,
                              occurred_at, request.now, request.actor.person});
  change.Words(id, "feedback_review", "words", *words, occurred_at);
  change.Event({.kind = "feedback_reviewed",
                .record_kind = "feedback_review",
                .record = id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "period_from", from);
                 Put(body, "period_to", to);
               });
  JsonWriter out;
  out.BeginObject();
  Put(out, "id", id);
  Put(out, "version", int64_t{1});
  out.EndObject();
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
