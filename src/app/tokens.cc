#include "app/tokens.h"

#include "app/caller.h"
#include "app/change.h"

namespace extramile::app {
namespace {

constexpr size_t kMostTokens = 50;

const Sql kListTokens = {
    "select t.id, t.name, t.scopes, t.expires_at from api_token t "
    "join membership m on m.id = t.membership_id "
    "where m.organisation_id = $1 and m.person_id = $2 and t.revoked_at is null "
    "and (t.expires_at is null or t.expires_at > $3) order by t.id"};
const Sql kFindMembership = {
    "select id from membership where organisation_id = $1 and person_id = $2"};
const Sql kFindToken = {
    "select t.id from api_token t join membership m on m.id = t.membership_id "
    "where m.organisation_id = $1 and m.person_id = $2 and t.id = $3 and t.revoked_at is null"};
const Sql kInsertToken = {
    "insert into api_token (id, token_hash, membership_id, name, scopes, created_at, expires_at) "
    "values ($1, $2, $3, $4, $5, $6, $7)"};
const Sql kRevokeToken = {
    "update api_token set revoked_at = $2 where id = $1 and revoked_at is null"};

struct NewToken {
  std::string name;
  bool read = false;
  bool write = false;
  std::optional<Instant> expires_at;
};

Result<NewToken> ReadNewToken(const JsonValue& json, Instant now) {
  ObjectReader in(json);
  NewToken token;
  token.name = in.String("name", {.max_bytes = 200});
  for (const std::string& scope : in.Strings("scopes", 2)) {
    if (scope == "read") {
      token.read = true;
    } else if (scope == "write") {
      token.write = true;
    } else {
      in.Reject("scopes", "scope-unknown", "There is no such scope.", "Use read, write or both.");
    }
  }
  if (!token.read && !token.write) {
    in.Reject("scopes", "scope-missing", "A token without a scope could do nothing.",
              "Use read, write or both.");
  }
  token.expires_at = in.OptionalTime("expires_at");
  if (token.expires_at && *token.expires_at <= now) {
    in.Reject("expires_at", "time-in-past", "This time has passed.",
              "Give a time to come, or leave it out.");
  }
  EM_TRY(in.Finish());
  return token;
}

std::string ScopeWords(const NewToken& token) {
  return token.read && token.write ? "read write" : token.read ? "read" : "write";
}

// The cells (id, name, scopes, expires_at), and the secret when it was just made.
void WriteToken(JsonWriter& out, const Row& row, const std::string* secret = nullptr) {
  out.BeginObject().Key("id").String(row[0].Identifier<AnyId>().ToString());
  out.Key("name").String(row[1].Text()).Key("scopes").BeginArray();
  const std::string& scopes = row[2].Text();
  for (const std::string_view scope : {"read", "write"}) {
    if (scopes.find(scope) != std::string::npos) out.String(scope);
  }
  out.EndArray().Key("expires_at");
  if (row[3].is_null()) {
    out.Null();
  } else {
    out.String(FormatInstant(row[3].Time()));
  }
  if (secret) out.Key("token").String(*secret);
  out.EndObject();
}

}  // namespace

Result<Answer> ListTokens(Services& services, const Request& request) {
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation, kListTokens,
                                     {organisation, request.actor.person, request.now}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteToken(out, row);
  out.EndArray();
  Answer answer;
  answer.body = std::move(out).Take();
  return answer;
}

Result<Answer> MakeToken(Services& services, const Request& request) {
  EM_ASSIGN(const NewToken token, ReadNewToken(*request.body, request.now));
  const OrganisationId organisation = request.organisation.id;
  const Query queries[] = {{&kFindMembership, {organisation, request.actor.person}},
                           {&kListTokens, {organisation, request.actor.person, request.now}}};
  EM_ASSIGN(const auto found, services.store.Read(organisation, queries));
  if (found[0].empty()) return Fail(Request::NotFoundError("person"));
  if (found[1].size() >= kMostTokens) {
    return Fail(ErrorKind::kConflict, "too-many-tokens",
                "A person has at most " + std::to_string(kMostTokens) + " tokens.", "",
                "Revoke one that is no longer used.");
  }

  const std::string secret = NewSecret(services.random, "emt_");
  Change change(services, request);
  const AnyId id = change.NewId();
  const Cell expires_at(token.expires_at);
  change.Step(kInsertToken, {id, HashOfApiToken(secret), found[0][0][0], token.name,
                             ScopeWords(token), request.now, expires_at});
  change.Event(
      {.kind = "token_made", .record_kind = "api_token", .record = id, .occurred_at = request.now},
      [&](JsonWriter& body) { body.Key("scopes").String(ScopeWords(token)); });

  JsonWriter out;
  WriteToken(out, {id, token.name, ScopeWords(token), expires_at}, &secret);
  Answer answer;
  answer.status = 201;
  answer.location = "/api/v1/tokens/" + id.ToString();
  answer.body = std::move(out).Take();
  answer.plan = std::move(change).Take();
  return answer;
}

Result<Answer> RevokeToken(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation, kFindToken,
                                     {organisation, request.actor.person, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("token"));
  Change change(services, request);
  change.Guard(kRevokeToken, {id, request.now}, StaleError("token"));
  change.Event({.kind = "token_revoked",
                .record_kind = "api_token",
                .record = id,
                .occurred_at = request.now});
  Answer answer;
  answer.status = 204;
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
