#include "app/session.h"

#include <algorithm>

#include "app/caller.h"
#include "app/change.h"
#include "app/password.h"
#include "app/people.h"

namespace extramile::app {
namespace {

constexpr int64_t kSessionLasts = 12 * kMicrosPerHour;
constexpr int64_t kFreeAttempts = 5;
constexpr int64_t kFirstRest = 30 * kMicrosPerSecond;
constexpr int64_t kLongestRest = 15 * kMicrosPerMinute;

const Sql kFindIdentity = {
    "select id, password_hash, failed_attempts, locked_until from identity "
    "where sign_in_name = $1 and disabled_at is null"};
const Sql kFindMemberships = {
    "select m.id, m.person_id, m.roles, o.id, o.name, o.time_zone, o.currency, o.policy_set, "
    "o.slug "
    "from identity i join membership m on m.identity_id = i.id "
    "join organisation o on o.id = m.organisation_id "
    "where i.sign_in_name = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2) "
    "order by o.slug"};
const Sql kFindPerson = {
    "select display_name, team from person where organisation_id = $1 and id = $2"};
const Sql kFindSlug = {"select slug from organisation where id = $1"};
const Sql kInsertSession = {
    "insert into session (token_hash, membership_id, csrf_token, created_at, expires_at) "
    "values ($1, $2, $3, $4, $5)"};
const Sql kForgetFailures = {
    "update identity set failed_attempts = 0, locked_until = null where id = $1"};
const Sql kCountFailure = {
    "update identity set failed_attempts = failed_attempts + 1, locked_until = $3 "
    "where id = $1 and failed_attempts = $2"};
const Sql kEndSession = {
    "update session set revoked_at = $2 where token_hash = $1 and revoked_at is null"};

const Sql kFindMyIdentity = {
    "select i.id, i.password_hash, i.failed_attempts, i.locked_until from identity i "
    "join membership m on m.identity_id = i.id "
    "where m.organisation_id = $1 and m.person_id = $2 and i.disabled_at is null"};
// $3: the session that goes on.
const Sql kEndOtherSessions = {
    "update session set revoked_at = $2 where revoked_at is null and token_hash <> $3 "
    "and membership_id in (select id from membership where identity_id = $1)"};
const Sql kSetPassword = {
    "update identity set password_hash = $3, failed_attempts = 0, locked_until = null "
    "where id = $1 and password_hash = $2"};

struct SignInBody {
  std::string name;
  std::string password;
  std::optional<std::string> organisation;
};

Result<SignInBody> ReadSignIn(const JsonValue& json) {
  ObjectReader in(json);
  SignInBody body;
  body.name = in.String("sign_in_name", {.max_bytes = 200});
  body.password = in.String("password", {.min_bytes = 0, .max_bytes = kLongestPassword});
  body.organisation = in.OptionalString("organisation", {.max_bytes = 200});
  EM_TRY(in.Finish());
  return body;
}

Error RefusedSignIn() {
  return {ErrorKind::kUnauthenticated, "sign-in-refused",
          "This name and password do not go together.", "",
          "Check both. After five wrong passwords a name rests for a while."};
}

Answer Refused(WritePlan plan = {}) {
  Answer answer;
  answer.plan = std::move(plan);
  answer.refusal = RefusedSignIn();
  return answer;
}

// The plan that counts one more wrong password, and lets the name rest when there were many.
WritePlan CountFailure(const Row& identity, Instant now) {
  const int64_t failures = identity[2].Int() + 1;
  std::optional<Instant> rests_until;
  if (failures >= kFreeAttempts) {
    const int64_t doublings = std::min<int64_t>(failures - kFreeAttempts, 10);
    rests_until = now + std::min(kFirstRest << doublings, kLongestRest);
  }
  WritePlan plan;
  plan.recorded_at = now;
  plan.steps.push_back({&kCountFailure,
                        {identity[0], identity[2], Cell(rests_until)},
                        Expect::kOneRow,
                        StaleError("sign-in")});
  return plan;
}

// The one membership meant, or why it is not clear.
Result<const Row*> ChooseMembership(const Rows& memberships, const SignInBody& body) {
  if (!body.organisation) {
    if (memberships.size() == 1) return &memberships[0];
    if (memberships.size() > 1) {
      return Fail(ErrorKind::kInvalid, "organisation-needed",
                  "You belong to several organisations.", "/organisation",
                  "Say which, by its short name.");
    }
  } else {
    for (const Row& row : memberships) {
      if (row[8].Text() == *body.organisation) return &row;
    }
  }
  return Fail(RefusedSignIn());
}

struct SessionView {
  const Cell& person;
  const Cell& display_name;
  const Cell& team;
  Roles roles;
  const Organisation& organisation;
  std::string_view slug;
  const std::string* csrf_token;
};

std::string RenderSession(const SessionView& view) {
  JsonWriter out;
  out.BeginObject().Key("person").BeginObject();
  out.Key("id").String(view.person.Identifier<PersonId>().ToString()).Key("name");
  if (view.display_name.is_null()) {
    out.Null();
  } else {
    out.String(view.display_name.Text());
  }
  out.EndObject().Key("roles");
  WriteRoles(out, view.roles);
  const Organisation& organisation = view.organisation;
  out.Key("organisation").BeginObject();
  out.Key("id").String(organisation.id.ToString()).Key("name").String(organisation.name);
  out.Key("slug").String(view.slug).Key("time_zone").String(organisation.time_zone.name());
  out.Key("currency").String(organisation.currency.code()).EndObject();
  out.Key("csrf_token");
  if (view.csrf_token) {
    out.String(*view.csrf_token);
  } else {
    out.Null();
  }
  out.Key("team").String(view.team.Text()).EndObject();
  return std::move(out).Take();
}

}  // namespace

Result<Answer> SeeSession(Services& services, const Request& request) {
  const Organisation& organisation = request.organisation;
  const Query queries[] = {{&kFindPerson, {organisation.id, request.actor.person}},
                           {&kFindSlug, {organisation.id}}};
  EM_ASSIGN(const auto found, services.store.Read(organisation.id, queries));
  if (found[0].empty() || found[1].empty()) return Fail(Request::NotFoundError("person"));
  const Cell person(request.actor.person);
  Answer answer;
  answer.body = RenderSession({person, found[0][0][0], found[0][0][1], request.actor.roles,
                               organisation, found[1][0][0].Text(),
                               request.session ? &request.session->csrf_token : nullptr});
  return answer;
}

Result<Answer> SignIn(Services& services, const Request& request) {
  EM_ASSIGN(const SignInBody body, ReadSignIn(*request.body));
  const Query queries[] = {{&kFindIdentity, {body.name}},
                           {&kFindMemberships, {body.name, request.now}}};
  EM_ASSIGN(const auto found, services.store.Read({}, queries));
  if (found[0].empty()) {
    PasswordOfNobody(body.password);
    return Refused();
  }
  const Row& identity = found[0][0];
  if (identity[1].is_null() || identity[3].Time() > request.now) {
    PasswordOfNobody(body.password);
    return Refused();
  }
  if (!PasswordMatches(identity[1].Text(), body.password)) {
    return Refused(CountFailure(identity, request.now));
  }
  EM_ASSIGN(const Row* membership, ChooseMembership(found[1], body));
  EM_ASSIGN(const Organisation organisation, ReadOrganisation(*membership, 3));
  EM_ASSIGN(const Roles roles, Roles::Parse((*membership)[2].Text()));
  EM_ASSIGN(const Rows person, ReadOne(services.store, organisation.id, kFindPerson,
                                       {organisation.id, (*membership)[1]}));
  if (person.empty()) return Fail(RefusedSignIn());

  Answer answer;
  answer.session_token = NewSecret(services.random);
  const std::string csrf_token = NewSecret(services.random);
  answer.plan.recorded_at = request.now;
  answer.plan.steps.push_back({&kInsertSession,
                               {HashOfSessionToken(*answer.session_token), (*membership)[0],
                                csrf_token, request.now, request.now + kSessionLasts}});
  if (identity[2].Int() != 0) answer.plan.steps.push_back({&kForgetFailures, {identity[0]}});
  answer.body = RenderSession({(*membership)[1], person[0][0], person[0][1], roles, organisation,
                               (*membership)[8].Text(), &csrf_token});
  return answer;
}

Result<Answer> SignOut(Services&, const Request& request) {
  Answer answer;
  answer.status = 204;
  if (!request.session) {
    return Fail(ErrorKind::kConflict, "no-session",
                "This request came with an API token, not with a session.", "",
                "Revoke the token instead (DELETE /api/v1/tokens/{id}).");
  }
  answer.plan.organisation = request.organisation.id;
  answer.plan.recorded_at = request.now;
  answer.plan.steps.push_back({&kEndSession, {request.session->token_hash, request.now}});
  answer.session_token = "";
  return answer;
}

Result<Answer> ChangeMyPassword(Services& services, const Request& request) {
  if (!request.session) {
    return Fail(ErrorKind::kConflict, "no-session",
                "This request came with an API token, not with a session.", "",
                "Sign in, and change the password there.");
  }
  ObjectReader in(*request.body);
  const std::string present =
      in.String("password", {.min_bytes = 0, .max_bytes = kLongestPassword});
  const std::string wanted = in.String("new_password", {.min_bytes = 0, .max_bytes = 4000});
  EM_TRY(in.Finish());
  EM_TRY(CheckNewPassword(wanted, "/new_password"));
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const Rows found, ReadOne(services.store, organisation, kFindMyIdentity,
                                      {organisation, request.actor.person}));
  if (found.empty()) return Fail(Request::NotFoundError("person"));
  const Row& identity = found[0];
  if (identity[3].Time() > request.now) {
    return Fail(ErrorKind::kConflict, "sign-in-rests",
                "There were many wrong passwords: this name rests for a while.", "",
                "Try again in a quarter of an hour.");
  }
  if (!PasswordMatches(identity[1].Text(), present)) {
    Answer refused;
    refused.plan = CountFailure(identity, request.now);
    refused.refusal = Error{ErrorKind::kInvalid, "password-wrong", "This is not your password.",
                            "/password", "Type the password that you signed in with."};
    return refused;
  }
  EM_ASSIGN(const std::string hash, HashPassword(wanted));
  Change change(services, request);
  change.Guard(kSetPassword, {identity[0], identity[1], hash}, StaleError("password"));
  change.Step(kEndOtherSessions, {identity[0], request.now, request.session->token_hash});
  change.Event({.kind = "password_changed",
                .record_kind = "person",
                .record = AnyId{request.actor.person.bytes},
                .occurred_at = request.now});
  Answer answer;
  answer.status = 204;
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
