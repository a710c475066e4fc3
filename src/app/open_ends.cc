#include "app/open_ends.h"

#include "app/record.h"

namespace extramile::app {
namespace {

// How far back the card looks: what is older is settled in the case itself.
constexpr int64_t kLookBack = 31 * kMicrosPerDay;

// A turn of an incident was paced for the others, and nobody asks a hundred times for reactions.
#define EM_NO_TURN                                                               \
  "not exists (select 1 from incident_piece y where y.organisation_id = $1 and " \
  "y.action_id = a.id)"

// Each gives: case id, its reference, the record to answer for, and when it is due (or null).
// $2 the person, $3 how far back; done or partly done actions by that person.
// What is planned stays on the card, however old, until it is done or not.
const Sql kPlanned = {
    "select a.case_id, c.reference, a.id, i.start_at from action a join idea i on "
    "i.organisation_id = a.organisation_id and i.id = a.idea_id left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "a.recorded_by = $2 and a.state = 'planned' "
    "order by coalesce(i.start_at, a.occurred_at), a.id limit 100"};
const Sql kNotTold = {
    "select a.case_id, c.reference, a.id, null from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "a.recorded_by = $2 and a.occurred_at >= $3 and a.state in ('done', 'partly done') and "
    "not exists (select 1 from awareness x where x.organisation_id = $1 and x.action_id = a.id) "
    "order by a.occurred_at, a.id limit 100"};
const Sql kNoReaction = {
    "select a.case_id, c.reference, a.id, null from action a join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "a.recorded_by = $2 and a.occurred_at >= $3 and a.state in ('done', 'partly done') and "
    "not exists (select 1 from feedback x where x.organisation_id = $1 and "
    "x.case_id = a.case_id and x.source = 'customer') and " EM_NO_TURN
    " order by a.occurred_at, a.id limit 100"};
const Sql kOthersUnseen = {
    "select a.case_id, c.reference, a.id, null from action a left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "a.recorded_by = $2 and a.occurred_at >= $3 and a.state in ('done', 'partly done') and "
    "not exists (select 1 from effect_observation x where x.organisation_id = $1 and "
    "x.action_id = a.id) and " EM_NO_TURN " order by a.occurred_at, a.id limit 100"};
// A promise stays on the card until it is settled, however old.
const Sql kPromisesOpen = {
    "select a.case_id, c.reference, x.id, x.due_at from promise x join action a on "
    "a.organisation_id = x.organisation_id and a.id = x.action_id left join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where x.organisation_id = $1 and "
    "x.recorded_by = $2 and x.state = 'open' order by x.due_at, x.id limit 100"};
const Sql kPraiseKept = {
    "select f.case_id, c.reference, f.id, null from feedback f join service_case c on "
    "c.organisation_id = f.organisation_id and c.id = f.case_id where f.organisation_id = $1 and "
    "(f.recorded_by = $2 or c.agent_id = $2) and f.occurred_at >= $3 and f.positive = 1 and "
    "not exists (select 1 from feedback_passed_on x where x.organisation_id = $1 and "
    "x.feedback_id = f.id) order by f.occurred_at, f.id limit 100"};
const Sql kSpokenUnconfirmed = {
    "select k.case_id, c.reference, k.id, null from consultation k left join service_case c on "
    "c.organisation_id = k.organisation_id and c.id = k.case_id where k.organisation_id = $1 and "
    "k.with_person_id = $2 and k.mode = 'spoken' and k.answered_at is not null and "
    "k.confirmed_at is null order by k.occurred_at, k.id limit 100"};

struct Kind {
  const Sql* sql;
  bool looks_back;
  const char* word;
  const char* question;  // before the case's reference and the question mark
};
constexpr Kind kKinds[] = {
    {&kPlanned, false, "planned", "Was it done as planned"},
    {&kNotTold, true, "told", "Was the customer told what was done for them"},
    {&kNoReaction, true, "reaction", "How did the customer take it"},
    {&kOthersUnseen, true, "others", "Were other customers affected"},
    {&kPromisesOpen, false, "promise", "Was the promise kept"},
    {&kPraiseKept, true, "praise", "Who should hear the praise"},
    {&kSpokenUnconfirmed, false, "confirm", "Did you say yes to this"},
};

}  // namespace

Result<Answer> ListOpenEnds(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  std::vector<Query> queries;
  for (const Kind& kind : kKinds) {
    Params params = {organisation, request.actor.person};
    if (kind.looks_back) params.push_back(request.now + -kLookBack);
    queries.push_back({kind.sql, std::move(params)});
  }
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const Row& row : rows[i]) {
      RowReader in(row);
      const auto service_case = in.OptionalId();
      const auto reference = in.OptionalText();
      out.BeginObject();
      Put(out, "kind", kKinds[i].word);
      Put(out, "case_id", service_case);
      Put(out, "record", in.Id());
      Put(out, "question",
          std::string(kKinds[i].question) + (reference ? " (" + *reference + ")?" : "?"));
      Put(out, "due_at", in.OptionalTime());
      out.EndObject();
    }
  }
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
