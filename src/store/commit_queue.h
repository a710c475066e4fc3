// The queue in front of the writers: plans wait here for the transaction before theirs, and then go
// together.
//
// Nothing waits for a timer. A worker takes everything that waits in one lane (up to max_batch) and
// writes it as one group; what arrives meanwhile is the next group. A lane is written by one worker
// at a time, in the order of arrival; lanes take turns. PostgreSQL has a lane for each
// organisation, SQLite one for all.
//
// Thread-safe. Push costs one lock and, when a worker sleeps, one wake-up; callbacks run on the
// workers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/store.h"

namespace extramile::store {

class CommitQueue {
 public:
  struct Options {
    int workers = 1;
    size_t max_batch = 256;
    size_t max_queued = 4096;
    bool lane_per_organisation = false;
  };
  // Writes one group and answers each plan, in order. `worker` counts from 0: each has its own
  // connection.
  using Apply =
      std::function<std::vector<Result<app::Receipt>>(int worker, std::span<const app::WritePlan>)>;

  CommitQueue(Options options, Apply apply);
  ~CommitQueue();  // drains

  void Push(app::WritePlan plan, app::CommitDone done);
  // Takes no more, finishes what waits, stops the workers. May be called twice.
  void Drain();

 private:
  struct Lane {
    std::deque<app::WritePlan> plans;
    std::deque<app::CommitDone> dones;
    bool busy = false;  // a worker is writing it
  };
  struct Group {
    OrganisationId lane;
    std::vector<app::WritePlan> plans;
    std::vector<app::CommitDone> dones;
  };

  void Work(int worker);
  bool Take(Group& group);  // false when drained
  void Finish(const OrganisationId& lane);

  const Options options_;
  const Apply apply_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // All below are guarded by mutex_. A lane stands in ready_ exactly when it has plans and is not
  // busy.
  std::unordered_map<OrganisationId, Lane> lanes_;
  std::deque<OrganisationId> ready_;
  size_t queued_ = 0;
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace extramile::store
