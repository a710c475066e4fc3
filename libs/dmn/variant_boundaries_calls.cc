// Where boundaries may lie in calls of functions and in decision tables.
#include <algorithm>

#include "dmn/variant_boundaries.h"
#include "feel/builtins.h"
#include "feel/walk.h"

namespace extramile::dmn::internal {

using feel::kNoNode;
using feel::Node;
using feel::NodeId;
using feel::Op;
using feel::Value;
using Form = Abstract::Form;

namespace {

// All of its lines are constants.
bool AllLevel(const Abstract& value) {
  return std::all_of(value.lines.begin(), value.lines.end(),
                     [](const Linear& line) { return line.slope.sign() == 0; });
}

}  // namespace

Abstract BoundarySearch::OfBuiltin(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  const std::string_view name = feel::AllBuiltins()[node.a].name;
  std::vector<Abstract> arguments;
  bool varies = false, all_step = true;
  feel::VisitChildren(program_, id, [&](NodeId child) {
    arguments.push_back(Of(child, locals));
    const Abstract& last = arguments.back();
    varies = varies || last.varies();
    all_step = all_step && (!last.varies() || last.form == Form::kSteps);
  });
  if (!varies) return Fixed(id);
  if (name == "list contains" && arguments.size() == 2) {
    if (const auto list = ValueOf(arguments[0])) {
      CompareWithValue(arguments[1], *list);
    } else {
      Compared(arguments[0], arguments[1]);
    }
    return Steps();
  }
  if (name == "concatenate" || name == "append" || name == "union" || name == "flatten" ||
      name == "distinct values" || name == "reverse" || name == "sublist") {
    return Either(std::move(arguments));
  }
  if (name == "count" || name == "is defined" || all_step) {
    // How many there are changes with what the tables say, and so does what is made of steps.
    return Steps();
  }
  if (name == "not") {
    Condition(arguments[0]);
    return Steps();
  }
  if (name == "min" || name == "max") {
    std::vector<Abstract> lines;
    for (const Abstract& argument : arguments) {
      auto one = LinesOf(argument);
      if (!one) return Moving();
      lines.push_back(*std::move(one));
    }
    return Either(std::move(lines));
  }
  if (arguments.size() == 1 && arguments[0].form == Form::kLinear &&
      arguments[0].unit == Unit::kMoment && arguments[0].lines.size() == 1 &&
      arguments[0].lines[0].offset.sign() == 0) {
    if (name == "time") return {.form = Form::kClock};
    if (name == "date" || name == "day of week" || name == "day of year" ||
        name == "week of year" || name == "month of year") {
      CrossHours(true);
      return Steps();
    }
    if (name == "date and time") return arguments[0];
  }
  if (name == "abs" && arguments[0].form == Form::kLinear) {
    Abstract out = arguments[0];
    for (const Linear& line : arguments[0].lines) {
      out.lines.push_back({Negate(line.slope), Negate(line.offset)});
    }
    return out;
  }
  return Moving();
}

// A business knowledge model's body is read with what the call gives it; other functions move.
Abstract BoundarySearch::OfCall(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  const bool named = node.op == Op::kCallNamed;
  std::vector<std::pair<std::string_view, Abstract>> arguments;
  bool varies = false;
  for (uint32_t i = 0; i < node.c; ++i) {
    const uint32_t* words = &program_.extra[node.b + i * (named ? 2 : 1)];
    Abstract value = Of(named ? words[1] : words[0], locals);
    varies = varies || value.varies();
    arguments.emplace_back(named ? program_.constants[words[0]].string() : std::string_view(),
                           std::move(value));
  }
  const Node& function = program_.nodes[node.a];
  const DrgElement* element = function.op == Op::kGlobal ? &model_.elements[function.a] : nullptr;
  if (element && element->form == DrgElement::Form::kKnowledge && element->code) {
    if (!varies) return Fixed(id);
    Locals frame;
    const auto& parameters = element->code->parameters;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const auto place =
          named ? std::find_if(
                      parameters.begin(), parameters.end(),
                      [&](const auto& parameter) { return parameter.name == arguments[i].first; })
                : parameters.begin() + static_cast<std::ptrdiff_t>(std::min(i, parameters.size()));
      if (place == parameters.end()) continue;
      frame[static_cast<uint32_t>(place - parameters.begin())] = arguments[i].second;
    }
    const Abstract result = Of(element->code->body, frame);
    return result.varies() ? result : Steps();
  }
  const Abstract called = Of(node.a, locals);
  if (!varies && !called.varies()) return Fixed(id);
  exact_ = false;
  return Moving();
}

void BoundarySearch::Cell(const dmn::Cell& cell, const Abstract& value, uint32_t slot,
                          Locals& locals) {
  if (cell.form == dmn::Cell::Form::kDash) return;
  if (cell.form == dmn::Cell::Form::kSimple) {
    for (const Value& alternative : cell.alternatives) CompareWithValue(value, alternative);
    return;
  }
  locals[slot] = value;
  Condition(Of(cell.node, locals));
}

Abstract BoundarySearch::OfTable(const DecisionTable& table, Locals& locals) {
  bool varies = false;
  for (size_t i = 0; i < table.inputs.size(); ++i) {
    const TableInput& input = table.inputs[i];
    const Abstract value = Of(input.expression, locals);
    varies = varies || value.varies();
    if (input.allowed != kNoNode) {
      locals[input.slot] = value;
      Condition(Of(input.allowed, locals));
    }
    for (const TableRule& rule : table.rules) Cell(rule.cells[i], value, input.slot, locals);
  }
  Abstract out{.form = Form::kEntries};
  for (size_t i = 0; i < table.outputs.size(); ++i) {
    std::vector<Abstract> values;
    const auto add = [&](NodeId node) {
      if (node == kNoNode) return;
      values.push_back(Of(node, locals));
      varies = varies || values.back().varies();
    };
    for (const TableRule& rule : table.rules) add(rule.outputs[i]);
    add(table.outputs[i].default_value);
    // A number that rules choose between is one of lines if all of it is known.
    std::vector<Abstract> lines;
    for (const Abstract& value : values) {
      if (auto known = LinesOf(value)) lines.push_back(*std::move(known));
    }
    const bool numeric = !values.empty() && lines.size() == values.size();
    Abstract value = Either(numeric ? std::move(lines) : std::move(values));
    if (table.outputs.size() == 1) {
      if (!varies) return {};
      if (table.aggregation == Aggregation::kNone) return value;
      return numeric && !AllLevel(value) ? Moving() : Steps();
    }
    out.entries.emplace_back(table.outputs[i].name, std::move(value));
  }
  return varies ? out : Abstract{};
}

}  // namespace extramile::dmn::internal
