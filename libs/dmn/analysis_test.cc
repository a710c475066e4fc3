#include "dmn/analysis.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "dmn/analysis_space.h"
#include "dmn/table.h"

namespace extramile::dmn {
namespace {

using feel::Value;
using Row = std::vector<std::string>;  // cells, then the output

std::string Escaped(std::string text) {
  for (size_t at = 0; (at = text.find_first_of("<>&", at)) != text.npos; at += 4) {
    text.replace(at, 1, text[at] == '<' ? "&lt;" : text[at] == '>' ? "&gt;" : "&amp;");
  }
  return text;
}

// A table over the inputs a, b, c ...; `allowed` of the first where it is not empty.
Model Table(std::string_view policy, size_t inputs, const std::vector<Row>& rows,
            const std::string& allowed = "", const std::string& output_values = "") {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)";
  std::string needs, columns;
  for (size_t i = 0; i < inputs; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    xml += "<inputData id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
           "\"/></inputData>";
    needs +=
        "<informationRequirement><requiredInput href=\"#" + name + "\"/></informationRequirement>";
    columns += "<input><inputExpression><text>" + name + "</text></inputExpression>" +
               (i == 0 && !allowed.empty()
                    ? "<inputValues><text>" + Escaped(allowed) + "</text></inputValues>"
                    : "") +
               "</input>";
  }
  xml +=
      "<decision id=\"d\" name=\"d\"><variable name=\"d\"/>" + needs +
      "<decisionTable hitPolicy=\"" + std::string(policy) + "\">" + columns + "<output>" +
      (output_values.empty() ? ""
                             : "<outputValues><text>" + output_values + "</text></outputValues>") +
      "</output>";
  for (const Row& row : rows) {
    xml += "<rule>";
    for (size_t i = 0; i < inputs; ++i) {
      xml += "<inputEntry><text>" + Escaped(row[i]) + "</text></inputEntry>";
    }
    xml += "<outputEntry><text>" + Escaped(row[inputs]) + "</text></outputEntry></rule>";
  }
  const LoadedFile file{"m.dmn", xml + "</decisionTable></decision></definitions>"};
  auto model = Load(std::span(&file, 1));
  EXPECT_TRUE(model) << model.error().ToString();
  return *model;
}

std::vector<std::string> Messages(const Model& model) {
  std::vector<std::string> messages;
  for (const TableAnalysis& table : Analyse(model)) {
    for (const Finding& finding : table.findings) messages.push_back(finding.message);
  }
  return messages;
}

using Said = std::vector<std::string>;

TEST(Analysis, AGapBetweenRangesAndTheTextThatNoRuleNames) {
  EXPECT_EQ(
      Messages(Table("UNIQUE", 2,
                     {{"<= 20", "-", "1"}, {"(20..50]", "\"agent\"", "2"}, {"> 51", "-", "3"}})),
      (Said{"No rule matches where 'a' is 51.",
            "No rule matches where 'a' is 21 and 'b' is any other text."}));
}

TEST(Analysis, AllowedValuesBoundWhatMustBeCovered) {
  EXPECT_EQ(Messages(Table("UNIQUE", 1, {{"\"low\"", "1"}, {"\"high\"", "2"}}, "\"low\",\"high\"")),
            Said{});
  EXPECT_EQ(Messages(Table("UNIQUE", 1, {{"\"low\"", "1"}, {"\"high\"", "2"}},
                           "\"low\",\"middle\",\"high\"")),
            Said{"No rule matches where 'a' is \"middle\"."});
  EXPECT_EQ(Messages(Table("UNIQUE", 1, {{"[0..5]", "1"}, {"(5..10]", "2"}}, "[0..10]")), Said{});
  EXPECT_EQ(Messages(Table("FIRST", 1, {{"[0..10]", "1"}, {"> 10", "2"}}, "[0..10]")),
            Said{"Rule 2 can never match: no value suits its cell under 'a'."});
}

TEST(Analysis, TwoRulesWhereOneMay) {
  EXPECT_EQ(Messages(Table("UNIQUE", 2,
                           {{"<= 5", "-", "1"}, {">= 5", "true", "2"}, {"> 5", "false", "3"}})),
            Said{"Both rules 1 and 2 match where 'a' is 5 and 'b' is true, and only one may."});
}

TEST(Analysis, ResultsThatDifferUnderAny) {
  EXPECT_EQ(Messages(Table("ANY", 1, {{"<= 5", "1"}, {">= 5", "1"}})), Said{});
  EXPECT_EQ(Messages(Table("ANY", 1, {{"<= 5", "1"}, {">= 5", "2"}})),
            Said{"Both rules 1 and 2 match where 'a' is 5, and their results differ."});
}

TEST(Analysis, ARuleThatOthersDecideBefore) {
  EXPECT_EQ(
      Messages(Table(
          "FIRST", 2,
          {{"< 5", "-", "1"}, {">= 5", "true", "2"}, {"[3..8]", "true", "3"}, {"-", "-", "4"}})),
      Said{"Rule 3 never decides: wherever it matches, rules 1 and 2 do first."});
  // The last rule is still there for what is missing.
  EXPECT_EQ(Messages(Table("FIRST", 1, {{"true", "1"}, {"false", "2"}, {"-", "3"}})), Said{});
  EXPECT_EQ(Messages(Table("PRIORITY", 1, {{"> 5", "\"low\""}, {"-", "\"high\""}}, "",
                           "\"high\",\"low\"")),
            Said{"Rule 1 never decides: wherever it matches, rule 2 does first."});
}

TEST(Analysis, ColumnsAndInputsThatMakeNoDifference) {
  EXPECT_EQ(Messages(Table("FIRST", 2, {{"> 5", "-", "1"}, {"-", "-", "2"}})),
            Said{"No rule looks at 'b'."});
}

TEST(Analysis, MembershipIsExactAndOtherCellsAreSaidToBeOpaque) {
  EXPECT_EQ(
      Messages(
          Table("UNIQUE", 1, {{"list contains(?, \"x\")", "1"}, {"list contains(?, \"y\")", "2"}})),
      (Said{"No rule matches where 'a' does not contain \"x\" and 'a' does not contain \"y\".",
            "Both rules 1 and 2 match where 'a' contains \"x\" and 'a' contains \"y\", and only "
            "one may."}));
  const Model opaque = Table("FIRST", 1, {{"? * ? > 5", "1"}, {"? * ? > 5", "2"}, {"-", "3"}});
  EXPECT_EQ(Messages(opaque),
            Said{"Rule 2 never decides: wherever it matches, rule 1 does first."});
  EXPECT_EQ(Analyse(opaque)[0].notes.size(), 1u);
  const auto gaps = Analyse(Table("FIRST", 1, {{"? * ? > 5", "1"}}));
  ASSERT_EQ(gaps[0].findings.size(), 1u);
  EXPECT_FALSE(gaps[0].findings[0].certain);
  EXPECT_EQ(
      gaps[0].findings[0].message,
      "No rule matches where 'a' such that not: ? * ? > 5. Not certain: that depends on a cell "
      "that was not looked into.");
}

TEST(Analysis, CollectNeedsNoRuleAndBearsMany) {
  EXPECT_EQ(Messages(Table("COLLECT", 1, {{"> 5", "1"}, {"> 6", "2"}})), Said{});
}

// ---- Against brute force: every point of a grid that is finer than the cells.

struct Column {
  std::vector<std::string> cells;   // that may stand in it
  std::vector<std::string> points;  // FEEL values that tell them all apart, null first
};

const Column kNumbers{
    {"-", "-", "< 2", "<= 2", "[1..3]", "(1..3)", "]2..4]", "> 3", "1, 3", "not(2)", "not([1..3])"},
    {"null", "0", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5"}};
const Column kTexts{{"-", "-", "\"x\"", "\"y\"", "\"x\",\"y\"", "not(\"x\")", "not(\"x\",\"z\")"},
                    {"null", "\"x\"", "\"y\"", "\"z\"", "\"other\""}};
const Column kBooleans{{"-", "-", "true", "false", "not(true)"}, {"null", "true", "false"}};
const Column kDays{{"-", "< date(\"2026-01-02\")", "[date(\"2026-01-01\")..date(\"2026-01-03\")]",
                    "> date(\"2026-01-03\")", "date(\"2026-01-02\")"},
                   {"null", "@\"2025-12-31\"", "@\"2026-01-01\"", "@\"2026-01-02\"",
                    "@\"2026-01-03\"", "@\"2026-01-04\""}};
const Column kAll[] = {kNumbers, kTexts, kBooleans, kDays};

// What each point of the grid matches, asked of the engine itself under COLLECT.
struct Grid {
  std::set<std::set<int>> matched;     // of points without null
  std::set<std::set<int>> with_nulls;  // of all points
};

Grid BruteForce(const std::vector<Column>& columns, std::vector<Row> rows) {
  for (size_t i = 0; i < rows.size(); ++i) rows[i].back() = std::to_string(i + 1);
  std::string inputs;
  const Model model = Table("COLLECT", columns.size(), rows);
  Grid grid;
  std::vector<size_t> at(columns.size());
  const std::string_view wanted[] = {"d"};
  Evaluation evaluation;
  while (true) {
    evaluation.Reset();
    feel::ContextBuilder context(evaluation.arena());
    bool has_null = false;
    for (size_t i = 0; i < at.size(); ++i) {
      const std::string& text = columns[i].points[at[i]];
      has_null |= text == "null";
      Value value;
      if (text[0] == '"')
        value = Value::String(evaluation.arena(), text.substr(1, text.size() - 2));
      if (text[0] == '@') value = Value::Of(*feel::ParseDate(text.substr(2, 10)));
      if (text == "true" || text == "false") value = Value::Bool(text == "true");
      if (std::isdigit(static_cast<unsigned char>(text[0]))) {
        value = Value::Of(evaluation.arena(), *feel::Number::Parse(text));
      }
      context.Set(std::string(1, static_cast<char>('a' + i)), value);
    }
    EXPECT_TRUE(Evaluate(model, wanted, context.Build(), {}, evaluation));
    std::set<int> rules;
    for (const MatchedRule& rule : evaluation.Matched(size_t{0})) rules.insert(rule.rule_number);
    grid.with_nulls.insert(rules);
    if (!has_null) grid.matched.insert(rules);
    size_t i = 0;
    while (i < at.size() && ++at[i] == columns[i].points.size()) at[i++] = 0;
    if (i == at.size()) return grid;
  }
}

std::set<std::vector<int>> RulesOf(const std::vector<TableAnalysis>& analysis, FindingKind kind,
                                   size_t most) {
  std::set<std::vector<int>> found;
  for (const Finding& finding : analysis[0].findings) {
    if (finding.kind != kind) continue;
    found.insert({finding.rules.begin(), finding.rules.begin() + static_cast<ptrdiff_t>(std::min(
                                                                     most, finding.rules.size()))});
  }
  return found;
}

TEST(Analysis, AgreesWithBruteForceOnSmallTables) {
  std::mt19937 random(11);
  int gaps = 0, overlaps = 0, masked = 0, unreachable = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<Column> columns;
    const size_t width = 1 + random() % 3;
    for (size_t i = 0; i < width; ++i) columns.push_back(kAll[random() % std::size(kAll)]);
    std::vector<Row> rows(1 + random() % 6);
    for (Row& row : rows) {
      for (const Column& column : columns)
        row.push_back(column.cells[random() % column.cells.size()]);
      row.push_back("1");
    }
    const Grid grid = BruteForce(columns, rows);
    std::string shown;
    for (const Row& row : rows) {
      for (const std::string& cell : row) shown += cell + " | ";
      shown += "\n";
    }
    const auto unique = Analyse(Table("UNIQUE", width, rows));
    const bool has_gap = !RulesOf(unique, FindingKind::kGap, 0).empty();
    // A column that no cell looks at has one atom, which is no null: its gaps are the grid's too.
    EXPECT_EQ(has_gap, grid.matched.contains({})) << shown;
    gaps += has_gap ? 1 : 0;
    std::set<std::vector<int>> pairs;
    for (const auto& rules : grid.with_nulls) {
      for (const int a : rules) {
        for (const int b : rules) {
          if (a < b) pairs.insert({a, b});
        }
      }
    }
    EXPECT_EQ(RulesOf(unique, FindingKind::kOverlap, 2), pairs) << shown;
    overlaps += pairs.empty() ? 0 : 1;
    const auto first = Analyse(Table("FIRST", width, rows));
    std::set<std::vector<int>> never, hidden;
    for (int rule = 1; rule <= static_cast<int>(rows.size()); ++rule) {
      bool matches = false, decides = false;
      for (const auto& rules : grid.with_nulls) {
        matches |= rules.contains(rule);
        decides |= !rules.empty() && *rules.begin() == rule;
      }
      if (!matches) never.insert({rule});
      if (matches && !decides) hidden.insert({rule});
    }
    EXPECT_EQ(RulesOf(first, FindingKind::kMasked, 1), hidden) << shown;
    EXPECT_EQ(RulesOf(first, FindingKind::kUnreachable, 1), never) << shown;
    masked += hidden.empty() ? 0 : 1;
    unreachable += never.empty() ? 0 : 1;
  }
  EXPECT_GT(gaps, 50);
  EXPECT_GT(overlaps, 50);
  EXPECT_GT(masked, 50);
}

}  // namespace
}  // namespace extramile::dmn
