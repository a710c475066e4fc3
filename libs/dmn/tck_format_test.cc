// The test-case format as rule owners use it beside their policies.
#include <gtest/gtest.h>

#include "dmn/tck.h"

namespace extramile::dmn {
namespace {

const LoadedFile kModel{
    "limit.dmn",
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <inputData id="i" name="idea"><variable name="idea"/></inputData>
    <decision id="d" name="verdict"><variable name="verdict"/><informationRequirement><requiredInput href="#i"/></informationRequirement>
    <literalExpression><text>if idea.amount &lt;= 25 then ["allowed"] else [null]</text></literalExpression></decision></definitions>)"};

std::string Tests(std::string_view cases) {
  return R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>limit.dmn</modelName>)" +
         std::string(cases) + "</testCases>";
}

std::string Case(std::string_view id, std::string_view amount, std::string_view expected) {
  return "<testCase id=\"" + std::string(id) +
         "\"><inputNode name=\"idea\"><component name=\"amount\"><value xsi:type=\"xsd:decimal\">" +
         std::string(amount) +
         "</value></component></inputNode><resultNode name=\"verdict\"><expected><list><item>" +
         std::string(expected) + "</item></list></expected></resultNode></testCase>";
}

TEST(TestCases, SayWhatWasExpectedAndWhatCame) {
  const std::string allowed = "<value xsi:type=\"xsd:string\">allowed</value>";
  const std::string xml =
      Tests(Case("at the limit", "25", allowed) + Case("above", "25.01", allowed) +
            Case("above, null", "25.01", "<value xsi:nil=\"true\"/>"));
  const auto report = RunTestCases(std::span(&kModel, 1), "limit-test.xml", xml, {.strict = true});
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(report->passed, 2);
  ASSERT_EQ(report->failures.size(), 1u);
  EXPECT_EQ(report->failures[0].test_case, "above");
  EXPECT_EQ(report->failures[0].message, "expected [\"allowed\"], got [null]");
}

std::string ModelOf(std::string_view logic) {
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)"
         R"(<decision id="d" name="verdict"><variable name="verdict"/>)" +
         std::string(logic) + "</decision></definitions>";
}

std::string ErrorCase(std::string_view id) {
  return "<testCase id=\"" + std::string(id) +
         "\"><resultNode name=\"verdict\" errorResult=\"true\"><expected>"
         "<value xsi:nil=\"true\"/></expected></resultNode></testCase>";
}

TEST(TestCases, AnErrorMustBeReportedNotOnlyBeNull) {
  const LoadedFile silent{"limit.dmn",
                          ModelOf("<literalExpression><text>null</text></literalExpression>")};
  const auto swallowed = RunTestCases(std::span(&silent, 1), "t.xml", Tests(ErrorCase("1")), {});
  ASSERT_TRUE(swallowed);
  ASSERT_EQ(swallowed->failures.size(), 1u);
  EXPECT_EQ(swallowed->failures[0].message, "expected an error, got null");

  const LoadedFile divides{"limit.dmn",
                           ModelOf("<literalExpression><text>1 / 0</text></literalExpression>")};
  const auto reported = RunTestCases(std::span(&divides, 1), "t.xml", Tests(ErrorCase("1")), {});
  ASSERT_TRUE(reported);
  EXPECT_EQ(reported->passed, 1);
}

TEST(TestCases, WhatNeedsJavaIsSkippedWithItsReason) {
  const LoadedFile java{"limit.dmn",
                        ModelOf("<literalExpression><text>{f: function(x) external {java: {class: "
                                "\"java.lang.Math\", \"method signature\": \"cos(double)\"}}, r: "
                                "f(0)}.r</text></literalExpression>")};
  const std::string one =
      R"(<testCase id="1"><resultNode name="verdict"><expected><value xsi:type="xsd:decimal">1</value></expected></resultNode></testCase>)";
  const auto report = RunTestCases(std::span(&java, 1), "t.xml", Tests(one), {});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->skipped.size(), 1u);
  EXPECT_EQ(report->failed, 0);
  EXPECT_EQ(report->total(), 1);
  EXPECT_EQ(report->skipped[0].reason, "It calls a function written in Java, which is not run.");
}

TEST(TestCases, AModelThatDoesNotLoadFailsEveryCaseWhereItIsLenient) {
  const LoadedFile broken{"limit.dmn", ModelOf("<decisionTable hitPolicy=\"BEST\"/>")};
  const std::string two = Tests(ErrorCase("1") + ErrorCase("2"));
  const auto report = RunTestCases(std::span(&broken, 1), "t.xml", two, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 2);
  EXPECT_FALSE(RunTestCases(std::span(&broken, 1), "t.xml", two, {.strict = true}));
}

TEST(TestCases, AMissingModelIsNamed) {
  const LoadedFile other{"other.dmn", kModel.xml};
  const auto report = RunTestCases(std::span(&other, 1), "limit-test.xml", Tests(""), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "The model 'limit.dmn' is not beside the tests.");
}

}  // namespace
}  // namespace extramile::dmn
