#include "app/people.h"

#include <array>

#include "app/password.h"

namespace extramile::app {
namespace {

// The cells that RenderPerson takes.
const Sql kListPeople = {
    "select p.id, p.display_name, m.roles, p.team, m.job_role_id, p.version, m.valid_to from "
    "person p "
    "join membership m on m.organisation_id = p.organisation_id and m.person_id = p.id "
    "where p.organisation_id = $1 order by p.display_name, p.id"};
const Sql kFindPerson = {
    "select p.id, p.display_name, m.roles, p.team, m.job_role_id, p.version, m.valid_to from "
    "person p "
    "join membership m on m.organisation_id = p.organisation_id and m.person_id = p.id "
    "where p.organisation_id = $1 and p.id = $2"};
const Sql kFindJobRole = {"select id from job_role where organisation_id = $1 and id = $2"};

const Sql kInsertIdentity = {
    "insert into identity (id, sign_in_name, password_hash, created_at) values ($1, $2, $3, $4)"};
const Sql kInsertMembership = {
    "insert into membership (id, identity_id, organisation_id, person_id, roles, job_role_id, "
    "valid_from) values ($1, $2, $3, $4, $5, $6, $7)"};
const Sql kInsertPerson = {
    "insert into person (organisation_id, id, display_name, salt, team, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $6, $7)"};
const Sql kUpdatePerson = {
    "update person set team = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kUpdateMembership = {
    "update membership set roles = $3, job_role_id = $4, valid_to = $5 "
    "where organisation_id = $1 and person_id = $2"};
// What a new password for somebody else rests on: their identity, whether they sign in at all, and
// in how many organisations.
const Sql kFindSignIn = {
    "select i.id, i.sign_in_name, (select count(*) from membership o where o.identity_id = i.id) "
    "from identity i join membership m on m.identity_id = i.id "
    "where m.organisation_id = $1 and m.person_id = $2"};
const Sql kSetPassword = {
    "update identity set password_hash = $2, failed_attempts = 0, locked_until = null "
    "where id = $1 and 1 = (select count(*) from membership where identity_id = $1)"};
const Sql kEndSessions = {
    "update session set revoked_at = $2 where revoked_at is null and membership_id in "
    "(select id from membership where identity_id = $1)"};
// Finds a row while somebody else is an admin.
const Sql kAnotherAdmin = {
    "update organisation_head set config_version = config_version + 1 where organisation_id = $1 "
    "and exists (select 1 from membership where organisation_id = $1 and person_id <> $2 "
    "and (' ' || roles || ' ') like '% admin %' and (valid_to is null or valid_to > $3))"};

Roles ReadRoles(ObjectReader& in) {
  std::string words;
  for (const std::string& role : in.Strings("roles", 8)) words += role + " ";
  auto roles = Roles::Parse(words);
  if (!roles) {
    Error error = std::move(roles).error();
    in.Reject("roles", error.code, error.message, error.advice);
    return {};
  }
  if (roles->bits == 0) {
    in.Reject("roles", "role-missing", "A person has at least one role.",
              "Use agent, lead, manager, learner, assessor, iqa, eqa or admin.");
  }
  return *roles;
}

struct AddPersonBody {
  NewPerson person;
  std::optional<std::string> password;
};

Result<AddPersonBody> ReadAddPerson(const JsonValue& json) {
  ObjectReader in(json);
  AddPersonBody body;
  body.person.display_name = in.String("display_name", {.max_bytes = 200});
  body.person.roles = ReadRoles(in);
  body.person.team = in.OptionalString("team", {.max_bytes = 200}).value_or("main");
  body.person.job_role = in.OptionalIdentifier<AnyId>("job_role");
  body.person.sign_in_name = in.OptionalString("sign_in_name", {.max_bytes = 200});
  body.password = in.OptionalString("password", {.min_bytes = 0, .max_bytes = 4000});
  EM_TRY(in.Finish());
  if (body.person.sign_in_name.has_value() != body.password.has_value()) {
    const bool named = body.person.sign_in_name.has_value();
    return Fail(ErrorKind::kInvalid, named ? "password-missing" : "sign-in-name-missing",
                "A sign-in name and a password come together.",
                named ? "/password" : "/sign_in_name",
                "Give both, or neither for somebody who does not sign in.");
  }
  if (body.password) EM_TRY(CheckNewPassword(*body.password, "/password"));
  return body;
}

struct PersonChange {
  std::optional<Roles> roles;
  std::optional<std::string> team;
  std::optional<AnyId> job_role;
  std::optional<bool> disabled;
  std::optional<std::string> password;
};

Result<PersonChange> ReadPersonChange(const JsonValue& json) {
  ObjectReader in(json);
  PersonChange change;
  if (in.Has("roles")) change.roles = ReadRoles(in);
  change.team = in.OptionalString("team", {.max_bytes = 200});
  change.job_role = in.OptionalIdentifier<AnyId>("job_role");
  change.disabled = in.OptionalBool("disabled");
  change.password = in.OptionalString("password", {.min_bytes = 0, .max_bytes = 4000});
  EM_TRY(in.Finish());
  if (change.password) EM_TRY(CheckNewPassword(*change.password, "/password"));
  return change;
}

Result<void> CheckJobRole(const Rows& found, const std::optional<AnyId>& job_role) {
  if (!job_role || !found.empty()) return {};
  return Fail(ErrorKind::kInvalid, "job-role-unknown", "There is no such job role here.",
              "/job_role", "List them with GET /api/v1/job-roles.");
}

// A password opens every organisation that a person belongs to: an admin gives a new one only where
// that is theirs alone.
Error PasswordElsewhereError() {
  return {ErrorKind::kForbidden, "belongs-elsewhere-too",
          "This person belongs to another organisation too.", "/password",
          "They change their password themselves, or it is reset on the machine that serves."};
}

Result<void> SetPassword(Change& change, const Row& sign_in, const std::string& password,
                         const Request& request) {
  if (sign_in[1].is_null()) {
    return Fail(ErrorKind::kConflict, "no-sign-in-name", "This person does not sign in.",
                "/password", "Add them again, with a sign-in name.");
  }
  if (sign_in[2].Int() != 1) return Fail(PasswordElsewhereError());
  EM_ASSIGN(const std::string hash, HashPassword(password));
  change.Guard(kSetPassword, {sign_in[0], hash}, PasswordElsewhereError());
  change.Step(kEndSessions, {sign_in[0], request.now});
  return {};
}

// The cells (id, display_name, roles, team, job_role, version, valid_to).
Result<void> WriteOnePerson(JsonWriter& out, const Row& row, Instant now) {
  EM_ASSIGN(const Roles roles, Roles::Parse(row[2].Text()));
  out.BeginObject().Key("id").String(row[0].Identifier<PersonId>().ToString());
  out.Key("display_name");
  if (row[1].is_null()) {
    out.Null();
  } else {
    out.String(row[1].Text());
  }
  out.Key("roles");
  WriteRoles(out, roles);
  out.Key("team").String(row[3].Text()).Key("job_role");
  if (row[4].is_null()) {
    out.Null();
  } else {
    out.String(row[4].Identifier<AnyId>().ToString());
  }
  out.Key("disabled").Bool(!row[6].is_null() && row[6].Time() <= now);
  out.Key("version").Int(row[5].Int()).EndObject();
  return {};
}

Result<Answer> RenderPerson(const Row& row, Instant now) {
  JsonWriter out;
  EM_TRY(WriteOnePerson(out, row, now));
  Answer answer;
  answer.version = row[5].Int();
  answer.body = std::move(out).Take();
  return answer;
}

bool IsAdmin(const Row& row, Instant now) {
  const auto roles = Roles::Parse(row[2].Text());
  return roles && roles->Has(Role::kAdmin) && (row[6].is_null() || row[6].Time() > now);
}

}  // namespace

void WriteRoles(JsonWriter& out, Roles roles) {
  out.BeginArray();
  const std::string words = roles.ToString();
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    out.String(std::string_view(words).substr(at, end - at));
    at = end + 1;
  }
  out.EndArray();
}

