#include "store/open_store.h"

#include "store/migrations.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"

namespace extramile::store {

Result<std::unique_ptr<app::Store>> OpenStore(const StoreSettings& settings) {
  return OpenStore(settings, EmbeddedMigrations());
}

Result<std::unique_ptr<app::Store>> OpenStore(const StoreSettings& settings,
                                              std::span<const Migration> migrations) {
  const std::string& url = settings.url;
  if (url.starts_with("sqlite:") && url.size() > 7)
    return sqlite::OpenSqliteStore(settings, migrations);
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return postgres::OpenPostgresStore(settings, migrations);
  }
  return Fail(ErrorKind::kInvalid, "store-url", "The database's address is not understood.", "",
              "Write sqlite:PATH or postgresql://USER@HOST/DATABASE.");
}

}  // namespace extramile::store
