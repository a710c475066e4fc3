// Writes groups of plans to an SQLite file: one transaction a group, one savepoint a plan.
//
// A plan that fails is rolled back to its savepoint and its neighbours go on. When the disk fails,
// SQLite may have thrown the whole transaction away by itself: then every plan of the group is
// answered with that error and none is acknowledged. One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/store.h"
#include "store/sqlite/connection.h"

namespace extramile::store::sqlite {

class Writer {
 public:
  explicit Writer(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::vector<Result<app::Receipt>> Apply(std::span<const app::WritePlan> plans);

 private:
  Result<void> ApplyInTransaction(std::span<const app::WritePlan> plans,
                                  std::vector<Result<app::Receipt>>& results);
  Result<app::Receipt> ApplyPlan(const app::WritePlan& plan);
  Result<void> RunSteps(const app::WritePlan& plan);
  Result<app::Receipt> WriteEvents(const app::WritePlan& plan);
  Result<int> Run(const app::Sql& sql, std::span<const app::Cell> params = {});
  Result<app::Rows> Look(const app::Sql& sql, std::span<const app::Cell> params);

  std::unique_ptr<Connection> connection_;
  // Of the transaction being written: the last event number of each organisation, and whether the
  // transaction itself failed.
  std::unordered_map<OrganisationId, int64_t> heads_;
  bool broken_ = false;
};

}  // namespace extramile::store::sqlite
