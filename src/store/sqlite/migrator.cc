#include "store/sqlite/migrator.h"

namespace extramile::store::sqlite {
namespace {

const app::Sql kApplied = {"select number, lower(hex(checksum)) from migration order by number"};
const app::Sql kRecord = {
    "insert into migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)"};

Result<void> RunPending(Connection& connection, std::span<const Migration> migrations,
                        Instant now) {
  EM_TRY(
      connection.RunScript("create table if not exists migration (number integer not null primary "
                           "key, name text not null, "
                           "checksum blob not null, applied_at integer not null) strict"));
  EM_ASSIGN(const app::Rows rows, connection.Select(kApplied, {}));
  std::vector<AppliedMigration> applied;
  for (const app::Row& row : rows)
    applied.push_back({static_cast<int>(row[0].Int()), row[1].Text()});
  EM_ASSIGN(const auto pending, PendingMigrations(migrations, applied));
  for (const Migration* migration : pending) {
    EM_ASSIGN(const auto statements, ExpandMigration(*migration, Dialect::kSqlite));
    for (const std::string& statement : statements) EM_TRY(connection.RunScript(statement));
    const app::Params params = {migration->number, migration->name, ChecksumOf(*migration), now};
    EM_TRY(connection.Execute(kRecord, params));
  }
  return {};
}

}  // namespace

Result<void> Migrate(Connection& connection, std::span<const Migration> migrations, Instant now) {
  EM_TRY(connection.RunScript("begin immediate"));
  Result<void> done = RunPending(connection, migrations, now);
  if (done) done = connection.RunScript("commit");
  if (!done && connection.in_transaction()) (void)connection.RunScript("rollback");
  return done;
}

}  // namespace extramile::store::sqlite
