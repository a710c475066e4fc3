// Random decision tables: the compiled engine against the plainest possible reading of the
// specification. Every cell of every rule is evaluated by the reference interpreter of libs/feel
// (trees walked as they stand), the rules that match are listed, and the hit policy is read off.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "dmn/model.h"
#include "feel/reference_interpreter.h"
#include "feel/temporal.h"

namespace extramile::dmn {
namespace {

using feel::Number;
using feel::Value;
using feel::reference::Print;
using feel::reference::Scope;
using feel::reference::Show;
using feel::reference::Thing;
using feel::reference::Things;
using feel::reference::Tree;
using Form = Tree::Form;

enum class Kind { kNumber, kText, kBoolean, kDate, kList, kAny };
constexpr size_t kKinds = 6;

// A cell of unary tests; no tests: "-".
struct Tests {
  bool negated = false;
  std::vector<Tree> tests;
};

struct Rule {
  std::vector<Tests> cells;
  std::vector<Tree> outputs;
};

struct Output {
  std::vector<Tree> allowed;  // in their order of priority; none: anything
  std::optional<Tree> fallback;
};

struct Table {
  std::string policy;
  std::string aggregation;  // empty: none
  std::vector<Kind> inputs;
  std::vector<Tree> expressions;  // of the columns, over x0, x1, ...
  std::vector<Tests> allowed;     // of the inputs; no tests: anything
  std::vector<Output> outputs;
  std::vector<Rule> rules;
};

// Draws tables; the few values that exist meet the few ends that exist.
class Dice {
 public:
  explicit Dice(uint64_t seed) : generator_(seed) {}

