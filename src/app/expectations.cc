#include "app/expectations.h"

#include <algorithm>

#include "app/cases.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kInsertExpectation = {
    "insert into expectation (organisation_id, id, case_id, kind, dimension, importance, "
    "formed_by, learned_by, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
const Sql kInsertPerception = {
    "insert into perception (organisation_id, id, case_id, expectation_id, dimension, rating, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};

}  // namespace

const Sql kExpectationsOfCase = {
    "select e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, e.version, e.kind, "
    "e.dimension, e.importance, e.formed_by, e.learned_by, w.text, w.author from expectation e "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.case_id = $2 "
    "order by e.occurred_at, e.id"};
const Sql kPerceptionsOfCase = {
    "select e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, e.version, "
    "e.expectation_id, e.dimension, e.rating, w.text, w.author from perception e "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.case_id = $2 "
    "order by e.occurred_at, e.id"};

ExpectationRecord ExpectationFrom(const Row& row) {
  RowReader in(row);
  ExpectationRecord expectation;
  expectation.head = in.Head();
  expectation.kind = in.Text();
  expectation.dimension = in.Text();
  expectation.importance = in.Int();
  expectation.formed_by = in.Text();
  expectation.learned_by = in.Text();
  expectation.words = in.Words();
  return expectation;
}

PerceptionRecord PerceptionFrom(const Row& row) {
  RowReader in(row);
  PerceptionRecord perception;
  perception.head = in.Head();
  perception.expectation = in.OptionalId();
  perception.dimension = in.OptionalText();
  perception.rating = in.OptionalInt();
  perception.words = in.Words();
  return perception;
}

void WriteExpectation(JsonWriter& out, const ExpectationRecord& expectation) {
  out.BeginObject();
  PutHead(out, expectation.head);
  Put(out, "kind", expectation.kind);
  Put(out, "words", expectation.words);
  Put(out, "dimension", expectation.dimension);
  Put(out, "importance", expectation.importance);
  Put(out, "formed_by", expectation.formed_by);
  Put(out, "learned_by", expectation.learned_by);
  out.EndObject();
}

void WritePerception(JsonWriter& out, const PerceptionRecord& perception) {
  out.BeginObject();
  PutHead(out, perception.head);
  Put(out, "expectation", perception.expectation);
  Put(out, "dimension", perception.dimension);
  Put(out, "rating", perception.rating);
  Put(out, "words", perception.words);
  out.EndObject();
}

Result<Answer> NoteExpectation(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  ExpectationRecord expectation;
  expectation.kind = in.Word("kind", {"expectation", "need"});
  const auto words = ReadWords(in, "words", true);
  expectation.dimension = in.Word("dimension", kDimensions);
  expectation.importance = in.OptionalInt("importance", 1, 5).value_or(3);
  expectation.formed_by =
      in.OptionalWord("formed_by", {"past experience", "promise", "word of mouth", "advertising",
                                    "price", "circumstances", "unknown"})
          .value_or("unknown");
  expectation.learned_by =
      in.OptionalWord("learned_by", {"asked", "observed", "inferred", "told"}).value_or("told");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));

  Change change(services, request);
  expectation.head = NewHead(change.NewId(), occurred_at, request, rows[1]);
  expectation.words = Stored(words);
  change.Step(kInsertExpectation,
              {organisation, expectation.head.id, case_id, expectation.kind, expectation.dimension,
               expectation.importance, expectation.formed_by, expectation.learned_by, occurred_at,
               request.now, request.actor.person});
  change.Words(expectation.head.id, "expectation", "words", *words, occurred_at);
  change.Event({.kind = "expectation_noted",
                .record_kind = "expectation",
                .record = expectation.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "kind", expectation.kind);
                 Put(body, "dimension", expectation.dimension);
                 Put(body, "importance", expectation.importance);
                 Put(body, "learned_by", expectation.learned_by);
               });
  JsonWriter out;
  WriteExpectation(out, expectation);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> NotePerception(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  PerceptionRecord perception;
  perception.expectation = in.OptionalIdentifier<AnyId>("expectation");
  perception.dimension = in.OptionalWord("dimension", kDimensions);
  perception.rating = in.OptionalInt("rating", 1, 5);
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  if (!perception.rating && !words) {
    in.Reject("words", "perception-empty", "This says nothing about what the customer felt.",
              "Give words, or a rating from 1 to 5.");
  }
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kPersonName, {organisation, request.actor.person}},
                           {&kExpectationsOfCase, {organisation, case_id}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));
  if (perception.expectation) {
    const auto found = std::find_if(rows[2].begin(), rows[2].end(), [&](const Row& row) {
      return row[0].Identifier<AnyId>() == *perception.expectation;
    });
    if (found == rows[2].end()) {
      in.Reject("expectation", "expectation-unknown", "This case has no such expectation.",
                "Give the id of an expectation of this case.");
    } else if (!perception.dimension) {
      perception.dimension = ExpectationFrom(*found).dimension;
    }
  }
  EM_TRY(in.Finish());

  Change change(services, request);
  perception.head = NewHead(change.NewId(), occurred_at, request, rows[1]);
  perception.words = Stored(words);
  change.Step(kInsertPerception, {organisation, perception.head.id, case_id, perception.expectation,
                                  perception.dimension, perception.rating, occurred_at, request.now,
                                  request.actor.person});
  if (words) change.Words(perception.head.id, "perception", "words", *words, occurred_at);
  change.Event({.kind = "perception_noted",
                .record_kind = "perception",
                .record = perception.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "expectation", perception.expectation);
                 Put(body, "dimension", perception.dimension);
                 Put(body, "rating", perception.rating);
               });
  JsonWriter out;
  WritePerception(out, perception);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
