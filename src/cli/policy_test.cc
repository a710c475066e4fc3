#include "cli/policy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace extramile::cli {
namespace {

namespace fs = std::filesystem;

const fs::path kStarter = fs::path(EXTRAMILE_SOURCE_DIR) / "policies/uk-starter";

TEST(PolicyTest, TheStarterRulesPassTheirExamplesWhichMatchEveryRule) {
  const auto result = TestPolicy(kStarter);
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_GT(result->passed, 100);
  EXPECT_TRUE(result->failures.empty()) << ToJson(*result);
  EXPECT_TRUE(result->never_matched.empty()) << ToJson(*result);
}

// A copy of the starter rules with one text replaced by another.
class ChangedRules {
 public:
  ChangedRules(const std::string& from, const std::string& to) {
    fs::remove_all(folder_);
    fs::copy(kStarter, folder_, fs::copy_options::recursive);
    std::ostringstream text;
    text << std::ifstream(folder_ / "extra-mile.dmn").rdbuf();
    std::string xml = text.str();
    xml.replace(xml.find(from), from.size(), to);
    std::ofstream(folder_ / "extra-mile.dmn") << xml;
  }
  ~ChangedRules() { fs::remove_all(folder_); }
  const fs::path& folder() const { return folder_; }

 private:
  const fs::path folder_ = fs::path(testing::TempDir()) / "extramile-changed-rules";
};

TEST(PolicyTest, ACellThatIsChangedFailsAnExampleOrLeavesItsRuleUncovered) {
  const ChangedRules changed("<text>(6..30]</text>", "<text>(60..300]</text>");
  const auto result = TestPolicy(changed.folder());
  ASSERT_TRUE(result) << result.error().ToString();
  ASSERT_FALSE(result->failures.empty());
  EXPECT_EQ(result->failures[0].file, "tests/other-customers.xml");
  EXPECT_EQ(result->failures[0].test_case, "more than 6 minutes between them");
  EXPECT_EQ(result->failures[0].got, "[]");
  ASSERT_EQ(result->never_matched.size(), 1u);
  EXPECT_EQ(result->never_matched[0].table, "other customers");
  EXPECT_EQ(result->never_matched[0].rules, std::vector<int>{4});
}

TEST(PolicyAnalysis, TheStarterRulesHaveNothingToMend) {
  const auto analysis = AnalysePolicy(kStarter);
  ASSERT_TRUE(analysis) << analysis.error().ToString();
  EXPECT_GE(analysis->tables.size(), 6u);
  for (const dmn::TableAnalysis& table : analysis->tables) {
    EXPECT_TRUE(table.complete) << table.table;
    EXPECT_TRUE(table.findings.empty()) << ToJson(*analysis);
  }
}

TEST(PolicyAnalysis, AFileByItselfIsLookedAtToo) {
  const ChangedRules changed("<text>(6..30]</text>", "<text>(30..6]</text>");
  const auto analysis = AnalysePolicy(changed.folder() / "extra-mile.dmn");
  ASSERT_TRUE(analysis) << analysis.error().ToString();
  EXPECT_NE(ToJson(*analysis).find(
                R"({"kind":"unreachable","rules":[4],"input":"Extra waiting of all others)"),
            std::string::npos)
      << ToJson(*analysis);
}

TEST(PolicyTest, AFolderWithoutRulesOrExamplesIsNamed) {
  const auto nothing = TestPolicy("/nowhere");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, "policies-missing");
  const ChangedRules changed("x", "x");
  fs::remove_all(changed.folder() / "tests");
  const auto untested = TestPolicy(changed.folder());
  ASSERT_FALSE(untested);
  EXPECT_EQ(untested.error().code, "no-test-cases");
}

}  // namespace
}  // namespace extramile::cli
