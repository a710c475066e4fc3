#include "dmn/table.h"

#include <algorithm>
#include <numeric>

#include "feel/builtins.h"

namespace extramile::dmn {

using feel::Contains;
using feel::Equal;
using feel::Evaluator;
using feel::kNoNode;
using feel::NodeId;
using feel::Range;
using feel::Value;

namespace {

bool IsScalar(const Value& value) {
  switch (value.kind()) {
    case feel::Kind::kList:
    case feel::Kind::kContext:
    case feel::Kind::kRange:
    case feel::Kind::kFunction:
      return false;
    default:
      return true;
  }
}

// Whether `negated` can be decided: not(> 5) of null is unknown, not true.
bool Comparable(const Value& value, const Value& alternative) {
  if (!alternative.is_range())
    return value.is_null() || alternative.is_null() || value.kind() == alternative.kind();
  return feel::Contains(alternative.range(), value).has_value();
}

}  // namespace

bool DecisionTable::CellMatches(Evaluator& evaluator, size_t input, const Cell& cell,
                                const Value& value) const {
  if (cell.form == Cell::Form::kSimple && IsScalar(value)) {
    bool found = false, comparable = true;
    for (const Value& alternative : cell.alternatives) {
      found = alternative.is_range() ? Contains(alternative.range(), value).value_or(false)
                                     : Equal(value, alternative).value_or(false);
      if (found) break;
      comparable = comparable && Comparable(value, alternative);
    }
    if (!cell.negated && (found || comparable || value.is_null())) return found;
    if (cell.negated && (found || comparable)) return !found;
  }
  // Also for the reason: two kinds that cannot be compared leave a problem.
  evaluator.Local(inputs[input].slot) = value;
  return evaluator.Eval(cell.node).is_true();
}

size_t DecisionTable::FirstMismatch(Evaluator& evaluator, const TableRule& rule,
                                    std::span<const Value> values) const {
  for (size_t i = 0; i < values.size(); ++i) {
    const Cell& cell = rule.cells[i];
    if (cell.form != Cell::Form::kDash && !CellMatches(evaluator, i, cell, values[i])) return i;
  }
  return values.size();
}

Value DecisionTable::Evaluate(Evaluator& evaluator, NodeId at) const {
  Value* values = evaluator.arena().NewArray<Value>(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    values[i] = evaluator.Eval(inputs[i].expression);
    if (inputs[i].allowed == kNoNode || values[i].is_null()) continue;
    evaluator.Local(inputs[i].slot) = values[i];
    if (!evaluator.Eval(inputs[i].allowed).is_true()) {
      return evaluator.Null(feel::Cause::kNotAllowed, inputs[i].expression, values[i], {},
                            inputs[i].heading);
    }
  }
  Matches matches;
  uint64_t excluding = 0;
  for (uint32_t r = 0; r < rules.size(); ++r) {
    if (!evaluator.Step(at)) return Value();
    const size_t mismatch = FirstMismatch(evaluator, rules[r], {values, inputs.size()});
    if (mismatch < inputs.size()) {
      if (policy == HitPolicy::kFirst) excluding |= uint64_t{1} << (mismatch % 64);
      continue;
    }
    matches.push_back(r);
    if (policy == HitPolicy::kFirst) break;
  }
  const Value result = Result(evaluator, matches, at);
  if (!matches.empty() && evaluator.source() != nullptr) {
    uint32_t* kept = evaluator.arena().NewArray<uint32_t>(matches.size());
    std::copy(matches.begin(), matches.end(), kept);
    static_cast<TraceSink*>(evaluator.source())->Add({this, 0, {kept, matches.size()}, excluding});
  }
  return result;
}

Value DecisionTable::CheckedOutput(Evaluator& evaluator, const TableOutput& output,
                                   const Value& given, NodeId at) const {
  Value value = output.type ? evaluator.Coerce(given, *output.type, at) : given;
  if (output.allowed == kNoNode || value.is_null()) return value;
  evaluator.Local(output.slot) = value;
  if (evaluator.Eval(output.allowed).is_true()) return value;
  return evaluator.Null(feel::Cause::kNotAllowed, at, value, {}, output.heading);
}

Value DecisionTable::Output(Evaluator& evaluator, uint32_t rule, NodeId) const {
  const auto one = [&](size_t i) {
    const NodeId node = rules[rule].outputs[i];
    return node == kNoNode ? Value()
                           : CheckedOutput(evaluator, outputs[i], evaluator.Eval(node), node);
  };
  if (outputs.size() == 1) return one(0);
  feel::Entry* entries = evaluator.arena().NewArray<feel::Entry>(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    entries[i] = {Value::StringView(outputs[i].name), one(i)};
  return Value::ContextView({entries, outputs.size()});
}

Value DecisionTable::Default(Evaluator& evaluator) const {
  const auto one = [&](const TableOutput& output) {
    return output.default_value == kNoNode ? Value() : evaluator.Eval(output.default_value);
  };
  if (outputs.size() == 1) return one(outputs[0]);
  feel::Entry* entries = evaluator.arena().NewArray<feel::Entry>(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    entries[i] = {Value::StringView(outputs[i].name), one(outputs[i])};
  }
  return Value::ContextView({entries, outputs.size()});
}

bool DecisionTable::HasPriority(const Value& a, const Value& b) const {
  for (const TableOutput& output : outputs) {
    const Value x = outputs.size() == 1 ? a : a.Find(output.name);
    const Value y = outputs.size() == 1 ? b : b.Find(output.name);
    const auto rank = [&](const Value& value) {
      const auto found =
          std::find_if(output.priorities.begin(), output.priorities.end(),
                       [&](const Value& other) { return Equal(other, value).value_or(false); });
      return found - output.priorities.begin();
    };
    const auto left = rank(x), right = rank(y);
    if (left != right) return left < right;
  }
  return false;
}

void DecisionTable::SortByPriority(Matches& matches, std::vector<Value>& values) const {
  std::vector<size_t> order(matches.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return HasPriority(values[a], values[b]); });
  Matches sorted_matches;
  std::vector<Value> sorted_values;
  for (const size_t i : order) {
    sorted_matches.push_back(matches[i]);
    sorted_values.push_back(values[i]);
  }
  matches.swap(sorted_matches);
  values.swap(sorted_values);
}

Value DecisionTable::Aggregate(Evaluator& evaluator, std::span<const Value> values,
                               NodeId at) const {
  const auto call = [&](std::string_view function) {
    for (const feel::Builtin& builtin : feel::AllBuiltins()) {
      if (builtin.name != function) continue;
      const Value list = Value::List(evaluator.arena(), values);
      return builtin.call(evaluator, std::span(&list, 1), at);
    }
    return Value();
  };
  switch (aggregation) {
    case Aggregation::kSum:
      return call("sum");
    case Aggregation::kMin:
      return call("min");
    case Aggregation::kMax:
      return call("max");
    case Aggregation::kCount:
      return Value::Int(static_cast<int64_t>(values.size()));
    case Aggregation::kNone:
      break;
  }
  return Value::List(evaluator.arena(), values);
}

Value DecisionTable::Result(Evaluator& evaluator, Matches& matches, NodeId at) const {
  const bool has_default =
      std::any_of(outputs.begin(), outputs.end(),
                  [](const TableOutput& output) { return output.default_value != kNoNode; });
  const bool multiple = policy == HitPolicy::kRuleOrder || policy == HitPolicy::kOutputOrder ||
                        policy == HitPolicy::kCollect;
  if (matches.empty()) {
    if (has_default) return Default(evaluator);
    if (!multiple) return Value();
    return aggregation == Aggregation::kNone || aggregation == Aggregation::kCount
               ? Aggregate(evaluator, {}, at)
               : Value();
  }
  if (policy == HitPolicy::kUnique && matches.size() > 1) {
    return evaluator.Null(feel::Cause::kHitPolicy, at, {}, {},
                          "Several rules match where only one may.");
  }
  if (policy == HitPolicy::kUnique || policy == HitPolicy::kFirst)
    return Output(evaluator, matches[0], at);
  std::vector<Value> values;
  for (const uint32_t rule : matches) values.push_back(Output(evaluator, rule, at));
  if (policy == HitPolicy::kAny) {
    for (const Value& value : values) {
      if (Equal(value, values[0]).value_or(false)) continue;
      return evaluator.Null(feel::Cause::kHitPolicy, at, {}, {},
                            "Several rules match and their results differ.");
    }
    return values[0];
  }
  if (policy == HitPolicy::kPriority || policy == HitPolicy::kOutputOrder)
    SortByPriority(matches, values);
  if (policy == HitPolicy::kPriority) return values[0];
  return Aggregate(evaluator, values, at);
}

std::vector<std::string_view> DecisionTable::InputsThatMattered(uint32_t rule,
                                                                uint64_t excluding) const {
  std::vector<std::string_view> headings;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool excluded_earlier = ((excluding >> (i % 64)) & 1) != 0;
    if (excluded_earlier || rules[rule].cells[i].form != Cell::Form::kDash)
      headings.push_back(inputs[i].heading);
  }
  return headings;
}

}  // namespace extramile::dmn
