// One PostgreSQL connection, always in pipeline mode: statements are sent without waiting, answers
// come in the same order.
//
//   connection.Send(kBegin); connection.Send(kSpend, params); connection.Sync();
//   for (const Answer& answer : connection.ReceiveAll()) ...
//
// After an error the server skips everything up to the next Sync. A statement is prepared once for
// the address of its Sql and prepared again only when a parameter turns out to be of another type.
// A connection that breaks is made anew by EnsureOpen, not more often than its backoff (50 ms,
// doubling to 2 s) allows, so that callers are answered at once while it is away. Not thread-safe:
// one thread at a time.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/store.h"
#include "base/error.h"
#include "store/postgres/wire.h"

namespace extramile::store::postgres {

struct ConnectionOptions {
  std::string url;
  std::string role;  // empty: statements run as the url's user
  bool synchronous_commit = true;
  bool reads_only = false;  // all up to a Sync is one transaction, which sees one snapshot
};

struct Answer {
  enum class Status {
    kDone,
    kFailed,   // the server refused this statement
    kSkipped,  // one before it failed
    kLost,     // the connection broke
  };
  Status status = Status::kLost;
  std::unique_ptr<PGresult, void (*)(PGresult*)> result{nullptr, PQclear};
  std::optional<Error> error;  // set unless kDone
  std::string sqlstate;        // with kFailed

  bool done() const { return status == Status::kDone; }
  int rows_changed() const;
  app::Rows rows() const { return ReadRows(result.get()); }
};

// What a failed statement means for what stands around it.
enum class Reach {
  kStatement,   // this statement only: a constraint, a wrong text, a guard
  kRetry,       // serialization failure or deadlock: the transaction may be run again
  kEverything,  // the database itself: away, full, read-only, locked
};
Reach ReachOf(const Answer& answer);

// The form of a guarded statement that fails (division by zero) unless exactly one row is changed,
// so that a pipeline stops there by itself. The text must be one insert, update or delete.
enum class Form { kPlain, kFailsUnlessOneRow };
inline constexpr std::string_view kGuardFailed = "22012";

class Connection {
 public:
  explicit Connection(ConnectionOptions options) : options_(std::move(options)) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // kUnavailable "database-away" while it cannot be reached.
  Result<void> EnsureOpen();
  bool is_open() const { return connection_ && !broken_ && PQstatus(connection_) == CONNECTION_OK; }
  void Close();

  void Send(const app::Sql& sql, std::span<const app::Cell> params = {}, Form form = Form::kPlain);
  void Send(const app::Sql& sql, const ParamBlock& params);
  // Without parameters and not kept prepared: SET LOCAL with a literal, DDL.
  void SendText(const std::string& sql);
  void SetOrganisation(
      OrganisationId organisation);  // for the current transaction; nothing for the nil one
  // For all that is sent from now on, on a connection that only reads: to be called before each
  // transaction, and sends nothing where it is the same organisation as before.
  void ReadFor(OrganisationId organisation);
  void FlushSoon();  // has the server answer what was sent so far before Sync: needed before a
                     // Receive without one
  void Sync();

  Answer Receive();
  // The answers to everything up to the next Sync.
  std::vector<Answer> ReceiveAll();
  // Prepares now and waits, where it is not prepared yet: the error is the statement's own.
  Result<void> Prepare(const app::Sql& sql, std::span<const app::Cell> params,
                       Form form = Form::kPlain);
  // Sends one text, syncs and waits. Only where nothing is under way.
  Result<app::Rows> Run(const std::string& sql);

 private:
  struct Statement {
    std::string name;
    std::vector<Oid> types;
    bool prepared = false;
  };
  struct Sent {
    enum class Kind { kPrepare, kStatement, kSync } kind;
    Statement* statement = nullptr;
    const char* text = "";
  };

  Result<void> Open();
  Statement& Find(const app::Sql& sql, Form form);
  void SendPrepare(Statement& statement, const std::string& text, const std::vector<Oid>& types);
  void SendPrepared(const app::Sql& sql, Statement& statement, const ParamBlock& params);
  Answer Collect(const Sent& sent);
  Answer Lost();

  const ConnectionOptions options_;
  PGconn* connection_ = nullptr;
  std::optional<OrganisationId> reads_for_ = OrganisationId{};  // unknown after an error
  bool broken_ = false;  // something could not even be sent: answers would no longer match
  std::unordered_map<const app::Sql*, Statement> plain_, guarded_;
  std::deque<Sent> sent_;
  std::deque<std::string> texts_;  // of SendText, kept until the next Sync is answered
  int next_name_ = 0;
  std::optional<Answer> failed_prepare_;
  std::chrono::steady_clock::time_point next_attempt_{};
  std::chrono::milliseconds backoff_{0};
  Error away_;
};

}  // namespace extramile::store::postgres
