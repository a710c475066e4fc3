#include "app/fixture.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "app/accounts.h"
#include "app/organisation.h"
#include "store/open_store.h"
#include "support/postgres.h"

namespace extramile::app {
namespace {

constexpr std::string_view kProject = EXTRAMILE_SOURCE_DIR;

template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return *std::move(result);
}

std::string MakeFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "extramile-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  return name;
}

// The same tests run on both databases: this program runs once for each.
bool OnPostgres() {
  const char* database = std::getenv("EXTRAMILE_TEST_DATABASE");
  return database && std::string_view(database) == "postgres";
}

// Migrating takes a second on PostgreSQL; a copy of what was migrated does not.
std::string CopyOfMigrated() {
  PostgresServer& server = PostgresServer::Shared();
  static const std::string migrated = [&] {
    std::string url = server.CreateDatabase();
    Must(store::OpenStore({.url = url}))->Drain();
    return url;
  }();
  return server.CreateDatabase(migrated);
}

}  // namespace

// A Tuesday, 14:00 in London.
UseCaseTest::UseCaseTest()
    : folder_(MakeFolder()), clock_(ParseInstant("2026-11-17T14:00:00Z").value()) {
  url_ = OnPostgres() ? CopyOfMigrated() : "sqlite:" + folder_ + "/test.db";
  store_ = Must(store::OpenStore({.url = url_, .durability = store::Durability::kNone}));
  policies_ = Must(connect::PolicyFiles::Open(std::string(kProject) + "/policies"));
  frameworks_ = Must(connect::FrameworkFiles::Open(std::string(kProject) + "/frameworks"));
  services_ = std::make_unique<Services>(Services{.store = *store_,
                                                  .clock = clock_,
                                                  .random = SystemRandom(),
                                                  .policies = *policies_,
                                                  .call_logs = &call_logs_,
                                                  .frameworks = frameworks_.get()});
  organisation_ = std::make_unique<Organisation>(
      Must(CreateOrganisation(*services_, {.slug = "corner-shop", .name = "Corner Shop"})));
}

UseCaseTest::~UseCaseTest() {
  store_->Drain();
  store_.reset();
  if (OnPostgres()) PostgresServer::Shared().DropDatabase(url_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

PersonId UseCaseTest::Person(std::string_view roles, std::string_view team) {
  NewPerson person;
  person.display_name = "Somebody";
  person.roles = Must(Roles::Parse(roles));
  person.team = team;
  return Must(CreatePerson(*services_, *organisation_, person));
}

// Runs with the request of that person.
auto UseCaseTest::With(PersonId actor, std::string_view body, std::string_view id,
                       const Words& query, auto&& run) {
  static const Sql kRoles = {
      "select roles from membership where organisation_id = $1 and person_id = $2"};
  const Rows rows = Must(ReadOne(*store_, organisation_->id, kRoles, {organisation_->id, actor}));
  Request request{.organisation = *organisation_,
                  .actor = {actor, Must(Roles::Parse(rows.at(0).at(0).Text()))},
                  .now = clock_.Now()};
  JsonValue json;
  if (!body.empty()) {
    json = Must(ParseJson(body, {.max_bytes = size_t{64} << 20}));
    request.body = &json;
  }
  if (!id.empty()) request.path.emplace("id", id);
  request.query = query;
  return run(request);
}

Result<Answer> UseCaseTest::Run(UseCase use_case, PersonId actor, std::string_view body,
                                std::string_view id, const Words& query) {
  return With(actor, body, id, query,
              [&](const Request& request) { return RunAndWait(*services_, use_case, request); });
}

WritePlan UseCaseTest::Decide(UseCase use_case, PersonId actor, std::string_view body,
                              std::string_view id) {
  return With(actor, body, id, {},
              [&](const Request& request) { return Must(use_case(*services_, request)).plan; });
}

JsonValue UseCaseTest::Ok(UseCase use_case, PersonId actor, std::string_view body,
                          std::string_view id, const Words& query) {
  return Must(ParseJson(Must(Run(use_case, actor, body, id, query)).body));
}

Error UseCaseTest::Refused(UseCase use_case, PersonId actor, std::string_view body,
                           std::string_view id, const Words& query) {
  auto answer = Run(use_case, actor, body, id, query);
  EXPECT_FALSE(answer) << "was not refused: " << (answer ? answer->body : "");
  return answer ? Error{} : std::move(answer).error();
}

void UseCaseTest::Write(const Sql& sql, Params params) {
  WritePlan plan;
  plan.organisation = organisation_->id;
  plan.recorded_at = clock_.Now();
  plan.steps.push_back({&sql, std::move(params)});
  Must(CommitAndWait(*store_, std::move(plan)));
}

int64_t UseCaseTest::Count(const Sql& sql, Params params) {
  params.insert(params.begin(), organisation_->id);
  return Must(ReadOne(*store_, organisation_->id, sql, std::move(params))).at(0).at(0).Int();
}

const JsonValue& Sub(const JsonValue& value, std::string_view path) {
  const JsonValue* at = &value;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (at->type == JsonValue::Type::kArray) {
      size_t index = 0;
      std::from_chars(part.data(), part.data() + part.size(), index);
      if (index >= at->items.size()) throw std::runtime_error("no item " + std::string(part));
      at = &at->items[index];
      continue;
    }
    at = at->Find(part);
    if (!at) throw std::runtime_error("no member " + std::string(part));
  }
  return *at;
}

std::string At(const JsonValue& value, std::string_view path) {
  const JsonValue& found = Sub(value, path);
  if (found.type == JsonValue::Type::kNull) return "null";
  if (found.type == JsonValue::Type::kBool) return found.boolean ? "true" : "false";
  return found.text;
}

std::string ReadProjectFile(const std::string& path) {
  std::ifstream in(std::string(kProject) + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + path);
  return std::move(text).str();
}

}  // namespace extramile::app
