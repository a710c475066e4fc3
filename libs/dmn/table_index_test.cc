// The index against the slow and obvious way: every cell of every rule as a FEEL expression by
// itself.
#include "dmn/table_index.h"

#include <gtest/gtest.h>

#include <random>

#include "dmn/model.h"
#include "dmn/table.h"
#include "feel/expression.h"

namespace extramile::dmn {
namespace {

using feel::Value;

// Draws cells and values of one column; the few values that exist meet the few ends that exist.
class Dice {
 public:
  explicit Dice(uint64_t seed) : generator_(seed) {}

  size_t Below(size_t count) { return generator_() % count; }
  bool OneIn(size_t count) { return Below(count) == 0; }
  template <size_t kCount>
  std::string Of(const char* const (&texts)[kCount]) {
    return texts[Below(kCount)];
  }

  enum class Column { kNumber, kString, kBoolean, kDate, kDuration, kTags, kTime, kMixed };
  static constexpr size_t kColumns = 8;

  std::string Literal(Column column) {
    switch (column) {
      case Column::kNumber:
        return Of({"0", "1", "-1", "2.5", "2.50", "10", "-0.001", "3", "1e20",
                   "7.123456789012345678", "99999999999999999"});
      case Column::kString:
      case Column::kTags:
        return Of({"\"\"", "\"a\"", "\"ab\"", "\"late\"", "\"lost\"", "\"longer than eight\"",
                   "\"longer than eighu\"", "\"\xC3\xA4\""});
      case Column::kBoolean:
        return Of({"true", "false"});
      case Column::kDate:
        return Of({"@\"2026-01-01\"", "@\"2026-03-02\"", "@\"1969-12-31\"", "@\"-0001-01-01\""});
      case Column::kDuration:
        return Of({"@\"PT1H\"", "@\"-PT0.5S\"", "@\"P1D\"", "@\"PT0S\"", "@\"PT1.25S\""});
      case Column::kTime:
        return Of({"@\"10:00:00\"", "@\"10:00:00Z\"", "@\"11:30:00+01:00\""});
      case Column::kMixed:
        return Literal(static_cast<Column>(Below(7)));
    }
    return "";
  }

  std::string Test(Column column) {
    if (column == Column::kTags) return "list contains(?, " + Literal(column) + ")";
    switch (column == Column::kString || column == Column::kBoolean ? 0 : Below(5)) {
      case 1:
        return Of({"<", "<=", ">", ">=", "= "}) + Literal(column);
      case 2:
      case 3: {
        const char* const open[] = {"[", "(", "]"};
        const char* const close[] = {"]", ")", "["};
        return Of(open) + Literal(column) + ".." + Literal(column) + Of(close);
      }
      default:
        return Literal(column);
    }
  }

  std::string CellText(Column column) {
    if (OneIn(4)) return "-";
    if (OneIn(12)) return "? != null and ? = " + Literal(column);
    std::string text = Test(column);
    while (OneIn(3)) text += ", " + Test(column);
    return OneIn(5) && column != Column::kTags ? "not(" + text + ")" : text;
  }

  std::string ValueText(Column column) {
    if (OneIn(12)) return "null";
    if (OneIn(12)) return Literal(static_cast<Column>(Below(7)));
    if (column != Column::kTags) return Literal(column);
    std::string list = "[";
    for (size_t n = Below(4); n > 0; --n)
      list += (list.size() > 1 ? ", " : "") + (OneIn(9) ? std::string("7") : Literal(column));
    return list + "]";
  }