PersonId RecordNewPerson(Change& change, Services& services, const Request& request,
                         const NewPerson& person, PersonId id) {
  const OrganisationId organisation = request.organisation.id;
  if (id.is_nil()) id = PersonId{change.NewId().bytes};
  const AnyId record{id.bytes};
  const AnyId identity = person.identity.value_or(change.NewId());
  if (!person.identity) {
    change.Guard(kInsertIdentity,
                 {identity, Cell(person.sign_in_name), Cell(person.password_hash), request.now},
                 {ErrorKind::kConflict, "sign-in-name-taken", "This sign-in name is taken.",
                  "/sign_in_name", "Choose another."});
  }
  std::array<uint8_t, 16> salt;
  services.random.Fill(salt);
  change.Step(kInsertMembership, {change.NewId(), identity, organisation, id,
                                  person.roles.ToString(), Cell(person.job_role), request.now});
  change.Step(kInsertPerson,
              {organisation, id, person.display_name, Bytes(salt.begin(), salt.end()), person.team,
               request.now, request.actor.person});
  change.Event({.kind = "person_added",
                .record_kind = "person",
                .record = record,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 body.Key("roles");
                 WriteRoles(body, person.roles);
                 body.Key("name").String(
                     ToHex(HashSalted("extramile person v1", salt, person.display_name)));
               });
  change.ConfigurationChanged();
  return id;
}

