// Decision tables as DMN 1.5, chapter 8, has them: one small table for each hit policy, and the
// reasons they give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dmn/model.h"
#include "feel/json.h"

namespace extramile::dmn {
namespace {

using feel::ToFeel;
using feel::Value;
using testing::ElementsAre;

// A table over one number `x`: rules are cell and output; `attributes` are those of
// <decisionTable>.
std::string TableXml(std::string_view attributes,
                     const std::vector<std::array<std::string, 2>>& rules,
                     std::string_view output_inside = "", std::string_view extra_input = "") {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData>
    <decision id="d" name="answer"><variable name="answer"/>
    <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
    <decisionTable )" +
      std::string(attributes) +
      R"(><input id="c" label="The amount"><inputExpression typeRef="number"><text>x</text></inputExpression></input>)" +
      std::string(extra_input) + "<output id=\"o\">" + std::string(output_inside) +
      "</output><annotation name=\"Source\"/>";
  int number = 0;
  for (const auto& [cell, output] : rules) {
    ++number;
    xml += "<rule id=\"rule" + std::to_string(number) + "\"><inputEntry><text><![CDATA[" + cell +
           "]]></text></inputEntry>" +
           (extra_input.empty() ? "" : "<inputEntry><text>-</text></inputEntry>") +
           "<outputEntry><text><![CDATA[" + output +
           "]]></text></outputEntry><annotationEntry><text>Act s." + std::to_string(number) +
           "</text></annotationEntry></rule>";
  }
  return xml + "</decisionTable></decision></definitions>";
}

struct Ran {
  std::string value;
  std::vector<int> rules;
  std::vector<std::string> citations;
  std::vector<std::string> mattered;
  std::vector<std::string> problems;
};

Ran Answer(const std::string& xml, std::string_view x) {
  const LoadedFile file{"m.dmn", xml};
  const auto model = Load(std::span(&file, 1));
  if (!model) return {model.error().ToString(), {}, {}, {}, {}};
  Evaluation evaluation;
  feel::ContextBuilder inputs(evaluation.arena());
  if (!x.empty()) inputs.Set("x", Value::Of(evaluation.arena(), *feel::Number::Parse(x)));
  const std::string_view wanted = "answer";
  const auto done = Evaluate(*model, std::span(&wanted, 1), inputs.Build(), {}, evaluation);
  if (!done) return {done.error().ToString(), {}, {}, {}, {}};
  Ran ran{ToFeel(evaluation.value(0)), {}, {}, {}, {}};
  for (const MatchedRule& rule : evaluation.Matched(0)) {
    ran.rules.push_back(rule.rule_number);
    for (const std::string_view annotation : rule.annotations)
      ran.citations.emplace_back(annotation);
    for (const std::string_view heading : rule.inputs_that_mattered)
      ran.mattered.emplace_back(heading);
  }
  for (const Problem& problem : evaluation.Problems(0))
    ran.problems.push_back(problem.code + " at " + problem.place);
  return ran;
}

TEST(Table, UniqueGivesTheOneRuleThatMatches) {
  const std::string xml =
      TableXml("hitPolicy=\"UNIQUE\"", {{"< 10", "\"small\""}, {">= 10", "\"large\""}});
  EXPECT_EQ(Answer(xml, "10").value, "\"large\"");
  EXPECT_THAT(Answer(xml, "10").rules, ElementsAre(2));
  EXPECT_THAT(Answer(xml, "10").citations, ElementsAre("Act s.2"));
  EXPECT_THAT(Answer(xml, "10").mattered, ElementsAre("The amount"));
}

TEST(Table, UniqueWithTwoMatchesIsNullAndSaysWhy) {
  const Ran ran = Answer(TableXml("", {{"< 10", "1"}, {"< 20", "2"}}), "5");
  EXPECT_EQ(ran.value, "null");
  EXPECT_THAT(ran.problems, ElementsAre("hit-policy at m.dmn: decision 'answer'"));
}

TEST(Table, AnyNeedsEqualResults) {
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"ANY\"", {{"< 10", "1"}, {"< 20", "1"}}), "5").value, "1");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"ANY\"", {{"< 10", "1"}, {"< 20", "2"}}), "5").value,
            "null");
}

