// One SQLite connection with its prepared statements.
//
// A statement is prepared once for the address of its Sql and bound by name ("$1"), so that a
// statement which does not use a parameter it is given is an error and not a silent null. Collation
// "C" compares bytes, as PostgreSQL's does. Not thread-safe: one thread at a time.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/store.h"
#include "base/error.h"

namespace extramile::store::sqlite {

enum class Sync {
  kNever,       // synchronous=OFF
  kEachCommit,  // synchronous=FULL
  kByOthers,  // synchronous=NORMAL, without checkpoints: group_sync.h and checkpointer.h see to it
};

struct OpenOptions {
  std::string path;
  std::string vfs;  // empty: the system's
  bool query_only = false;
  Sync sync = Sync::kEachCommit;
  // "table.column" of columns that hold bytes; any other blob of 16 bytes is an id. Outlives the
  // connection.
  const std::set<std::string>* bytes_columns = nullptr;
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> Open(const OpenOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Text without parameters, any number of statements, not kept prepared: pragmas and migrations.
  Result<void> RunScript(const std::string& sql);
  // Runs to the end; returns the number of rows changed by an insert, update or delete.
  Result<int> Execute(const app::Sql& sql, std::span<const app::Cell> params);
  Result<app::Rows> Select(const app::Sql& sql, std::span<const app::Cell> params);

  // The write-ahead log. Its length in pages after this connection's last commit:
  int wal_pages() const { return wal_pages_; }
  // Puts all that is committed, by whichever connection, on the disk. Between transactions.
  Result<void> SyncWal();
  struct Copied {
    int pages = 0, copied = 0;  // of the log; -1 where another connection is at it
  };
  // Copies pages of the log into the database file and syncs both (SQLITE_CHECKPOINT_PASSIVE waits
  // for nobody, ..._TRUNCATE for everybody and ends with an empty log). Between transactions.
  Result<Copied> Checkpoint(int mode);

  // True between begin and commit; SQLite may end a transaction by itself when the disk fails.
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  bool read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }
  // Whether the last error of Execute was about its own statement only (a constraint), so that the
  // transaction still stands.
  bool last_error_is_local() const;

 private:
  struct Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<int> parameter_index;  // of $1, $2 ...
    std::vector<bool> bytes_column;    // by column of the answer
  };

  Connection(sqlite3* db, const std::set<std::string>* bytes_columns)
      : db_(db), bytes_columns_(bytes_columns) {}
  Result<Statement*> Prepare(const app::Sql& sql);
  Result<Statement*> Bind(const app::Sql& sql, std::span<const app::Cell> params);
  void DescribeColumns(Statement& statement);
  Error ErrorNow(const char* sql);

  sqlite3* db_;
  const std::set<std::string>* bytes_columns_;
  std::unordered_map<const app::Sql*, Statement> statements_;
  int last_code_ = SQLITE_OK;  // extended
  int wal_pages_ = 0;
};

}  // namespace extramile::store::sqlite
