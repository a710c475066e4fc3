#include "desk/verdict.h"

#include <gtest/gtest.h>

#include "base/json_reader.h"

namespace extramile::desk {
namespace {

// A rule set as small as one can be: the authority gate has one table, the others say nothing.
std::string Model(std::string_view authority_verdict = "\"needs sign-off\"",
                  std::string_view regulation = "[]") {
  std::string xml = R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"
      name="small" namespace="urn:small">
    <inputData id="idea" name="idea"><variable name="idea"/></inputData>
    <inputData id="staff" name="staff"><variable name="staff"/></inputData>
    <decision id="authority" name="authority"><variable name="authority"/>
      <informationRequirement><requiredInput href="#idea"/></informationRequirement>
      <informationRequirement><requiredInput href="#staff"/></informationRequirement>
      <decisionTable hitPolicy="COLLECT">
        <input label="Above the limit"><inputExpression>
          <text>idea.amount &gt; staff.authority.per case</text></inputExpression></input>
        <output name="verdict"/><output name="role"/><output name="reason"/>
        <annotation name="Citation"/><annotation name="Variant"/>
        <rule id="r1"><inputEntry><text>true</text></inputEntry>
          <outputEntry><text>)" +
                    std::string(authority_verdict) + R"(</text></outputEntry>
          <outputEntry><text>"lead"</text></outputEntry>
          <outputEntry><text>"GBP " + string(idea.amount) + " is above your limit of GBP " +
            string(staff.authority.per case) + " a case."</text></outputEntry>
          <annotationEntry><text>Grants</text></annotationEntry>
          <annotationEntry><text>none</text></annotationEntry></rule>
      </decisionTable></decision>)";
  for (const char* gate : {"routine or extra", "resources", "guidelines", "other customers"}) {
    xml += R"(<decision id=")" + std::to_string(xml.size()) + R"(x" name=")" + gate +
           R"("><variable name=")" + gate +
           R"("/><literalExpression><text>[]</text></literalExpression></decision>)";
  }
  xml += R"(<decision id="regulation" name="regulation"><variable name="regulation"/>
      <literalExpression><text>)" +
         std::string(regulation) +
         R"(</text></literalExpression></decision>
    <decision id="feasibility" name="feasibility"><variable name="feasibility"/>
      <informationRequirement><requiredDecision href="#authority"/></informationRequirement>
      <literalExpression><text>if count(authority) > 0 then
        {outcome: "needs sign-off", role: "lead"} else {outcome: "allowed", role: null}</text>
      </literalExpression></decision></definitions>)";
  return xml;
}

Facts Amount(int64_t amount) {
  Facts facts;
  facts.idea.amount = amount;
  facts.staff.authority.granted = true;
  facts.staff.authority.per_case = 2000;
  return facts;
}

Judgement JudgeWith(const std::string& xml, const Facts& facts) {
  const std::vector<dmn::LoadedFile> files = {{"small.dmn", xml}};
  auto model = dmn::Load(files);
  EXPECT_TRUE(model) << (model ? "" : model.error().ToString());
  dmn::Evaluation evaluation;
  const feel::Value context = BuildContext(evaluation.arena(), facts);
  auto judgement = Judge(*model, context, {facts.time_of_check, nullptr}, evaluation);
  EXPECT_TRUE(judgement) << (judgement ? "" : judgement.error().ToString());
  return judgement.value();
}

TEST(Verdict, TheReasonAndItsCitationComeFromTheRule) {
  const Facts facts = Amount(3550);
  const Judgement judgement = JudgeWith(Model(), facts);
  EXPECT_EQ(judgement.outcome, Outcome::kNeedsSignOff);
  EXPECT_EQ(judgement.role, Rank::kLead);
  ASSERT_NE(judgement.Decisive(), nullptr);
  EXPECT_EQ(judgement.Decisive()->citation, "Grants");
  EXPECT_EQ(judgement.Decisive()->rule, "authority, rule 1");
  EXPECT_EQ(judgement.Decisive()->inputs, std::vector<std::string>{"Above the limit"});
  EXPECT_TRUE(judgement.ForbidsVariants());
  EXPECT_EQ(SentenceOf(judgement, facts),
            "Ask a lead: GBP 35.50 is above your limit of GBP 20.00 a case.");
}

