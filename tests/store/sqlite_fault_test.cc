// SQLite on a disk that loses power, fills up, fails to sync, or may not be written.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "store/load.h"
#include "store/test_database.h"
#include "store/test_disk.h"

namespace extramile::store {
namespace {

class SqliteFaultTest : public testing::Test {
 protected:
  SqliteFaultTest() { disk_.Repair(); }
  ~SqliteFaultTest() override {
    store_.reset();
    disk_.Repair();
  }

  Result<std::unique_ptr<app::Store>> TryOpen(Durability durability = Durability::kFull) {
    return OpenStore({.url = "sqlite:" + folder_->path() + "/test.db",
                      .durability = durability,
                      .sqlite_vfs = TestDisk::kName,
                      .sqlite_log_pages = 40});  // so that power is cut within copying too
  }
  void Open(Durability durability = Durability::kFull) {
    auto store = TryOpen(durability);
    ASSERT_TRUE(store) << store.error().ToString();
    store_ = *std::move(store);
  }
  void MakeDatabase() {
    Open();
    organisation_ = MakeOrganisation(*store_);
  }
  // Writes under load until the power goes, and starts again on what the disk has kept.
  void RunUntilPowerCut(size_t acknowledged, double survival) {
    Load load(*store_, organisation_, [this] { return !disk_.crashed(); });
    load.WaitForAcknowledged(acknowledged);
    disk_.Crash();
    load.Stop();
    acknowledged_.merge(load.acknowledged());
    store_.reset();
    auto survivors = std::make_unique<TemporaryFolder>();
    disk_.WriteSurvivors(survivors->path(), survival, random_);
    disk_.Repair();
    folder_ = std::move(survivors);
  }
  void CutPowerTwentyTimes(double survival) {
    MakeDatabase();
    for (int round = 0; round < 20; ++round) {
      RunUntilPowerCut(20 + random_() % 150, survival);
      ASSERT_NO_FATAL_FAILURE(Open()) << "round " << round;
      ASSERT_EQ(CountLost(*store_, organisation_, acknowledged_), 0u) << "round " << round;
      ExpectNothingHalfWritten(*store_, organisation_);
    }
  }

  TestDisk& disk_ = TestDisk::Get();
  std::mt19937 random_{20261122};
  std::unique_ptr<TemporaryFolder> folder_ = std::make_unique<TemporaryFolder>();
  std::unique_ptr<app::Store> store_;
  OrganisationId organisation_;
  std::set<std::string> acknowledged_;
};

TEST_F(SqliteFaultTest, APowerCutThatDropsUnsyncedWritesLosesNothingAcknowledged) {
  CutPowerTwentyTimes(0);
}

TEST_F(SqliteFaultTest, APowerCutThatKeepsSomeUnsyncedWritesLosesNothingAcknowledged) {
  CutPowerTwentyTimes(0.5);
}

// The test of the test: without syncs the same power cut must be seen to lose something.
TEST_F(SqliteFaultTest, WithoutSyncsTheSamePowerCutLoses) {
  MakeDatabase();
  store_.reset();
  Open(Durability::kNone);
  RunUntilPowerCut(100, 0);
  const auto opened = TryOpen();
  if (!opened) return;  // lost so much that it cannot even be opened
  EXPECT_GT(CountLost(**opened, organisation_, acknowledged_), 0u);
}

TEST_F(SqliteFaultTest, AFullDiskIsSaidAndGoesAwayWithSpace) {
  MakeDatabase();
  ASSERT_TRUE(CommitAndWait(*store_, LoadPlan(organisation_, "before")));
  Load load(*store_, organisation_);
  load.WaitForAcknowledged(20);
  disk_.full = true;
  const auto refused = CommitAndWait(*store_, LoadPlan(organisation_, "during"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(refused.error().code, "disk-full");
  EXPECT_GT(CountGestures(*store_, organisation_), 20) << "reading goes on";
  disk_.full = false;
  load.WaitForAcknowledged(load.acknowledged().size() + 20);
  load.Stop();
  for (const auto& [code, count] : load.errors()) EXPECT_EQ(code, "disk-full") << count << " times";
  EXPECT_EQ(CountLost(*store_, organisation_, load.acknowledged()), 0u);
  ExpectNothingHalfWritten(*store_, organisation_);
}

TEST_F(SqliteFaultTest, WhatCouldNotBeSyncedIsNotAcknowledged) {
  MakeDatabase();
  Load load(*store_, organisation_);
  load.WaitForAcknowledged(20);
  disk_.sync_fails = true;
  const auto refused = CommitAndWait(*store_, LoadPlan(organisation_, "during"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  disk_.sync_fails = false;
  load.WaitForAcknowledged(load.acknowledged().size() + 20);
  load.Stop();
  EXPECT_EQ(CountLost(*store_, organisation_, load.acknowledged()), 0u);
  ExpectNothingHalfWritten(*store_, organisation_);
}

TEST_F(SqliteFaultTest, TheLogBeginsAnewUnderLoad) {
  MakeDatabase();
  const std::string log = folder_->path() + "/test.db-wal";
  Load load(*store_, organisation_);
  load.WaitForAcknowledged(3000);
  load.Stop();
  // 3,000 plans alone would take some 10,000 pages.
  EXPECT_LT(std::filesystem::file_size(log), 2000u * 4096);
  EXPECT_EQ(CountLost(*store_, organisation_, load.acknowledged()), 0u);
}

TEST_F(SqliteFaultTest, ADatabaseThatMayNotBeWrittenIsSaidAtTheStart) {
  MakeDatabase();
  store_.reset();
  disk_.read_only = true;
  const auto store = TryOpen();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(store.error().code, "database-read-only");
}

TEST_F(SqliteFaultTest, AFolderThatIsNotThereIsSaid) {
  const auto store = OpenStore({.url = "sqlite:" + folder_->path() + "/missing/test.db"});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "database-away");
}

TEST_F(SqliteFaultTest, AFileThatIsNoDatabaseIsSaid) {
  const std::string path = folder_->path() + "/text.db";
  FILE* file = fopen(path.c_str(), "w");
  for (int i = 0; i < 100; ++i)
    fputs("this is not a database, it is a letter to a customer\n", file);
  fclose(file);
  const auto store = OpenStore({.url = "sqlite:" + path});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "database-damaged");
}

}  // namespace
}  // namespace extramile::store
