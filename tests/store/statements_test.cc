// Reads every statement of the program, from its source, and holds it to the store's rules: a
// tenant's table is never named without organisation_id, and nothing is cast with "::" or dated by
// the database.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "store/migrations.h"

namespace extramile::store {
namespace {

namespace fs = std::filesystem;

struct Statement {
  std::string place;  // file:line
  std::string text;
};

std::string ReadText(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Joins neighbouring string literals, and macros that stand for string literals, as the compiler
// would. Enough of C++ for this program's statements: no raw strings, comments only where they
// begin a line or follow a literal.
class LiteralReader {
 public:
  explicit LiteralReader(const std::string& source) : source_(source) { ReadMacros(); }

  std::vector<Statement> Statements(const std::string& file) {
    std::vector<Statement> found;
    static const std::regex kBegins(R"(^\s*(select|insert|update|delete|with)\s)");
    static const std::regex kToken(
        R"re("(?:[^"\\\n]|\\.)*"|//[^\n]*|#define[^\n]*(?:\\\n[^\n]*)*|[A-Za-z_]\w*|\n|\s+|.)re");
    std::string text;
    int line = 1, first_line = 0;
    const auto finish = [&] {
      if (std::regex_search(text, kBegins))
        found.push_back({file + ":" + std::to_string(first_line), text});
      text.clear();
    };
    for (std::sregex_iterator it(source_.begin(), source_.end(), kToken), end; it != end; ++it) {
      const std::string token = it->str();
      line += static_cast<int>(std::count(token.begin(), token.end(), '\n'));
      if (token[0] == '"' || macros_.contains(token)) {
        if (text.empty()) first_line = line;
        text += token[0] == '"' ? Unquote(token) : macros_[token];
      } else if (!std::isspace(static_cast<unsigned char>(token[0])) && !token.starts_with("//")) {
        finish();
      }
    }
    finish();
    return found;
  }

 private:
  static std::string Unquote(const std::string& literal) {
    std::string text;
    for (size_t i = 1; i + 1 < literal.size(); ++i) {
      if (literal[i] == '\\') ++i;
      text += literal[i];
    }
    return text;
  }

  void ReadMacros() {
    static const std::regex kDefine(R"(#define\s+(\w+)\s((?:[^\n\\]|\\\n|\\.)*))");
    static const std::regex kLiteral(R"re("(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*)re");
    for (std::sregex_iterator it(source_.begin(), source_.end(), kDefine), end; it != end; ++it) {
      const std::string body = (*it)[2].str();
      std::string text;
      bool literal = false;
      for (std::sregex_iterator part(body.begin(), body.end(), kLiteral); part != end; ++part) {
        const std::string token = part->str();
        literal |= token[0] == '"';
        text += token[0] == '"' ? Unquote(token) : macros_.contains(token) ? macros_[token] : "";
      }
      if (literal) macros_[(*it)[1].str()] = text;
    }
  }

  const std::string& source_;
  std::map<std::string, std::string> macros_;
};

std::vector<Statement> AllStatements() {
  std::vector<Statement> all;
  const fs::path root = fs::path(EXTRAMILE_SOURCE_DIR) / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cc" && extension != ".h") continue;
    const std::string source = ReadText(entry.path());
    const auto found = LiteralReader(source).Statements(fs::relative(entry.path(), root).string());
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::set<std::string> TenantsTables() {
  std::set<std::string> tables;
  static const std::regex kTenant(R"(\{tenant:(\w+)\})");
  for (const Migration& migration : EmbeddedMigrations()) {
    for (std::sregex_iterator it(migration.text.begin(), migration.text.end(), kTenant), end;
         it != end; ++it) {
      tables.insert((*it)[1].str());
    }
  }
  return tables;
}

int CountOf(const std::string& text, const std::regex& what) {
  return static_cast<int>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), what), std::sregex_iterator()));
}

TEST(Statements, NameTheOrganisationOnceForEachTenantsTable) {
  static const std::regex kTable(R"(\b(?:from|join|into|update)\s+(\w+))");
  static const std::regex kOrganisation(R"(\borganisation_id\b)");
  const std::set<std::string> tenants = TenantsTables();
  const std::vector<Statement> statements = AllStatements();
  ASSERT_GT(statements.size(), 20u) << "the statements were not found";
  for (const Statement& statement : statements) {
    int tables = 0;
    for (std::sregex_iterator it(statement.text.begin(), statement.text.end(), kTable), end;
         it != end; ++it) {
      tables += tenants.contains((*it)[1].str()) ? 1 : 0;
    }
    EXPECT_GE(CountOf(statement.text, kOrganisation), tables)
        << statement.place << ": " << statement.text;
  }
}

TEST(Statements, LeaveCastsAndTheClockToTheProgram) {
  static const std::regex kForbidden(R"(::|\bnow\(\)|\bcurrent_timestamp\b)");
  for (const Statement& statement : AllStatements()) {
    if (statement.place.starts_with("store/postgres/")) continue;  // that database's own statements
    EXPECT_EQ(CountOf(statement.text, kForbidden), 0) << statement.place << ": " << statement.text;
  }
}

// PostgreSQL's row security takes coalesce() for leaky, and reads all rows of the organisation.
TEST(Statements, CompareNoKeyWithCoalesce) {
  static const std::regex kCompared(R"(\bid = coalesce\(|_id = coalesce\()");
  for (const Statement& statement : AllStatements()) {
    if (statement.text.starts_with("update")) continue;  // sets a column
    EXPECT_EQ(CountOf(statement.text, kCompared), 0)
        << statement.place << ": write it as (select coalesce(...)) or as a case";
  }
}

}  // namespace
}  // namespace extramile::store
