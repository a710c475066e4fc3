// The schema's history on both databases: run once, never edited, all or nothing, one program at a
// time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store/migrations.h"
#include "store/test_database.h"
#include "support/postgres.h"

namespace extramile::store {
namespace {

using testing::HasSubstr;

class MigrationTest : public testing::TestWithParam<DatabaseKind> {
 protected:
  // The schema as released, and further migrations.
  static std::vector<Migration> WithMore(std::vector<Migration> more) {
    std::vector<Migration> all(EmbeddedMigrations().begin(), EmbeddedMigrations().end());
    for (Migration& migration : more) all.push_back(std::move(migration));
    return all;
  }
  static int Next() { return static_cast<int>(EmbeddedMigrations().size()) + 1; }
  Result<std::unique_ptr<app::Store>> Open(std::span<const Migration> migrations) {
    return OpenStore(database_->Settings(), migrations);
  }

  std::unique_ptr<TestDatabase> database_ = TestDatabase::Make(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Both, MigrationTest,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return NameOf(kind.param); });

TEST_P(MigrationTest, RunsOnceHoweverOftenTheStoreIsOpened) {
  static const app::Sql kCount = {"select count(*), max(number) from migration"};
  for (int i = 0; i < 3; ++i) {
    const auto store = database_->Open();
    const auto rows = ReadOne(*store, {}, kCount, {});
    ASSERT_TRUE(rows) << rows.error().ToString();
    EXPECT_EQ(rows->at(0)[0].Int(), Next() - 1);
  }
}

TEST_P(MigrationTest, AnEditedMigrationIsRefused) {
  ASSERT_TRUE(Open(EmbeddedMigrations()));
  auto edited = WithMore({});
  edited[0].text += "\n-- a later thought\n";
  const auto store = Open(edited);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "migration-changed");
  EXPECT_THAT(store.error().message, HasSubstr("0001_first_schema"));
}

TEST_P(MigrationTest, ADatabaseOfANewerProgramIsRefused) {
  ASSERT_TRUE(Open(WithMore(
      {{Next(), "later", "create table later (id {id} not null primary key) {strict};"}})));
  const auto store = Open(EmbeddedMigrations());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "migration-unknown");
}

TEST_P(MigrationTest, AMigrationThatFailsLeavesNothingBehind) {
  const std::string half = "create table later (id {id} not null primary key) {strict};\n";
  const auto broken =
      Open(WithMore({{Next(), "later", half + "create table later (x nonsense nonsense;"}}));
  ASSERT_FALSE(broken);
  const auto mended = Open(WithMore({{Next(), "later", half}}));
  EXPECT_TRUE(mended) << mended.error().ToString();
}

TEST_P(MigrationTest, ABackfillReachesEveryOrganisation) {
  std::vector<OrganisationId> organisations;
  {
    const auto store = database_->Open();
    for (int i = 0; i < 3; ++i) {
      organisations.push_back(MakeOrganisation(*store));
      ASSERT_TRUE(CommitAndWait(*store, AddGesturePlan(organisations.back(), "a")));
    }
  }
  const auto later =
      Open(WithMore({{Next(), "later", "update gesture set minutes = 7 where minutes = 0;"}}));
  ASSERT_TRUE(later) << later.error().ToString();
  static const app::Sql kMinutes = {"select minutes from gesture where organisation_id = $1"};
  for (const auto& organisation : organisations) {
    EXPECT_EQ(ReadOne(**later, organisation, kMinutes, {organisation})->at(0)[0].Int(), 7);
  }
}

TEST_P(MigrationTest, ProgramsThatStartAtOnceWaitForEachOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      const auto store = OpenStore(database_->Settings());
      EXPECT_TRUE(store) << store.error().ToString();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(database_->Open()->Ready());
}

TEST(PostgresMigrationTest, AnOwnerWhoIsNoSuperuserBackfillsEveryOrganisationToo) {
  PostgresServer& server = PostgresServer::Shared();
  server.Run("create role plain_owner login");
  server.Run("create database owned owner plain_owner");
  server.Run("alter schema public owner to plain_owner", "owned");
  // It may not create roles, so statements run as the owner, whom forced row-level security binds.
  StoreSettings settings{.url = server.Url("owned", "plain_owner"),
                         .application_role = "nobody_made_this_role"};
  std::vector<OrganisationId> organisations;
  {
    const auto store = OpenStore(settings);
    ASSERT_TRUE(store) << store.error().ToString();
    for (int i = 0; i < 2; ++i) {
      organisations.push_back(MakeOrganisation(**store));
      ASSERT_TRUE(CommitAndWait(**store, AddGesturePlan(organisations.back(), "a")));
    }
  }
  std::vector<Migration> more(EmbeddedMigrations().begin(), EmbeddedMigrations().end());
  more.push_back({static_cast<int>(more.size()) + 1, "later",
                  "update gesture set minutes = 7 where minutes = 0;"});
  const auto later = OpenStore(settings, more);
  ASSERT_TRUE(later) << later.error().ToString();
  static const app::Sql kEverybodys = {"select minutes from gesture where minutes = 7"};
  for (const auto& organisation : organisations) {
    // The statement forgot its organisation and still finds one organisation's row only.
    EXPECT_EQ(ReadOne(**later, organisation, kEverybodys, {})->size(), 1u);
  }
  EXPECT_EQ(ReadOne(**later, {}, kEverybodys, {})->size(), 0u);
}

// PostgreSQL gathers statistics by itself.
TEST(SqliteMigrationTest, ACasesRecordsAreFoundWithoutReadingTheWholeOrganisation) {
  static const app::Sql kPlan = {
      "explain query plan select id from idea where organisation_id = $1 and case_id = $2 "
      "order by id"};
  const auto database = TestDatabase::Make(DatabaseKind::kSqlite);
  ASSERT_TRUE(database->Open());  // migrates
  const auto store = database->Open();
  ASSERT_TRUE(store);
  const auto plan = ReadOne(*store, {}, kPlan, {OrganisationId{}, AnyId{}});
  ASSERT_TRUE(plan) << plan.error().ToString();
  EXPECT_THAT(plan->at(0)[3].Text(), HasSubstr("idea_by_case (organisation_id=? AND case_id=?)"));
}

}  // namespace
}  // namespace extramile::store
