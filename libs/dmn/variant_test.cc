#include "dmn/variant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace extramile::dmn {
namespace {

using feel::Number;
using feel::Value;

std::string Escaped(std::string text) {
  for (size_t at = 0; (at = text.find_first_of("<>&", at)) != text.npos; at += 4) {
    text.replace(at, 1, text[at] == '<' ? "&lt;" : text[at] == '>' ? "&gt;" : "&amp;");
  }
  return text;
}

struct Gate {
  std::vector<std::string> inputs;              // expressions
  std::vector<std::vector<std::string>> rules;  // cells, then the verdict
};

// Gates in the manner of a policy: COLLECT tables of {verdict, reason} over idea and staff, and a
// fold that says "no" where one of them does; `logic` is one more gate, an expression that is true
// for no.
Model ModelOf(const std::vector<Gate>& gates, const std::string& logic = "false") {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)";
  std::string needs;
  for (const char* input : {"idea", "staff"}) {
    xml += "<inputData id=\"" + std::string(input) + "\" name=\"" + input + "\"><variable name=\"" +
           input + "\"/></inputData>";
    needs += "<informationRequirement><requiredInput href=\"#" + std::string(input) +
             "\"/></informationRequirement>";
  }
  std::string all, requires_all;
  for (size_t g = 0; g < gates.size(); ++g) {
    const std::string name = "gate " + std::to_string(g);
    xml += "<decision id=\"g" + std::to_string(g) + "\" name=\"" + name + "\"><variable name=\"" +
           name + "\"/>" + needs + "<decisionTable hitPolicy=\"COLLECT\">";
    for (const std::string& input : gates[g].inputs) {
      xml +=
          "<input><inputExpression><text>" + Escaped(input) + "</text></inputExpression></input>";
    }
    xml += "<output name=\"verdict\"/><output name=\"reason\"/>";
    for (const auto& rule : gates[g].rules) {
      xml += "<rule>";
      for (size_t i = 0; i + 1 < rule.size(); ++i) {
        xml += "<inputEntry><text>" + Escaped(rule[i]) + "</text></inputEntry>";
      }
      xml += "<outputEntry><text>\"" + rule.back() +
             "\"</text></outputEntry><outputEntry><text>\"It is \" + string(idea.amount)</text>"
             "</outputEntry></rule>";
    }
    xml += "</decisionTable></decision>";
    all += (g ? ", " : "") + name;
    requires_all += "<informationRequirement><requiredDecision href=\"#g" + std::to_string(g) +
                    "\"/></informationRequirement>";
  }
  xml += "<decision id=\"f\" name=\"outcome\"><variable name=\"outcome\"/>" + needs + requires_all +
         "<context><contextEntry><variable name=\"found\"/><literalExpression><text>" +
         (all.empty() ? "[]" : "for row in concatenate(" + all + ") return row.verdict") +
         "</text></literalExpression></contextEntry><contextEntry><variable name=\"extra\"/>"
         "<literalExpression><text>" +
         Escaped(logic) +
         "</text></literalExpression></contextEntry><contextEntry><literalExpression><text>"
         "if list contains(found, \"no\") or extra then \"no\" else \"yes\""
         "</text></literalExpression></contextEntry></context></decision>";
  const LoadedFile file{"m.dmn", xml + "</definitions>"};
  auto model = Load(std::span(&file, 1));
  EXPECT_TRUE(model) << model.error().ToString();
  return *model;
}

const std::string_view kWanted[] = {"outcome"};

Value Inputs(feel::Arena& arena, int64_t amount, int64_t minutes) {
  feel::ContextBuilder idea(arena), staff(arena), all(arena);
  idea.Set("amount", Value::Decimal(amount, 1)).Set("minutes", Value::Int(minutes));
  idea.Set("so far", Value::Int(3)).Set("kind", Value::StringView("goods"));
  staff.Set("limit", Value::Decimal(125, 1)).Set("left", Value::Int(9)).Set("none", Value());
  return all.Set("idea", idea.Build()).Set("staff", staff.Build()).Build();
}

bool SaysYes(const Evaluation& evaluation) {
  return evaluation.value(0).is_string() && evaluation.value(0).string() == "yes";
}

AdjustableNumber Amount() {
  return {.path = {"idea", "amount"},
          .step = Number::Small(1, 1),
          .least = Number::Int(0),
          .most = Number::Int(20),
          .cost = 1,
          .moves = {}};
}
AdjustableNumber Minutes() {
  return {.path = {"idea", "minutes"},
          .step = Number::Int(1),
          .least = Number::Int(0),
          .most = Number::Int(30),
          .cost = 0.5,
          .moves = {}};
}

std::string Found(const Nearest& nearest) {
  if (!nearest.found) return "none";
  std::string text;
  for (const Change& change : nearest.changes) {
    text += (change.number == 0 ? "amount " : "minutes ") + change.value.ToString() + " ";
  }
  return text;
}

