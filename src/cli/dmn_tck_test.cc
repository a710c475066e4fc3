#include "cli/dmn_tck.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace extramile::cli {
namespace {

namespace fs = std::filesystem;

class TckFolders : public testing::Test {
 protected:
  TckFolders() : root_(fs::path(testing::TempDir()) / "extramile-tck-folders") {
    fs::remove_all(root_);
  }
  ~TckFolders() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  const fs::path root_;
};

constexpr char kModel[] =
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <decision id="d" name="sum"><variable name="sum"/><literalExpression><text>1 + 1</text></literalExpression></decision></definitions>)";

std::string Tests(const std::string& expected) {
  return R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>m.dmn</modelName><testCase id="7"><resultNode name="sum"><expected>
      <value xsi:type="xsd:decimal">)" +
         expected + "</value></expected></resultNode></testCase></testCases>";
}

TEST_F(TckFolders, AreAddedUpByNameAndEveryFailureIsTold) {
  Write("level/right/m.dmn", kModel);
  Write("level/right/t.xml", Tests("2"));
  Write("level/wrong/m.dmn", kModel);
  Write("level/wrong/t.xml", Tests("3"));
  Write("level/notes/readme.xml", "<notes/>");
  const auto result = RunTck(root_.string());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_EQ(ToJson(*result),
            R"({"passed":1,"total":2,"skipped":0,"folders":{"right":{"passed":1,"total":1},)"
            R"("wrong":{"passed":0,"total":1}},"failures":[{"folder":"wrong","case":"7",)"
            R"("expected":"3","got":"2"}]})");
}

TEST_F(TckFolders, ATestFileThatCannotBeReadIsAFailure) {
  Write("broken/m.dmn", kModel);
  Write("broken/t.xml", "<testCases>");
  const auto result = RunTck(root_.string());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->passed, 0);
  EXPECT_EQ(result->failures.size(), 1u);
}

TEST_F(TckFolders, AFolderWithoutTestsIsAnError) {
  const auto result = RunTck((root_ / "nowhere").string());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "no-test-cases");
}

}  // namespace
}  // namespace extramile::cli
