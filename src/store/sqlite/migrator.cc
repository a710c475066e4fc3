#include "store/sqlite/migrator.h"

namespace extramile::store::sqlite {
namespace {

const app::Sql kApplied = {"select number, lower(hex(checksum)) from migration order by number"};
const app::Sql kRecord = {
    "insert into migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)"};

// What SQLite's planner is told of every index before there is a row: a table is large, an
// organisation has a tenth of it, and what is equal in one more column is ten rows, or one where
// the index is unique. Told nothing, it takes an organisation for as rare as a case and reads all
// that there is of it. (In the form of sqlite_stat1, https://www.sqlite.org/fileformat2.html, which
// `analyze` of one small table makes. Whoever runs `analyze` replaces this by what is there.)
const app::Sql kForgetStatistics = {"delete from sqlite_stat1"};
const app::Sql kTellStatistics = {
    "with columns as (select t.name as tbl, t.wr, i.name as idx, i.origin, i.[unique], c.seqno, "
    "count(*) over (partition by i.name) as many from pragma_table_list t join "
    "pragma_index_list(t.name) i join pragma_index_info(i.name) c "
    "where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite_%') "
    "insert into sqlite_stat1 (tbl, idx, stat) "
    // The key of a table that stands in its own tree has the table's name.
    "select tbl, case when wr = 1 and origin = 'pk' then tbl else idx end, '1000000 ' || "
    "group_concat(case when seqno + 1 = many and [unique] = 1 then '1' "
    "when seqno = 0 and many > 1 then '100000' else '10' end, ' ') "
    "from (select * from columns order by tbl, idx, seqno) group by tbl, idx"};

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
  if (pending.empty()) return {};
  EM_TRY(connection.RunScript("analyze migration"));
  EM_TRY(connection.Execute(kForgetStatistics, {}));
  EM_TRY(connection.Execute(kTellStatistics, {}));
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
