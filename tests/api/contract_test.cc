// The table of routes says the same as the contract.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "http/routes.h"

namespace extramile {
namespace {

struct Operation {
  std::string method;
  std::string path;
  std::set<std::string> roles;
  bool has_body = false;
  bool body_required = false;
};

// Reads what the contract's regular layout says: one path a line with two spaces before it, one
// method with four, its members with six.
std::map<std::string, Operation> ReadContract() {
  static const std::regex path_line("  (/.*):");
  static const std::regex method_line("    (get|post|put|patch|delete):");
  static const std::regex operation_line("      operationId: (.*)");
  static const std::regex roles_line("      x-roles: \\[(.*)\\]");
  static const std::regex required("(?:      requestBody: \\{|        )required: (true|false).*");
  std::ifstream in(EXTRAMILE_SOURCE_DIR "/api/openapi.yaml");
  std::map<std::string, Operation> out;
  std::string path, method;
  Operation* current = nullptr;
  std::smatch match;
  for (std::string line; std::getline(in, line) && line != "components:";) {
    if (std::regex_match(line, match, path_line)) {
      path = match[1];
    } else if (std::regex_match(line, match, method_line)) {
      method = match[1];
      for (char& c : method) c = static_cast<char>(std::toupper(c));
    } else if (std::regex_match(line, match, operation_line)) {
      current = &out[match[1]];
      current->method = method;
      current->path = path;
    } else if (std::regex_match(line, match, roles_line)) {
      const std::string words = match[1];
      static const std::regex word("[a-z]+");
      for (std::sregex_iterator it(words.begin(), words.end(), word), end; it != end; ++it) {
        current->roles.insert(it->str());
      }
    } else if (std::regex_match(line, match, required)) {
      current->has_body = true;
      current->body_required = match[1] == "true";
    }
  }
  return out;
}

std::set<std::string> WordsOf(app::Roles roles) {
  std::set<std::string> out;
  std::istringstream words(roles.bits == 0 ? "public" : roles.ToString());
  for (std::string word; words >> word;) out.insert(word);
  return out;
}

TEST(Contract, HasEveryRouteAndNoOther) {
  const auto contract = ReadContract();
  ASSERT_GT(contract.size(), 80u) << "the contract was not read";
  std::set<std::string> in_contract, in_table;
  for (const auto& [name, operation] : contract) in_contract.insert(name);
  for (const http::Route& route : http::Routes()) in_table.insert(std::string(route.operation));
  EXPECT_EQ(in_table, in_contract);
}

TEST(Contract, AgreesOnMethodPathAndRoles) {
  const auto contract = ReadContract();
  for (const http::Route& route : http::Routes()) {
    SCOPED_TRACE(route.operation);
    const auto found = contract.find(std::string(route.operation));
    ASSERT_NE(found, contract.end());
    EXPECT_EQ(route.method, found->second.method);
    EXPECT_EQ(route.path, found->second.path);
    EXPECT_EQ(WordsOf(route.roles), found->second.roles);
    EXPECT_NE(route.use_case, nullptr);
  }
}

TEST(Contract, AgreesOnBodies) {
  const auto contract = ReadContract();
  for (const http::Route& route : http::Routes()) {
    SCOPED_TRACE(route.operation);
    const Operation& operation = contract.at(std::string(route.operation));
    EXPECT_EQ(route.body != http::BodyKind::kNone, operation.has_body);
    EXPECT_EQ(route.body == http::BodyKind::kOptionalJson,
              operation.has_body && !operation.body_required);
  }
}

}  // namespace
}  // namespace extramile
