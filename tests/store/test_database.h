// Fresh databases for the tests of the store, the same for both kinds, and the plans that most
// tests write.
//
//   class StoreTest : public testing::TestWithParam<DatabaseKind> {};
//   auto database = TestDatabase::Make(GetParam());
//   auto store = database->Open();
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "app/store.h"
#include "store/migrations.h"
#include "store/open_store.h"

namespace extramile::store {

enum class DatabaseKind { kSqlite, kPostgres };
std::ostream& operator<<(std::ostream& out, DatabaseKind kind);
std::string NameOf(DatabaseKind kind);

// An empty database of its own; removed with the object.
class TestDatabase {
 public:
  static std::unique_ptr<TestDatabase> Make(DatabaseKind kind);
  virtual ~TestDatabase() = default;

  virtual StoreSettings Settings() const = 0;
  std::unique_ptr<app::Store> Open() const { return Open(Settings()); }
  std::unique_ptr<app::Store> Open(const StoreSettings& settings) const;
};

// A folder of its own below the system's temporary folder; removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr Instant kNow{1'763'800'000'000'000};

template <class TypedId>
TypedId NewId() {
  return TypedId::Make(kNow, SystemRandom());
}

// A plan without anything in it.
app::WritePlan EmptyPlan(OrganisationId organisation);
// Inserts an organisation with its head row.
app::WritePlan NewOrganisationPlan(OrganisationId organisation);
OrganisationId MakeOrganisation(app::Store& store);

app::EventBody AnEvent(std::string kind = "case_opened");

// One row of `gesture` (a tenant's table with text, numbers and ids) and one event.
app::WritePlan AddGesturePlan(OrganisationId organisation, const std::string& code);
int64_t CountGestures(app::Store& store, OrganisationId organisation);

// The numbers of an organisation's events, in order.
std::vector<int64_t> EventNumbers(app::Store& store, OrganisationId organisation);
// Events are 1, 2, 3 ..., the head row says the last of them, and every hash is that of its row.
void ExpectWholeRecord(app::Store& store, OrganisationId organisation);

}  // namespace extramile::store
