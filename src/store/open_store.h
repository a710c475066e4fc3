// Opens the database: an SQLite file or a PostgreSQL server, behind the one port of app/store.h.
//
//   EM_ASSIGN(auto store, store::OpenStore({.url = "sqlite:var/extramile.db"}));
//   EM_ASSIGN(auto store, store::OpenStore({.url = "postgresql://extramile@127.0.0.1/extramile"}));
//
// Opening brings the schema up to date (migrator.h) and fails with one clear sentence if it cannot.
// A store that is open survives its database going away: calls answer kUnavailable until it is
// back, and then work again.
//
// What both stores promise:
//  - Commit calls back after the plan is on the disk (sqlite/group_sync.h; synchronous_commit=on),
//  or with why it is not.
//  - Plans are committed in groups of whatever waits (up to max_batch), never after a timer: one
//  plan alone costs one sync,
//    64 at once cost one or two together. A plan that fails takes no neighbour with it.
//  - Events of an organisation are numbered 1, 2, 3 ... without a gap, whoever writes.
//  - Read sees one snapshot.
// SQLite has one writer, and a group may hold plans of several organisations. PostgreSQL writes one
// organisation's groups one after another and different organisations' side by side, on
// `committers` connections.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "app/store.h"
#include "base/error.h"

namespace extramile::store {

struct Migration;  // migrations.h

enum class Durability {
  kFull,  // acknowledged means on the disk
  kNone,  // acknowledged means handed to the operating system: for tests and throw-away data only
};

struct StoreSettings {
  std::string url = {};      // "sqlite:PATH", or "postgresql://..." as libpq reads it
  int readers = 4;           // connections that read, and so the reads that run at once
  int committers = 8;        // PostgreSQL: organisations written to at the same time
  size_t max_batch = 256;    // plans in one transaction
  size_t max_queued = 4096;  // plans waiting; beyond it Commit answers "store-busy"
  Durability durability = Durability::kFull;
  // PostgreSQL: the role that statements run as, subject to row-level security. Created where the
  // url's user may create roles; where it may not and the role is absent, statements run as that
  // user, whom forced row-level security binds too.
  std::string application_role = "extramile_app";
  std::string sqlite_vfs = {};    // a registered VFS, or empty for the system's
  int sqlite_log_pages = 16'000;  // of 4 KB, from which the log is copied into the database file
};

// Errors: kInvalid "store-url"; kUnavailable "database-away", "database-read-only",
// "database-busy"; kConflict "migration-changed", "migration-unknown" (the file is newer than this
// program); kInternal "row-security-bypassed".
Result<std::unique_ptr<app::Store>> OpenStore(const StoreSettings& settings);
// The same with another history of the schema: for tests of upgrades.
Result<std::unique_ptr<app::Store>> OpenStore(const StoreSettings& settings,
                                              std::span<const Migration> migrations);

}  // namespace extramile::store
