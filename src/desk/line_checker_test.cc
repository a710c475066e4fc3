#include "desk/line_checker.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

// A rule set in small: `authority` limits money, `guidelines` breaks for an amount of 13 and speaks
// no known word for 14.
std::string Rules() {
  const auto gate = [](const std::string& name, const std::string& logic) {
    return "<decision id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
           "\"/><informationRequirement><requiredInput href=\"#idea\"/></informationRequirement>" +
           logic + "</decision>";
  };
  const std::string empty = "<literalExpression><text>[]</text></literalExpression>";
  const std::string authority = R"(<decisionTable hitPolicy="COLLECT">
    <input label="Amount"><inputExpression><text>idea.amount</text></inputExpression></input>
    <input label="Kind"><inputExpression><text>idea.kind</text></inputExpression></input>
    <output name="verdict"/><output name="role"/><output name="reason"/>
    <annotation name="Citation"/><annotation name="Variant"/>
    <rule><inputEntry><text>&gt; 20</text></inputEntry><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>"needs sign-off"</text></outputEntry><outputEntry><text>null</text></outputEntry>
      <outputEntry><text>"GBP " + string(idea.amount) + " is \"dear\"."</text></outputEntry>
      <annotationEntry><text>Grants</text></annotationEntry><annotationEntry><text></text></annotationEntry></rule>
    <rule><inputEntry><text>&gt; 50</text></inputEntry><inputEntry><text>"money"</text></inputEntry>
      <outputEntry><text>"not allowed"</text></outputEntry><outputEntry><text>null</text></outputEntry>
      <outputEntry><text>if idea.amount = 99 then null else "Too dear."</text></outputEntry>
      <annotationEntry><text></text></annotationEntry><annotationEntry><text>none</text></annotationEntry></rule>
    </decisionTable>)";
  const std::string guidelines =
      "<literalExpression><text>if idea.amount = 13 then 1/0 else if idea.amount = 14 then "
      "[{verdict: \"perhaps\"}] else []</text></literalExpression>";
  const std::string fold =
      "<decision id=\"feasibility\" name=\"feasibility\"><variable name=\"feasibility\"/>"
      "<informationRequirement><requiredDecision href=\"#authority\"/></informationRequirement>"
      "<literalExpression><text>{outcome: if count(authority) = 0 then \"allowed\" else "
      "authority[count(authority)].verdict, role: null}</text></literalExpression></decision>";
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <inputData id="idea" name="idea"><variable name="idea"/></inputData>)" +
         gate("routine or extra", empty) + gate("authority", authority) + gate("resources", empty) +
         gate("guidelines", guidelines) + gate("regulation", empty) +
         gate("other customers", empty) + fold + "</definitions>";
}

dmn::Model Load() {
  const dmn::LoadedFile file{"rules.dmn", Rules()};
  return dmn::Load(std::span(&file, 1)).value();
}

std::string Line(const std::string& amount, const std::string& kind = "goods") {
  return R"({"idea":{"kind":")" + kind + R"(","amount":)" + amount +
         R"(,"minutes":5,"currency":"GBP","when":"2026-11-22T10:00:00Z"},"staff":{"role":"agent"}})";
}

// The same by way of Judge and WriteGates.
std::string Plainly(const dmn::Model& model, const std::string& line) {
  dmn::Evaluation evaluation;
  feel::JsonParser parser;
  const auto context = parser.Parse(line, evaluation.arena());
  const Judgement judgement = Judge(model, *context, {}, evaluation).value();
  JsonWriter json;
  json.BeginObject().Key("outcome").String(Word(judgement.outcome)).Key("role");
  judgement.role == Rank::kNone ? json.Null() : json.String(Word(judgement.role));
  json.Key("gates");
  WriteGates(json, judgement, Currency::Gbp());
  return json.EndObject().text();
}

TEST(LineChecker, SaysWhatJudgeAndWriteGatesSay) {
  const dmn::Model model = Load();
  LineChecker checker(model);
  for (const char* amount : {"0", "12.5", "13", "14", "20", "20.01", "35", "51", "99", "1e3"}) {
    for (const char* kind : {"goods", "money"}) {
      const std::string line = Line(amount, kind);
      std::string out = "before";
      ASSERT_TRUE(checker.Check(line, out)) << line;
      EXPECT_EQ(out, "before" + Plainly(model, line)) << line;
    }
  }
}

TEST(LineChecker, ShowsReasonsWithCitationRuleAndInputs) {
  LineChecker checker(Load());
  std::string out;
  ASSERT_TRUE(checker.Check(Line("35"), out));
  EXPECT_NE(out.find(R"({"outcome":"needs sign-off","role":"lead","gates":[)"), out.npos) << out;
  EXPECT_NE(out.find(R"({"gate":"authority","verdict":"needs sign-off","findings":[)"
                     R"({"verdict":"needs sign-off","reason":"GBP 35.00 is \"dear\".",)"
                     R"("citation":"Grants","rule":"authority, rule 1","role":"lead",)"
                     R"("inputs":["Amount"]}]})"),
            out.npos)
      << out;
}

TEST(LineChecker, AGateThatCannotBeDecidedAllowsNothing) {
  LineChecker checker(Load());
  std::string out;
  ASSERT_TRUE(checker.Check(Line("13"), out));
  EXPECT_EQ(out.find(R"({"outcome":"undecided")"), 0u) << out;
}

TEST(LineChecker, RefusesALineThatLacksWhatEveryCheckNeeds) {
  LineChecker checker(Load());
  const auto refused = [&](const std::string& line) {
    std::string out;
    const auto done = checker.Check(line, out);
    EXPECT_EQ(out.empty(), !done);
    return done ? std::string("decided") : done.error().code + " " + done.error().place;
  };
  EXPECT_EQ(refused("{}"), "context-incomplete /idea");
  EXPECT_EQ(refused("[]"), "context-incomplete ");
  EXPECT_EQ(refused(R"({"idea":{"kind":"goods"},"staff":{}})"), "context-incomplete /idea/amount");
  EXPECT_EQ(refused(R"({"idea":{"kind":"goods","amount":"20","minutes":1},"staff":{}})"),
            "context-incomplete /idea/amount");
  EXPECT_EQ(refused(R"({"idea":)"), "json-syntax byte 9");
  EXPECT_EQ(refused(Line("5")), "decided");
}

}  // namespace
}  // namespace extramile::desk
