#include "app/connections.h"

#include <array>

#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kConnections = {
    "select id, kind, name, disabled_at from connection where organisation_id = $1 "
    "order by name, id"};
const Sql kInsertConnection = {
    "insert into connection (organisation_id, id, kind, name, secret, settings, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const Sql kConnection = {
    "select id, kind, name, disabled_at from connection where organisation_id = $1 and id = $2"};
const Sql kDisableConnection = {
    "update connection set disabled_at = $3 where organisation_id = $1 and id = $2 and "
    "disabled_at is null"};

struct ConnectionRecord {
  AnyId id;
  std::string kind, name;
  std::optional<Instant> disabled_at;
};

ConnectionRecord ConnectionFrom(const Row& row) {
  RowReader in(row);
  ConnectionRecord connection;
  connection.id = in.Id();
  connection.kind = in.Text();
  connection.name = in.Text();
  connection.disabled_at = in.OptionalTime();
  return connection;
}

// `secret` only in the answer that made the connection.
void WriteConnection(JsonWriter& out, const Request& request, const ConnectionRecord& connection,
                     const std::string* secret) {
  out.BeginObject();
  Put(out, "id", connection.id);
  Put(out, "kind", connection.kind);
  Put(out, "name", connection.name);
  Put(out, "webhook_path",
      "/api/v1/webhooks/" + connection.kind + "/" + request.organisation.id.ToString() + "/" +
          connection.id.ToString());
  if (secret) Put(out, "secret", *secret);
  Put(out, "disabled_at", connection.disabled_at);
  out.EndObject();
}

std::string NewSecret(RandomSource& random) {
  std::array<uint8_t, 32> bytes;
  random.Fill(bytes);
  return ToHex(bytes);
}

}  // namespace

Result<Answer> ListConnections(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kConnections,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteConnection(out, request, ConnectionFrom(row), nullptr);
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> AddConnection(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  ConnectionRecord connection;
  connection.kind = in.Word("kind", {"chatwoot", "queue"});
  connection.name = in.String("name", {.max_bytes = 200});
  const PersonId agent = in.Identifier<PersonId>("agent");
  const auto given = in.OptionalString("secret", {.min_bytes = 16, .max_bytes = 200});
  EM_ASSIGN(const Rows person, ReadOne(services.store, request.organisation.id, kPersonName,
                                       {request.organisation.id, agent}));
  if (person.empty()) {
    in.Reject("agent", "person-unknown", "There is no such person here.",
              "Give the id of the person whose cases these become.");
  }
  EM_TRY(in.Finish());
  const std::string secret = given ? *given : NewSecret(services.random);

  Change change(services, request);
  connection.id = change.NewId();
  JsonWriter settings;
  settings.BeginObject();
  Put(settings, "agent", agent);
  settings.EndObject();
  change.Step(kInsertConnection,
              {request.organisation.id, connection.id, connection.kind, connection.name, secret,
               settings.text(), request.now, request.now, request.actor.person});
  change.Event({.kind = "connection_added",
                .record_kind = "connection",
                .record = connection.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "kind", connection.kind);
                 Put(body, "agent", agent);
               });
  JsonWriter out;
  WriteConnection(out, request, connection, &secret);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> DisableConnection(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kConnection,
                                     {request.organisation.id, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("connection"));
  ConnectionRecord connection = ConnectionFrom(rows.front());
  WritePlan plan;
  if (!connection.disabled_at) {
    connection.disabled_at = request.now;
    Change change(services, request);
    change.Guard(kDisableConnection, {request.organisation.id, id, request.now},
                 StaleError("connection"));
    change.Event({.kind = "connection_disabled",
                  .record_kind = "connection",
                  .record = id,
                  .occurred_at = request.now});
    plan = std::move(change).Take();
  }
  JsonWriter out;
  WriteConnection(out, request, connection, nullptr);
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(plan);
  return answer;
}

}  // namespace extramile::app
