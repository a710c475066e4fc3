#include "store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace extramile::store {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> Expand(const std::string& text, Dialect dialect) {
  const auto statements = ExpandMigration({1, "0001_test", text}, dialect);
  EXPECT_TRUE(statements) << statements.error().ToString();
  return statements ? *statements : std::vector<std::string>{};
}

TEST(Migrations, WordsStandForEachDatabasesTypes) {
  const std::string text =
      "create table t (a {id}, b {int}, c {real}, d {text}, e {bytes}) {strict};";
  EXPECT_THAT(Expand(text, Dialect::kSqlite),
              ElementsAre("create table t (a blob, b integer, c real, d text, e blob) strict"));
  EXPECT_THAT(
      Expand(text, Dialect::kPostgres),
      ElementsAre(
          "create table t (a uuid, b bigint, c double precision, d text collate \"C\", e bytea) "));
}

TEST(Migrations, AKeysConstraintFollowsTheLastColumn) {
  EXPECT_THAT(
      Expand("create table t (\n  {key}, a {int}\n) {strict};", Dialect::kSqlite),
      ElementsAre("create table t (\n  organisation_id blob not null, id blob not null, a integer, "
                  "primary key (organisation_id, id)\n) strict"));
}

TEST(Migrations, TenantsTablesAreForcedOnPostgresOnly) {
  const std::string text =
      "create table t (a {int}) {strict};\n{tenant:t}\ncreate index i on t (a);";
  EXPECT_THAT(Expand(text, Dialect::kSqlite), testing::SizeIs(2));
  EXPECT_THAT(Expand(text, Dialect::kPostgres), Contains("alter table t force row level security"));
}

TEST(Migrations, CommentsAndSemicolonsInTextAreTold) {
  EXPECT_THAT(Expand("-- one; two\ninsert into t values ('a;b -- c');", Dialect::kSqlite),
              ElementsAre("insert into t values ('a;b -- c')"));
}

TEST(Migrations, AnUnknownWordIsNamed) {
  const auto statements =
      ExpandMigration({1, "0001_test", "create table t (a {uuid});"}, Dialect::kSqlite);
  ASSERT_FALSE(statements);
  EXPECT_THAT(statements.error().message, HasSubstr("{uuid}"));
  EXPECT_EQ(statements.error().place, "0001_test");
}

TEST(Migrations, BytesAreKnownByTableAndColumn) {
  const auto columns = BytesColumns(EmbeddedMigrations());
  EXPECT_THAT(columns, Contains("event.salt"));
  EXPECT_THAT(columns, Contains("session.token_hash"));
  EXPECT_THAT(columns, Not(Contains("event.record_id")));
}

TEST(Migrations, EveryTableWithAnOrganisationIsATenantsTable) {
  for (const Migration& migration : EmbeddedMigrations()) {
    const auto statements = ExpandMigration(migration, Dialect::kPostgres);
    for (const std::string& statement : *statements) {
      if (!statement.starts_with("create table ") ||
          statement.find(" organisation_id uuid not null") == std::string::npos)
        continue;
      const std::string table = statement.substr(13, statement.find(' ', 13) - 13);
      if (table == "membership")
        continue;  // of the directory: signing in asks it before the organisation is known
      EXPECT_NE(migration.text.find("{tenant:" + table + "}"), std::string::npos) << table;
    }
  }
}

}  // namespace
}  // namespace extramile::store