  Table Draw(size_t most_rules) {
    static const char* const kPolicies[] = {"UNIQUE",     "ANY",          "FIRST",  "PRIORITY",
                                            "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
    Table table;
    table.policy = Of(kPolicies);
    if (table.policy == "COLLECT") table.aggregation = Of({"", "SUM", "MIN", "MAX", "COUNT"});
    for (size_t n = 1 + Below(4); n > 0; --n) {
      table.inputs.push_back(static_cast<Kind>(Below(kKinds)));
      table.expressions.push_back(ColumnExpression(table.inputs.size() - 1));
      table.allowed.push_back(OneIn(6) ? Cell(table.inputs.back()) : Tests{});
    }
    const bool single = !table.aggregation.empty() && table.aggregation != "COUNT";
    for (size_t n = single || OneIn(2) ? 1 : 2 + Below(2); n > 0; --n) {
      table.outputs.push_back(DrawOutput(table.policy));
    }
    for (size_t n = 1 + Below(most_rules); n > 0; --n) table.rules.push_back(DrawRule(table));
    return table;
  }

  Tree ValueOf(Kind kind) {
    if (OneIn(12)) return {Form::kWord, "null", {}, {}};
    if (OneIn(15)) kind = static_cast<Kind>(Below(kKinds));
    return Literal(kind);
  }

 private:
  size_t Below(size_t count) { return generator_() % count; }
  bool OneIn(size_t count) { return Below(count) == 0; }
  template <size_t kCount>
  std::string Of(const char* const (&texts)[kCount]) {
    return texts[Below(kCount)];
  }
  Kind Concrete(Kind kind) { return kind == Kind::kAny ? static_cast<Kind>(Below(5)) : kind; }

  Tree Literal(Kind given) {
    switch (Concrete(given)) {
      case Kind::kNumber: {
        Tree number{Form::kNumber, Of({"0", "1", "2", "2.50", "10", "1e20", "0.001"}), {}, {}};
        return OneIn(5) ? Tree{Form::kNegative, "", {std::move(number)}, {}} : number;
      }
      case Kind::kText:
        return {Form::kText,
                Of({"", "a", "ab", "late", "longer than eight", "longer than eighu"}),
                {},
                {}};
      case Kind::kBoolean:
        return {Form::kWord, Of({"true", "false"}), {}, {}};
      case Kind::kDate:
        return {Form::kDate, Of({"2026-01-01", "2026-03-02", "1969-12-31", "2026-01-02"}), {}, {}};
      default: {
        Tree list{Form::kList, "", {}, {}};
        const Kind item = OneIn(2) ? Kind::kText : Kind::kNumber;
        for (size_t n = Below(4); n > 0; --n) {
          list.parts.push_back(OneIn(12) ? Tree{Form::kWord, "null", {}, {}} : Literal(item));
        }
        return list;
      }
    }
  }

  Tree Name(const std::string& name) { return {Form::kName, name, {}, {}}; }
  // Mostly the input itself, sometimes computed from it and an earlier one.
  Tree ColumnExpression(size_t input) {
    const Tree self = Name("x" + std::to_string(input));
    const Tree earlier = Name("x" + std::to_string(Below(input + 1)));
    switch (Below(12)) {
      case 0:
        return {Form::kBinary, Of({"+", "="}), {self, earlier}, {}};
      case 1:
        return {Form::kIf,
                "",
                {{Form::kBinary, "=", {self, {Form::kWord, "null", {}, {}}}, {}}, earlier, self},
                {}};
      case 2:
        return {Form::kList, "", {self, earlier}, {}};
      default:
        return self;
    }
  }
  // An end of a range or of a comparison: mostly a literal, sometimes computed, sometimes null.
  Tree End(Kind kind) {
    if (OneIn(20)) return {Form::kWord, "null", {}, {}};
    if (OneIn(12)) return Name("x0");
    if (kind == Kind::kNumber && OneIn(8)) {
      return {Form::kBinary, Of({"+", "-", "*"}), {Literal(kind), Literal(kind)}, {}};
    }
    return Literal(kind);
  }

  // A condition on the value itself.
  Tree AboutItself(Kind kind) {
    switch (Below(kind == Kind::kList ? 3 : 4)) {
      case 0:
        return {Form::kCall,
                "list contains",
                {OneIn(2) ? Name("?") : Literal(Kind::kList), Literal(Kind::kText)},
                {}};
      case 1:
        return {Form::kBinary,
                "and",
                {{Form::kBinary, "!=", {Name("?"), {Form::kWord, "null", {}, {}}}, {}},
                 {Form::kBinary, Of({"=", "<", ">="}), {Name("?"), End(Concrete(kind))}, {}}},
                {}};
      case 2:
        return {Form::kSome,
                "v",
                {Name("?"), {Form::kBinary, Of({"=", ">"}), {Name("v"), Literal(kind)}, {}}},
                {}};
      default:
        return {Form::kBinary,
                Of({"<", "<=", ">", ">=", "=", "!="}),
                {OneIn(3) ? Name("x0") : Name("?"), Name("?")},
                {}};
    }
  }

  Tree Test(Kind given) {
    const Kind kind = Concrete(given);
    switch (Below(kind == Kind::kBoolean ? 3 : kind == Kind::kList ? 4 : 8)) {
      case 0:
        return {Form::kWord, Of({"null", "true", "false"}), {}, {}};
      case 1:
        return AboutItself(kind);
      case 2:
        return OneIn(3) ? Literal(Kind::kList) : End(kind);
      case 3:
      case 4:
        return {Form::kTest, Of({"<", "<=", ">", ">=", "=", "!="}), {End(kind)}, {}};
      case 5:
      case 6:
        return {Form::kRange, Of({"[]", "(]", "[)", "()"}), {End(kind), End(kind)}, {}};
      default:
        return Literal(kind);
    }
  }

  Tests Cell(Kind kind) {
    Tests cell;
    if (OneIn(4)) return cell;
    do cell.tests.push_back(Test(kind));
    while (OneIn(3));
    cell.negated = OneIn(5);
    return cell;
  }

  Output DrawOutput(const std::string& policy) {
    Output output;
    if (policy == "PRIORITY" || policy == "OUTPUT ORDER" || OneIn(4)) {
      for (const char* text : {"a", "b", "c", "d"}) {
        if (OneIn(4)) continue;
        output.allowed.insert(
            output.allowed.begin() + static_cast<ptrdiff_t>(Below(output.allowed.size() + 1)),
            {Form::kText, text, {}, {}});
      }
    }
    if (OneIn(4)) {
      output.fallback =
          output.allowed.empty() ? Tree{Form::kNumber, "7", {}, {}} : output.allowed.front();
    }
    return output;
  }

  Tree OutputEntry(const Output& output, const std::string& policy) {
    if (OneIn(15)) return {Form::kWord, "null", {}, {}};
    if (!output.allowed.empty()) {
      if (OneIn(12)) return {Form::kText, "not among them", {}, {}};
      return output.allowed[Below(output.allowed.size())];
    }
    if (policy == "ANY") return {Form::kNumber, Of({"1", "1.0", "2"}), {}, {}};
    if (OneIn(6)) return Literal(Kind::kAny);
    if (OneIn(5)) return Name("x0");
    if (OneIn(5)) return {Form::kBinary, "+", {Name("x0"), Literal(Kind::kNumber)}, {}};
    return Literal(Kind::kNumber);
  }

  Rule DrawRule(const Table& table) {
    Rule rule;
    for (const Kind kind : table.inputs) rule.cells.push_back(Cell(kind));
    for (const Output& output : table.outputs) {
      rule.outputs.push_back(OutputEntry(output, table.policy));
    }
    return rule;
  }

  std::mt19937_64 generator_;
};

// The plainest reading.

bool Passes(const Tests& cell, const Thing& value, const Scope& scope) {
  if (cell.tests.empty()) return true;
  Tree in{Form::kIn, "", {{Form::kName, "?", {}, {}}}, {}};
  in.parts.insert(in.parts.end(), cell.tests.begin(), cell.tests.end());
  Scope inner = scope;
  inner["?"] = value;
  const Thing answer = feel::reference::Evaluate(in, inner);
  return answer.boolean() != nullptr && *answer.boolean() != cell.negated;
}

bool Same(const Thing& a, const Thing& b) {
  const Tree equal{
      Form::kBinary, "=", {{Form::kName, "a", {}, {}}, {Form::kName, "b", {}, {}}}, {}};
  const Thing answer = feel::reference::Evaluate(equal, {{"a", a}, {"b", b}});
  return answer.boolean() != nullptr && *answer.boolean();
}

std::string Input(size_t i) { return "x" + std::to_string(i); }
std::string OutputName(size_t i) { return "o" + std::to_string(i); }

struct Answer {
  std::string value;
  // The rules in the order of the answer; absent where the table gives no answer.
  std::optional<std::vector<size_t>> rules;
};

class PlainTable {
 public:
  PlainTable(const Table& table, const Scope& inputs) : table_(table), inputs_(inputs) {}

