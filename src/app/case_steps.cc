#include "app/case_steps.h"

#include <algorithm>

#include "app/cases.h"
#include "app/offers.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kInsertStep = {
    "insert into case_step (organisation_id, id, case_id, step, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7)"};
// A step noted late does not take the contact back to where it was then.
const Sql kMoveStage = {
    "update service_case set stage = $3, version = version + 1 where organisation_id = $1 and "
    "id = $2 and stage <> $3 and not exists (select 1 from case_step s where "
    "s.organisation_id = $1 and s.case_id = $2 and s.occurred_at > $4 and s.step in "
    "('greeting', 'need', 'solution', 'satisfied', 'follow_up'))"};
const Sql kInsertExplanation = {
    "insert into offer_explanation (organisation_id, id, case_id, offer_id, channel, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kOfferNumber = {
    "select number, state from service_offer where organisation_id = $1 and id = $2"};

}  // namespace

const Sql kStepsOfCase = {
    "select s.id, s.occurred_at, s.recorded_at, s.recorded_by, p.display_name, s.version, s.step, "
    "w.text, w.author from case_step s "
    "left join person p on p.organisation_id = s.organisation_id and p.id = s.recorded_by "
    "left join words w on w.organisation_id = s.organisation_id and w.record_id = s.id and "
    "w.field = 'words' where s.organisation_id = $1 and s.case_id = $2 "
    "order by s.occurred_at, s.id"};
const Sql kExplanationsOfCase = {
    "select e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, e.version, "
    "e.offer_id, o.number, e.channel, w.text, w.author from offer_explanation e "
    "left join service_offer o on o.organisation_id = e.organisation_id and o.id = e.offer_id "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.case_id = $2 "
    "order by e.occurred_at, e.id"};

CaseStepRecord CaseStepFrom(const Row& row) {
  RowReader in(row);
  CaseStepRecord step;
  step.head = in.Head();
  step.step = in.Text();
  step.words = in.Words();
  return step;
}

OfferExplanationRecord OfferExplanationFrom(const Row& row) {
  RowReader in(row);
  OfferExplanationRecord explanation;
  explanation.head = in.Head();
  explanation.offer = in.Id();
  explanation.offer_number = in.Int();
  explanation.channel = in.Text();
  explanation.words = in.Words();
  return explanation;
}

void WriteCaseStep(JsonWriter& out, const CaseStepRecord& step) {
  out.BeginObject();
  PutHead(out, step.head);
  Put(out, "step", step.step);
  Put(out, "words", step.words);
  out.EndObject();
}

void WriteOfferExplanation(JsonWriter& out, const OfferExplanationRecord& explanation) {
  out.BeginObject();
  PutHead(out, explanation.head);
  Put(out, "offer", explanation.offer);
  Put(out, "offer_number", explanation.offer_number);
  Put(out, "channel", explanation.channel);
  Put(out, "words", explanation.words);
  out.EndObject();
}

Result<Answer> TakeCaseStep(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  CaseStepRecord step;
  step.step = in.Word("step", {"greeting", "need", "solution", "satisfied", "follow_up", "listened",
                               "apologised", "investigated", "resolved", "followed_up", "learned"});
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));

  Change change(services, request);
  step.head = NewHead(change.NewId(), occurred_at, request, rows[1]);
  step.words = Stored(words);
  if (std::find(kContactSteps.begin(), kContactSteps.end(), step.step) != kContactSteps.end()) {
    change.Step(kMoveStage, {organisation, case_id, step.step, occurred_at});
  }
  change.Step(kInsertStep, {organisation, step.head.id, case_id, step.step, occurred_at,
                            request.now, request.actor.person});
  if (words) change.Words(step.head.id, "case_step", "words", *words, occurred_at);
  change.Event({.kind = "case_step_taken",
                .record_kind = "case_step",
                .record = step.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) { Put(body, "step", step.step); });
  JsonWriter out;
  WriteCaseStep(out, step);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ExplainOffer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const auto named = in.OptionalIdentifier<AnyId>("offer");
  const auto channel = in.OptionalWord("channel", kChannels);
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kPersonName, {organisation, request.actor.person}},
                           {&kCurrentOffer, {organisation}},
                           {&kOfferNumber, {organisation, named.value_or(AnyId{})}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));
  if (named && (rows[3].empty() || rows[3].front()[1].Text() == "draft")) {
    in.Reject("offer", "offer-unknown", "There is no such published version of the offer.",
              "Leave this out for the version in force.");
  }
  EM_TRY(in.Finish());
  const auto current = CurrentOfferFrom(rows[2], {});
  if (!named && !current) return Fail(NoOfferError());

  Change change(services, request);
  OfferExplanationRecord explanation;
  explanation.head = NewHead(change.NewId(), occurred_at, request, rows[1]);
  explanation.offer = named ? *named : current->head.id;
  explanation.offer_number = named ? rows[3].front()[0].Int() : current->number;
  explanation.channel = channel.value_or(CaseFrom(rows[0].front()).channel);
  explanation.words = Stored(words);
  change.Step(kInsertExplanation,
              {organisation, explanation.head.id, case_id, explanation.offer, explanation.channel,
               occurred_at, request.now, request.actor.person});
  if (words) change.Words(explanation.head.id, "offer_explanation", "words", *words, occurred_at);
  change.Event({.kind = "offer_explained",
                .record_kind = "offer_explanation",
                .record = explanation.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "offer", explanation.offer);
                 Put(body, "channel", explanation.channel);
               });
  JsonWriter out;
  WriteOfferExplanation(out, explanation);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
