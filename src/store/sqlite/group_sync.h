// Puts committed groups on the disk while the writer goes on with the next one.
//
// The writer commits with synchronous=NORMAL: pages stand in the write-ahead log, where readers see
// them, but nobody has asked the disk. Each group's answers wait here until the log has been synced
// since. A sync covers every group committed before it begins, and the log is read back up to the
// first page that is missing: so whatever was acknowledged is there after a power cut, together
// with all that came before it. What a power cut can take away is a change that somebody may have
// read already but that nobody was told is done.
//
// While one group is synced the writer may commit two more, which the next sync takes together;
// then it waits, so that groups stay as large as the work that arrives meanwhile.
//
// Where a sync fails, the system may have dropped the pages it could not write. The groups that
// waited are answered OutcomeUnknown, and nothing more is acknowledged until the whole log has been
// copied into the database file and that been synced.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/commit_queue.h"
#include "store/sqlite/connection.h"

namespace extramile::store::sqlite {

class GroupSync {
 public:
  // Syncs what has been committed already.
  static Result<std::unique_ptr<GroupSync>> Start(const OpenOptions& options);
  ~GroupSync();

  // Answers the group once it is on the disk; waits while two are ahead of it. For one thread, the
  // one that commits.
  void Push(CommitQueue::Written group);
  // Answers the last groups and stops. May be called twice.
  void Drain();

 private:
  explicit GroupSync(std::unique_ptr<Connection> connection);
  void Work();
  Result<void> Sync();

  std::unique_ptr<Connection> connection_;
  bool suspect_ = false;  // a sync has failed, and the log has not been copied since
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<CommitQueue::Written> waiting_;  // guarded by mutex_, like closed_
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace extramile::store::sqlite
