// PostgreSQL killed, restarted and away, under write load, with our program running on.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "store/load.h"
#include "store/test_database.h"
#include "support/postgres.h"

namespace extramile::store {
namespace {

class PostgresFaultTest : public testing::Test {
 protected:
  ~PostgresFaultTest() override {
    if (!server_.running()) server_.Start();
  }
  void Open(Durability durability = Durability::kFull) {
    StoreSettings settings = database_->Settings();
    settings.durability = durability;
    store_ = database_->Open(settings);
    organisation_ = MakeOrganisation(*store_);
  }
  // The store finds the server again by itself.
  void WaitUntilItCommits() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!CommitAndWait(*store_, LoadPlan(organisation_, NewId<AnyId>().ToString()))) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << "the store did not find its server again";
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void ExpectOnlyAway(const Load& load) {
    for (const auto& [code, count] : load.errors())
      EXPECT_EQ(code, "database-away") << count << " times";
  }

  PostgresServer& server_ = PostgresServer::Shared();
  std::mt19937 random_{20261122};
  std::unique_ptr<TestDatabase> database_ = TestDatabase::Make(DatabaseKind::kPostgres);
  std::unique_ptr<app::Store> store_;
  OrganisationId organisation_;
};

TEST_F(PostgresFaultTest, AnImmediateStopLosesNothingAcknowledged) {
  Open();
  std::set<std::string> acknowledged;
  for (int round = 0; round < 20; ++round) {
    Load load(*store_, organisation_);
    load.WaitForAcknowledged(20 + random_() % 150);
    server_.StopImmediate();
    load.Stop();
    ExpectOnlyAway(load);
    acknowledged.merge(load.acknowledged());
    server_.Start();
    ASSERT_NO_FATAL_FAILURE(WaitUntilItCommits());
    ASSERT_EQ(CountLost(*store_, organisation_, acknowledged), 0u) << "round " << round;
    ExpectNothingHalfWritten(*store_, organisation_);
  }
}

// The test of the test: without waiting for the log the same stop must be seen to lose something.
TEST_F(PostgresFaultTest, WithoutSynchronousCommitTheSameStopLoses) {
  Open(Durability::kNone);
  size_t lost = 0;
  for (int round = 0; round < 20 && lost == 0; ++round) {
    Load load(*store_, organisation_);
    load.WaitForAcknowledged(20 + random_() % 150);
    server_.StopImmediate();
    load.Stop();
    server_.Start();
    ASSERT_NO_FATAL_FAILURE(WaitUntilItCommits());
    lost = CountLost(*store_, organisation_, load.acknowledged());
  }
  EXPECT_GT(lost, 0u);
}

TEST_F(PostgresFaultTest, ARestartUnderLoadIsSaidAndSurvived) {
  Open();
  Load load(*store_, organisation_);
  load.WaitForAcknowledged(50);
  server_.StopFast();
  const auto refused = CommitAndWait(*store_, LoadPlan(organisation_, "while it is away"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(refused.error().code, "database-away");
  static const app::Sql kCount = {"select count(*) from gesture where organisation_id = $1"};
  const auto unread = ReadOne(*store_, organisation_, kCount, {organisation_});
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, "database-away");
  ASSERT_FALSE(store_->Ready());
  server_.Start();
  load.WaitForAcknowledged(load.acknowledged().size() + 50);
  load.Stop();
  ExpectOnlyAway(load);
  EXPECT_TRUE(store_->Ready());
  EXPECT_EQ(CountLost(*store_, organisation_, load.acknowledged()), 0u);
  ExpectNothingHalfWritten(*store_, organisation_);
}

TEST_F(PostgresFaultTest, AnIdleConnectionThatBrokeIsMadeAnewWithoutAnError) {
  Open();
  ASSERT_TRUE(CommitAndWait(*store_, LoadPlan(organisation_, "a")));
  server_.StopFast();
  server_.Start();
  const auto receipt = CommitAndWait(*store_, LoadPlan(organisation_, "b"));
  EXPECT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(CountGestures(*store_, organisation_), 2);
}

TEST_F(PostgresFaultTest, AServerThatOnlyReadsIsSaid) {
  Open();
  const std::string url = database_->Settings().url;
  const std::string name = url.substr(url.rfind('/') + 1);
  server_.Run("alter database " + name + " set default_transaction_read_only = on");
  const auto again = database_->Open();
  const auto refused = CommitAndWait(*again, LoadPlan(organisation_, "a"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "database-read-only");
}

// A server of its own, whose tables cannot grow while a file is there.
TEST(PostgresFullDisk, IsSaidAndLosesNothing) {
  const TemporaryFolder folder;
  const std::string flag = folder.path() + "/full";
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  setenv("EXTRAMILE_FULL_DISK", flag.c_str(), 1);
  PostgresServer server(false, EXTRAMILE_FULL_DISK_LIBRARY);
  unsetenv("EXTRAMILE_FULL_DISK");
  auto opened = OpenStore({.url = server.CreateDatabase()});
  ASSERT_TRUE(opened) << opened.error().ToString();
  app::Store& store = **opened;
  const OrganisationId organisation = MakeOrganisation(store);

  std::set<std::string> acknowledged;
  const auto fill = [&](int from, int to) -> std::optional<Error> {
    for (int i = from; i < to; ++i) {
      const std::string code = "gesture " + std::to_string(i);
      const auto receipt = CommitAndWait(store, LoadPlan(organisation, code));
      if (!receipt) return receipt.error();
      acknowledged.insert(code);
    }
    return std::nullopt;
  };
  ASSERT_FALSE(fill(0, 10));
  std::ofstream(flag).put('x');
  const auto refused = fill(10, 5000);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, "disk-full") << refused->ToString();
  EXPECT_EQ(refused->kind, ErrorKind::kUnavailable);
  ASSERT_TRUE(std::filesystem::remove(flag));
  EXPECT_FALSE(fill(5000, 5010));
  EXPECT_EQ(CountLost(store, organisation, acknowledged), 0u);
  ExpectNothingHalfWritten(store, organisation);
}

TEST_F(PostgresFaultTest, AServerThatIsNotThereIsSaidAtTheStart) {
  server_.StopFast();
  const auto store = OpenStore(database_->Settings());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "database-away");
}

}  // namespace
}  // namespace extramile::store
