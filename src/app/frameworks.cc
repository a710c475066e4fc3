#include "app/frameworks.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/record.h"

namespace extramile::app {
namespace {

#define ENROLMENT_COLUMNS                                                                 \
  "select e.id, e.occurred_at, e.recorded_at, e.recorded_by, r.display_name, e.version, " \
  "e.person_id, p.display_name, e.framework_id, e.assessor_id, a.display_name, e.state "  \
  "from enrolment e "                                                                     \
  "left join person r on r.organisation_id = e.organisation_id and r.id = e.recorded_by " \
  "left join person p on p.organisation_id = e.organisation_id and p.id = e.person_id "   \
  "left join person a on a.organisation_id = e.organisation_id and a.id = e.assessor_id " \
  "where e.organisation_id = $1 "
const Sql kAllEnrolments = {ENROLMENT_COLUMNS "order by e.recorded_at, e.id"};
const Sql kOwnEnrolments = {
    ENROLMENT_COLUMNS "and (e.person_id = $2 or e.assessor_id = $2) order by e.recorded_at, e.id"};
const Sql kFrameworkTexts = {"select id, code, body from framework where organisation_id = $1"};
const Sql kFrameworkByEdition = {
    "select id, content_hash from framework where organisation_id = $1 and code = $2 "
    "and edition = $3"};
const Sql kEnrolmentOn = {
    "select e.id from enrolment e join framework f on f.organisation_id = e.organisation_id and "
    "f.id = e.framework_id where e.organisation_id = $1 and e.person_id = $2 and f.code = $3 "
    "and e.state = 'enrolled'"};
const Sql kPersonAndRoles = {
    "select p.display_name, m.roles from person p left join membership m "
    "on m.organisation_id = p.organisation_id and m.person_id = p.id "
    "where p.organisation_id = $1 and p.id = $2"};
const Sql kInsertFramework = {
    "insert into framework (organisation_id, id, code, edition, content_hash, body, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $7, $8)"};
const Sql kInsertEnrolment = {
    "insert into enrolment (organisation_id, id, person_id, framework_id, assessor_id, state, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, 'enrolled', $6, $6, $7)"};

struct EnrolmentRecord {
  RecordHead head;
  PersonRef person;
  AnyId framework;
  std::optional<PersonRef> assessor;
  std::string state = "enrolled";
};

EnrolmentRecord EnrolmentFrom(const Row& row) {
  RowReader in(row);
  EnrolmentRecord out;
  out.head = in.Head();
  out.person = in.Person();
  out.framework = in.Id();
  out.assessor = in.OptionalPerson();
  out.state = in.Text();
  return out;
}

void WriteEnrolment(JsonWriter& out, const EnrolmentRecord& enrolment,
                    const portfolio::Framework& framework) {
  out.BeginObject();
  PutHead(out, enrolment.head);
  Put(out, "person", enrolment.person);
  out.Key("framework");
  WriteFrameworkInfo(out, framework);
  Put(out, "assessor", enrolment.assessor);
  Put(out, "state", enrolment.state);
  out.EndObject();
}

Result<FrameworkSource*> SourceOf(Services& services) {
  if (services.frameworks) return services.frameworks;
  return Fail(ErrorKind::kUnavailable, "frameworks-unloaded",
              "This server has no qualification units loaded.", "",
              "Start it with the folder of frameworks.");
}

// The request's body, parsed.
struct NewEnrolment {
  PersonId person;
  std::string framework;
  std::optional<PersonId> assessor;
};

Result<NewEnrolment> ReadNewEnrolment(const Request& request) {
  ObjectReader in(BodyOf(request));
  NewEnrolment out;
  out.person = in.OptionalIdentifier<PersonId>("person").value_or(request.actor.person);
  out.framework = in.String("framework", {.max_bytes = 200});
  out.assessor = in.OptionalIdentifier<PersonId>("assessor");
  if (out.assessor == out.person) {
    in.Reject("assessor", "assessor-is-learner", "Nobody assesses their own work.",
              "Name another assessor.");
  }
  EM_TRY(in.Finish());
  if (out.person != request.actor.person &&
      !request.actor.roles.HasAny(Role::kAssessor | Role::kAdmin)) {
    return Fail(ErrorKind::kForbidden, "enrol-others",
                "Only an assessor or an admin enrols somebody else.", "/person",
                "Leave it out to enrol yourself.");
  }
  return out;
}

// A person of the organisation who holds the role. `rows`: of kPersonAndRoles.
Result<PersonRef> PersonWithRole(const Rows& rows, PersonId id, Role role, std::string_view field) {
  const std::string place = "/" + std::string(field);
  if (rows.empty()) {
    return Fail(ErrorKind::kInvalid, "person-unknown", "There is no such person here.", place,
                "Give the id of a person of this organisation.");
  }
  RowReader in(rows.front());
  PersonRef person{id, in.OptionalText()};
  EM_ASSIGN(const Roles roles, Roles::Parse(in.Text()));
  if (roles.Has(role)) return person;
  const std::string word = Roles(role).ToString();
  return Fail(ErrorKind::kInvalid, "role-missing",
              "This person does not hold the role '" + word + "'.", place,
              "Ask an admin to give it to them.");
}

// The id of the stored edition, added to the change where it is new.
Result<AnyId> PinFramework(Change& change, const Request& request, const LoadedFramework& loaded,
                           const Rows& stored) {
  const portfolio::Framework& framework = loaded.framework;
  if (!stored.empty()) {
    RowReader in(stored.front());
    const AnyId id = in.Id();
    if (in.Next().Blob() == Bytes(loaded.hash.begin(), loaded.hash.end())) return id;
    return Fail(ErrorKind::kConflict, "framework-edition-changed",
                "The file of unit " + framework.code +
                    " has changed since somebody enrolled on its edition " + framework.edition +
                    ".",
                "/framework", "Give the changed file an edition of its own.");
  }
  const AnyId id = change.NewId();
  change.Guard(kInsertFramework,
               {request.organisation.id, id, framework.code, framework.edition, loaded.hash,
                loaded.text, request.now, request.actor.person},
               StaleError("framework"));
  change.Event({.kind = "framework_added",
                .record_kind = "framework",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "code", framework.code);
                 Put(body, "edition", framework.edition);
                 Put(body, "content", ToHex(loaded.hash));
               });
  return id;
}

}  // namespace

