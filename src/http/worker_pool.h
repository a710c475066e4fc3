// A fixed number of threads and a bounded queue in front of them: where computing and reading
// happens, so that the threads that serve connections never wait.
//
// Thread-safe. Submit costs one lock and, when a worker sleeps, one wake-up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace extramile::http {

class WorkerPool {
 public:
  using Job = std::function<void()>;  // must not throw

  WorkerPool(size_t threads, size_t max_waiting);
  ~WorkerPool();  // drains

  // False when as many jobs wait as may, or after Drain: answer "busy" at once.
  bool Submit(Job job);
  // For work that was let in before: never refused for want of room, and false only after Drain.
  bool SubmitAgain(Job job);
  // Finishes what was taken, then stops the threads. May be called twice.
  void Drain();

  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  bool Push(Job job, bool always);
  void Work();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;  // guarded by mutex_
  bool closed_ = false;   // guarded by mutex_
  std::atomic<size_t> waiting_{0};
  std::vector<std::thread> threads_;
};

}  // namespace extramile::http
