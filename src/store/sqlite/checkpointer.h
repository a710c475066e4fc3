// Copies the write-ahead log into the database file beside the writer, so that no group waits for
// it.
//
// A thread of its own copies most of the log while the writer goes on appending. SQLite begins the
// log anew only where a transaction begins with all of it copied, so the writer copies the little
// that has come since by itself, between two groups; the next transaction then starts at the front.
// Where a reader still needs the log it grows until the next attempt.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/connection.h"

namespace extramile::store::sqlite {

class Checkpointer {
 public:
  // Begins when the log has `due_pages`. A long log has the pages that every group writes copied
  // fewer times, and makes reading a little slower.
  static Result<std::unique_ptr<Checkpointer>> Start(const OpenOptions& options, int due_pages);
  ~Checkpointer();

  // After each group, on the writer's thread and between its transactions.
  void Committed(Connection& writer);

 private:
  enum class State { kIdle, kDue, kCopied, kClosed };

  Checkpointer(std::unique_ptr<Connection> connection, int due_pages);
  void Work();

  std::unique_ptr<Connection> connection_;
  const int due_pages_;
  int due_at_;  // the writer's: the length of the log that is copied next
  std::mutex mutex_;
  std::condition_variable due_;
  State state_ = State::kIdle;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace extramile::store::sqlite
