#include "store/sqlite/group_sync.h"

#include "store/store_error.h"

namespace extramile::store::sqlite {
namespace {

constexpr size_t kAhead = 2;

const app::Sql kOpenLog = {"select count(*) from migration"};

}  // namespace

Result<std::unique_ptr<GroupSync>> GroupSync::Start(const OpenOptions& options) {
  EM_ASSIGN(auto connection, Connection::Open(options));
  EM_TRY(connection->Select(kOpenLog, {}));  // a connection opens the log when it first reads
  EM_TRY(connection->SyncWal());
  return std::unique_ptr<GroupSync>(new GroupSync(std::move(connection)));
}

GroupSync::GroupSync(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { Work(); }) {}

GroupSync::~GroupSync() { Drain(); }

void GroupSync::Push(CommitQueue::Written group) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(std::move(group));
  changed_.notify_all();
  changed_.wait(lock, [this] { return waiting_.size() < kAhead; });
}

void GroupSync::Drain() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void GroupSync::Work() {
  for (;;) {
    std::vector<CommitQueue::Written> groups;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty() || closed_; });
      if (waiting_.empty()) return;
      groups.swap(waiting_);
    }
    changed_.notify_all();
    const bool done = Sync().has_value();
    for (CommitQueue::Written& group : groups) {
      for (auto& result : group.results) {
        if (result && !done) result = Fail(OutcomeUnknown());
      }
      group.Answer();
    }
  }
}

Result<void> GroupSync::Sync() {
  if (!suspect_) {
    Result<void> synced = connection_->SyncWal();
    suspect_ = !synced;
    return synced;
  }
  EM_TRY(connection_->Checkpoint(SQLITE_CHECKPOINT_TRUNCATE));
  suspect_ = false;
  return {};
}

}  // namespace extramile::store::sqlite
