#include "store/commit_queue.h"

#include <algorithm>
#include <utility>

#include "store/store_error.h"

namespace extramile::store {

CommitQueue::CommitQueue(Options options, Apply apply, Settle settle)
    : options_(options), apply_(std::move(apply)), settle_(std::move(settle)) {
  for (int i = 0; i < options_.workers; ++i) workers_.emplace_back([this, i] { Work(i); });
}

CommitQueue::~CommitQueue() { Drain(); }

void CommitQueue::Push(app::WritePlan plan, app::CommitDone done) {
  std::optional<Error> refusal;
  {
    std::lock_guard lock(mutex_);
    if (closed_) {
      refusal = ShuttingDown();
    } else if (queued_ >= options_.max_queued) {
      refusal = StoreBusy();
    } else {
      const OrganisationId id =
          options_.lane_per_organisation ? plan.organisation : OrganisationId{};
      Lane& lane = lanes_[id];
      const bool now_ready = lane.plans.empty() && !lane.busy;
      lane.plans.push_back(std::move(plan));
      lane.dones.push_back(std::move(done));
      ++queued_;
      if (!now_ready) return;
      ready_.push_back(id);
      if (sleepers_.empty()) return;
      sleepers_.back()->woken = true;
      sleepers_.back()->wake.notify_one();
      sleepers_.pop_back();
    }
  }
  if (refusal) done(Fail(*std::move(refusal)));
}

// The worker that gives a lane back takes a ready one next: nobody else need be woken for it.
void CommitQueue::GiveBack(const OrganisationId& id) {
  const auto lane = lanes_.find(id);
  lane->second.busy = false;
  if (lane->second.plans.empty()) {
    lanes_.erase(lane);
  } else {
    ready_.push_back(id);
  }
}

bool CommitQueue::Take(Group& group) {
  std::unique_lock lock(mutex_);
  if (group.lane) GiveBack(*group.lane);
  while (ready_.empty()) {
    if (closed_ && queued_ == 0) return false;
    Sleeper sleeper;
    sleepers_.push_back(&sleeper);
    sleeper.wake.wait(lock, [&] { return sleeper.woken; });
  }
  group.lane = ready_.front();
  ready_.pop_front();
  Lane& lane = lanes_[*group.lane];
  lane.busy = true;
  const auto count = static_cast<ptrdiff_t>(std::min(options_.max_batch, lane.plans.size()));
  const auto move = [count](auto& from, auto& to) {
    to.assign(std::make_move_iterator(from.begin()), std::make_move_iterator(from.begin() + count));
    from.erase(from.begin(), from.begin() + count);
  };
  move(lane.plans, group.plans);
  move(lane.dones, group.dones);
  queued_ -= static_cast<size_t>(count);
  return true;
}

void CommitQueue::Written::Answer() {
  for (size_t i = 0; i < results.size(); ++i) dones[i](std::move(results[i]));
}

void CommitQueue::Work(int worker) {
  Group group;
  while (Take(group)) {
    std::vector<Result<app::Receipt>> results = apply_(worker, group.plans);
    settle_({std::move(results), std::move(group.dones)});
  }
  WakeAll();  // the last of the plans are taken: the others may go too
}

void CommitQueue::WakeAll() {
  std::lock_guard lock(mutex_);
  for (Sleeper* sleeper : sleepers_) {
    sleeper->woken = true;
    sleeper->wake.notify_one();
  }
  sleepers_.clear();
}

void CommitQueue::Drain() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  WakeAll();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}

}  // namespace extramile::store
