#include "connect/policy_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace extramile::connect {
namespace {

std::string Rules(const std::string& answer) {
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="n" name="m">
  <decision id="d" name="answer"><variable name="answer"/>
  <literalExpression><text>)" +
         answer + "</text></literalExpression></decision></definitions>";
}

class PolicyFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "policies-XXXXXX";
    ASSERT_TRUE(mkdtemp(pattern.data()));
    folder_ = pattern;
    std::filesystem::create_directories(folder_ / "shop");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "shop" / name) << text;
  }

  std::filesystem::path folder_;
};

TEST_F(PolicyFilesTest, ASetIsKnownByItsFoldersNameAndItsFilesHash) {
  Write("a.dmn", Rules("1"));
  const auto policies = PolicyFiles::Open(folder_).value();
  const auto policy = policies->Current("shop").value();
  EXPECT_EQ(policy->name, "shop");
  EXPECT_TRUE(policy->model.HasDecision("answer"));
  EXPECT_EQ(policies->Current("other").error().code, "policy-unknown");
  const Sha256 before = policy->hash;
  ASSERT_TRUE(policies->Reload());
  EXPECT_EQ(policies->Current("shop").value()->hash, before);
  Write("a.dmn", Rules("2"));
  ASSERT_TRUE(policies->Reload());
  EXPECT_NE(policies->Current("shop").value()->hash, before);
}

TEST_F(PolicyFilesTest, TheExamplesBelongToTheSetAndNothingElseDoes) {
  Write("a.dmn", Rules("1"));
  const Sha256 rules = LoadPolicyFolder(folder_ / "shop").value()->hash;
  Write("notes.txt", "Ask Carys first.");
  EXPECT_EQ(LoadPolicyFolder(folder_ / "shop").value()->hash, rules);
  Write("a.xml", "<testCases/>");
  const auto proven = LoadPolicyFolder(folder_ / "shop").value();
  EXPECT_NE(proven->hash, rules);
  EXPECT_EQ(proven->files, std::vector<std::string>{"a.dmn"});
}

TEST_F(PolicyFilesTest, AFileThatDoesNotLoadLeavesTheOldRulesInForce) {
  Write("a.dmn", Rules("1"));
  const auto policies = PolicyFiles::Open(folder_).value();
  const Sha256 before = policies->Current("shop").value()->hash;
  Write("a.dmn", "<definitions");
  const auto reloaded = policies->Reload();
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().place.find("shop/a.dmn"), std::string::npos)
      << reloaded.error().ToString();
  EXPECT_EQ(policies->Current("shop").value()->hash, before);
}

TEST_F(PolicyFilesTest, WithoutRulesItDoesNotOpen) {
  EXPECT_EQ(PolicyFiles::Open(folder_).error().code, "policies-missing");
  EXPECT_EQ(PolicyFiles::Open(folder_ / "nowhere").error().code, "policies-missing");
}

}  // namespace
}  // namespace extramile::connect