Nearest Look(const Model& model, int64_t amount, int64_t minutes,
             const NearestOptions& options = {}) {
  feel::Arena arena;
  const AdjustableNumber numbers[] = {Amount(), Minutes()};
  return FindNearest(model, kWanted, Inputs(arena, amount, minutes), {}, numbers, options, SaysYes)
      .value();
}

TEST(Variant, TheLargestAmountWithinALimitOfTheContext) {
  const Model model = ModelOf({{{"idea.amount > staff.limit"}, {{"true", "no"}}}});
  const Nearest nearest = Look(model, 180, 5);
  EXPECT_EQ(Found(nearest), "amount 12.5 ");
  EXPECT_TRUE(nearest.exact);
  EXPECT_LT(nearest.tried, 10);
}

TEST(Variant, WhatWasGivenBeforeIsAddedUp) {
  const Model model = ModelOf({{{"idea.so far + idea.amount"}, {{">= 10", "no"}}}});
  EXPECT_EQ(Found(Look(model, 180, 5)), "amount 6.9 ");
}

TEST(Variant, TheCheaperOfTwoWays) {
  // 18.0 to 12.5 is nearly a third; 20 to 19 minutes a twentieth, and minutes cost half.
  const Model model =
      ModelOf({{{"idea.amount > staff.limit", "idea.minutes"}, {{"true", "> 19", "no"}}}});
  EXPECT_EQ(Found(Look(model, 180, 20)), "minutes 19 ");
}

TEST(Variant, TwoTogetherWhereOneIsNotEnough) {
  const Model model = ModelOf(
      {{{"idea.amount"}, {{"> 12.5", "no"}}}, {{"idea.minutes"}, {{"> staff.left", "no"}}}});
  EXPECT_EQ(Found(Look(model, 180, 20)), "amount 12.5 minutes 9 ");
  NearestOptions single;
  single.pairs = false;
  EXPECT_EQ(Found(Look(model, 180, 20, single)), "none");
}

TEST(Variant, NoneWhereNoAmountHelpsOrTheRulesOfferNone) {
  const Model never = ModelOf({{{"idea.kind"}, {{"\"goods\"", "no"}}}});
  EXPECT_EQ(Found(Look(never, 180, 20)), "none");
  const Model limit = ModelOf({{{"idea.amount"}, {{"> 12.5", "no"}}}});
  NearestOptions options;
  options.offers_none = [](const Evaluation&) { return true; };
  EXPECT_EQ(Found(Look(limit, 180, 20, options)), "none");
}

TEST(Variant, WhatIsNotLinearIsTriedStepByStep) {
  const Model model =
      ModelOf({{{"round half up(idea.amount, 0) * idea.amount"}, {{"> 50", "no"}}}});
  const Nearest nearest = Look(model, 180, 5);
  EXPECT_EQ(Found(nearest), "amount 7.1 ");
  EXPECT_TRUE(nearest.exact);
  EXPECT_GT(nearest.tried, 100);
}

TEST(Variant, APathThatIsNoNumberIsRefused) {
  const Model model = ModelOf({});
  feel::Arena arena;
  AdjustableNumber wrong = Amount();
  wrong.path = {"idea", "kind"};
  const auto refused = Boundaries(model, kWanted, Inputs(arena, 10, 5), {}, wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "no-such-number");
}

// ---- Against brute force: every value of the grid, and every pair of them.

class Plain {
 public:
  explicit Plain(const Model& model) : model_(model) {}
  bool Yes(int64_t amount, int64_t minutes) {
    evaluation_.Reset();
    EXPECT_TRUE(
        Evaluate(model_, kWanted, Inputs(evaluation_.arena(), amount, minutes), {}, evaluation_));
    return SaysYes(evaluation_);
  }
  // The least cost of a change of one number; infinite where none helps.
  double BestSingle(int64_t amount, int64_t minutes) {
    double best = INFINITY;
    for (int64_t a = 0; a <= 200; ++a) {
      if (a != amount && Yes(a, minutes)) best = std::min(best, AmountCost(a, amount));
    }
    for (int64_t m = 0; m <= 30; ++m) {
      if (m != minutes && Yes(amount, m)) best = std::min(best, MinutesCost(m, minutes));
    }
    return best;
  }
  double BestPair(int64_t amount, int64_t minutes) {
    double best = INFINITY;
    for (int64_t a = 0; a <= 200; ++a) {
      for (int64_t m = 0; m <= 30; ++m) {
        const double cost = AmountCost(a, amount) + MinutesCost(m, minutes);
        if (a != amount && m != minutes && cost < best && Yes(a, m)) best = cost;
      }
    }
    return best;
  }
  static double AmountCost(int64_t to, int64_t from) {
    return std::abs(static_cast<double>(to - from)) /
           static_cast<double>(std::max<int64_t>(from, 1));
  }
  static double MinutesCost(int64_t to, int64_t from) {
    return 0.5 * std::abs(static_cast<double>(to - from)) /
           static_cast<double>(std::max<int64_t>(from, 1));
  }