void WriteFrameworkInfo(JsonWriter& out, const portfolio::Framework& framework) {
  out.BeginObject();
  Put(out, "code", framework.code);
  Put(out, "edition", framework.edition);
  Put(out, "title", framework.title);
  Put(out, "awarding_body", framework.awarding_body);
  Put(out, "level", framework.level);
  Put(out, "credit", framework.credit);
  Put(out, "criteria", static_cast<int64_t>(framework.criteria()));
  out.EndObject();
}

Result<Answer> ListFrameworks(Services& services, const Request&) {
  EM_ASSIGN(auto* const source, SourceOf(services));
  JsonWriter out;
  out.BeginArray();
  for (const auto& loaded : source->All()) WriteFrameworkInfo(out, loaded->framework);
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> ListEnrolments(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const bool all = request.actor.roles.HasAny(Role::kIqa | Role::kEqa | Role::kAdmin);
  const Query queries[] = {all ? Query{&kAllEnrolments, {organisation}}
                               : Query{&kOwnEnrolments, {organisation, request.actor.person}},
                           {&kFrameworkTexts, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  std::map<AnyId, portfolio::Framework> frameworks;
  for (const Row& row : rows[1]) {
    RowReader in(row);
    const AnyId id = in.Id();
    const std::string code = in.Text();
    EM_ASSIGN(portfolio::Framework framework, portfolio::ParseFramework(in.Text(), code));
    frameworks.emplace(id, std::move(framework));
  }
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows[0]) {
    const EnrolmentRecord enrolment = EnrolmentFrom(row);
    WriteEnrolment(out, enrolment, frameworks.at(enrolment.framework));
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> Enrol(Services& services, const Request& request) {
  EM_ASSIGN(const NewEnrolment wanted, ReadNewEnrolment(request));
  EM_ASSIGN(auto* const source, SourceOf(services));
  auto loaded = source->Find(wanted.framework);
  if (!loaded) {
    return Fail(ErrorKind::kInvalid, "framework-unknown",
                "No qualification unit of this code is loaded.", "/framework",
                "Choose one of the loaded units.");
  }
  const portfolio::Framework& framework = (*loaded)->framework;
  const Cell organisation = request.organisation.id;
  const Query queries[] = {
      {&kPersonAndRoles, {organisation, wanted.person}},
      {&kPersonAndRoles, {organisation, wanted.assessor.value_or(PersonId{})}},
      {&kEnrolmentOn, {organisation, wanted.person, framework.code}},
      {&kFrameworkByEdition, {organisation, framework.code, framework.edition}},
      {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  EnrolmentRecord enrolment;
  EM_ASSIGN(enrolment.person, PersonWithRole(rows[0], wanted.person, Role::kLearner, "person"));
  if (wanted.assessor) {
    EM_ASSIGN(enrolment.assessor,
              PersonWithRole(rows[1], *wanted.assessor, Role::kAssessor, "assessor"));
  }
  if (!rows[2].empty()) {
    return Fail(ErrorKind::kConflict, "enrolled-already",
                "This person is enrolled on unit " + framework.code + " already.", "/framework",
                "Go on with that enrolment.");
  }

  Change change(services, request);
  EM_ASSIGN(enrolment.framework, PinFramework(change, request, **loaded, rows[3]));
  enrolment.head = NewHead(change.NewId(), request.now, request, rows[4]);
  change.Step(kInsertEnrolment,
              {organisation, enrolment.head.id, wanted.person, enrolment.framework, wanted.assessor,
               request.now, request.actor.person});
  change.Event({.kind = "learner_enrolled",
                .record_kind = "enrolment",
                .record = enrolment.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "person", wanted.person);
                 Put(body, "framework", framework.code);
                 Put(body, "edition", framework.edition);
                 Put(body, "assessor", wanted.assessor);
               });
  JsonWriter out;
  WriteEnrolment(out, enrolment, framework);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