TEST(Table, FirstStopsAtTheFirst) {
  const std::string xml = TableXml("hitPolicy=\"FIRST\"", {{"> 100", "1"}, {"-", "2"}, {"-", "3"}});
  EXPECT_EQ(Answer(xml, "5").value, "2");
  EXPECT_THAT(Answer(xml, "5").rules, ElementsAre(2));
  // Its own cell is "-", but the amount is what kept rule 1 from matching.
  EXPECT_THAT(Answer(xml, "5").mattered, ElementsAre("The amount"));
}

TEST(Table, ACellThatDoesNotMatterIsNotNamed) {
  EXPECT_THAT(
      Answer(TableXml("hitPolicy=\"RULE ORDER\"", {{"> 100", "1"}, {"-", "2"}}), "5").mattered,
      ElementsAre());
}

TEST(Table, PriorityAndOutputOrderFollowTheOutputValues) {
  constexpr std::string_view values =
      "<outputValues><text>\"stop\", \"ask\", \"go\"</text></outputValues>";
  const std::vector<std::array<std::string, 2>> rules = {
      {"-", "\"go\""}, {"> 5", "\"stop\""}, {"> 1", "\"ask\""}};
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"PRIORITY\"", rules, values), "9").value, "\"stop\"");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"PRIORITY\"", rules, values), "2").value, "\"ask\"");
  const Ran ordered = Answer(TableXml("hitPolicy=\"OUTPUT ORDER\"", rules, values), "9");
  EXPECT_EQ(ordered.value, "[\"stop\", \"ask\", \"go\"]");
  EXPECT_THAT(ordered.rules, ElementsAre(2, 3, 1));
}

TEST(Table, CollectKeepsRuleOrderSoThatItemIBelongsToRuleI) {
  const Ran ran = Answer(
      TableXml("hitPolicy=\"COLLECT\"", {{"> 1", "\"a\""}, {"> 50", "\"b\""}, {"> 2", "\"c\""}}),
      "9");
  EXPECT_EQ(ran.value, "[\"a\", \"c\"]");
  EXPECT_THAT(ran.rules, ElementsAre(1, 3));
  EXPECT_THAT(ran.citations, ElementsAre("Act s.1", "Act s.3"));
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"COLLECT\"", {{"> 1", "\"a\""}}), "0").value, "[]");
}

TEST(Table, CollectAggregates) {
  const std::vector<std::array<std::string, 2>> rules = {
      {"> 1", "0.1"}, {"> 2", "0.2"}, {"> 100", "9"}};
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", rules), "9").value, "0.3");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"COLLECT\" aggregation=\"MIN\"", rules), "9").value, "0.1");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", rules), "9").value, "0.2");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", rules), "9").value, "2");
}

TEST(Table, DefaultOutputWhereNothingMatches) {
  constexpr std::string_view fallback =
      "<defaultOutputEntry><text>\"none\"</text></defaultOutputEntry>";
  EXPECT_EQ(Answer(TableXml("", {{"> 5", "\"some\""}}, fallback), "1").value, "\"none\"");
  EXPECT_EQ(Answer(TableXml("", {{"> 5", "\"some\""}}), "1").value, "null");
}

TEST(Table, ANullInputMatchesOnlyWhatSaysNull) {
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"FIRST\"",
                            {{"< 5", "1"}, {"not(< 5)", "2"}, {"null", "3"}, {"-", "4"}}),
                   "")
                .value,
            "3");
}

TEST(Table, AnErrorInACellNamesFileRuleAndHeading) {
  const LoadedFile file{"authority.dmn", TableXml("", {{"> 5", "1"}, {"> fivty", "2"}})};
  const auto model = Load(std::span(&file, 1));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "unknown-name");
  EXPECT_EQ(model.error().place,
            "authority.dmn: decision 'answer', rule 2, 'The amount', character 3");
  EXPECT_EQ(model.error().message, "The name 'fivty' is not known here.");
}

TEST(Table, AChangedCellChangesTheAnswer) {
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"FIRST\"",
                            {{"<= 25", "\"allowed\""}, {"-", "\"needs sign-off\""}}),
                   "25")
                .value,
            "\"allowed\"");
  EXPECT_EQ(Answer(TableXml("hitPolicy=\"FIRST\"",
                            {{"<= 20", "\"allowed\""}, {"-", "\"needs sign-off\""}}),
                   "25")
                .value,
            "\"needs sign-off\"");
}

}  // namespace
}  // namespace extramile::dmn
