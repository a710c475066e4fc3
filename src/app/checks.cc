#include "app/checks.h"

#include "app/assessment.h"
#include "app/record_check.h"
#include "app/situation.h"

namespace extramile::app {
namespace {

#define EM_CHECK_COLUMNS                                                                         \
  "select k.id, k.idea_id, k.outcome, k.sentence, k.sign_off_role, k.gates, k.nearest, f.body, " \
  "k.own_verdict, k.timing, k.valid_until, k.policy, h.amount, h.minutes, k.occurred_at, "       \
  "k.recorded_at from idea_check k "                                                             \
  "left join forecast f on f.organisation_id = k.organisation_id and f.id = k.forecast_id "      \
  "left join hold h on h.organisation_id = k.organisation_id and h.check_id = k.id and "         \
  "h.state = 'held' "

const Sql kCheckById = {EM_CHECK_COLUMNS "where k.organisation_id = $1 and k.id = $2"};

struct CheckBody {
  std::optional<std::string> own_verdict;
  std::optional<int64_t> amount, minutes;
  std::optional<Instant> start_at;
};

Result<CheckBody> ReadBody(const Request& request, bool preview) {
  ObjectReader in(BodyOf(request));
  CheckBody body;
  body.own_verdict = in.OptionalWord(
      "own_verdict", {"routine", "allowed", "needs sign-off", "undecided", "not allowed"});
  if (const auto amount = in.OptionalAmount("amount", request.organisation.currency)) {
    body.amount = amount->minor;
    if (amount->minor < 0) {
      in.Reject("amount", "amount-negative", "The amount is below zero.", "Give 0 or more.");
    }
  }
  body.minutes = in.OptionalInt("minutes", 0, 10'000);
  body.start_at = in.OptionalTime("start_at");
  for (const std::string_view key : {"amount", "minutes", "start_at"}) {
    if (!preview && in.Has(key)) {
      in.Reject(key, "preview-only", "A check is made of the idea as it was proposed.",
                "Try other figures in a preview, then propose the idea with them.");
    }
  }
  EM_TRY(in.Finish());
  return body;
}

}  // namespace

const Sql kChecksOfCase = {EM_CHECK_COLUMNS
                           "where k.organisation_id = $1 and k.idea_id in (select i.id from idea i "
                           "where i.organisation_id = $1 and i.case_id = $2) "
                           "order by k.recorded_at, k.id"};
const Sql kChecksOfIncident = {EM_CHECK_COLUMNS
                               "where k.organisation_id = $1 and k.idea_id in (select i.id from "
                               "idea i where i.organisation_id = $1 and i.incident_id = $2) "
                               "order by k.recorded_at, k.id"};
const Sql kLastCheckOfIdea = {EM_CHECK_COLUMNS
                              "where k.organisation_id = $1 and k.idea_id = $2 order by "
                              "k.recorded_at desc, k.id desc limit 1"};

CheckRecord CheckFrom(const Row& row) {
  RowReader in(row);
  CheckRecord check;
  check.id = in.Id();
  check.idea = in.Id();
  check.outcome = in.Text();
  check.sentence = in.Text();
  check.sign_off_role = in.OptionalText();
  check.gates = in.Text();
  check.nearest = in.OptionalText();
  check.forecast = in.OptionalText();
  check.own_verdict = in.OptionalText();
  check.timing = in.Text();
  check.valid_until = in.Time();
  check.policy = in.Text();
  check.held_amount = in.Int();
  check.held_minutes = in.Int();
  check.occurred_at = in.Time();
  check.recorded_at = in.Time();
  return check;
}

void WriteCheck(JsonWriter& out, const CheckRecord& check, Currency currency) {
  const auto put_json = [&](std::string_view key, const std::optional<std::string>& json) {
    out.Key(key);
    json ? out.Raw(*json) : out.Null();
  };
  out.BeginObject();
  Put(out, "id", check.id);
  Put(out, "idea", check.idea);
  Put(out, "outcome", check.outcome);
  Put(out, "sentence", check.sentence);
  Put(out, "sign_off_role", check.sign_off_role);
  out.Key("gates").Raw(check.gates);
  put_json("nearest", check.nearest);
  put_json("forecast", check.forecast);
  Put(out, "own_verdict", check.own_verdict);
  Put(out, "timing", check.timing);
  Put(out, "valid_until", check.valid_until);
  Put(out, "policy", check.policy);
  Put(out, "held_money", Money{check.held_amount, currency});
  Put(out, "held_minutes", check.held_minutes);
  Put(out, "occurred_at", check.occurred_at);
  Put(out, "recorded_at", check.recorded_at);
  out.EndObject();
}

Result<Answer> PreviewIdea(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const CheckBody body, ReadBody(request, true));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = id}));
  desk::IdeaFacts idea = IdeaFactsOf(situation, request.now);
  if (body.amount) idea.amount = *body.amount * situation.customers();
  if (body.minutes) idea.minutes = *body.minutes * situation.customers();
  if (body.start_at) idea.when = std::max(*body.start_at, request.now);
  EM_TRY(SomebodyIsLeft(situation));
  Assessor assessor(services, request, situation);
  EM_ASSIGN(const Assessment assessment, assessor.Assess(std::move(idea), {.snapshot = false}));
  CheckRecord check = PreviewOf(request, situation, assessment, id);
  check.own_verdict = body.own_verdict;
  JsonWriter out;
  WriteCheck(out, check, request.organisation.currency);
  return OkAnswer(std::move(out));
}

Result<Answer> CheckIdea(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const CheckBody body, ReadBody(request, false));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.idea = id}));
  EM_TRY(SomebodyIsLeft(situation));
  Assessor assessor(services, request, situation);
  EM_ASSIGN(const Assessment assessment, assessor.Assess(IdeaFactsOf(situation, request.now)));
  Change change(services, request);
  CheckToRecord to_record;
  to_record.idea = id;
  to_record.gesture = situation.idea->record.gesture;
  to_record.own_verdict = body.own_verdict;
  to_record.timing = situation.idea->acted_on ? "after the fact" : "before";
  to_record.occurred_at = request.now;
  EM_ASSIGN(const CheckRecord check,
            RecordCheck(change, services, request, situation, assessor, assessment, to_record));
  JsonWriter out;
  WriteCheck(out, check, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> SeeCheck(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kCheckById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("check"));
  JsonWriter out;
  WriteCheck(out, CheckFrom(rows[0]), request.organisation.currency);
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