 private:
  const Model& model_;
  Evaluation evaluation_;
};

double CostOf(const Nearest& nearest, int64_t amount, int64_t minutes) {
  if (!nearest.found) return INFINITY;
  double cost = 0;
  for (const Change& change : nearest.changes) {
    cost += change.number == 0
                ? Plain::AmountCost(std::llround(change.value.ToDouble() * 10), amount)
                : Plain::MinutesCost(std::llround(change.value.ToDouble()), minutes);
  }
  return cost;
}

const char* const kAmountInputs[] = {"idea.amount",
                                     "idea.amount - 2",
                                     "idea.so far + idea.amount",
                                     "2 * idea.amount",
                                     "idea.amount / 4 + 1",
                                     "-idea.amount + 15",
                                     "staff.limit - idea.amount",
                                     "max(idea.amount, staff.left)",
                                     "if idea.amount > staff.left then idea.amount else 3",
                                     "if idea.kind = \"goods\" then idea.amount else 0"};
const char* const kMinuteInputs[] = {"idea.minutes", "idea.minutes * 3 - 4",
                                     "staff.left - idea.minutes", "min(idea.minutes, 12)"};
const char* const kCells[] = {
    "> 5", "<= 7.3",     "[4..9)",       "(2..11]", "not([3..12])",
    "< 1", "1, 6, 12.5", "> staff.left", "-",       "? < staff.limit and ? > 2"};
const char* const kLogic[] = {"false",
                              "idea.amount > staff.limit and idea.minutes > 4",
                              "not(idea.amount between 3 and staff.left)",
                              "idea.amount in [2..staff.limit] or idea.minutes = 7",
                              "some x in [1, 2, idea.amount] satisfies x > 9.95",
                              "idea.amount > staff.none",
                              "{a: idea.amount * 2, b: a + 1}.b > 21.4",
                              "(if idea.minutes > 10 then 5 else 12) < idea.amount"};

TEST(Variant, AgreesWithBruteForceOverTheGrid) {
  std::mt19937 random(3);
  const auto one_of = [&](const auto& choices) {
    return std::string(choices[random() % std::size(choices)]);
  };
  int singles = 0, pairs = 0, none = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<Gate> gates(1 + random() % 3);
    for (Gate& gate : gates) {
      gate.inputs = {random() % 3 ? one_of(kAmountInputs) : one_of(kMinuteInputs)};
      if (random() % 2) gate.inputs.push_back(one_of(kMinuteInputs));
      for (size_t r = 0; r < 1 + random() % 3; ++r) {
        std::vector<std::string> rule;
        for (size_t i = 0; i < gate.inputs.size(); ++i) rule.push_back(one_of(kCells));
        rule.push_back(random() % 4 ? "no" : "yes");
        gate.rules.push_back(rule);
      }
    }
    const std::string logic = one_of(kLogic);
    const Model model = ModelOf(gates, logic);
    const auto amount = static_cast<int64_t>(1 + random() % 200),
               minutes = static_cast<int64_t>(1 + random() % 30);
    Plain plain(model);
    if (plain.Yes(amount, minutes)) continue;
    std::string shown = logic + "; ";
    for (const Gate& gate : gates) {
      for (const auto& input : gate.inputs) shown += input + " | ";
      for (const auto& rule : gate.rules) {
        for (const auto& cell : rule) shown += cell + ", ";
      }
    }
    const Nearest nearest = Look(model, amount, minutes);
    EXPECT_TRUE(nearest.exact) << shown;
    const double best = plain.BestSingle(amount, minutes);
    if (std::isfinite(best)) {
      ++singles;
      EXPECT_EQ(nearest.changes.size(), 1u) << shown << Found(nearest);
      EXPECT_NEAR(CostOf(nearest, amount, minutes), best, 1e-9)
          << shown << " from " << amount << ", " << minutes << ": " << Found(nearest);
      continue;
    }
    const double both = plain.BestPair(amount, minutes);
    ++(std::isfinite(both) ? pairs : none);
    EXPECT_EQ(std::isfinite(both), nearest.found) << shown << " from " << amount << ", " << minutes;
    if (std::isfinite(both)) {
      EXPECT_NEAR(CostOf(nearest, amount, minutes), both, 1e-9)
          << shown << " from " << amount << ", " << minutes << ": " << Found(nearest);
    }
  }
  EXPECT_GT(singles, 40);
  EXPECT_GT(pairs, 3);
  EXPECT_GT(none, 3);
}

}  // namespace
}  // namespace extramile::dmn