  bool CellPasses(size_t rule, size_t input) const {
    return Passes(table_.rules[rule].cells[input], ValueOf(input), inputs_);
  }

  Answer Read() const {
    for (size_t i = 0; i < table_.inputs.size(); ++i) {
      const Thing value = ValueOf(i);
      if (!value.null() && !Passes(table_.allowed[i], value, inputs_)) return {"null", {}};
    }
    std::vector<size_t> rules = Matching();
    if (rules.empty()) return NoRule();
    if (table_.policy == "UNIQUE" && rules.size() > 1) return {"null", {}};
    if (table_.policy == "ANY") {
      for (const size_t rule : rules) {
        for (size_t i = 0; i < table_.outputs.size(); ++i) {
          if (!Same(Entry(rule, i), Entry(rules[0], i))) return {"null", {}};
        }
      }
    }
    if (table_.policy == "PRIORITY" || table_.policy == "OUTPUT ORDER") {
      std::stable_sort(rules.begin(), rules.end(),
                       [this](size_t a, size_t b) { return Ranks(a) < Ranks(b); });
    }
    if (!Lists()) return {Shown(rules[0]), rules};
    return {table_.aggregation.empty() ? List(rules) : Aggregated(rules), rules};
  }

 private:
  bool Lists() const {
    return table_.policy == "COLLECT" || table_.policy == "RULE ORDER" ||
           table_.policy == "OUTPUT ORDER";
  }

