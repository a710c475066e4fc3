#include "app/job_roles.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kJobRoles = {
    "select id, title, version from job_role where organisation_id = $1 order by title, id"};
const Sql kDuties = {
    "select job_role_id, gesture_code from job_role_duty where organisation_id = $1 "
    "order by job_role_id, gesture_code"};
const Sql kGestureCodes = {"select code from gesture where organisation_id = $1"};
const Sql kInsertJobRole = {
    "insert into job_role (organisation_id, id, title, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6)"};
const Sql kInsertDuty = {
    "insert into job_role_duty (organisation_id, id, job_role_id, gesture_code, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7)"};

const Sql kJobRole = {
    "select id, title, version from job_role where organisation_id = $1 and id = $2"};
const Sql kDutiesOf = {
    "select gesture_code from job_role_duty where organisation_id = $1 and job_role_id = $2 "
    "order by gesture_code"};
const Sql kUpdateJobRole = {
    "update job_role set title = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kDropDuty = {
    "delete from job_role_duty where organisation_id = $1 and job_role_id = $2 "
    "and gesture_code = $3"};

struct JobRoleRecord {
  AnyId id;
  std::string title;
  std::vector<std::string> duties;  // gesture codes, in order
  int64_t version = 1;
};

void WriteJobRole(JsonWriter& out, const JobRoleRecord& job_role) {
  out.BeginObject();
  Put(out, "id", job_role.id);
  Put(out, "title", job_role.title);
  Put(out, "duties", job_role.duties);
  Put(out, "version", job_role.version);
  out.EndObject();
}

// The gesture codes of 'duties', each once and in order.
std::vector<std::string> ReadDuties(ObjectReader& in, const Rows& codes) {
  const auto listed = in.Strings("duties", 500, {.max_bytes = 200});
  std::set<std::string> catalogue;
  for (const Row& row : codes) catalogue.insert(row[0].Text());
  for (const std::string& code : listed) {
    if (catalogue.contains(code)) continue;
    in.Reject("duties", "gesture-unknown",
              "The catalogue has no gesture '" + code.substr(0, 60) + "'.", "Add it first.");
  }
  const std::set<std::string> duties(listed.begin(), listed.end());
  return {duties.begin(), duties.end()};
}

void AddDuty(Change& change, const Request& request, AnyId job_role, const std::string& code) {
  change.Step(kInsertDuty, {request.organisation.id, change.NewId(), job_role, code, request.now,
                            request.now, request.actor.person});
}

void Tell(Change& change, const Request& request, const char* kind, const JobRoleRecord& job_role) {
  change.ConfigurationChanged();
  change.Event(
      {.kind = kind, .record_kind = "job_role", .record = job_role.id, .occurred_at = request.now},
      [&](JsonWriter& body) { Put(body, "duties", job_role.duties); });
}

}  // namespace

Result<Answer> ListJobRoles(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kJobRoles, {organisation}}, {&kDuties, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  std::map<AnyId, std::vector<std::string>> duties;
  for (const Row& row : rows[1]) duties[RowReader(row).Id()].push_back(row[1].Text());
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows[0]) {
    RowReader in(row);
    JobRoleRecord job_role;
    job_role.id = in.Id();
    job_role.title = in.Text();
    job_role.version = in.Int();
    job_role.duties = std::move(duties[job_role.id]);
    WriteJobRole(out, job_role);
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> AddJobRole(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  JobRoleRecord job_role;
  job_role.title = in.String("title", {.max_bytes = 200});
  if (!in.Has("duties")) {
    in.Reject("duties", "missing-field", "'duties' is missing.", "Send a list of gesture codes.");
  }
  EM_ASSIGN(const Rows codes, ReadOne(services.store, request.organisation.id, kGestureCodes,
                                      {request.organisation.id}));
  job_role.duties = ReadDuties(in, codes);
  EM_TRY(in.Finish());

  Change change(services, request);
  job_role.id = change.NewId();
  change.Step(kInsertJobRole, {request.organisation.id, job_role.id, job_role.title, request.now,
                               request.now, request.actor.person});
  for (const std::string& code : job_role.duties) AddDuty(change, request, job_role.id, code);
  Tell(change, request, "job_role_added", job_role);
  JsonWriter out;
  WriteJobRole(out, job_role);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ChangeJobRole(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  const Query queries[] = {
      {&kJobRole, {org, id}}, {&kDutiesOf, {org, id}}, {&kGestureCodes, {org}}};
  EM_ASSIGN(const auto rows, services.store.Read(org, queries));
  ObjectReader in(BodyOf(request));
  const auto title = in.OptionalString("title", {.max_bytes = 200});
  const bool names_duties = in.Has("duties");
  const std::vector<std::string> wanted = ReadDuties(in, rows[2]);
  EM_TRY(in.Finish());
  if (rows[0].empty()) return Fail(Request::NotFoundError("job role"));
  RowReader found(rows[0][0]);
  JobRoleRecord job_role{.id = found.Id(), .title = found.Text(), .version = found.Int()};
  EM_TRY(CheckVersion(request, job_role.version, "job role"));
  for (const Row& row : rows[1]) job_role.duties.push_back(row[0].Text());

  Change change(services, request);
  if (title) job_role.title = *title;
  change.Guard(kUpdateJobRole, {org, id, job_role.version, job_role.title}, StaleError("job role"));
  if (names_duties) {
    const std::vector<std::string> before = std::exchange(job_role.duties, wanted);
    for (const std::string& code : before) {
      if (!std::ranges::binary_search(wanted, code)) change.Step(kDropDuty, {org, id, code});
    }
    for (const std::string& code : wanted) {
      if (!std::ranges::binary_search(before, code)) AddDuty(change, request, id, code);
    }
  }
  const int64_t version = ++job_role.version;
  Tell(change, request, "job_role_changed", job_role);
  JsonWriter out;
  WriteJobRole(out, job_role);
  return ChangedAnswer(std::move(out), std::move(change), version);
}

}  // namespace extramile::app