TEST(Verdict, AYesNamesTheLimitItKeeps) {
  const Facts facts = Amount(2000);
  const Judgement judgement = JudgeWith(Model(), facts);
  EXPECT_EQ(judgement.outcome, Outcome::kAllowed);
  EXPECT_EQ(SentenceOf(judgement, facts), "Yes: within your limit of GBP 20.00 a case.");
  EXPECT_FALSE(judgement.ForbidsVariants());
}

TEST(Verdict, AnErrorInTheRulesNeverAllows) {
  const Facts facts = Amount(1000);
  const Judgement judgement = JudgeWith(Model("\"needs sign-off\"", "1 + \"a\""), facts);
  EXPECT_EQ(judgement.outcome, Outcome::kUndecided);
  EXPECT_EQ(judgement.gates[4].verdict, Verdict::kUndecided);
  EXPECT_TRUE(judgement.gates[4].findings[0].failed);
}

TEST(Verdict, AWordThatIsNoVerdictIsUndecided) {
  const Judgement judgement = JudgeWith(Model("\"perhaps\""), Amount(3000));
  EXPECT_EQ(judgement.gates[1].verdict, Verdict::kUndecided);
}

TEST(Verdict, GatesAreWrittenInTheirOrder) {
  JsonWriter json;
  WriteGates(json, JudgeWith(Model(), Amount(3000)), Currency::Gbp());
  const JsonValue gates = ParseJson(json.text()).value();
  ASSERT_EQ(gates.items.size(), kGates.size());
  for (size_t i = 0; i < kGates.size(); ++i) {
    EXPECT_EQ(gates.items[i].Find("gate")->text, kGates[i]);
  }
  EXPECT_EQ(gates.items[1].Find("findings")->items[0].Find("reason")->text,
            "GBP 30.00 is above your limit of GBP 20.00 a case.");
}

TEST(Amounts, AreWrittenWithTheCurrencysDigits) {
  const Currency gbp = Currency::Gbp();
  EXPECT_EQ(WithFullAmounts("GBP 12.5 of GBP 20.", gbp), "GBP 12.50 of GBP 20.00.");
  EXPECT_EQ(WithFullAmounts("GBP and more", gbp), "GBP and more");
  EXPECT_EQ(WithFullAmounts("EUR 1.5", gbp), "EUR 1.5");
  EXPECT_EQ(WithFullAmounts("GBP 12.345", gbp), "GBP 12.345");
}

TEST(Context, AmountsAreExactAndUnknownsAreNull) {
  Facts facts = Amount(1250);
  facts.others.extra_wait_minutes = 4.25;
  feel::Arena arena;
  const feel::Value context = BuildContext(arena, facts);
  EXPECT_EQ(feel::ToText(context.Find("idea").Find("amount")), "12.5");
  EXPECT_TRUE(context.Find("idea").Find("gesture").is_null());
  EXPECT_TRUE(context.Find("staff").Find("authority").Find("left this month").is_null());
  EXPECT_EQ(feel::ToText(context.Find("others").Find("extra wait minutes")), "4.25");
}

TEST(Precedent, CountsGrantsAndTakesTheMiddleAmount) {
  const PrecedentFacts none = PrecedentOf({});
  EXPECT_EQ(none.similar, 0);
  EXPECT_FALSE(none.granted_share);
  const PrecedentFacts facts = PrecedentOf({{Outcome::kAllowed, 500},
                                            {Outcome::kNeedsSignOff, 3500},
                                            {Outcome::kRoutine, 1000},
                                            {Outcome::kNotAllowed, 900}});
  EXPECT_EQ(facts.similar, 4);
  EXPECT_DOUBLE_EQ(*facts.granted_share, 0.5);
  EXPECT_EQ(facts.median_amount, 1000);
}

}  // namespace
}  // namespace extramile::desk
