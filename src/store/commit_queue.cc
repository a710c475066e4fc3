#include "store/commit_queue.h"

#include <algorithm>
#include <utility>

#include "store/store_error.h"

namespace extramile::store {

CommitQueue::CommitQueue(Options options, Apply apply)
    : options_(options), apply_(std::move(apply)) {
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
      if (lane.plans.empty() && !lane.busy) ready_.push_back(id);
      lane.plans.push_back(std::move(plan));
      lane.dones.push_back(std::move(done));
      ++queued_;
    }
  }
  if (refusal) {
    done(Fail(*std::move(refusal)));
  } else {
    wake_.notify_one();
  }
}

bool CommitQueue::Take(Group& group) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return !ready_.empty() || (closed_ && queued_ == 0); });
  if (ready_.empty()) return false;
  group.lane = ready_.front();
  ready_.pop_front();
  Lane& lane = lanes_[group.lane];
  lane.busy = true;
  const auto count = static_cast<ptrdiff_t>(std::min(options_.max_batch, lane.plans.size()));
  group.plans.assign(std::make_move_iterator(lane.plans.begin()),
                     std::make_move_iterator(lane.plans.begin() + count));
  group.dones.assign(std::make_move_iterator(lane.dones.begin()),
                     std::make_move_iterator(lane.dones.begin() + count));
  lane.plans.erase(lane.plans.begin(), lane.plans.begin() + count);
  lane.dones.erase(lane.dones.begin(), lane.dones.begin() + count);
  queued_ -= static_cast<size_t>(count);
  return true;
}

void CommitQueue::Finish(const OrganisationId& id) {
  bool more;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = lanes_[id];
    lane.busy = false;
    more = !lane.plans.empty();
    if (more) {
      ready_.push_back(id);
    } else {
      lanes_.erase(id);
    }
  }
  if (more) wake_.notify_one();
}

void CommitQueue::Work(int worker) {
  Group group;
  while (Take(group)) {
    std::vector<Result<app::Receipt>> results = apply_(worker, group.plans);
    Finish(group.lane);
    for (size_t i = 0; i < results.size(); ++i) group.dones[i](std::move(results[i]));
    group = {};
  }
  wake_.notify_all();  // the others may be waiting for the last plans that this one took
}

void CommitQueue::Drain() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}

}  // namespace extramile::store
