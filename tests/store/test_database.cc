#include "store/test_database.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "store/event_record.h"
#include "support/postgres.h"

namespace extramile::store {
namespace {

class SqliteDatabase final : public TestDatabase {
 public:
  StoreSettings Settings() const override {
    return {.url = "sqlite:" + folder_.path() + "/test.db"};
  }

 private:
  TemporaryFolder folder_;
};

class PostgresDatabase final : public TestDatabase {
 public:
  StoreSettings Settings() const override { return {.url = url_}; }

 private:
  const std::string url_ = PostgresServer::Shared().CreateDatabase();
};

}  // namespace

std::ostream& operator<<(std::ostream& out, DatabaseKind kind) { return out << NameOf(kind); }

std::string NameOf(DatabaseKind kind) {
  return kind == DatabaseKind::kSqlite ? "sqlite" : "postgres";
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path().string() + "/extramile-store-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("no temporary folder could be made");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<TestDatabase> TestDatabase::Make(DatabaseKind kind) {
  if (kind == DatabaseKind::kSqlite) return std::make_unique<SqliteDatabase>();
  return std::make_unique<PostgresDatabase>();
}

std::unique_ptr<app::Store> TestDatabase::Open(const StoreSettings& settings) const {
  auto store = OpenStore(settings);
  if (!store) throw std::runtime_error(store.error().ToString());
  return *std::move(store);
}

app::WritePlan EmptyPlan(OrganisationId organisation) {
  app::WritePlan plan;
  plan.organisation = organisation;
  plan.recorded_at = kNow;
  return plan;
}

app::WritePlan NewOrganisationPlan(OrganisationId organisation) {
  static const app::Sql kOrganisation = {
      "insert into organisation (id, slug, name, kind, time_zone, currency, policy_set, "
      "created_at) "
      "values ($1, $2, 'Test', 'employer', 'Europe/London', 'GBP', 'uk-starter', $3)"};
  static const app::Sql kHead = {
      "insert into organisation_head (organisation_id, event_seq) values ($1, 0)"};
  app::WritePlan plan = EmptyPlan(organisation);
  plan.steps.push_back({&kOrganisation, {organisation, organisation.ToString(), kNow}});
  plan.steps.push_back({&kHead, {organisation}});
  return plan;
}

OrganisationId MakeOrganisation(app::Store& store) {
  const auto organisation = NewId<OrganisationId>();
  const auto receipt = CommitAndWait(store, NewOrganisationPlan(organisation));
  if (!receipt) throw std::runtime_error(receipt.error().ToString());
  return organisation;
}

app::EventBody AnEvent(std::string kind) {
  return {std::move(kind),   "service_case", NewId<AnyId>(),         std::nullopt,
          NewId<PersonId>(), kNow,           R"({"amount":"12.50"})"};
}

app::WritePlan AddGesturePlan(OrganisationId organisation, const std::string& code) {
  static const app::Sql kInsert = {
      "insert into gesture (organisation_id, id, code, kind, title, description, amount, minutes, "
      "cash, needs, conditions, "
      "state, occurred_at, recorded_at, recorded_by) "
      "values ($1, $2, $3, 'voucher', 'Voucher', '', 500, 0, 0, '', '', 'active', $4, $4, $5)"};
  app::WritePlan plan = EmptyPlan(organisation);
  plan.steps.push_back({&kInsert, {organisation, NewId<AnyId>(), code, kNow, NewId<PersonId>()}});
  plan.events.push_back(AnEvent("gesture_added"));
  return plan;
}

int64_t CountGestures(app::Store& store, OrganisationId organisation) {
  static const app::Sql kCount = {"select count(*) from gesture where organisation_id = $1"};
  const auto rows = ReadOne(store, organisation, kCount, {organisation});
  if (!rows) throw std::runtime_error(rows.error().ToString());
  return rows->at(0)[0].Int();
}

std::vector<int64_t> EventNumbers(app::Store& store, OrganisationId organisation) {
  static const app::Sql kNumbers = {
      "select seq from event where organisation_id = $1 order by seq"};
  const auto rows = ReadOne(store, organisation, kNumbers, {organisation});
  if (!rows) throw std::runtime_error(rows.error().ToString());
  std::vector<int64_t> numbers;
  for (const app::Row& row : *rows) numbers.push_back(row[0].Int());
  return numbers;
}

namespace {

app::EventBody BodyOf(const app::Row& row) {
  app::EventBody body{row[1].Text(),
                      row[2].Text(),
                      row[3].Identifier<AnyId>(),
                      std::nullopt,
                      row[5].Identifier<PersonId>(),
                      row[6].Time(),
                      row[8].Text()};
  if (!row[4].is_null()) body.service_case = row[4].Identifier<AnyId>();
  return body;
}

void ExpectHashHolds(OrganisationId organisation, const app::Row& row) {
  Salt salt;
  ASSERT_EQ(row[9].Blob().size(), salt.size());
  std::copy(row[9].Blob().begin(), row[9].Blob().end(), salt.begin());
  const Sha256 hash =
      HashEvent(salt, CanonicalEvent(organisation, row[0].Int(), BodyOf(row), row[7].Time()));
  ASSERT_EQ(ToHex(row[10].Blob()), ToHex(hash)) << "event " << row[0].Int();
}

}  // namespace

void ExpectWholeRecord(app::Store& store, OrganisationId organisation) {
  static const app::Sql kEvents = {
      "select seq, kind, record_kind, record_id, case_id, actor_id, occurred_at, recorded_at, "
      "body, salt, hash "
      "from event where organisation_id = $1 order by seq"};
  static const app::Sql kHead = {
      "select event_seq from organisation_head where organisation_id = $1"};
  const app::Query queries[] = {{&kEvents, {organisation}}, {&kHead, {organisation}}};
  const auto answers = store.Read(organisation, queries);
  ASSERT_TRUE(answers) << answers.error().ToString();
  int64_t expected = 0;
  for (const app::Row& row : answers->at(0)) {
    ASSERT_EQ(row[0].Int(), ++expected) << "a gap in the events";
    ExpectHashHolds(organisation, row);
  }
  ASSERT_EQ(answers->at(1).at(0)[0].Int(), expected) << "the head row and the events disagree";
}

}  // namespace extramile::store
