#include "store/sqlite/connection.h"

#include <algorithm>
#include <cstring>
#include <variant>

#include "store/store_error.h"

namespace extramile::store::sqlite {
namespace {

int CompareBytes(void*, int a_size, const void* a, int b_size, const void* b) {
  const int order = std::memcmp(a, b, static_cast<size_t>(std::min(a_size, b_size)));
  return order != 0 ? order : a_size - b_size;
}

struct Binder {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  // The caller's cells outlive the execution, so nothing is copied. A non-null pointer keeps empty
  // bytes apart from null.
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const app::Bytes& value) const {
    return sqlite3_bind_blob64(statement, index,
                               value.empty() ? reinterpret_cast<const uint8_t*>("") : value.data(),
                               value.size(), SQLITE_STATIC);
  }
  int operator()(const Uuid& value) const {
    return sqlite3_bind_blob64(statement, index, value.data(), value.size(), SQLITE_STATIC);
  }
};

app::Cell BlobCell(sqlite3_stmt* statement, int column, bool bytes_column) {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
  if (!bytes_column && size == sizeof(Uuid)) {
    Uuid uuid;
    std::memcpy(uuid.data(), data, size);
    return uuid;
  }
  return app::Bytes(data, data + size);
}

app::Cell ReadCell(sqlite3_stmt* statement, int column, bool bytes_column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB:
      return BlobCell(statement, column, bytes_column);
    default:
      return nullptr;
  }
}

const char* PragmasOf(Sync sync) {
  switch (sync) {
    case Sync::kNever:
      return "pragma synchronous = off; pragma wal_autocheckpoint = 4000";
    case Sync::kEachCommit:
      return "pragma synchronous = full; pragma wal_autocheckpoint = 4000";
    case Sync::kByOthers:
      return "pragma synchronous = normal";
  }
  return "";
}

int NotePages(void* noted, sqlite3*, const char*, int pages) {
  *static_cast<int*>(noted) = pages;
  return SQLITE_OK;
}

// Puts a statement back whichever way its execution is left, so that it holds no lock.
struct ResetOnExit {
  sqlite3_stmt* statement;
  ~ResetOnExit() { sqlite3_reset(statement); }
};

Error ConstraintError(int code, const char* sql, const char* message) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return AlreadyRecorded();
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return ReferenceMissing();
    default:
      return StatementWrong(sql, message);
  }
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::Open(const OpenOptions& options) {
  // Counting every allocation takes a lock that all connections share; nobody asks for the counts.
  [[maybe_unused]] static const int memory_status = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* db = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3_open_v2(options.path.c_str(), &db, flags,
                  options.vfs.empty() ? nullptr : options.vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(db, options.bytes_columns));
  if (sqlite3_errcode(db) != SQLITE_OK) return Fail(connection->ErrorNow("open"));
  sqlite3_busy_timeout(db, 5000);
  sqlite3_create_collation_v2(db, "C", SQLITE_UTF8, nullptr, CompareBytes, nullptr);
  EM_TRY(connection->RunScript("pragma journal_mode = wal"));
  // The log is overwritten in place: cutting it off each time it begins anew stops the writer for
  // some 50 ms, and makes the disk allocate the same room again.
  EM_TRY(connection->RunScript(
      "pragma foreign_keys = on; pragma temp_store = memory; pragma cache_size = -32768; "
      "pragma journal_size_limit = 268435456"));
  EM_TRY(connection->RunScript(PragmasOf(options.sync)));
  // Takes the place of SQLite's own hook, which is the automatic checkpoint.
  if (options.sync == Sync::kByOthers) {
    sqlite3_wal_hook(db, NotePages, &connection->wal_pages_);
  }
  if (options.query_only) EM_TRY(connection->RunScript("pragma query_only = on"));
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
  sqlite3_close_v2(db_);
}

bool Connection::last_error_is_local() const {
  switch (last_code_ & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return in_transaction();
    default:
      return false;
  }
}

Error Connection::ErrorNow(const char* sql) {
  last_code_ = sqlite3_extended_errcode(db_);
  const char* message = sqlite3_errmsg(db_);
  switch (last_code_ & 0xff) {
    case SQLITE_FULL:
      return DiskFull();
    case SQLITE_READONLY:
      return DatabaseReadOnly();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DatabaseBusy();
    case SQLITE_CONSTRAINT:
      return ConstraintError(last_code_, sql, message);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return DatabaseAway(
          "the file cannot be opened; is its folder there, and may this program read and write it");
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DatabaseDamaged(message);
    default:
      return StatementWrong(sql, message);
  }
}