  Thing ValueOf(size_t input) const {
    return feel::reference::Evaluate(table_.expressions[input], inputs_);
  }

  std::vector<size_t> Matching() const {
    std::vector<size_t> rules;
    for (size_t r = 0; r < table_.rules.size(); ++r) {
      bool all = true;
      for (size_t i = 0; i < table_.inputs.size(); ++i) all = all && CellPasses(r, i);
      if (all) rules.push_back(r);
    }
    return rules;
  }

  // An output entry, null where it is not among the allowed values.
  Thing Entry(size_t rule, size_t output) const {
    const Thing value = feel::reference::Evaluate(table_.rules[rule].outputs[output], inputs_);
    const auto& allowed = table_.outputs[output].allowed;
    if (allowed.empty() || Rank(rule, output, value) < allowed.size()) return value;
    return {};
  }
  size_t Rank(size_t, size_t output, const Thing& value) const {
    const auto& allowed = table_.outputs[output].allowed;
    for (size_t i = 0; i < allowed.size(); ++i) {
      if (Same(feel::reference::Evaluate(allowed[i], {}), value)) return i;
    }
    return allowed.size();
  }
  std::vector<size_t> Ranks(size_t rule) const {
    std::vector<size_t> ranks;
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      ranks.push_back(Rank(rule, i, Entry(rule, i)));
    }
    return ranks;
  }

  template <class EntryOf>
  std::string Composed(EntryOf entry) const {
    if (table_.outputs.size() == 1) return Show(entry(0));
    std::string text = "{";
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      text += (i > 0 ? ", " : "") + OutputName(i) + ": " + Show(entry(i));
    }
    return text + "}";
  }
  std::string Shown(size_t rule) const {
    return Composed([&](size_t i) { return Entry(rule, i); });
  }
  std::string List(const std::vector<size_t>& rules) const {
    std::string text;
    for (const size_t rule : rules) text += (text.empty() ? "" : ", ") + Shown(rule);
    return "[" + text + "]";
  }

  Answer NoRule() const {
    const bool has_default =
        std::any_of(table_.outputs.begin(), table_.outputs.end(),
                    [](const Output& output) { return output.fallback.has_value(); });
    if (has_default) {
      return {Composed([&](size_t i) {
                const auto& fallback = table_.outputs[i].fallback;
                return fallback ? feel::reference::Evaluate(*fallback, {}) : Thing{};
              }),
              {}};
    }
    if (table_.aggregation == "COUNT") return {"0", {}};
    return {Lists() && table_.aggregation.empty() ? "[]" : "null", {}};
  }

  // Numbers all, or texts all, or dates all; else there is no least and no greatest.
  std::string Aggregated(const std::vector<size_t>& rules) const {
    if (table_.aggregation == "COUNT") return std::to_string(rules.size());
    Tree list{Form::kList, "", {}, {}};
    Thing best = Entry(rules[0], 0);
    Scope scope = {{"sum", {Number::Int(0)}}};
    for (const size_t rule : rules) {
      const Thing value = Entry(rule, 0);
      if (value.is.index() != best.is.index()) return "null";
      if (table_.aggregation != "SUM") {
        const Tree less{
            Form::kBinary, "<", {{Form::kName, "a", {}, {}}, {Form::kName, "b", {}, {}}}, {}};
        const Thing is_less = feel::reference::Evaluate(less, {{"a", value}, {"b", best}});
        if (!is_less.boolean()) return "null";
        const Thing is_more = feel::reference::Evaluate(less, {{"a", best}, {"b", value}});
        if (*(table_.aggregation == "MIN" ? is_less : is_more).boolean()) best = value;
        continue;
      }
      scope["value"] = value;
      const Tree sum{
          Form::kBinary, "+", {{Form::kName, "sum", {}, {}}, {Form::kName, "value", {}, {}}}, {}};
      scope["sum"] = feel::reference::Evaluate(sum, scope);
    }
    return Show(table_.aggregation == "SUM" ? scope["sum"] : best);
  }

