#include "store/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace extramile::store {

Load::Load(app::Store& store, OrganisationId organisation, std::function<bool()> counts)
    : store_(store), organisation_(organisation), counts_(std::move(counts)) {
  for (int i = 0; i < 6; ++i) threads_.emplace_back([this] { Run(); });
}

void Load::Run() {
  while (!stop_) {
    const std::string code = NewId<AnyId>().ToString();
    const auto result = CommitAndWait(store_, LoadPlan(organisation_, code));
    const bool counts = counts_();
    std::lock_guard lock(mutex_);
    if (!result) {
      ++errors_[result.error().code];
    } else if (counts) {
      acknowledged_.insert(code);
    }
  }
}

void Load::WaitForAcknowledged(size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (acknowledged().size() < count) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nothing is acknowledged any more";
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Load::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::set<std::string> Load::acknowledged() const {
  std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::map<std::string, int> Load::errors() const {
  std::lock_guard lock(mutex_);
  return errors_;
}

app::WritePlan LoadPlan(OrganisationId organisation, const std::string& code) {
  app::WritePlan plan = AddGesturePlan(organisation, code);
  plan.outbox.push_back({NewId<AnyId>(), "webhook", "https://example.org/hook", "{}"});
  return plan;
}

size_t CountLost(app::Store& store, OrganisationId organisation,
                 const std::set<std::string>& acknowledged) {
  static const app::Sql kCodes = {"select code from gesture where organisation_id = $1"};
  const auto rows = ReadOne(store, organisation, kCodes, {organisation});
  if (!rows) throw std::runtime_error(rows.error().ToString());
  std::set<std::string> there;
  for (const app::Row& row : *rows) there.insert(row[0].Text());
  return static_cast<size_t>(
      std::count_if(acknowledged.begin(), acknowledged.end(),
                    [&](const std::string& code) { return !there.contains(code); }));
}

void ExpectNothingHalfWritten(app::Store& store, OrganisationId organisation) {
  static const app::Sql kCounts = {
      "select (select count(*) from gesture where organisation_id = $1), (select count(*) from "
      "event where organisation_id = $1), "
      "(select count(*) from outbox where organisation_id = $1)"};
  const auto rows = ReadOne(store, organisation, kCounts, {organisation});
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->at(0)[0].Int(), rows->at(0)[1].Int());
  EXPECT_EQ(rows->at(0)[0].Int(), rows->at(0)[2].Int());
  ExpectWholeRecord(store, organisation);
}

}  // namespace extramile::store
