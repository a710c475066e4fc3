// The store in one SQLite file: one writer thread behind a queue, a pool of readers. See
// open_store.h for what it promises.
#pragma once

#include <memory>
#include <span>

#include "app/store.h"
#include "store/migrations.h"
#include "store/open_store.h"

namespace extramile::store::sqlite {

Result<std::unique_ptr<app::Store>> OpenSqliteStore(const StoreSettings& settings,
                                                    std::span<const Migration> migrations);

}  // namespace extramile::store::sqlite
