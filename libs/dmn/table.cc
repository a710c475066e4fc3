#include "dmn/table.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "dmn/table_index_lookup.h"
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

void DecisionTable::Seal() {
  index_ = TableIndex(rules, inputs);
  in_any_case_.clear();
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    // Under FIRST the reasons may need any of them.
    if (inputs[i].allowed != kNoNode || policy == HitPolicy::kFirst) in_any_case_.push_back(i);
  }
  has_default_ = std::any_of(outputs.begin(), outputs.end(), [](const TableOutput& output) {
    return output.default_value != kNoNode;
  });
}

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

// The values of a table's inputs, each evaluated when it is first asked for.
class DecisionTable::InputValues {
 public:
  InputValues(const DecisionTable& table, Evaluator& evaluator)
      : table_(table),
        evaluator_(evaluator),
        in_place_(table.policy == HitPolicy::kFirst),
        values_(
            static_cast<Value*>(evaluator.arena().Allocate(table.inputs.size() * sizeof(Value)))),
        known_(evaluator.arena().NewArray<uint64_t>(table.inputs.size() / 64 + 1)) {}

  // For a path, mostly the value where it is. Not under FIRST: reasons are read from `all`.
  const Value& Quickly(uint32_t input, uint32_t path) {
    const Value* const followed =
        path == UINT32_MAX || in_place_ ? nullptr : evaluator_.Followed(path);
    return followed ? *followed : (*this)[input];
  }
  const Value& operator[](size_t input) {
    uint64_t& known = known_[input / 64];
    const uint64_t bit = uint64_t{1} << (input % 64);
    if ((known & bit) == 0) {
      known |= bit;
      new (values_ + input) Value(evaluator_.Eval(table_.inputs[input].expression));
    }
    return values_[input];
  }
  // Under FIRST, which evaluates every input.
  std::span<const Value> all() const {
    return in_place_ ? std::span<const Value>(values_, table_.inputs.size())
                     : std::span<const Value>();
  }

 private:
  const DecisionTable& table_;
  Evaluator& evaluator_;
  bool in_place_;    // every value is wanted in `values_`
  Value* values_;    // each from when it is known
  uint64_t* known_;  // a bit an input
};

size_t DecisionTable::FirstMismatch(Evaluator& evaluator, const TableRule& rule,
                                    InputValues& values) const {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Cell& cell = rule.cells[i];
    if (cell.form != Cell::Form::kDash && !CellMatches(evaluator, i, cell, values[i])) return i;
  }
  return inputs.size();
}

MatchedBits DecisionTable::Match(std::span<const Value> values, MatchBuffer& buffer) const {
  const size_t words = index_.words();
  uint64_t* const possible = buffer.Words(2 * words);
  index_.Match(values, possible, possible + words);
  return {{possible, words}, {possible + words, words}};
}

DecisionTable::Matches DecisionTable::FindMatches(Evaluator& evaluator, InputValues& values,
                                                  uint64_t& excluding, NodeId at) const {
  const size_t words = index_.words();
  uint64_t* const possible = evaluator.arena().NewArray<uint64_t>(2 * words);
  uint64_t* const open = possible + words;
  const auto value_of = [&](uint32_t input, uint32_t path) -> const Value& {
    return values.Quickly(input, path);
  };
  index_.MatchEach(value_of, possible, open);
  size_t most = 0;  // counted one by one: they are few, and a popcount is a call on some machines
  for (size_t w = 0; w < words; ++w) {
    for (uint64_t left = possible[w]; left != 0; left &= left - 1) ++most;
  }
  if (policy == HitPolicy::kFirst) most = std::min<size_t>(most, 1);
  uint32_t* const matches = evaluator.arena().NewArray<uint32_t>(most);
  size_t count = 0;
  for (size_t w = 0; w < words && count < most; ++w) {
    for (uint64_t left = possible[w]; left != 0 && count < most; left &= left - 1) {
      const int bit = std::countr_zero(left);
      const auto rule = static_cast<uint32_t>(w * 64 + static_cast<size_t>(bit));
      if (((open[w] >> bit) & 1) != 0) {
        if (!evaluator.Step(at)) return {};
        const size_t mismatch = FirstMismatch(evaluator, rules[rule], values);
        if (mismatch < inputs.size()) {
          excluding |= uint64_t{1} << (mismatch % 64);
          continue;
        }
      }
      matches[count++] = rule;
    }
  }
  return {matches, count};
}