  const Table& table_;
  const Scope& inputs_;
};

// The same table as a DMN file.

std::string Escaped(const std::string& text) { return "<text><![CDATA[" + text + "]]></text>"; }

std::string Printed(const Tests& cell) {
  if (cell.tests.empty()) return "-";
  std::string text;
  for (const Tree& test : cell.tests) text += (text.empty() ? "" : ", ") + Print(test);
  return cell.negated ? "not(" + text + ")" : text;
}

std::string Columns(const Table& table) {
  std::string xml;
  for (size_t i = 0; i < table.inputs.size(); ++i) {
    xml += "<input label=\"" + Input(i) + "\"><inputExpression>" +
           Escaped(Print(table.expressions[i])) + "</inputExpression>";
    if (!table.allowed[i].tests.empty()) {
      xml += "<inputValues>" + Escaped(Printed(table.allowed[i])) + "</inputValues>";
    }
    xml += "</input>";
  }
  for (size_t i = 0; i < table.outputs.size(); ++i) {
    xml += table.outputs.size() == 1 ? "<output>" : "<output name=\"" + OutputName(i) + "\">";
    if (!table.outputs[i].allowed.empty()) {
      xml += "<outputValues>" + Escaped(Printed({false, table.outputs[i].allowed})) +
             "</outputValues>";
    }
    if (table.outputs[i].fallback) {
      xml += "<defaultOutputEntry>" + Escaped(Print(*table.outputs[i].fallback)) +
             "</defaultOutputEntry>";
    }
    xml += "</output>";
  }
  return xml;
}

std::string Xml(const Table& table) {
  std::string data, requirements;
  for (size_t i = 0; i < table.inputs.size(); ++i) {
    data += "<inputData id=\"" + Input(i) + "\" name=\"" + Input(i) + "\"/>";
    requirements += "<informationRequirement><requiredInput href=\"#" + Input(i) +
                    "\"/></informationRequirement>";
  }
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" )"
      R"(namespace="urn:m">)" +
      data + R"(<decision id="d" name="answer"><variable name="answer"/>)" + requirements +
      "<decisionTable hitPolicy=\"" + table.policy + "\"" +
      (table.aggregation.empty() ? "" : " aggregation=\"" + table.aggregation + "\"") + ">" +
      Columns(table);
  for (const Rule& rule : table.rules) {
    xml += "<rule>";
    for (const Tests& cell : rule.cells) {
      xml += "<inputEntry>" + Escaped(Printed(cell)) + "</inputEntry>";
    }
    for (const Tree& output : rule.outputs) {
      xml += "<outputEntry>" + Escaped(Print(output)) + "</outputEntry>";
    }
    xml += "</rule>";
  }
  return xml + "</decisionTable></decision></definitions>";
}

Value ToValue(feel::Arena& arena, const Thing& thing) {
  if (thing.boolean()) return Value::Bool(*thing.boolean());
  if (thing.number()) return Value::Of(arena, *thing.number());
  if (thing.text()) return Value::String(arena, *thing.text());
  if (thing.date()) return Value::Of(*feel::ParseDate(thing.date()->iso));
  if (!thing.list()) return Value();
  std::vector<Value> items;
  for (const Thing& item : *thing.list()) items.push_back(ToValue(arena, item));
  return Value::List(arena, items);
}

// Which rules decided, and which inputs mattered to them.
void CompareReasons(const Table& table, const PlainTable& plain, const std::vector<size_t>& rules,
                    const Evaluation& evaluation, const std::string& shown) {
  const std::vector<MatchedRule> matched = evaluation.Matched(0);
  const bool one = table.policy == "UNIQUE" || table.policy == "FIRST";
  const size_t count = one ? 1 : rules.size();
  ASSERT_EQ(matched.size(), count) << shown;
  for (size_t k = 0; k < count; ++k) {
    const size_t rule = rules[k];
    ASSERT_EQ(matched[k].rule_number, static_cast<int>(rule) + 1) << shown;
    std::vector<bool> mattered;
    for (size_t i = 0; i < table.inputs.size(); ++i) {
      const auto& named = matched[k].inputs_that_mattered;
      mattered.push_back(std::find(named.begin(), named.end(), Input(i)) != named.end());
      const bool tested = !table.rules[rule].cells[i].tests.empty();
      bool kept_out = false;
      for (size_t earlier = 0; table.policy == "FIRST" && earlier < rule; ++earlier) {
        kept_out = kept_out || !plain.CellPasses(earlier, i);
      }
      ASSERT_TRUE(tested ? mattered[i] : !mattered[i] || kept_out) << Input(i) << "\n" << shown;
    }
    for (size_t earlier = 0; table.policy == "FIRST" && earlier < rule; ++earlier) {
      bool explained = false;
      for (size_t i = 0; i < table.inputs.size(); ++i) {
        explained = explained || (mattered[i] && !plain.CellPasses(earlier, i));
      }
      ASSERT_TRUE(explained) << "what kept rule " << earlier + 1 << " out?\n" << shown;
    }
  }
}

struct Tally {
  int answers = 0, nulls = 0;
};

void Compare(uint64_t seed, size_t most_rules, size_t rounds, Tally& tally) {
  Dice dice(seed);
  const Table table = dice.Draw(most_rules);
  const LoadedFile file{"m.dmn", Xml(table)};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString() << "\nseed " << seed << "\n" << file.xml;
  for (size_t round = 0; round < rounds; ++round) {
    Evaluation evaluation;
    feel::ContextBuilder context(evaluation.arena());
    Scope inputs;
    std::string shown = "seed " + std::to_string(seed) + "\n" + file.xml + "\n";
    for (size_t i = 0; i < table.inputs.size(); ++i) {
      const Thing value = feel::reference::Evaluate(dice.ValueOf(table.inputs[i]), {});
      shown += Input(i) + " = " + Show(value) + "\n";
      context.Set(Input(i), ToValue(evaluation.arena(), value));
      inputs[Input(i)] = value;
    }
    const PlainTable plain(table, inputs);
    const Answer expected = plain.Read();
    const std::string_view wanted = "answer";
    ASSERT_TRUE(Evaluate(*model, std::span(&wanted, 1), context.Build(), {}, evaluation));
    ASSERT_EQ(ToFeel(evaluation.value(0)), expected.value) << shown;
    ++tally.answers;
    tally.nulls += expected.value == "null";
    if (!expected.rules) continue;
    CompareReasons(table, plain, *expected.rules, evaluation, shown);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(RandomTables, EveryHitPolicyAgreesWithThePlainestReading) {
  Tally tally;
  for (uint64_t seed = 1; seed <= 4'000 && !HasFatalFailure(); ++seed) {
    Compare(seed, 8, 12, tally);
  }
  EXPECT_LT(tally.nulls, tally.answers / 2);  // or the tables would say little
}

TEST(RandomTables, AlsoWithMoreRulesThanAWordHasBits) {
  Tally tally;
  for (uint64_t seed = 100'001; seed <= 100'150 && !HasFatalFailure(); ++seed) {
    Compare(seed, 150, 6, tally);
  }
}

}  // namespace
}  // namespace extramile::dmn