 private:
  std::mt19937_64 generator_;
};

std::string Escaped(std::string_view text) { return "<![CDATA[" + std::string(text) + "]]>"; }

std::string TableXml(std::string_view policy, const std::vector<std::vector<std::string>>& rules,
                     size_t inputs) {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)";
  std::string requirements, columns;
  for (size_t i = 0; i < inputs; ++i) {
    const std::string name = "x" + std::to_string(i);
    xml += "<inputData id=\"" + name + "\" name=\"" + name + "\"/>";
    requirements +=
        "<informationRequirement><requiredInput href=\"#" + name + "\"/></informationRequirement>";
    columns += "<input><inputExpression><text>" + name + "</text></inputExpression></input>";
  }
  xml += "<decision id=\"d\" name=\"answer\"><variable name=\"answer\"/>" + requirements +
         "<decisionTable hitPolicy=\"" + std::string(policy) + "\">" + columns + "<output/>";
  for (size_t r = 0; r < rules.size(); ++r) {
    xml += "<rule>";
    for (const std::string& cell : rules[r])
      xml += "<inputEntry><text>" + Escaped(cell) + "</text></inputEntry>";
    xml += "<outputEntry><text>" + std::to_string(r) + "</text></outputEntry></rule>";
  }
  return xml + "</decisionTable></decision></definitions>";
}

// Whether FEEL says, of the cell by itself, that the value passes.
bool Passes(const std::string& cell, const Value& value) {
  if (cell == "-") return true;
  const auto tests = feel::Expression::CompileTests(cell);
  if (!tests) return false;
  feel::Arena arena;
  feel::ContextBuilder context(arena);
  context.Set("?", value);
  return tests->Evaluate(arena, context.Build()).value.is_true();
}

// A value may be a constant of the expression that gave it: the reader keeps them.
class Reader {
 public:
  Value Read(feel::Arena& arena, const std::string& text) {
    auto expression = feel::Expression::Compile(text);
    if (!expression) return Value();
    kept_.push_back(*std::move(expression));
    return kept_.back().Evaluate(arena).value;
  }

 private:
  std::vector<feel::Expression> kept_;
};

std::string Listed(const std::vector<size_t>& rules) {
  std::string text = "[";
  for (const size_t rule : rules) text += (text.size() > 1 ? ", " : "") + std::to_string(rule);
  return text + "]";
}

std::string Shown(const std::vector<std::vector<std::string>>& rules) {
  std::string text;
  for (size_t r = 0; r < rules.size(); ++r) {
    text += std::to_string(r) + ":";
    for (const std::string& cell : rules[r]) text += "  |  " + cell;
    text += "\n";
  }
  return text;
}

void Compare(Dice& dice, size_t rule_count, size_t input_count, size_t rounds) {
  std::vector<Dice::Column> columns;
  for (size_t i = 0; i < input_count; ++i)
    columns.push_back(static_cast<Dice::Column>(dice.Below(Dice::kColumns)));
  std::vector<std::vector<std::string>> rules(rule_count);
  for (auto& rule : rules) {
    for (const Dice::Column column : columns) rule.push_back(dice.CellText(column));
  }
  const LoadedFile file{"m.dmn", TableXml("COLLECT", rules, input_count)};
  const auto model = Load(std::span(&file, 1), {.strict = false});
  ASSERT_TRUE(model) << model.error().ToString();
  Reader reader;
  for (size_t round = 0; round < rounds; ++round) {
    Evaluation evaluation;
    feel::ContextBuilder inputs(evaluation.arena());
    std::vector<Value> values;
    std::string shown;
    for (size_t i = 0; i < input_count; ++i) {
      const std::string text = dice.ValueText(columns[i]);
      shown += text + "; ";
      values.push_back(reader.Read(evaluation.arena(), text));
      inputs.Set("x" + std::to_string(i), values.back());
    }
    std::vector<size_t> expected;
    for (size_t r = 0; r < rule_count; ++r) {
      bool all = true;
      for (size_t i = 0; i < input_count && all; ++i) all = Passes(rules[r][i], values[i]);
      if (all) expected.push_back(r);
    }
    const std::string_view wanted = "answer";
    ASSERT_TRUE(Evaluate(*model, std::span(&wanted, 1), inputs.Build(), {}, evaluation));
    ASSERT_EQ(ToFeel(evaluation.value(0)), Listed(expected)) << "for " << shown << "\n"
                                                             << Shown(rules);
    // The bare core never leaves out a rule that matches, nor claims one that does not.
    MatchBuffer buffer;
    const MatchedBits bits = model->table("answer")->Match(values, buffer);
    for (size_t r = 0; r < rule_count; ++r) {
      const bool matches = std::find(expected.begin(), expected.end(), r) != expected.end();
      const bool possible = ((bits.possible[r / 64] >> (r % 64)) & 1) != 0;
      const bool open = ((bits.open[r / 64] >> (r % 64)) & 1) != 0;
      ASSERT_TRUE(matches ? possible : !possible || open) << "rule " << r << " for " << shown;
    }
  }
}

TEST(TableIndex, AgreesWithEveryCellByItself) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(seed);
    Compare(dice, 1 + dice.Below(12), 1 + dice.Below(4), 12);
  }
}

