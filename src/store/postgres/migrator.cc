#include "store/postgres/migrator.h"

#include <algorithm>
#include <functional>

#include "base/hash.h"

namespace extramile::store::postgres {
namespace {

const app::Sql kRecord = {
    "insert into migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)"};

Result<bool> Holds(Connection& connection, const std::string& condition) {
  EM_ASSIGN(const app::Rows rows, connection.Run("select coalesce((" + condition + "), false)"));
  return rows.at(0)[0].Bool();
}

Result<std::vector<const Migration*>> FindPending(Connection& connection,
                                                  std::span<const Migration> migrations) {
  std::vector<AppliedMigration> applied;
  EM_ASSIGN(const bool there, Holds(connection, "to_regclass('migration') is not null"));
  if (there) {
    EM_ASSIGN(
        const app::Rows rows,
        connection.Run("select number, encode(checksum, 'hex') from migration order by number"));
    for (const app::Row& row : rows)
      applied.push_back({static_cast<int>(row[0].Int()), row[1].Text()});
  }
  return PendingMigrations(migrations, applied);
}

// Two programs that create the same table at once: one of them fails on the catalogue's own key,
// and finds it there.
Result<void> CreateBookkeeping(Connection& connection) {
  for (int attempt = 0;; ++attempt) {
    auto made = connection.Run(
        "create table if not exists migration (number bigint primary key, name text not null, "
        "checksum bytea not null, "
        "applied_at bigint not null)");
    if (made)
      made = connection.Run("create table if not exists migration_lock (id bigint primary key)");
    if (made)
      made = connection.Run("insert into migration_lock (id) values (1) on conflict do nothing");
    if (made) return {};
    if (attempt == 5) return Fail(made.error());
  }
}

Result<void> SwitchForce(Connection& connection, bool on) {
  EM_ASSIGN(const app::Rows tables,
            connection.Run("select relname from pg_class where relrowsecurity and relnamespace = "
                           "current_schema()::regnamespace order by relname"));
  for (const app::Row& table : tables) {
    EM_TRY(connection.Run("alter table " + table[0].Text() + (on ? " force" : " no force") +
                          " row level security"));
  }
  return {};
}

Result<void> RunPending(Connection& connection, std::span<const Migration> migrations,
                        Instant now) {
  EM_ASSIGN(const auto pending, FindPending(connection, migrations));
  EM_TRY(SwitchForce(connection, false));
  for (const Migration* migration : pending) {
    EM_ASSIGN(const auto statements, ExpandMigration(*migration, Dialect::kPostgres));
    for (const std::string& statement : statements) EM_TRY(connection.Run(statement));
    const app::Params params = {migration->number, migration->name, ChecksumOf(*migration), now};
    connection.Send(kRecord, params);
    connection.Sync();
    const auto answers = connection.ReceiveAll();
    if (!answers.front().done()) return Fail(*answers.front().error);
  }
  return SwitchForce(connection, true);
}

// Another program may have made the role meanwhile, or this user may not make roles: both show in
// whether it is usable after.
Result<bool> SeeToRole(Connection& connection, const std::string& role) {
  if (role.empty()) return false;
  EM_ASSIGN(const bool there,
            Holds(connection, "select true from pg_roles where rolname = '" + role + "'"));
  if (!there) (void)connection.Run("create role " + role + " nologin");
  const std::string usable =
      "select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = '" + role +
      "'";
  EM_ASSIGN(const bool member, Holds(connection, usable));
  if (!member) (void)connection.Run("grant " + role + " to current_user");
  return Holds(connection, usable);
}

// Everything on the tables, but events are only ever added.
Result<void> GrantTables(Connection& connection, const std::string& role) {
  EM_ASSIGN(const app::Rows schema, connection.Run("select quote_ident(current_schema())"));
  const std::string name = schema.at(0)[0].Text();
  EM_TRY(connection.Run("grant usage on schema " + name + " to " + role));
  EM_TRY(connection.Run("grant select, insert, update, delete on all tables in schema " + name +
                        " to " + role));
  EM_TRY(connection.Run("revoke insert, update, delete on migration, migration_lock from " + role));
  EM_ASSIGN(const bool events, Holds(connection, "to_regclass('event') is not null"));
  if (events) EM_TRY(connection.Run("revoke update, delete on event from " + role));
  return {};
}

Result<void> RefuseBypass(Connection& connection, const std::string& role) {
  const std::string who = role.empty() ? "current_user" : "'" + role + "'";
  EM_ASSIGN(
      const bool bypasses,
      Holds(connection, "select rolsuper or rolbypassrls from pg_roles where rolname = " + who));
  if (!bypasses) return {};
  return Fail(ErrorKind::kInternal, "row-security-bypassed",
              "The database user that statements would run as is not bound by row-level security.",
              "",
              "Let the url's user create roles, or create the role extramile_app and grant it to "
              "that user.");
}

// All or nothing, and one program at a time: others wait at the lock row.
Result<void> AloneInTransaction(Connection& connection, const std::function<Result<void>()>& work) {
  EM_TRY(connection.Run("begin"));
  Result<void> done =
      connection.Run("select id from migration_lock where id = 1 for update").map([](auto&&) {});
  if (done) done = work();
  if (done) done = connection.Run("commit").map([](auto&&) {});
  if (!done) (void)connection.Run("rollback");
  return done;
}

bool IsPlainName(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Result<std::string> Migrate(Connection& connection, const std::string& role,
                            std::span<const Migration> migrations, Instant now) {
  if (!IsPlainName(role)) {
    return Fail(ErrorKind::kInvalid, "store-role",
                "The application role's name may hold a-z, 0-9 and _ only.");
  }
  EM_TRY(connection.EnsureOpen());
  EM_ASSIGN(const auto pending, FindPending(connection, migrations));
  if (!pending.empty()) {
    EM_TRY(CreateBookkeeping(connection));
    EM_TRY(AloneInTransaction(connection, [&] { return RunPending(connection, migrations, now); }));
  }
  EM_ASSIGN(const bool usable, SeeToRole(connection, role));
  const std::string as = usable ? role : "";
  if (usable) {
    EM_ASSIGN(const bool granted,
              Holds(connection, "has_table_privilege('" + role + "', 'migration', 'select')"));
    if (!granted || !pending.empty()) {
      EM_TRY(AloneInTransaction(connection, [&] { return GrantTables(connection, role); }));
    }
  }
  EM_TRY(RefuseBypass(connection, as));
  return as;
}

}  // namespace extramile::store::postgres
