// Brings a PostgreSQL database's schema up to date and sees to the role that statements run as.
//
// Programs that start at once wait for each other at a lock row. All pending migrations run in one
// transaction, or none. While they run, FORCE ROW LEVEL SECURITY is lifted: the owner is bound by
// it too, so that without lifting it a backfill would silently find no rows.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "store/migrations.h"
#include "store/postgres/connection.h"

namespace extramile::store::postgres {

// Returns the role to run statements as: `role`, or "" where it does not exist and may not be
// created. kInternal "row-security-bypassed" where neither binds statements to one organisation.
Result<std::string> Migrate(Connection& connection, const std::string& role,
                            std::span<const Migration> migrations, Instant now);

}  // namespace extramile::store::postgres
