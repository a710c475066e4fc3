// The schema's history: numbered files of migrations/, compiled into the program.
//
// A migration is one text for both databases. Words in braces stand for what differs, and for what
// every table repeats; the first migration's opening comment lists them. A migration that was
// released is never edited: its checksum stands in every database it ran in, and a store refuses to
// open where they differ.
//
// Every statement ends with a semicolon; `{tenant:T}` stands alone on its line. No functions, no
// triggers, no `now()`.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"

namespace extramile::store {

struct Migration {
  int number;        // 1, 2, 3 ... without a gap
  std::string name;  // "0001_first_schema"
  std::string text;
};

std::span<const Migration> EmbeddedMigrations();

Sha256 ChecksumOf(const Migration& migration);

enum class Dialect { kSqlite, kPostgres };

// The statements of a migration in one dialect, in order, without comments. kInternal
// "migration-word" for a word in braces that is not known.
Result<std::vector<std::string>> ExpandMigration(const Migration& migration, Dialect dialect);

// "table.column" of every column declared {bytes}. SQLite keeps ids and bytes both as blobs; this
// tells them apart.
std::set<std::string> BytesColumns(std::span<const Migration> migrations);

// What a migrator compares before it runs anything: the migrations a database says it has had.
struct AppliedMigration {
  int number;
  std::string checksum;  // hex
};
// The migrations that are still to run. kConflict "migration-changed" where a checksum differs,
// "migration-unknown" where the database has one that this program does not know.
Result<std::vector<const Migration*>> PendingMigrations(std::span<const Migration> known,
                                                        std::span<const AppliedMigration> applied);

}  // namespace extramile::store
