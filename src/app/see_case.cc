// Everything about one case: what its page shows.
#include "app/actions.h"
#include "app/case_progress.h"
#include "app/case_steps.h"
#include "app/cases.h"
#include "app/consultations.h"
#include "app/documents.h"
#include "app/expectations.h"
#include "app/feedback.h"
#include "app/ideas.h"
#include "app/matches.h"

namespace extramile::app {
namespace {

const Sql kProgress = {"select " CASE_PROGRESS_COLUMNS
                       " from service_case c where c.organisation_id = $1 and c.id = $2"};
const Sql kTookPart = {
    "select 1 from case_colleague where organisation_id = $1 and case_id = $2 and person_id = $3 "
    "union all select 1 from service_case where organisation_id = $1 and id = $2 and "
    "(agent_id = $3 or recorded_by = $3)"};

constexpr Roles kStaff = Role::kAgent | Role::kLead | Role::kManager;

// One read made of several groups of queries, each of which finds its own answers again.
class Snapshot {
 public:
  size_t Ask(std::vector<Query> queries) {
    const size_t first = queries_.size();
    for (Query& query : queries) queries_.push_back(std::move(query));
    ends_.push_back(queries_.size());
    begins_.push_back(first);
    return begins_.size() - 1;
  }
  Result<void> Read(Services& services, OrganisationId organisation) {
    EM_ASSIGN(rows_, services.store.Read(organisation, queries_));
    return {};
  }
  std::span<const Rows> Group(size_t group) const {
    return std::span(rows_).subspan(begins_[group], ends_[group] - begins_[group]);
  }

 private:
  std::vector<Query> queries_;
  std::vector<size_t> begins_, ends_;
  std::vector<Rows> rows_;
};

template <class Read, class Write>
void WriteList(JsonWriter& out, std::string_view key, const Rows& rows, Read read, Write write) {
  out.Key(key).BeginArray();
  for (const Row& row : rows) write(out, read(row));
  out.EndArray();
}

}  // namespace

Result<Answer> SeeCase(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const CaseView view, LoadCase(services, request, id));

  Snapshot snapshot;
  const Params of_case = {org, id};
  const size_t own = snapshot.Ask({{&kExplanationsOfCase, of_case},
                                   {&kExpectationsOfCase, of_case},
                                   {&kPerceptionsOfCase, of_case},
                                   {&kMatchesOfCase, of_case},
                                   {&kMatchLinesOfCase, of_case},
                                   {&kFeedbackOfCase, of_case},
                                   {&kPassedOnOfCase, of_case},
                                   {&kDocumentsSeenInCase, of_case},
                                   {&kStepsOfCase, of_case},
                                   {&kProgress, of_case},
                                   {&kTookPart, {org, id, request.actor.person}}});
  const size_t ideas = snapshot.Ask(IdeaQueries(org, id));
  const size_t consultations = snapshot.Ask(ConsultationQueries(org, id));
  const size_t actions = snapshot.Ask(ActionQueries(org, id));
  EM_TRY(snapshot.Read(services, org));
  const auto rows = snapshot.Group(own);
  // A learner who is not staff sees only the cases they took part in.
  if (!request.actor.roles.HasAny(kStaff) && rows[10].empty()) {
    return Fail(Request::NotFoundError("case"));
  }
  const Currency currency = request.organisation.currency;
  JsonWriter out;
  out.BeginObject().Key("case");
  WriteCaseDetail(out, view, currency);
  WriteList(out, "offer_explanations", rows[0], OfferExplanationFrom, WriteOfferExplanation);
  WriteList(out, "expectations", rows[1], ExpectationFrom, WriteExpectation);
  WriteList(out, "perceptions", rows[2], PerceptionFrom, WritePerception);
  out.Key("match");
  if (const auto match = NewestMatchFrom(rows[3], rows[4])) {
    WriteMatch(out, *match);
  } else {
    out.Null();
  }
  out.Key("ideas");
  WriteIdeas(out, snapshot.Group(ideas), currency);
  out.Key("consultations");
  WriteConsultations(out, snapshot.Group(consultations), currency);
  out.Key("actions");
  WriteActions(out, snapshot.Group(actions), currency);
  out.Key("feedback").BeginArray();
  for (const FeedbackRecord& feedback : FeedbackFrom(rows[5], rows[6])) {
    WriteFeedback(out, feedback);
  }
  out.EndArray();
  WriteList(out, "documents_consulted", rows[7], DocumentSeenFrom, WriteDocumentSeen);
  WriteList(out, "steps", rows[8], CaseStepFrom, WriteCaseStep);
  RowReader progress(rows[9].front());
  Put(out, "next_step", desk::NextStep(CaseProgressFrom(progress)));
  out.EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.version = view.record.head.version;
  return answer;
}

}  // namespace extramile::app
