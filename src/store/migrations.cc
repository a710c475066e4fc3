#include "store/migrations.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace extramile::store {
namespace {

constexpr std::string_view kKeyColumns = "organisation_id {id} not null, id {id} not null";
constexpr std::string_view kKeyConstraint = ", primary key (organisation_id, id)";
constexpr std::string_view kRecordColumns =
    "occurred_at {int} not null, recorded_at {int} not null, recorded_by {id} not null, "
    "version {int} not null default 1";

struct Word {
  std::string_view word, sqlite, postgres;
};
constexpr std::array kWords = {
    Word{"{key}", kKeyColumns, kKeyColumns},
    Word{"{record}", kRecordColumns, kRecordColumns},
    Word{"{id}", "blob", "uuid"},
    Word{"{int}", "integer", "bigint"},
    Word{"{real}", "real", "double precision"},
    Word{"{text}", "text", "text collate \"C\""},
    Word{"{bytes}", "blob", "bytea"},
    Word{"{strict}", "strict", ""},
    Word{"{clustered}", "strict, without rowid", ""},
    // Rows that change with every plan: room on their page for the next version, and vacuumed
    // early.
    Word{"{hot}", "strict, without rowid",
         "with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.05, "
         "autovacuum_vacuum_threshold = "
         "2000)"},
};

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

// Cuts a migration at its semicolons and at every {tenant:T}, leaving comments out.
std::vector<std::string> SplitStatements(std::string_view text) {
  std::vector<std::string> statements;
  std::string current;
  const auto finish = [&] {
    if (const auto trimmed = Trim(current); !trimmed.empty()) statements.emplace_back(trimmed);
    current.clear();
  };
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') quoted = !quoted;
    if (!quoted && c == '-' && text.substr(i, 2) == "--") {
      i = text.find('\n', i);
      if (i == std::string_view::npos) break;
      current += '\n';
    } else if (!quoted && c == ';') {
      finish();
    } else if (!quoted && text.substr(i, 8) == "{tenant:") {
      const size_t end = text.find('}', i);
      finish();
      statements.emplace_back(text.substr(i, end - i + 1));
      i = end;
    } else {
      current += c;
    }
  }
  finish();
  return statements;
}

// SQLite wants a table's constraints after all its columns: the key of {key} goes behind the last
// of them.
void AppendKeyConstraint(std::string& statement) {
  if (statement.find("{key}") == std::string::npos) return;
  const size_t bracket = statement.rfind(')');
  size_t end = bracket;
  while (end > 0 && std::isspace(static_cast<unsigned char>(statement[end - 1]))) --end;
  statement.insert(end, kKeyConstraint);
}

void AppendRowSecurity(std::string_view table, std::vector<std::string>& out) {
  const std::string name(table);
  out.push_back("alter table " + name + " enable row level security");
  out.push_back("alter table " + name + " force row level security");
  out.push_back(
      "create policy tenant on " + name +
      " using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)");
}

}  // namespace

Sha256 ChecksumOf(const Migration& migration) {
  return HashWithDomain("extramile migration", migration.text);
}

Result<std::vector<std::string>> ExpandMigration(const Migration& migration, Dialect dialect) {
  std::vector<std::string> out;
  for (std::string& statement : SplitStatements(migration.text)) {
    if (statement.starts_with("{tenant:")) {
      if (dialect == Dialect::kPostgres) {
        AppendRowSecurity(std::string_view(statement).substr(8, statement.size() - 9), out);
      }
      continue;
    }
    AppendKeyConstraint(statement);
    for (const Word& word : kWords) {
      ReplaceAll(statement, word.word, dialect == Dialect::kSqlite ? word.sqlite : word.postgres);
    }
    if (const size_t at = statement.find('{'); at != std::string::npos) {
      return Fail(ErrorKind::kInternal, "migration-word",
                  "The migration uses a word in braces that is not known: " +
                      statement.substr(at, statement.find('}', at) - at + 1) + ".",
                  migration.name);
    }
    out.push_back(std::move(statement));
  }
  return out;
}

std::set<std::string> BytesColumns(std::span<const Migration> migrations) {
  static constexpr std::string_view kCreate = "create table ", kAlter = "alter table ";
  std::set<std::string> columns;
  for (const Migration& migration : migrations) {
    for (const std::string& statement : SplitStatements(migration.text)) {
      const size_t skip = statement.starts_with(kCreate)  ? kCreate.size()
                          : statement.starts_with(kAlter) ? kAlter.size()
                                                          : 0;
      if (skip == 0) continue;
      const std::string table = statement.substr(skip, statement.find(' ', skip) - skip);
      for (size_t at = statement.find(" {bytes}"); at != std::string::npos;
           at = statement.find(" {bytes}", at + 1)) {
        const size_t start = statement.find_last_of(" ,(\n", at - 1) + 1;
        columns.insert(table + "." + statement.substr(start, at - start));
      }
    }
  }
  return columns;
}

Result<std::vector<const Migration*>> PendingMigrations(std::span<const Migration> known,
                                                        std::span<const AppliedMigration> applied) {
  std::vector<const Migration*> pending;
  for (const Migration& migration : known) pending.push_back(&migration);
  for (const AppliedMigration& done : applied) {
    const auto found = std::find_if(pending.begin(), pending.end(),
                                    [&](const Migration* m) { return m->number == done.number; });
    if (found == pending.end()) {
      return Fail(ErrorKind::kConflict, "migration-unknown",
                  "The database has had migration " + std::to_string(done.number) +
                      ", which this program does not know: it was used with a newer extramile.",
                  "", "Run the newer program, or restore a backup from before.");
    }
    if (ToHex(ChecksumOf(**found)) != done.checksum) {
      return Fail(ErrorKind::kConflict, "migration-changed",
                  "The database has had another version of migration " + (*found)->name +
                      " than this program has.",
                  "", "Use the program that made this database, or start with a new one.");
    }
    pending.erase(found);
  }
  return pending;
}

}  // namespace extramile::store