TEST(TableIndex, AgreesBeyondOneWordOfRules) {
  for (uint64_t seed = 101; seed <= 104; ++seed) {
    Dice dice(seed);
    Compare(dice, 63 + dice.Below(140), 2, 4);
  }
}

TEST(TableIndex, MergesTheMasksOfVeryLongColumns) {
  constexpr size_t kRules = 4000;
  std::vector<std::vector<std::string>> rules;
  for (size_t r = 0; r < kRules; ++r) {
    rules.push_back({"[" + std::to_string(3 * r) + ".." + std::to_string(3 * r + 4) + ")",
                     r % 2 == 0 ? "\"name " + std::to_string(r) + "\"" : "-"});
  }
  const LoadedFile file{"m.dmn", TableXml("COLLECT", rules, 2)};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString();
  Evaluation evaluation;
  for (size_t r = 7; r < kRules; r += 501) {
    evaluation.Reset();
    feel::ContextBuilder inputs(evaluation.arena());
    inputs.Set("x0", Value::Int(static_cast<int64_t>(3 * r)));
    inputs.Set("x1", Value::String(evaluation.arena(), "name " + std::to_string(r)));
    const std::string_view wanted = "answer";
    ASSERT_TRUE(Evaluate(*model, std::span(&wanted, 1), inputs.Build(), {}, evaluation));
    // [3r..3r+4) holds 3r; so does the range of the rule before, whose name counts only if odd.
    std::vector<size_t> expected;
    if (r % 2 == 0) expected = {r - 1, r};
    if (r % 2 == 1) expected = {r};
    EXPECT_EQ(ToFeel(evaluation.value(0)), Listed(expected));
  }
}

TEST(TableIndex, MergedMasksAreExactInATableOfTwoRulesToo) {
  std::string many = "1000000";
  for (int i = 1; i < 40'000; ++i) many += "," + std::to_string(1'000'000 + i);
  const LoadedFile file{"m.dmn", TableXml("COLLECT", {{many}, {"[5..7)"}}, 1)};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString();
  Evaluation evaluation;
  const auto answer = [&](int64_t x) {
    evaluation.Reset();
    feel::ContextBuilder inputs(evaluation.arena());
    inputs.Set("x0", Value::Int(x));
    const std::string_view wanted = "answer";
    const auto done = Evaluate(*model, std::span(&wanted, 1), inputs.Build(), {}, evaluation);
    return done ? ToFeel(evaluation.value(0)) : done.error().ToString();
  };
  EXPECT_EQ(answer(4), Listed({}));
  EXPECT_EQ(answer(6), Listed({1}));
  EXPECT_EQ(answer(7), Listed({}));
  EXPECT_EQ(answer(1'000'777), Listed({0}));
}

TEST(TableIndex, UnderFirstTellsWhichInputsKeptEarlierRulesOut) {
  const LoadedFile file{"m.dmn", TableXml("FIRST",
                                          {{"> 10", "\"a\"", "-"},
                                           {"-", "\"b\"", "-"},
                                           {"-", "-", "? != null and ? = 5"},
                                           {"-", "-", "-"}},
                                          3)};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString();
  Evaluation evaluation;
  feel::ContextBuilder inputs(evaluation.arena());
  inputs.Set("x0", Value::Int(11)).Set("x1", Value::StringView("c")).Set("x2", Value::Int(4));
  const std::string_view wanted = "answer";
  ASSERT_TRUE(Evaluate(*model, std::span(&wanted, 1), inputs.Build(), {}, evaluation));
  const std::vector<MatchedRule> matched = evaluation.Matched(0);
  ASSERT_EQ(matched.size(), 1u);
  EXPECT_EQ(matched[0].rule_number, 4);
  EXPECT_EQ(matched[0].inputs_that_mattered, (std::vector<std::string_view>{"x1", "x2"}));
}

}  // namespace
}  // namespace extramile::dmn