Result<Answer> ListPeople(Services& services, const Request& request) {
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation, kListPeople, {organisation}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) EM_TRY(WriteOnePerson(out, row, request.now));
  out.EndArray();
  Answer answer;
  answer.body = std::move(out).Take();
  return answer;
}

Result<Answer> AddPerson(Services& services, const Request& request) {
  EM_ASSIGN(AddPersonBody body, ReadAddPerson(*request.body));
  const OrganisationId organisation = request.organisation.id;
  if (body.person.job_role) {
    EM_ASSIGN(const Rows found, ReadOne(services.store, organisation, kFindJobRole,
                                        {organisation, *body.person.job_role}));
    EM_TRY(CheckJobRole(found, body.person.job_role));
  }
  if (body.password) {
    EM_ASSIGN(body.person.password_hash, HashPassword(*body.password));
  }
  Change change(services, request);
  const PersonId id = RecordNewPerson(change, services, request, body.person);

  EM_ASSIGN(Answer answer, RenderPerson({id, body.person.display_name, body.person.roles.ToString(),
                                         body.person.team, Cell(body.person.job_role), 1, nullptr},
                                        request.now));
  answer.status = 201;
  answer.location = "/api/v1/people/" + id.ToString();
  answer.plan = std::move(change).Take();
  return answer;
}

Result<Answer> ChangePerson(Services& services, const Request& request) {
  EM_ASSIGN(const PersonId id, request.PathId<PersonId>("id"));
  EM_ASSIGN(const PersonChange wanted, ReadPersonChange(*request.body));
  const OrganisationId organisation = request.organisation.id;
  const Query queries[] = {{&kFindPerson, {organisation, id}},
                           {&kFindJobRole, {organisation, Cell(wanted.job_role)}},
                           {&kFindSignIn, {organisation, id}}};
  EM_ASSIGN(const auto found, services.store.Read(organisation, queries));
  if (found[0].empty()) return Fail(Request::NotFoundError("person"));
  const Row& before = found[0][0];
  if (request.if_match && *request.if_match != before[5].Int()) return Fail(StaleError("person"));
  EM_TRY(CheckJobRole(found[1], wanted.job_role));

  Row after = before;
  if (wanted.roles) after[2] = wanted.roles->ToString();
  if (wanted.team) after[3] = *wanted.team;
  if (wanted.job_role) after[4] = *wanted.job_role;
  if (wanted.disabled) after[6] = *wanted.disabled ? Cell(request.now) : Cell();
  after[5] = before[5].Int() + 1;

  Change change(services, request);
  if (IsAdmin(before, request.now) && !IsAdmin(after, request.now)) {
    change.Guard(kAnotherAdmin, {organisation, id, request.now},
                 {ErrorKind::kConflict, "last-admin", "An organisation always keeps one admin.", "",
                  "Make somebody else an admin first."});
  }
  change.Guard(kUpdatePerson, {organisation, id, before[5], after[3]}, StaleError("person"));
  change.Step(kUpdateMembership, {organisation, id, after[2], after[4], after[6]});
  if (wanted.password) EM_TRY(SetPassword(change, found[2][0], *wanted.password, request));
  EM_ASSIGN(const Roles roles, Roles::Parse(after[2].Text()));
  change.Event({.kind = "person_changed",
                .record_kind = "person",
                .record = AnyId{id.bytes},
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 body.Key("roles");
                 WriteRoles(body, roles);
                 body.Key("disabled").Bool(!after[6].is_null());
                 body.Key("new_password").Bool(wanted.password.has_value());
               });
  change.ConfigurationChanged();

  EM_ASSIGN(Answer answer, RenderPerson(after, request.now));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
