// The store on a PostgreSQL server: several writers behind a queue with a lane for each
// organisation, a pool of readers. See open_store.h for what it promises.
//
// Every transaction names its organisation (SET LOCAL app.organisation_id) and runs as a role that
// row-level security binds: a statement that forgot its organisation_id finds nothing of anybody
// else's. The role is set once a connection, so a pooler in between must keep sessions apart
// (PgBouncer's session mode).
#pragma once

#include <memory>
#include <span>

#include "app/store.h"
#include "store/migrations.h"
#include "store/open_store.h"

namespace extramile::store::postgres {

Result<std::unique_ptr<app::Store>> OpenPostgresStore(const StoreSettings& settings,
                                                      std::span<const Migration> migrations);

}  // namespace extramile::store::postgres
