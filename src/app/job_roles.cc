#include "app/job_roles.h"

#include <map>
#include <set>
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
  const auto listed = in.Strings("duties", 500, {.max_bytes = 200});
  EM_ASSIGN(const Rows codes, ReadOne(services.store, request.organisation.id, kGestureCodes,
                                      {request.organisation.id}));
  std::set<std::string> catalogue;
  for (const Row& row : codes) catalogue.insert(row[0].Text());
  for (const std::string& code : listed) {
    if (catalogue.contains(code)) continue;
    in.Reject("duties", "gesture-unknown",
              "The catalogue has no gesture '" + code.substr(0, 60) + "'.", "Add it first.");
  }
  EM_TRY(in.Finish());
  const std::set<std::string> duties(listed.begin(), listed.end());
  job_role.duties.assign(duties.begin(), duties.end());

  Change change(services, request);
  job_role.id = change.NewId();
  change.Step(kInsertJobRole, {request.organisation.id, job_role.id, job_role.title, request.now,
                               request.now, request.actor.person});
  for (const std::string& code : job_role.duties) {
    change.Step(kInsertDuty, {request.organisation.id, change.NewId(), job_role.id, code,
                              request.now, request.now, request.actor.person});
  }
  change.ConfigurationChanged();
  change.Event({.kind = "job_role_added",
                .record_kind = "job_role",
                .record = job_role.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { Put(body, "duties", job_role.duties); });
  JsonWriter out;
  WriteJobRole(out, job_role);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
