#include "store/postgres/postgres_store.h"

#include "store/commit_queue.h"
#include "store/connection_pool.h"
#include "store/postgres/connection.h"
#include "store/postgres/migrator.h"
#include "store/postgres/writer.h"

namespace extramile::store::postgres {
namespace {

const app::Sql kReady = {"select max(number) from migration"};

class PostgresStore final : public app::Store {
 public:
  PostgresStore(const StoreSettings& settings, std::string role) : readers_(settings.readers) {
    ConnectionOptions options{settings.url, std::move(role),
                              settings.durability == Durability::kFull, true};
    for (int i = 0; i < settings.readers; ++i) readers_.Add(std::make_unique<Connection>(options));
    options.reads_only = false;
    for (int i = 0; i < settings.committers; ++i)
      writers_.push_back(std::make_unique<Writer>(options));
    queue_ = std::make_unique<CommitQueue>(
        CommitQueue::Options{settings.committers, settings.max_batch, settings.max_queued, true},
        [this](int worker, std::span<const app::WritePlan> plans) {
          return writers_[static_cast<size_t>(worker)]->Apply(plans);
        });
  }

  Result<std::vector<app::Rows>> Read(OrganisationId organisation,
                                      std::span<const app::Query> queries) override {
    EM_ASSIGN(auto connection, readers_.Take());
    for (bool again = false;; again = true) {
      EM_TRY(connection->EnsureOpen());
      Result<std::vector<app::Rows>> answers = ReadOn(*connection, organisation, queries);
      // A connection that broke while idle is noticed only now: once more on a new one.
      if (answers || connection->is_open() || again) return answers;
    }
  }

  void Commit(app::WritePlan plan, app::CommitDone done) override {
    queue_->Push(std::move(plan), std::move(done));
  }

  Result<void> Ready() override {
    const app::Query query{&kReady, {}};
    return Read({}, {&query, 1}).map([](auto&&) {});
  }

  void Drain() override { queue_->Drain(); }

 private:
  static Result<std::vector<app::Rows>> ReadOn(Connection& connection, OrganisationId organisation,
                                               std::span<const app::Query> queries) {
    connection.ReadFor(organisation);
    for (const app::Query& query : queries) connection.Send(*query.sql, query.params);
    connection.Sync();
    const std::vector<Answer> answers = connection.ReceiveAll();
    const auto failed =
        std::find_if(answers.begin(), answers.end(), [](const Answer& a) { return !a.done(); });
    if (failed != answers.end()) return Fail(*failed->error);
    std::vector<app::Rows> all;
    const size_t first = answers.size() - queries.size();
    for (size_t i = 0; i < queries.size(); ++i) all.push_back(answers[first + i].rows());
    return all;
  }

  ConnectionPool<Connection> readers_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::unique_ptr<CommitQueue> queue_;  // last: its threads use the writers
};

}  // namespace

Result<std::unique_ptr<app::Store>> OpenPostgresStore(const StoreSettings& settings,
                                                      std::span<const Migration> migrations) {
  Connection owner({settings.url, "", true});
  EM_ASSIGN(std::string role,
            Migrate(owner, settings.application_role, migrations, SystemClock().Now()));
  return std::unique_ptr<app::Store>(std::make_unique<PostgresStore>(settings, std::move(role)));
}

}  // namespace extramile::store::postgres
