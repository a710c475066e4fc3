// What counts as the same decision, and what does not.
#include "dmn/difference.h"

#include <gtest/gtest.h>

#include <string>

namespace extramile::dmn {
namespace {

std::string Requires(std::string_view kind, std::string_view id) {
  const std::string outer = kind == "Knowledge" ? "knowledgeRequirement" : "informationRequirement";
  return "<" + outer + "><required" + std::string(kind) + " href=\"#" + std::string(id) + "\"/></" +
         outer + ">";
}

std::string Literal(std::string_view name, std::string_view needs, std::string_view text) {
  const std::string quoted(name);
  return "<decision id=\"" + quoted + "\" name=\"" + quoted + "\"><variable name=\"" + quoted +
         "\"/>" + std::string(needs) + "<literalExpression><text>" + std::string(text) +
         "</text></literalExpression></decision>";
}

// A table `limit`, a knowledge model that `fee` uses, and a fold over both.
struct Parts {
  std::string types = "<itemDefinition name=\"tAmount\"><typeRef>number</typeRef></itemDefinition>";
  std::string input =
      "<inputData id=\"amount\" name=\"amount\"><variable name=\"amount\" typeRef=\"tAmount\"/>"
      "</inputData>";
  std::string hit_policy = "FIRST", limit = "&lt; 10", remark = "a table";
  std::string twice = "a * 2";
  std::string fold = "string(limit) + string(fee)";

