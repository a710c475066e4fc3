// Writes groups of plans to an SQLite file, one transaction a group.
//
// A savepoint makes SQLite copy every page that a plan touches, so a group is first written
// without: most groups hold no plan that fails. Where one does, the transaction is rolled back and
// the group written again with a savepoint a plan, so that the neighbours of the failed plan go on;
// the next groups have savepoints from the start, since refusals come in bursts. When the disk
// fails, SQLite may have thrown the whole transaction away by itself: then every plan of the group
// is answered with that error and none is acknowledged. One thread at a time.
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
  Connection& connection() { return *connection_; }

 private:
  using Results = std::vector<Result<app::Receipt>>;
  enum class Savepoints { kNone, kOneAPlan };
  // Errors are the transaction's, or without savepoints a plan's.
  Result<void> ApplyInTransaction(std::span<const app::WritePlan> plans, Savepoints savepoints,
                                  Results& results);
  Result<app::Receipt> ApplyToSavepoint(const app::WritePlan& plan);
  void RollBack();
  Result<app::Receipt> Broken(Error error);
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
  int careful_groups_ = 0;  // how many more groups get savepoints from the start
};

}  // namespace extramile::store::sqlite
