// A fixed number of connections, lent to one thread at a time.
//
//   EM_ASSIGN(auto connection, pool.Take());   // waits for one; goes back by itself
//
// Thread-safe. Who waits longer than five seconds gets "store-busy": the caller's own time-out is
// near, and the queue too long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "store/store_error.h"

namespace extramile::store {

template <class Connection>
class ConnectionPool {
 public:
  struct GiveBack {
    ConnectionPool* pool = nullptr;
    void operator()(Connection* connection) const {
      pool->Return(std::unique_ptr<Connection>(connection));
    }
  };
  using Lent = std::unique_ptr<Connection, GiveBack>;

  explicit ConnectionPool(int size) { idle_.reserve(static_cast<size_t>(size)); }

  void Add(std::unique_ptr<Connection> connection) { Return(std::move(connection)); }

  Result<Lent> Take() {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, std::chrono::seconds(5), [this] { return !idle_.empty(); }))
      return Fail(StoreBusy());
    Connection* connection = idle_.back().release();
    idle_.pop_back();
    return Lent(connection, GiveBack{this});
  }

 private:
  void Return(std::unique_ptr<Connection> connection) {
    {
      std::lock_guard lock(mutex_);
      idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last returned first: its caches are warm
};

}  // namespace extramile::store
