#include "http/worker_pool.h"

#include <utility>

namespace extramile::http {

WorkerPool::WorkerPool(size_t threads, size_t max_waiting) : max_waiting_(max_waiting) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() { Drain(); }

bool WorkerPool::Submit(Job job) { return Push(std::move(job), false); }
bool WorkerPool::SubmitAgain(Job job) { return Push(std::move(job), true); }

bool WorkerPool::Push(Job job, bool always) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || (!always && jobs_.size() >= max_waiting_)) return false;
    jobs_.push_back(std::move(job));
    waiting_.store(jobs_.size(), std::memory_order_relaxed);
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::Drain() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      waiting_.store(jobs_.size(), std::memory_order_relaxed);
    }
    job();
  }
}

}  // namespace extramile::http
