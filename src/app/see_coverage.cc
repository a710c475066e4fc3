#include "app/see_coverage.h"

#include <optional>
#include <string>
#include <vector>

#include "app/frameworks.h"
#include "app/learner_evidence.h"
#include "app/record.h"
#include "portfolio/coverage.h"

namespace extramile::app {
namespace {

const Sql kEnrolment = {
    "select e.person_id, p.display_name, e.assessor_id, f.code, f.body from enrolment e "
    "join framework f on f.organisation_id = e.organisation_id and f.id = e.framework_id "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.person_id "
    "where e.organisation_id = $1 and e.id = $2"};
const Sql kInsertView = {
    "insert into eqa_view (organisation_id, id, viewer_id, record_kind, viewed_id, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, 'enrolment', $4, $5, $5, $3)"};

struct EnrolmentSeen {
  AnyId id;
  PersonRef person;
  std::optional<PersonId> assessor;
  std::string framework_code, framework_text;
};

EnrolmentSeen EnrolmentFrom(AnyId id, const Row& row) {
  RowReader in(row);
  EnrolmentSeen out;
  out.id = id;
  out.person = in.Person();
  if (const auto assessor = in.OptionalId()) out.assessor = PersonId{assessor->bytes};
  out.framework_code = in.Text();
  out.framework_text = in.Text();
  return out;
}

Result<void> CheckMaySee(const EnrolmentSeen& enrolment, const Actor& actor) {
  if (enrolment.person.id == actor.person || enrolment.assessor == actor.person) return {};
  if (actor.roles.HasAny(Role::kIqa | Role::kEqa)) return {};
  return Fail(ErrorKind::kForbidden, "enrolment-not-yours",
              "This enrolment is another learner's, and you are not its assessor.", "",
              "Ask to be assigned as the assessor.");
}

void WriteLink(JsonWriter& out, const portfolio::EvidenceRecord& record,
               const portfolio::EvidenceCase* service_case) {
  out.BeginObject();
  Put(out, "record_kind", record.kind);
  Put(out, "record", record.id);
  Put(out, "case_id", record.service_case);
  Put(out, "occurred_at", record.occurred_at);
  Put(out, "recorded_at", record.recorded_at);
  Put(out, "late", record.late());
  Put(out, "says", record.says);
  Put(out, "author", record.author);
  Put(out, "context", service_case ? service_case->Context() : "no case");
  Put(out, "href",
      record.service_case ? "/api/v1/cases/" + record.service_case->ToString()
                          : std::string("/api/v1/proposals"));
  out.EndObject();
}

void WriteCriterion(JsonWriter& out, const portfolio::CriterionCoverage& coverage,
                    const portfolio::Evidence& evidence) {
  const portfolio::Criterion& criterion = *coverage.criterion;
  const bool knowledge = criterion.kind == portfolio::CriterionKind::kKnowledge;
  out.BeginObject();
  Put(out, "code", criterion.code);
  Put(out, "text", criterion.text);
  Put(out, "kind", knowledge ? "knowledge" : "performance");
  Put(out, "state", portfolio::CriterionStateWord(coverage.state));
  out.Key("records").BeginArray();
  for (const portfolio::EvidenceRecord* record : coverage.records) {
    WriteLink(out, *record, portfolio::CaseOf(evidence, *record));
  }
  out.EndArray();
  Put(out, "missing", coverage.missing);
  out.EndObject();
}

void WriteCoverage(JsonWriter& out, const EnrolmentSeen& enrolment,
                   const portfolio::Framework& framework, const portfolio::Evidence& evidence,
                   const portfolio::Coverage& coverage) {
  out.BeginObject();
  Put(out, "enrolment", enrolment.id);
  out.Key("framework");
  WriteFrameworkInfo(out, framework);
  Put(out, "person", enrolment.person);
  Put(out, "evidenced", static_cast<int64_t>(coverage.evidenced()));
  Put(out, "of", static_cast<int64_t>(coverage.criteria.size()));
  out.Key("criteria").BeginArray();
  for (const auto& criterion : coverage.criteria) WriteCriterion(out, criterion, evidence);
  out.EndArray();
  out.Key("sufficiency").BeginArray();
  for (const portfolio::Finding& finding : coverage.sufficiency) {
    out.BeginObject();
    Put(out, "requirement", finding.rule->requirement);
    Put(out, "basis", portfolio::BasisWord(finding.rule->basis));
    Put(out, "met", finding.met);
    Put(out, "says", finding.says);
    out.EndObject();
  }
  out.EndArray();
  Put(out, "warnings", coverage.warnings);
  out.EndObject();
}

// Somebody from outside looks at a learner's record: that they did is on the record too.
void RecordView(Change& change, const Request& request, const EnrolmentSeen& enrolment) {
  const AnyId id = change.NewId();
  change.Step(kInsertView,
              {request.organisation.id, id, request.actor.person, enrolment.id, request.now});
  change.Event({.kind = "coverage_viewed",
                .record_kind = "eqa_view",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { Put(body, "enrolment", enrolment.id); });
}

}  // namespace

Result<Answer> SeeCoverage(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  std::vector<Query> queries = EvidenceQueries(request.organisation.id, id);
  queries.push_back({&kEnrolment, {request.organisation.id, id}});
  EM_ASSIGN(const auto answers, services.store.Read(request.organisation.id, queries));
  if (answers.back().empty()) return Fail(Request::NotFoundError("enrolment"));
  const EnrolmentSeen enrolment = EnrolmentFrom(id, answers.back().front());
  EM_TRY(CheckMaySee(enrolment, request.actor));
  EM_ASSIGN(const portfolio::Framework framework,
            portfolio::ParseFramework(enrolment.framework_text, enrolment.framework_code));
  EM_ASSIGN(const portfolio::Evidence evidence,
            EvidenceFrom(std::span(answers).first(answers.size() - 1)));
  const portfolio::Coverage coverage =
      portfolio::Cover(framework, evidence, request.now, request.organisation.time_zone);
  JsonWriter out;
  WriteCoverage(out, enrolment, framework, evidence, coverage);
  Answer answer = OkAnswer(std::move(out));
  const bool own =
      enrolment.person.id == request.actor.person || enrolment.assessor == request.actor.person;
  if (!own && request.actor.roles.Has(Role::kEqa)) {
    Change change(services, request);
    RecordView(change, request, enrolment);
    answer.plan = std::move(change).Take();
  }
  return answer;
}

}  // namespace extramile::app