Result<void> Connection::RunScript(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return Fail(ErrorNow(sql.c_str()));
  return {};
}

Result<void> Connection::SyncWal() {
  sqlite3_file* log = nullptr;
  int code = sqlite3_file_control(db_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (code == SQLITE_OK && log && log->pMethods) {
    code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (code == SQLITE_OK) return {};
  }
  return Fail(DatabaseDamaged(sqlite3_errstr(code)));
}

Result<Connection::Copied> Connection::Checkpoint(int mode) {
  Copied copied;
  const int code = sqlite3_wal_checkpoint_v2(db_, "main", mode, &copied.pages, &copied.copied);
  if (code != SQLITE_OK) return Fail(ErrorNow("checkpoint"));
  return copied;
}

void Connection::DescribeColumns(Statement& statement) {
  const int columns = sqlite3_column_count(statement.handle);
  for (int i = 0; i < columns; ++i) {
    const char* table = sqlite3_column_table_name(statement.handle, i);
    const char* column = sqlite3_column_origin_name(statement.handle, i);
    statement.bytes_column.push_back(bytes_columns_ && table && column &&
                                     bytes_columns_->contains(std::string(table) + "." + column));
  }
}

Result<Connection::Statement*> Connection::Prepare(const app::Sql& sql) {
  const auto found = statements_.find(&sql);
  if (found != statements_.end()) return &found->second;
  Statement statement;
  const char* text = sql.sqlite_text();
  const char* tail = nullptr;
  if (sqlite3_prepare_v3(db_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement.handle, &tail) !=
      SQLITE_OK) {
    return Fail(ErrorNow(text));
  }
  const int count = sqlite3_bind_parameter_count(statement.handle);
  for (int i = 1; i <= count; ++i) {
    const int index =
        sqlite3_bind_parameter_index(statement.handle, ("$" + std::to_string(i)).c_str());
    if (index == 0 || *tail != '\0') {
      sqlite3_finalize(statement.handle);
      last_code_ = SQLITE_ERROR;
      return Fail(StatementWrong(
          text, index == 0 ? "it does not use $" + std::to_string(i) + " but has " +
                                 std::to_string(count) +
                                 " parameters (a cast such as $1::uuid is a name to SQLite)"
                           : "it is more than one statement"));
    }
    statement.parameter_index.push_back(index);
  }
  DescribeColumns(statement);
  return &statements_.emplace(&sql, std::move(statement)).first->second;
}

Result<Connection::Statement*> Connection::Bind(const app::Sql& sql,
                                                std::span<const app::Cell> params) {
  EM_ASSIGN(Statement * statement, Prepare(sql));
  if (params.size() != statement->parameter_index.size()) {
    last_code_ = SQLITE_ERROR;
    return Fail(StatementWrong(sql.sqlite_text(),
                               "it has " + std::to_string(statement->parameter_index.size()) +
                                   " parameters and was given " + std::to_string(params.size())));
  }
  for (size_t i = 0; i < params.size(); ++i) {
    if (std::visit(Binder{statement->handle, statement->parameter_index[i]}, params[i].variant()) !=
        SQLITE_OK) {
      return Fail(ErrorNow(sql.sqlite_text()));
    }
  }
  return statement;
}

Result<int> Connection::Execute(const app::Sql& sql, std::span<const app::Cell> params) {
  EM_ASSIGN(Statement * statement, Bind(sql, params));
  ResetOnExit reset{statement->handle};
  int code;
  do {
    code = sqlite3_step(statement->handle);
  } while (code == SQLITE_ROW);
  if (code != SQLITE_DONE) return Fail(ErrorNow(sql.sqlite_text()));
  return sqlite3_stmt_readonly(statement->handle) ? 0 : sqlite3_changes(db_);
}

Result<app::Rows> Connection::Select(const app::Sql& sql, std::span<const app::Cell> params) {
  EM_ASSIGN(Statement * statement, Bind(sql, params));
  ResetOnExit reset{statement->handle};
  app::Rows rows;
  int code;
  while ((code = sqlite3_step(statement->handle)) == SQLITE_ROW) {
    app::Row& row = rows.emplace_back();
    const int columns = sqlite3_column_count(statement->handle);
    row.reserve(static_cast<size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      row.push_back(
          ReadCell(statement->handle, i, statement->bytes_column[static_cast<size_t>(i)]));
    }
  }
  if (code != SQLITE_DONE) return Fail(ErrorNow(sql.sqlite_text()));
  return rows;
}

}  // namespace extramile::store::sqlite
