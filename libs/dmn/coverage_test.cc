#include "dmn/coverage.h"

#include <gtest/gtest.h>

#include "dmn/tck.h"

namespace extramile::dmn {
namespace {

const LoadedFile kModel{
    "limit.dmn",
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <inputData id="i" name="amount"><variable name="amount"/></inputData>
    <decision id="l" name="limit"><variable name="limit"/><informationRequirement><requiredInput href="#i"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>amount</text></inputExpression></input><output/>
    <rule><inputEntry><text>&lt;= 20</text></inputEntry><outputEntry><text>"agent"</text></outputEntry></rule>
    <rule><inputEntry><text>(20..50]</text></inputEntry><outputEntry><text>"lead"</text></outputEntry></rule>
    <rule><inputEntry><text>&gt; 50</text></inputEntry><outputEntry><text>"manager"</text></outputEntry></rule>
    </decisionTable></decision>
    <decision id="d" name="who"><variable name="who"/><informationRequirement><requiredDecision href="#l"/></informationRequirement>
    <literalExpression><text>upper case(limit)</text></literalExpression></decision></definitions>)"};

std::string Case(std::string_view amount, std::string_view expected) {
  return "<testCase id=\"" + std::string(amount) +
         "\"><inputNode name=\"amount\"><value xsi:type=\"xsd:decimal\">" + std::string(amount) +
         "</value></inputNode><resultNode name=\"who\"><expected><value xsi:type=\"xsd:string\">" +
         std::string(expected) + "</value></expected></resultNode></testCase>";
}

TEST(Coverage, NamesTheRulesThatNoExampleMatched) {
  const Model model = Load(std::span(&kModel, 1)).value();
  Coverage coverage(model);
  TestOptions options;
  options.after_each = [&](const Evaluation& evaluation) { coverage.Add(evaluation); };
  const std::string tests =
      R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>another.dmn</modelName>)" +
      Case("20", "AGENT") + Case("12", "LEAD") + Case("51", "MANAGER") + "</testCases>";
  const auto report = RunTestCases(model, "tests.xml", tests, options);
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(report->passed, 2);
  EXPECT_EQ(report->failed, 1);
  // A rule is covered through the decisions that require its table, whether the case passed or not.
  ASSERT_EQ(coverage.tables().size(), 1u);
  EXPECT_EQ(coverage.tables()[0].table, "limit");
  EXPECT_EQ(coverage.tables()[0].matched, (std::vector<int64_t>{2, 0, 1}));
  EXPECT_EQ(coverage.tables()[0].NeverMatched(), std::vector<int>{2});
  EXPECT_EQ(coverage.rules(), 3);
  EXPECT_EQ(coverage.covered(), 2);
}

}  // namespace
}  // namespace extramile::dmn
