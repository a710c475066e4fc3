// On PostgreSQL, a statement that forgets its organisation still reaches nothing of another's.
#include <gtest/gtest.h>

#include "store/test_database.h"
#include "support/postgres.h"

namespace extramile::store {
namespace {

class RowSecurityTest : public testing::Test {
 protected:
  RowSecurityTest() {
    EXPECT_TRUE(CommitAndWait(*store_, AddGesturePlan(mine_, "mine")));
    EXPECT_TRUE(CommitAndWait(*store_, AddGesturePlan(theirs_, "theirs")));
  }
  Result<app::Receipt> RunAs(OrganisationId organisation, const app::Sql& sql, app::Params params) {
    app::WritePlan plan = EmptyPlan(organisation);
    plan.steps.push_back({&sql, std::move(params)});
    return CommitAndWait(*store_, std::move(plan));
  }
  std::string TitleOf(OrganisationId organisation) {
    static const app::Sql kTitle = {"select title from gesture where organisation_id = $1"};
    return ReadOne(*store_, organisation, kTitle, {organisation})->at(0)[0].Text();
  }

  std::unique_ptr<TestDatabase> database_ = TestDatabase::Make(DatabaseKind::kPostgres);
  std::unique_ptr<app::Store> store_ =
      database_->Open();  // as the superuser, who would see everything
  OrganisationId mine_ = MakeOrganisation(*store_), theirs_ = MakeOrganisation(*store_);
};

TEST_F(RowSecurityTest, AReadWithoutItsOrganisationSeesItsOwnRowsOnly) {
  static const app::Sql kWrong = {"select code from gesture"};
  for (int i = 0; i < 20; ++i) {  // on every connection of the pool, whoever used it before
    const auto rows = ReadOne(*store_, i % 2 == 0 ? mine_ : theirs_, kWrong, {});
    ASSERT_TRUE(rows) << rows.error().ToString();
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ(rows->at(0)[0].Text(), i % 2 == 0 ? "mine" : "theirs");
  }
}

TEST_F(RowSecurityTest, AReadOfNoOrganisationSeesNobodysRows) {
  static const app::Sql kWrong = {"select code from gesture"};
  EXPECT_TRUE(ReadOne(*store_, mine_, kWrong, {}));
  EXPECT_EQ(ReadOne(*store_, {}, kWrong, {})->size(), 0u);
}

TEST_F(RowSecurityTest, AskingForAnothersRowsByIdFindsNone) {
  static const app::Sql kTheirs = {"select code from gesture where organisation_id = $1"};
  EXPECT_EQ(ReadOne(*store_, mine_, kTheirs, {theirs_})->size(), 0u);
}

TEST_F(RowSecurityTest, AWriteWithoutItsOrganisationChangesItsOwnRowsOnly) {
  static const app::Sql kWrong = {"update gesture set title = 'changed'"};
  ASSERT_TRUE(RunAs(mine_, kWrong, {}));
  EXPECT_EQ(TitleOf(mine_), "changed");
  EXPECT_EQ(TitleOf(theirs_), "Voucher");
}

TEST_F(RowSecurityTest, ARowCannotBeWrittenIntoAnothersTable) {
  app::WritePlan plan = AddGesturePlan(theirs_, "planted");
  plan.organisation = mine_;
  plan.events.clear();
  ASSERT_FALSE(CommitAndWait(*store_, plan));
  EXPECT_EQ(CountGestures(*store_, theirs_), 1);
}

TEST_F(RowSecurityTest, TheRecordCanBeAddedToAndNotChanged) {
  static const app::Sql kRewrite = {"update event set kind = 'other' where organisation_id = $1"};
  static const app::Sql kErase = {"delete from event where organisation_id = $1"};
  EXPECT_FALSE(RunAs(mine_, kRewrite, {mine_}));
  EXPECT_FALSE(RunAs(mine_, kErase, {mine_}));
  ExpectWholeRecord(*store_, mine_);
}

TEST_F(RowSecurityTest, EveryTenantsTableIsForced) {
  static const app::Sql kOpen = {
      "select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid "
      "where a.attname = 'organisation_id' and c.relkind = 'r' and c.relnamespace = "
      "'public'::regnamespace "
      "and not (c.relrowsecurity and c.relforcerowsecurity) and c.relname <> 'membership' order by "
      "1"};
  const auto rows = ReadOne(*store_, {}, kOpen, {});
  ASSERT_TRUE(rows) << rows.error().ToString();
  for (const auto& row : *rows) ADD_FAILURE() << row[0].Text() << " has no row-level security";
}

TEST_F(RowSecurityTest, AUserWhoWouldBypassItIsRefused) {
  StoreSettings settings = database_->Settings();
  settings.application_role = "";
  const auto store = OpenStore(settings);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "row-security-bypassed");
}

}  // namespace
}  // namespace extramile::store