  std::string Table() const {
    return "<decision id=\"limit\" name=\"limit\"><description>" + remark +
           "</description><variable name=\"limit\"/>" + Requires("Input", "amount") +
           "<decisionTable hitPolicy=\"" + hit_policy +
           "\"><input><inputExpression><text>amount</text></inputExpression></input><output/>"
           "<annotation name=\"Source\"/><rule><inputEntry><text>" +
           limit +
           "</text></inputEntry><outputEntry><text>1</text></outputEntry><annotationEntry><text>" +
           remark + "</text></annotationEntry></rule></decisionTable></decision>";
  }
  std::string Knowledge() const {
    return "<businessKnowledgeModel id=\"twice\" name=\"twice\"><variable name=\"twice\"/>"
           "<encapsulatedLogic><formalParameter name=\"a\"/><literalExpression><text>" +
           twice + "</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>";
  }
  std::string Fee() const {
    return Literal("fee", Requires("Input", "amount") + Requires("Knowledge", "twice"),
                   "twice(amount)");
  }
  std::string Fold() const {
    return Literal("fold", Requires("Decision", "limit") + Requires("Decision", "fee"), fold);
  }
};

Model Loaded(const std::string& elements) {
  const std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)" +
      elements + "</definitions>";
  const LoadedFile files[] = {{"m.dmn", xml}};
  auto model = Load(files);
  EXPECT_TRUE(model) << model.error().ToString();
  return *model;
}

Model Loaded(const Parts& parts) {
  return Loaded(parts.types + parts.input + parts.Table() + parts.Knowledge() + parts.Fee() +
                parts.Fold());
}

// Of limit, fee and fold, and of fold with the two others left to the caller.
std::string SameOnes(const Model& a, const Model& b) {
  std::string same;
  for (const char* name : {"limit", "fee", "fold"}) {
    if (SameDecision(a, b, name)) same += std::string(name) + " ";
  }
  const std::string_view apart[] = {"limit", "fee"};
  if (SameDecision(a, b, "fold", apart)) same += "apart";
  return same;
}

constexpr const char* kAll = "limit fee fold apart";

TEST(Difference, AModelIsTheSameAsItself) {
  EXPECT_EQ(SameOnes(Loaded(Parts()), Loaded(Parts())), kAll);
  EXPECT_FALSE(SameDecision(Loaded(Parts()), Loaded(Parts()), "another"));
}

TEST(Difference, LayoutOrderIdsAndRemarksDoNotCount) {
  Parts parts;
  parts.remark = "the same table";
  EXPECT_EQ(SameOnes(Loaded(Parts()), Loaded(parts)), kAll);
  const Parts p;
  EXPECT_EQ(SameOnes(Loaded(p), Loaded(p.Fold() + "\n <!-- first -->" + p.Fee() + p.Knowledge() +
                                       p.Table() + p.input + p.types)),
            kAll);
  std::string renamed = p.types + p.input + p.Table() + p.Knowledge() + p.Fee() + p.Fold();
  for (size_t at; (at = renamed.find("#amount")) != renamed.npos;) {
    renamed.replace(at, 7, "#other_id");
  }
  renamed.replace(renamed.find("id=\"amount\""), 11, "id=\"other_id\"");
  EXPECT_EQ(SameOnes(Loaded(p), Loaded(renamed)), kAll);
}

TEST(Difference, AnEditCountsForWhateverRestsOnIt) {
  const auto edited = [](std::string Parts::* part, const char* text) {
    Parts parts;
    parts.*part = text;
    return SameOnes(Loaded(Parts()), Loaded(parts));
  };
  EXPECT_EQ(edited(&Parts::limit, "&lt; 11"), "fee apart");
  EXPECT_EQ(edited(&Parts::hit_policy, "COLLECT"), "fee apart");
  EXPECT_EQ(edited(&Parts::twice, "a + a"), "limit apart");
  EXPECT_EQ(edited(&Parts::fold, "string(limit)"), "limit fee ");
  EXPECT_EQ(edited(&Parts::types,
                   "<itemDefinition name=\"tAmount\"><typeRef>Any</typeRef></itemDefinition>"),
            "");
  EXPECT_EQ(edited(&Parts::input,
                   "<inputData id=\"amount\" name=\"amount\"><variable name=\"amount\"/>"
                   "</inputData>"),
            "apart");
}

// How a name in `fold` is read may depend on names with spaces that stand in front of it.
TEST(Difference, NamesThatAreReadDifferentlyCount) {
  Parts parts;
  parts.fold = "{a b: 1}.a b";
  const std::string before = Literal("first", "", "{x: 1}");
  const std::string after = Literal("first", "", "{another name: 1}");
  EXPECT_FALSE(SameDecision(Loaded(before + parts.types + parts.input + parts.Table() +
                                   parts.Knowledge() + parts.Fee() + parts.Fold()),
                            Loaded(after + parts.types + parts.input + parts.Table() +
                                   parts.Knowledge() + parts.Fee() + parts.Fold()),
                            "fold"));
}

TEST(Difference, ATypeOfADecisionLeftToTheCallerCounts) {
  Parts parts;
  const auto typed = [&](const char* type) {
    std::string fee = parts.Fee();
    fee.replace(fee.find("name=\"fee\"/>"), 12,
                "name=\"fee\" typeRef=\"" + std::string(type) + "\"/>");
    return Loaded(parts.types + parts.input + parts.Table() + parts.Knowledge() + fee +
                  parts.Fold());
  };
  EXPECT_EQ(SameOnes(typed("number"), typed("Any")), "limit ");
}

TEST(Difference, KnownDecisionsAreNotEvaluatedAgain) {
  const Model model = Loaded(Parts());
  Evaluation evaluation;
  const feel::Value inputs =
      feel::ContextBuilder(evaluation.arena()).Set("amount", feel::Value::Int(4)).Build();
  const std::string_view wanted[] = {"limit", "fee", "fold"};
  const auto values = [&](std::span<const KnownDecision> known) {
    EXPECT_TRUE(EvaluateRest(model, wanted, known, inputs, {}, evaluation));
    std::string text;
    for (size_t i = 0; i < evaluation.size(); ++i) text += feel::ToFeel(evaluation.value(i)) + " ";
    return text;
  };
  EXPECT_EQ(values({}), "1 8 \"18\" ");
  const KnownDecision fee[] = {{"fee", feel::Value::Int(70)}, {"another", feel::Value()}};
  EXPECT_EQ(values(fee), "1 70 \"170\" ");
  EXPECT_EQ(evaluation.Matched("limit").size(), 1u);
  const KnownDecision limit[] = {{"limit", feel::Value::Int(9)}};
  EXPECT_EQ(values(limit), "9 8 \"98\" ");
  EXPECT_EQ(evaluation.Matched("limit").size(), 0u);
  EXPECT_EQ(values({}), "1 8 \"18\" ");
}

TEST(Difference, WhatRequiresItselfIsStillCompared) {
  Parts parts;
  parts.twice = "if a &gt; 5 then twice(a - 1) else a";
  EXPECT_EQ(SameOnes(Loaded(parts), Loaded(parts)), kAll);
  EXPECT_EQ(SameOnes(Loaded(parts), Loaded(Parts())), "limit apart");
}

}  // namespace
}  // namespace extramile::dmn
