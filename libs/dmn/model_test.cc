// Models: what holds them together, what refuses them, and that a hostile file ends with an error.
#include "dmn/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "feel/json.h"

namespace extramile::dmn {
namespace {

using feel::ToFeel;
using feel::Value;

constexpr std::string_view kHead =
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" id="m" namespace="urn:m">)";

std::string Wrap(std::string_view inside) {
  return std::string(kHead) + std::string(inside) + "</definitions>";
}

std::string LoadError(std::string_view xml) {
  const LoadedFile file{"m.dmn", std::string(xml)};
  const auto model = Load(std::span(&file, 1));
  return model ? "" : model.error().code;
}

// Evaluates decision `name` with inputs given as JSON.
std::string Answer(const std::vector<LoadedFile>& files, std::string_view name,
                   std::string_view json = "{}") {
  const auto model = Load(files);
  if (!model) return model.error().ToString();
  Evaluation evaluation;
  const auto parsed = ParseJson(json);
  const Value inputs = feel::FromJson(evaluation.arena(), *parsed);
  const auto at = ParseInstant("2026-11-22T14:05:00Z");
  const auto done = Evaluate(*model, std::span(&name, 1), inputs, {*at, nullptr}, evaluation);
  return done ? ToFeel(evaluation.value(0)) : done.error().code;
}

std::string Decision(std::string_view name, std::string_view expression,
                     std::string_view requires_ids = "", std::string_view type = "") {
  std::string xml = "<decision id=\"" + std::string(name) + "\" name=\"" + std::string(name) +
                    "\"><variable name=\"" + std::string(name) + "\"" +
                    (type.empty() ? "" : " typeRef=\"" + std::string(type) + "\"") + "/>";
  while (!requires_ids.empty()) {
    const size_t comma = std::min(requires_ids.find(','), requires_ids.size());
    const std::string id(requires_ids.substr(0, comma));
    xml += "<informationRequirement><requiredDecision href=\"" +
           (id.find('#') == std::string::npos ? "#" + id : id) + "\"/></informationRequirement>";
    requires_ids.remove_prefix(std::min(comma + 1, requires_ids.size()));
  }
  return xml + "<literalExpression><text><![CDATA[" + std::string(expression) +
         "]]></text></literalExpression></decision>";
}

TEST(Model, DecisionsReadOnlyWhatTheyRequire) {
  EXPECT_EQ(Answer({{"m.dmn", Wrap(Decision("a", "1 + 1") + Decision("b", "a * 10", "a"))}}, "b"),
            "20");
  EXPECT_EQ(LoadError(Wrap(Decision("a", "1 + 1") + Decision("b", "a * 10"))), "unknown-name");
}

TEST(Model, ADecisionThatRequiresItselfIsNull) {
  EXPECT_EQ(Answer({{"m.dmn", Wrap(Decision("a", "b", "b") + Decision("b", "a", "a"))}}, "a"),
            "null");
}

TEST(Model, NowIsTheInstantOfTheCheck) {
  EXPECT_EQ(Answer({{"m.dmn", Wrap(Decision("a", "string(now())"))}}, "a"),
            "\"2026-11-22T14:05:00Z\"");
}

TEST(Model, ItemDefinitionsGiveMembersAndAllowedValues) {
  const std::string xml = Wrap(
      R"(<itemDefinition name="tIdea"><itemComponent name="same customer so far"><typeRef>number</typeRef></itemComponent>
         <itemComponent name="kind"><typeRef>string</typeRef><allowedValues><text>"credit", "gift"</text></allowedValues></itemComponent>
         <itemComponent name="when"><typeRef>date and time</typeRef></itemComponent></itemDefinition>
         <inputData id="idea" name="idea"><variable name="idea" typeRef="tIdea"/></inputData>
         <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#idea"/></informationRequirement>
         <literalExpression><text>[idea.same customer so far + 1, idea.kind, idea.when.year]</text></literalExpression></decision>)");
  EXPECT_EQ(
      Answer(
          {{"m.dmn", xml}}, "d",
          R"({"idea": {"same customer so far": 4, "kind": "gift", "when": "2026-11-22T10:00:00Z"}})"),
      "[5, \"gift\", 2026]");
}

TEST(Model, KnowledgeModelsAreCalledByInvocationAndByName) {
  const std::string xml = Wrap(
      R"(<businessKnowledgeModel id="k" name="net of"><variable name="net of"/><encapsulatedLogic><formalParameter name="gross"/>
         <formalParameter name="rate"/><literalExpression><text>gross / (1 + rate)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
         <decision id="d" name="d"><variable name="d"/><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
         <invocation><literalExpression><text>net of</text></literalExpression>
         <binding><parameter name="rate"/><literalExpression><text>0.2</text></literalExpression></binding>
         <binding><parameter name="gross"/><literalExpression><text>12</text></literalExpression></binding></invocation></decision>
         <decision id="e" name="e"><variable name="e"/><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
         <literalExpression><text>net of(gross: 24, rate: 0.2)</text></literalExpression></decision>)");
  EXPECT_EQ(Answer({{"m.dmn", xml}}, "d"), "10");
  EXPECT_EQ(Answer({{"m.dmn", xml}}, "e"), "20");
}

TEST(Model, FilesImportOneAnother) {
  const std::string limits =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="l" id="l" namespace="urn:limits">)" +
      Decision("per case", "25") + "</definitions>";
  const std::string main = Wrap(
      R"(<import name="limits" namespace="urn:limits" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>)" +
      Decision("d", "limits.per case + 1", "urn:limits#per case"));
  EXPECT_EQ(Answer({{"limits.dmn", limits}, {"m.dmn", main}}, "d"), "26");
  EXPECT_EQ(LoadError(main), "missing-import");
}

TEST(Model, AnInputReachedOnTwoWaysMayDiffer) {
  const std::string import = R"(" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>)";
  const auto file = [](std::string_view name_space, const std::string& inside) {
    return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="f" id="f" namespace=")" +
           std::string(name_space) + "\">" + inside + "</definitions>";
  };
  const std::string person =
      file("urn:a", R"(<inputData id="p" name="person"><variable name="person"/></inputData>
      <decision id="h" name="hello"><variable name="hello"/><informationRequirement><requiredInput href="#p"/></informationRequirement>
      <literalExpression><text>"Hello, " + person</text></literalExpression></decision>)");
  const std::string two = file("urn:b2", R"(<import name="a" namespace="urn:a)" + import +
                                             Decision("say", "a.hello", "urn:a#h"));
  const std::string both =
      file("urn:c", R"(<import name="b1" namespace="urn:b1)" + import +
                        R"(<import name="b2" namespace="urn:b2)" + import +
                        Decision("d", "[b1.say, b2.say]", "urn:b1#say,urn:b2#say"));
  const std::string one = file("urn:b1", R"(<import name="a" namespace="urn:a)" + import +
                                             Decision("say", "a.hello", "urn:a#h"));
  EXPECT_EQ(Answer({{"a", person}, {"b1", one}, {"b2", two}, {"c", both}}, "d",
                   R"({"b1": {"a": {"person": "Ann"}}, "b2": {"a": {"person": "Bob"}}})"),
            "[\"Hello, Ann\", \"Hello, Bob\"]");
}

