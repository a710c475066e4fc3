// What a test of use cases stands on: an organisation with people in a temporary SQLite file, the
// rules, frameworks and readers that the server has, and a clock that stands still.
//
//   class ImportCallsTest : public app::UseCaseTest {};
//   TEST_F(ImportCallsTest, ...) {
//     const PersonId manager = Person("agent manager");
//     const JsonValue report = Ok(app::ImportCalls, manager, R"({"team": ...})");
//     EXPECT_EQ(At(report, "new_calls"), "12");
//     EXPECT_EQ(Refused(app::ImportCalls, manager, "{}").code, "field-missing");
//   }
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/store.h"
#include "app/use_case.h"
#include "base/json_reader.h"
#include "connect/call_log_port.h"
#include "connect/framework_files.h"
#include "connect/policy_files.h"

namespace extramile::app {

class UseCaseTest : public testing::Test {
 public:
  using Words = std::map<std::string, std::string, std::less<>>;

  UseCaseTest();
  ~UseCaseTest() override;

  // A new person of the organisation; no account, they are called by their id.
  PersonId Person(std::string_view roles, std::string_view team = "Service desk");

  // Runs a use case as that person, once committed. `id` stands in the path.
  Result<Answer> Run(UseCase use_case, PersonId actor, std::string_view body = "",
                     std::string_view id = "", const Words& query = {});
  // The same, where it must succeed: its body.
  JsonValue Ok(UseCase use_case, PersonId actor, std::string_view body = "",
               std::string_view id = "", const Words& query = {});
  // The same, where it must fail: its error.
  Error Refused(UseCase use_case, PersonId actor, std::string_view body = "",
                std::string_view id = "", const Words& query = {});
  // Decides, and does not write yet: what would be written.
  WritePlan Decide(UseCase use_case, PersonId actor, std::string_view body = "",
                   std::string_view id = "");
  // Runs a statement that stands for a part of the product that the test does not go through.
  void Write(const Sql& sql, Params params);
  int64_t Count(const Sql& sql, Params params = {});  // $1 is the organisation

  Services& services() { return *services_; }
  Store& store() { return *store_; }
  ManualClock& clock() { return clock_; }
  const Organisation& organisation() const { return *organisation_; }

 private:
  auto With(PersonId actor, std::string_view body, std::string_view id, const Words& query,
            auto&& run);

  std::string folder_;
  std::string url_;  // of the database
  ManualClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<connect::PolicyFiles> policies_;
  std::unique_ptr<connect::FrameworkFiles> frameworks_;
  connect::CallLogPort call_logs_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Organisation> organisation_;
};

// The text of a member, of a member's member ("person/name"), or of an item ("dirty/0/rows"); true,
// false and null are written so. Fails the test where it is absent.
std::string At(const JsonValue& value, std::string_view path);
const JsonValue& Sub(const JsonValue& value, std::string_view path);

// A file of the project.
std::string ReadProjectFile(const std::string& path);

}  // namespace extramile::app
