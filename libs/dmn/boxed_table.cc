// Decision tables from XML.
#include <algorithm>

#include "dmn/boxed.h"
#include "feel/builtins.h"
#include "feel/text.h"

namespace extramile::dmn::internal {

using feel::kNoNode;
using feel::Node;
using feel::NodeId;
using feel::Op;
using feel::Program;
using feel::Range;
using feel::Typed;
using feel::Value;

namespace {

Result<HitPolicy> ReadHitPolicy(std::string_view text, const std::string& place) {
  if (text.empty() || text == "UNIQUE") return HitPolicy::kUnique;
  if (text == "ANY") return HitPolicy::kAny;
  if (text == "PRIORITY") return HitPolicy::kPriority;
  if (text == "FIRST") return HitPolicy::kFirst;
  if (text == "RULE ORDER") return HitPolicy::kRuleOrder;
  if (text == "OUTPUT ORDER") return HitPolicy::kOutputOrder;
  if (text == "COLLECT") return HitPolicy::kCollect;
  return Fail(ErrorKind::kInvalid, "unknown-hit-policy",
              "The hit policy '" + std::string(text) + "' is unknown.", place,
              "Use UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER or COLLECT.");
}

Aggregation ReadAggregation(std::string_view text) {
  if (text == "SUM") return Aggregation::kSum;
  if (text == "MIN") return Aggregation::kMin;
  if (text == "MAX") return Aggregation::kMax;
  if (text == "COUNT") return Aggregation::kCount;
  return Aggregation::kNone;
}

std::string InRule(const std::string& place, size_t number, std::string_view heading) {
  return place + ", rule " + std::to_string(number) + ", '" + std::string(heading) + "'";
}

// Whether two nodes read the same input: both the same global, or the same entry of it.
bool SameInput(const Program& program, NodeId a, NodeId b) {
  const Node& x = program.nodes[a];
  const Node& y = program.nodes[b];
  if (x.op != y.op) return false;
  if (x.op == Op::kGlobal) return x.a == y.a;
  return x.op == Op::kPath && program.constants[x.b].string() == program.constants[y.b].string() &&
         SameInput(program, x.a, y.a);
}

bool IsNameOrPath(const Program& program, NodeId node) {
  while (program.nodes[node].op == Op::kPath) node = program.nodes[node].a;
  return program.nodes[node].op == Op::kGlobal || program.nodes[node].op == Op::kLocal;
}

}  // namespace

bool BoxedCompiler::IsSound(NodeId node, const TableOutput& output) const {
  const Program& program = compiler_.program();
  if (program.nodes[node].op != Op::kConstant) return false;
  const Value& value = program.constants[program.nodes[node].a];
  const auto restricted = [](const feel::Type& type) {
    return type.allowed || (type.element && type.element->allowed);
  };
  if (output.type && (restricted(*output.type) || !Conforms(value, *output.type, true))) {
    return false;
  }
  return output.allowed == kNoNode || value.is_null() ||
         std::any_of(output.priorities.begin(), output.priorities.end(), [&](const Value& allowed) {
           return feel::Equal(value, allowed).value_or(false);
         });
}

Result<Typed> BoxedCompiler::Table(const Element& xml, const std::string& place) {
  auto table = std::make_unique<DecisionTable>();
  table->name = owner_;
  EM_ASSIGN(table->policy, ReadHitPolicy(xml.Attribute("hitPolicy"), place));
  table->aggregation = ReadAggregation(xml.Attribute("aggregation"));
  input_types_.clear();
  EM_TRY(TableInputs(xml, *table, place));
  EM_TRY(TableOutputs(xml, *table, place));
  EM_TRY(TableRules(xml, *table, place));
  table->Seal();
  const feel::Type* type = nullptr;
  if (table->outputs.size() > 1) {
    feel::Type row;
    row.form = feel::Type::Form::kContext;
    for (const TableOutput& output : table->outputs) {
      compiler_.AddToVocabulary(output.name);
      row.members.push_back({output.name, output.type ? output.type : compiler_.pool().any()});
    }
    type = compiler_.pool().New(std::move(row));
  }
  compiler_.BeginSource(place, "");
  Program& program = compiler_.program();
  program.externals.push_back(std::move(table));
  return Typed{compiler_.Add(Op::kExternal, static_cast<uint32_t>(program.externals.size() - 1)),
               type};
}

Result<void> BoxedCompiler::TableInputs(const Element& xml, DecisionTable& table,
                                        const std::string& place) {
  for (const Element& clause : xml.children) {
    if (clause.name != "input") continue;
    TableInput input;
    const Element* expression = clause.Child("inputExpression");
    const std::string_view text = expression ? expression->ChildText("text") : std::string_view();
    input.heading = std::string(feel::Trim(clause.Attribute("label")));
    if (input.heading.empty()) input.heading = std::string(feel::Trim(text));
    const std::string input_place =
        place + ", input " + std::to_string(table.inputs.size() + 1) + " '" + input.heading + "'";
    if (feel::Trim(text).empty()) {
      if (loader_.options_.strict) {
        return Fail(ErrorKind::kInvalid, "empty-input", "The input column has no expression.",
                    input_place, "Name the value that the column's cells are compared with.");
      }
      input.expression = compiler_.AddConstant(Value());
    } else {
      EM_ASSIGN(const Typed typed, compiler_.Expression(text, input_place));
      input.expression = typed.node;
      input.computed = !IsNameOrPath(compiler_.program(), typed.node);
      const feel::Node& node = compiler_.program().nodes[typed.node];
      if (node.op == Op::kPath && (node.flags & feel::kOfGlobal) != 0) input.path = node.c;
      EM_ASSIGN(const feel::Type* declared,
                loader_.TypeRef(file_, expression->Attribute("typeRef"), input_place));
      input_types_.push_back(declared ? declared : typed.type);
    }
    input_types_.resize(table.inputs.size() + 1);
    compiler_.PushScope();
    input.slot = compiler_.DeclareLocal("?", input_types_.back());
    if (const Element* allowed = clause.Child("inputValues");
        allowed && !feel::Trim(allowed->ChildText("text")).empty()) {
      EM_ASSIGN(const Typed tests,
                compiler_.UnaryTests(allowed->ChildText("text"), input_place + ", allowed values"));
      input.allowed = tests.node;
    }
    compiler_.PopScope();
    table.inputs.push_back(std::move(input));
  }
  return {};
}

Result<void> BoxedCompiler::TableOutputs(const Element& xml, DecisionTable& table,
                                         const std::string& place) {
  const auto count = std::count_if(xml.children.begin(), xml.children.end(),
                                   [](const Element& child) { return child.name == "output"; });
  for (const Element& clause : xml.children) {
    if (clause.name != "output") continue;
    TableOutput output;
    output.name = std::string(feel::Trim(clause.Attribute("name")));
    output.heading = std::string(feel::Trim(clause.Attribute("label")));
    if (output.heading.empty()) output.heading = output.name.empty() ? table.name : output.name;
    const std::string output_place = place + ", output '" + output.heading + "'";
    if (count > 1 && output.name.empty()) {
      return Fail(ErrorKind::kInvalid, "unnamed-output",
                  "A table with several outputs needs a name for each.", output_place);
    }
    EM_ASSIGN(output.type, loader_.TypeRef(file_, clause.Attribute("typeRef"), output_place));
    compiler_.PushScope();
    output.slot = compiler_.DeclareLocal("?", output.type);
    if (const Element* values = clause.Child("outputValues");
        values && !feel::Trim(values->ChildText("text")).empty()) {
      EM_ASSIGN(const Typed tests,
                compiler_.UnaryTests(values->ChildText("text"), output_place + ", allowed values"));
      output.allowed = tests.node;
      Cell cell;
      cell.node = tests.node;
      Simplify(cell, output.slot);
      if (!cell.negated) output.priorities = std::move(cell.alternatives);
    } else if (output.type && output.type->allowed) {
      Cell cell;
      cell.node = output.type->allowed->body;
      Simplify(cell, 0);
      output.priorities = std::move(cell.alternatives);
    }
    compiler_.PopScope();
    if (const Element* fallback = clause.Child("defaultOutputEntry")) {
      EM_ASSIGN(const Typed value, Literal(*fallback, output_place + ", default"));
      output.default_value = value.node;
    }
    table.outputs.push_back(std::move(output));
  }
  if (table.outputs.empty()) {
    return Fail(ErrorKind::kInvalid, "no-output", "The decision table has no output column.",
                place);
  }
  return {};
}

Result<void> BoxedCompiler::TableRules(const Element& xml, DecisionTable& table,
                                       const std::string& place) {
  for (const Element& xml_rule : xml.children) {
    if (xml_rule.name != "rule") continue;
    TableRule rule;
    rule.id = std::string(xml_rule.Attribute("id"));
    rule.label = std::string(xml_rule.Attribute("label"));
    const size_t number = table.rules.size() + 1;
    for (const Element& entry : xml_rule.children) {
      if (entry.name == "inputEntry") {
        const size_t i = rule.cells.size();
        if (i >= table.inputs.size()) {
          return Fail(ErrorKind::kInvalid, "rule-cells",
                      "The rule has more input cells than there are input columns.",
                      place + ", rule " + std::to_string(number));
        }
        EM_ASSIGN(Cell cell, TableCell(entry.ChildText("text"), table.inputs[i], input_types_[i],
                                       InRule(place, number, table.inputs[i].heading)));
        rule.cells.push_back(std::move(cell));
      } else if (entry.name == "outputEntry") {
        const size_t i = rule.outputs.size();
        if (i >= table.outputs.size()) {
          return Fail(ErrorKind::kInvalid, "rule-cells",
                      "The rule has more output cells than there are output columns.",
                      place + ", rule " + std::to_string(number));
        }
        EM_ASSIGN(const Typed value,
                  Literal(entry, InRule(place, number, table.outputs[i].heading)));
        if (i < 64 && IsSound(value.node, table.outputs[i])) rule.sound |= uint64_t{1} << i;
        rule.outputs.push_back(value.node);
      } else if (entry.name == "annotationEntry") {
        rule.annotations.push_back(std::string(feel::Trim(entry.ChildText("text"))));
      } else if (entry.name == "description" && rule.label.empty()) {
        rule.label = std::string(feel::Trim(entry.text));
      }
    }
    if (rule.cells.size() < table.inputs.size() || rule.outputs.size() < table.outputs.size()) {
      return Fail(
          ErrorKind::kInvalid, "rule-cells", "The rule has fewer cells than there are columns.",
          place + ", rule " + std::to_string(number), "Write '-' in a cell that does not matter.");
    }
    table.rules.push_back(std::move(rule));
  }
  return {};
}

Result<Cell> BoxedCompiler::TableCell(std::string_view text, const TableInput& input,
                                      const feel::Type* type, const std::string& place) {
  Cell cell;
  // Each cell compares with its column's `?`.
  compiler_.PushScope();
  compiler_.DeclareLocalAt("?", input.slot, type);
  EM_ASSIGN(const Typed tests, compiler_.UnaryTests(text, place));
  compiler_.PopScope();
  if (tests.node == kNoNode) return cell;
  cell.form = Cell::Form::kCompiled;
  cell.node = tests.node;
  Simplify(cell, input.slot);
  SimplifyContains(cell, input);
  return cell;
}

// A cell of constants and ranges of constants needs no FEEL at run time.
void BoxedCompiler::Simplify(Cell& cell, uint32_t slot) const {
  const Program& program = compiler_.program();
  if (cell.node == kNoNode) return;
  const Node& in = program.nodes[cell.node];
  if (in.op != Op::kIn) return;
  std::vector<Value> alternatives;
  const auto constant = [&](NodeId id) -> const Value* {
    return program.nodes[id].op == Op::kConstant ? &program.constants[program.nodes[id].a]
                                                 : nullptr;
  };
  for (uint32_t i = 0; i < in.c; ++i) {
    const Node& test = program.nodes[program.extra[in.b + i]];
    const Node& inner = program.nodes[test.a];
    if (const Value* value = constant(test.a)) {
      if (value->is_list() || value->is_context() || value->is_function() || value->is_null())
        return;
      alternatives.push_back(*value);
      continue;
    }
    const bool compares =
        inner.op >= Op::kEqual && inner.op <= Op::kGreaterEqual && inner.op != Op::kNotEqual;
    if (test.flags == 0 || !compares) return;
    const Node& left = program.nodes[inner.a];
    const Value* end = constant(inner.b);
    if (left.op != Op::kLocal || left.a != slot || !end || !feel::Compare(*end, *end)) return;
    if (inner.op == Op::kEqual) {
      alternatives.push_back(*end);
      continue;
    }
    Range range;
    range.form = Range::Form::kComparison;
    const bool below = inner.op == Op::kLess || inner.op == Op::kLessEqual;
    (below ? range.high : range.low) = *end;
    range.low_included = inner.op == Op::kGreaterEqual;
    range.high_included = inner.op == Op::kLessEqual;
    alternatives.push_back(Value::Of(compiler_.program().arena, range));
  }
  cell.form = Cell::Form::kSimple;
  cell.negated = in.flags != 0;
  cell.alternatives = std::move(alternatives);
}

// "list contains(?, constant)", also where the column's own expression stands in place of "?".
void BoxedCompiler::SimplifyContains(Cell& cell, const TableInput& input) const {
  const Program& program = compiler_.program();
  const Node& in = program.nodes[cell.node];
  if (cell.form != Cell::Form::kCompiled || in.op != Op::kIn || in.flags != 0) return;
  std::vector<Value> alternatives;
  for (uint32_t i = 0; i < in.c; ++i) {
    const Node& call = program.nodes[program.nodes[program.extra[in.b + i]].a];
    if (call.op != Op::kCallBuiltin || call.c != 2) return;
    if (feel::AllBuiltins()[call.a].name != "list contains") return;
    const NodeId list_id = program.extra[call.b], item_id = program.extra[call.b + 1];
    if (list_id == kNoNode || item_id == kNoNode) return;
    const Node& list = program.nodes[list_id];
    const Node& item = program.nodes[item_id];
    const bool of_input = (list.op == Op::kLocal && list.a == input.slot) ||
                          SameInput(program, list_id, input.expression);
    if (!of_input || item.op != Op::kConstant) return;
    const Value& constant = program.constants[item.a];
    if (constant.is_null() || constant.is_list() || constant.is_context() || constant.is_range() ||
        constant.is_function()) {
      return;
    }
    alternatives.push_back(constant);
  }
  cell.form = Cell::Form::kContains;
  cell.alternatives = std::move(alternatives);
}

}  // namespace extramile::dmn::internal
