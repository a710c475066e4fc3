// Brings an SQLite file's schema up to date: all pending migrations in one exclusive transaction,
// or none.
#pragma once

#include <span>

#include "base/error.h"
#include "store/migrations.h"
#include "store/sqlite/connection.h"

namespace extramile::store::sqlite {

Result<void> Migrate(Connection& connection, std::span<const Migration> migrations, Instant now);

}  // namespace extramile::store::sqlite
