#include "store/sqlite/checkpointer.h"

namespace extramile::store::sqlite {
namespace {

// Another pass is worth while as long as so many pages came during the last one.
constexpr int kManyPages = 250;
constexpr int kMostPasses = 4;

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::Start(const OpenOptions& options,
                                                          int due_pages) {
  EM_ASSIGN(auto connection, Connection::Open(options));
  return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(connection), due_pages));
}

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection, int due_pages)
    : connection_(std::move(connection)),
      due_pages_(due_pages),
      due_at_(due_pages),
      thread_([this] { Work(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kClosed;
  }
  due_.notify_one();
  thread_.join();
}

void Checkpointer::Committed(Connection& writer) {
  const int pages = writer.wal_pages();
  if (pages < due_pages_) due_at_ = due_pages_;  // the log has begun anew
  if (pages < due_at_) return;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kIdle) {
      state_ = State::kDue;
      due_.notify_one();
      return;
    }
    if (state_ != State::kCopied) return;
    state_ = State::kIdle;
  }
  // What fails here is tried again, and the log is whole without it.
  (void)writer.Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  due_at_ = pages + due_pages_;
}

void Checkpointer::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    due_.wait(lock, [this] { return state_ == State::kDue || state_ == State::kClosed; });
    if (state_ == State::kClosed) return;
    lock.unlock();
    int before = 0;
    for (int pass = 0; pass < kMostPasses; ++pass) {
      const auto done = connection_->Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
      if (!done || done->pages - before < kManyPages) break;
      before = done->pages;
    }
    lock.lock();
    if (state_ == State::kDue) state_ = State::kCopied;
  }
}

}  // namespace extramile::store::sqlite
