#include "store/sqlite/sqlite_store.h"

#include <set>

#include "store/commit_queue.h"
#include "store/connection_pool.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/group_sync.h"
#include "store/sqlite/migrator.h"
#include "store/sqlite/writer.h"
#include "store/store_error.h"

namespace extramile::store::sqlite {
namespace {

const app::Sql kBegin = {"begin"};
const app::Sql kCommit = {"commit"};
const app::Sql kReady = {"select max(number) from migration"};

class SqliteStore final : public app::Store {
 public:
  SqliteStore(const StoreSettings& settings, std::set<std::string> bytes_columns)
      : settings_(settings), bytes_columns_(std::move(bytes_columns)), readers_(settings.readers) {}

  Result<void> Open(std::span<const Migration> migrations) {
    const bool durable = settings_.durability == Durability::kFull;
    EM_ASSIGN(auto connection, Connection::Open(Options(durable ? Sync::kByOthers : Sync::kNever)));
    if (connection->read_only()) return Fail(DatabaseReadOnly());
    EM_TRY(Migrate(*connection, migrations, SystemClock().Now()));
    writer_ = std::make_unique<Writer>(std::move(connection));
    for (int i = 0; i < settings_.readers; ++i) {
      EM_ASSIGN(auto reader, Connection::Open(Options(Sync::kNever, true)));
      readers_.Add(std::move(reader));
    }
    if (durable) {
      EM_ASSIGN(sync_, GroupSync::Start(Options(Sync::kEachCommit)));
      EM_ASSIGN(checkpointer_,
                Checkpointer::Start(Options(Sync::kEachCommit), settings_.sqlite_log_pages));
    }
    queue_ = std::make_unique<CommitQueue>(
        CommitQueue::Options{1, settings_.max_batch, settings_.max_queued, false},
        [this](int, std::span<const app::WritePlan> plans) { return writer_->Apply(plans); },
        [this](CommitQueue::Written written) { Settle(std::move(written)); });
    return {};
  }

  Result<std::vector<app::Rows>> Read(OrganisationId,
                                      std::span<const app::Query> queries) override {
    EM_ASSIGN(auto reader, readers_.Take());
    EM_TRY(reader->Execute(kBegin, {}));
    std::vector<app::Rows> all;
    Result<void> done;
    for (const app::Query& query : queries) {
      auto rows = reader->Select(*query.sql, query.params);
      if (!rows) {
        done = Fail(std::move(rows).error());
        break;
      }
      all.push_back(*std::move(rows));
    }
    (void)reader->Execute(kCommit, {});
    if (!done) return Fail(done.error());
    return all;
  }

  void Commit(app::WritePlan plan, app::CommitDone done) override {
    queue_->Push(std::move(plan), std::move(done));
  }

  Result<void> Ready() override {
    const app::Query query{&kReady, {}};
    return Read({}, {&query, 1}).map([](auto&&) {});
  }

  void Drain() override {
    queue_->Drain();
    if (sync_) sync_->Drain();
  }

 private:
  OpenOptions Options(Sync sync, bool query_only = false) const {
    return {settings_.url.substr(std::string_view("sqlite:").size()), settings_.sqlite_vfs,
            query_only, sync, &bytes_columns_};
  }

  void Settle(CommitQueue::Written written) {
    if (!sync_) return written.Answer();
    sync_->Push(std::move(written));
    checkpointer_->Committed(writer_->connection());
  }

  const StoreSettings settings_;
  const std::set<std::string> bytes_columns_;
  ConnectionPool<Connection> readers_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<GroupSync> sync_;  // both null where nothing is to be durable
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<CommitQueue> queue_;  // last: its thread uses all of these
};

}  // namespace

Result<std::unique_ptr<app::Store>> OpenSqliteStore(const StoreSettings& settings,
                                                    std::span<const Migration> migrations) {
  auto store = std::make_unique<SqliteStore>(settings, BytesColumns(migrations));
  EM_TRY(store->Open(migrations));
  return std::unique_ptr<app::Store>(std::move(store));
}

}  // namespace extramile::store::sqlite