TEST(Model, FilesThatImportEachOtherAreRefused) {
  const auto file = [](std::string_view own, std::string_view other) {
    return LoadedFile{
        std::string(own),
        R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="f" id="f" namespace=")" +
            std::string(own) + R"("><import name="" namespace=")" + std::string(other) +
            R"(" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/></definitions>)"};
  };
  EXPECT_NE(Answer({file("a", "b"), file("b", "a")}, "x").find("import-cycle"), std::string::npos);
}

TEST(Model, AServicesInputsDoNotLeak) {
  const std::string xml = Wrap(
      Decision("base", "1") + Decision("out", "base + 1", "base") +
      R"(<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/><inputDecision href="#base"/></decisionService>
         <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredDecision href="#base"/></informationRequirement>
         <knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>
         <literalExpression><text>[base, s(10), base]</text></literalExpression></decision>)");
  EXPECT_EQ(Answer({{"m.dmn", xml}}, "d"), "[1, 11, 1]");
}

TEST(Model, HostileFilesAreRefused) {
  EXPECT_EQ(LoadError(""), "xml-syntax");
  EXPECT_EQ(LoadError("<definitions"), "xml-syntax");
  EXPECT_EQ(LoadError("<a/>"), "not-dmn");
  EXPECT_EQ(LoadError("<!DOCTYPE x [<!ENTITY e \"e\">]>" + Wrap("&e;")), "xml-doctype");
  EXPECT_EQ(LoadError("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">" + Wrap("")), "xml-doctype");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(LoadError(Wrap(deep)), "xml-too-large");
  EXPECT_EQ(LoadError(std::string(size_t{9} << 20, ' ')), "xml-too-large");
}

TEST(Model, EndlessRecursionIsStopped) {
  const std::string xml = Wrap(
      R"(<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic><formalParameter name="n"/>
         <literalExpression><text>k(n + 1)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
         <decision id="d" name="d"><variable name="d"/><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
         <literalExpression><text>k(1)</text></literalExpression></decision>)");
  EXPECT_EQ(Answer({{"m.dmn", xml}}, "d"), "evaluation-limit");
}

TEST(Model, AnUnknownDecisionIsNotFound) {
  EXPECT_EQ(Answer({{"m.dmn", Wrap(Decision("a", "1"))}}, "b"), "unknown-decision");
}

TEST(Model, IsSharedByThreads) {
  const LoadedFile file{
      "m.dmn", Wrap(Decision("a", "sum(for i in 1..100 return i)") + Decision("b", "a + 1", "a"))};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model);
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      Evaluation evaluation;
      const std::string_view wanted = "b";
      for (int i = 0; i < 200; ++i) {
        evaluation.Reset();
        if (!Evaluate(*model, std::span(&wanted, 1), Value(), {}, evaluation)) continue;
        right[t] += ToFeel(evaluation.value(0)) == "5051" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(right, testing::Each(200));
}

}  // namespace
}  // namespace extramile::dmn
