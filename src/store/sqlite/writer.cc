#include "store/sqlite/writer.h"

#include "store/plan_rows.h"
#include "store/store_error.h"

namespace extramile::store::sqlite {
namespace {

constexpr int kCarefulGroups = 16;

const app::Sql kBegin = {"begin immediate"};
const app::Sql kCommit = {"commit"};
const app::Sql kRollback = {"rollback"};
const app::Sql kSavepoint = {"savepoint one_plan"};
const app::Sql kRelease = {"release one_plan"};
const app::Sql kRollbackPlan = {"rollback to one_plan"};
const app::Sql kReadHead = {"select event_seq from organisation_head where organisation_id = $1"};
const app::Sql kWriteHead = {
    "update organisation_head set event_seq = $2 where organisation_id = $1"};

}  // namespace

std::vector<Result<app::Receipt>> Writer::Apply(std::span<const app::WritePlan> plans) {
  Results results;
  results.reserve(plans.size());
  if (careful_groups_ > 0) {
    --careful_groups_;
  } else {
    if (ApplyInTransaction(plans, Savepoints::kNone, results)) return results;
    RollBack();
    results.clear();
    careful_groups_ = kCarefulGroups;
  }
  const Result<void> whole = ApplyInTransaction(plans, Savepoints::kOneAPlan, results);
  if (whole) return results;
  RollBack();
  for (auto& result : results) {
    if (result) result = Fail(whole.error());
  }
  results.resize(plans.size(), Fail(whole.error()));
  return results;
}

void Writer::RollBack() {
  if (connection_->in_transaction()) (void)connection_->Execute(kRollback, {});
}

Result<void> Writer::ApplyInTransaction(std::span<const app::WritePlan> plans,
                                        Savepoints savepoints, Results& results) {
  heads_.clear();
  broken_ = false;
  EM_TRY(Run(kBegin));
  for (const app::WritePlan& plan : plans) {
    auto result = savepoints == Savepoints::kOneAPlan ? ApplyToSavepoint(plan) : ApplyPlan(plan);
    if (!result && (broken_ || savepoints == Savepoints::kNone)) return Fail(result.error());
    results.push_back(std::move(result));
  }
  for (const auto& [organisation, seq] : heads_)
    EM_TRY(Run(kWriteHead, app::Params{organisation, seq}));
  EM_TRY(Run(kCommit));
  return {};
}

// A plan that fails leaves nothing behind, unless the transaction itself is broken.
Result<app::Receipt> Writer::ApplyToSavepoint(const app::WritePlan& plan) {
  if (const auto begun = Run(kSavepoint); !begun) return Broken(begun.error());
  const auto head = heads_.find(plan.organisation);
  const auto head_before =
      head == heads_.end() ? std::nullopt : std::optional<int64_t>(head->second);
  Result<app::Receipt> result = ApplyPlan(plan);
  if (!result && broken_) return result;
  if (!result) {
    if (const auto undone = Run(kRollbackPlan); !undone) return Broken(undone.error());
    head_before ? void(heads_[plan.organisation] = *head_before)
                : void(heads_.erase(plan.organisation));
  }
  if (const auto released = Run(kRelease); !released) return Broken(released.error());
  return result;
}

Result<app::Receipt> Writer::Broken(Error error) {
  broken_ = true;
  return Fail(std::move(error));
}

Result<int> Writer::Run(const app::Sql& sql, std::span<const app::Cell> params) {
  Result<int> changed = connection_->Execute(sql, params);
  if (!changed && !connection_->last_error_is_local()) broken_ = true;
  return changed;
}

Result<app::Rows> Writer::Look(const app::Sql& sql, std::span<const app::Cell> params) {
  Result<app::Rows> rows = connection_->Select(sql, params);
  if (!rows && !connection_->last_error_is_local()) broken_ = true;
  return rows;
}

Result<app::Receipt> Writer::ApplyPlan(const app::WritePlan& plan) {
  if (plan.key) {
    EM_ASSIGN(const int claimed, Run(kInsertKey, KeyParams(plan)));
    if (claimed == 0) {
      EM_ASSIGN(const app::Rows rows,
                Look(kSelectKey, app::Params{plan.organisation, plan.key->key}));
      return ReplayOf(*plan.key, rows.at(0));
    }
  }
  EM_TRY(RunSteps(plan));
  for (const app::OutboxRow& row : plan.outbox) EM_TRY(Run(kInsertOutbox, OutboxParams(plan, row)));
  return WriteEvents(plan);
}

Result<void> Writer::RunSteps(const app::WritePlan& plan) {
  for (const app::Step& step : plan.steps) {
    const Result<int> changed = Run(*step.sql, step.params);
    if (!changed) return Fail(RefusalOf(step, changed.error()));
    if (step.expect == app::Expect::kOneRow && *changed != 1) return Fail(*step.otherwise);
  }
  return {};
}

Result<app::Receipt> Writer::WriteEvents(const app::WritePlan& plan) {
  if (plan.events.empty()) return app::Receipt{};
  auto head = heads_.find(plan.organisation);
  if (head == heads_.end()) {
    EM_ASSIGN(const app::Rows rows, Look(kReadHead, app::Params{plan.organisation}));
    if (rows.empty()) return Fail(OrganisationUnknown());
    head = heads_.emplace(plan.organisation, rows[0][0].Int()).first;
  }
  app::Receipt receipt;
  receipt.first_event = head->second + 1;
  for (const app::EventBody& body : plan.events) {
    const NumberedEvent event =
        NumberEvent(plan.organisation, ++head->second, body, plan.recorded_at);
    EM_TRY(Run(kInsertEvent, EventParams(plan.organisation, event)));
  }
  receipt.last_event = head->second;
  return receipt;
}

}  // namespace extramile::store::sqlite
