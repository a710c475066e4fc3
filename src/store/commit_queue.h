// The queue in front of the writers: plans wait here for the transaction before theirs, and then go
// together.
//
// Nothing waits for a timer. A worker takes everything that waits in one lane (up to max_batch) and
// writes it as one group; what arrives meanwhile is the next group. A lane is written by one worker
// at a time, in the order of arrival; lanes take turns. PostgreSQL has a lane for each
// organisation, SQLite one for all. Of the workers that sleep the last to fall asleep is woken, so
// that few lanes stay with few connections, whose caches are warm.
//
// Thread-safe. Push costs one lock and, when a worker sleeps, one wake-up; callbacks run on the
// workers, before the lane's next group is taken, unless `settle` passes them on.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
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

  // Hands the results to those who wait. Called on the worker after each group, before the next is
  // taken, so that it may hold the worker back.
  struct Written {
    std::vector<Result<app::Receipt>> results;
    std::vector<app::CommitDone> dones;  // one a result

    void Answer();
  };
  using Settle = std::function<void(Written)>;

  CommitQueue(Options options, Apply apply, Settle settle = &AnswerAtOnce);
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
    std::optional<OrganisationId> lane;
    std::vector<app::WritePlan> plans;
    std::vector<app::CommitDone> dones;
  };

  struct Sleeper {
    std::condition_variable wake;
    bool woken = false;
  };

  static void AnswerAtOnce(Written written) { written.Answer(); }
  void Work(int worker);
  // Gives back the lane of `group`, if it has one, and takes the next; false when drained.
  bool Take(Group& group);
  void GiveBack(const OrganisationId& id);
  void WakeAll();

  const Options options_;
  const Apply apply_;
  const Settle settle_;
  std::mutex mutex_;
  // All below are guarded by mutex_. A lane stands in ready_ exactly when it has plans and is not
  // busy.
  std::unordered_map<OrganisationId, Lane> lanes_;
  std::deque<OrganisationId> ready_;
  std::vector<Sleeper*> sleepers_;
  size_t queued_ = 0;
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace extramile::store