Value DecisionTable::Evaluate(Evaluator& evaluator, NodeId at) const {
  InputValues values(*this, evaluator);
  for (const uint32_t i : in_any_case_) {
    const Value& value = values[i];
    if (inputs[i].allowed == kNoNode || value.is_null()) continue;
    evaluator.Local(inputs[i].slot) = value;
    if (!evaluator.Eval(inputs[i].allowed).is_true()) {
      return evaluator.Null(feel::Cause::kNotAllowed, inputs[i].expression, value, {},
                            inputs[i].heading);
    }
  }
  if (!evaluator.Step(at)) return Value();
  uint64_t excluding = 0;
  const Matches matches = FindMatches(evaluator, values, excluding, at);
  const Value result = Result(evaluator, matches, at);
  if (!matches.empty() && evaluator.source() != nullptr) {
    static_cast<TraceSink*>(evaluator.source())->Add({this, 0, matches, values.all(), excluding});
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
    if (node == kNoNode) return Value();
    const Value value = evaluator.Eval(node);
    if (i < 64 && ((rules[rule].sound >> i) & 1) != 0) return value;
    return CheckedOutput(evaluator, outputs[i], value, node);
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

void DecisionTable::SortByPriority(Evaluator& evaluator, Matches matches,
                                   std::span<Value> values) const {
  struct Item {
    Value value;
    uint32_t rule;
  };
  const std::span<Item> items(evaluator.arena().NewArray<Item>(matches.size()), matches.size());
  for (size_t i = 0; i < items.size(); ++i) items[i] = {values[i], matches[i]};
  std::sort(items.begin(), items.end(), [this](const Item& a, const Item& b) {
    if (HasPriority(a.value, b.value)) return true;
    return !HasPriority(b.value, a.value) && a.rule < b.rule;
  });
  for (size_t i = 0; i < items.size(); ++i) {
    values[i] = items[i].value;
    matches[i] = items[i].rule;
  }
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

Value DecisionTable::Result(Evaluator& evaluator, Matches matches, NodeId at) const {
  const bool multiple = policy == HitPolicy::kRuleOrder || policy == HitPolicy::kOutputOrder ||
                        policy == HitPolicy::kCollect;
  if (matches.empty()) {
    if (has_default_) return Default(evaluator);
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
  const std::span<Value> values(evaluator.arena().NewArray<Value>(matches.size()), matches.size());
  for (size_t i = 0; i < matches.size(); ++i) values[i] = Output(evaluator, matches[i], at);
  if (policy == HitPolicy::kAny) {
    for (const Value& value : values) {
      if (Equal(value, values[0]).value_or(false)) continue;
      return evaluator.Null(feel::Cause::kHitPolicy, at, {}, {},
                            "Several rules match and their results differ.");
    }
    return values[0];
  }
  if (policy == HitPolicy::kPriority || policy == HitPolicy::kOutputOrder)
    SortByPriority(evaluator, matches, values);
  if (policy == HitPolicy::kPriority) return values[0];
  return Aggregate(evaluator, values, at);
}

std::vector<std::string_view> DecisionTable::InputsThatMattered(uint32_t rule,
                                                                const TableTrace& trace) const {
  std::vector<uint32_t> excluding;
  if (policy == HitPolicy::kFirst) excluding = index_.Excluding(trace.values, rule);
  std::vector<std::string_view> headings;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const bool excluded_earlier =
        policy == HitPolicy::kFirst && (((trace.excluding >> (i % 64)) & 1) != 0 ||
                                        std::binary_search(excluding.begin(), excluding.end(), i));
    if (excluded_earlier || rules[rule].cells[i].form != Cell::Form::kDash)
      headings.push_back(inputs[i].heading);
  }
  return headings;
}

}  // namespace extramile::dmn
