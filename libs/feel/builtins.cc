#include "feel/builtins.h"

#include <algorithm>
#include <deque>

#include "feel/text.h"

namespace extramile::feel {
namespace {

std::vector<Builtin> MakeTable() {
  std::vector<Builtin> table;
  for (const auto& part : {TextBuiltins(), NumberBuiltins(), ListBuiltins(), ContextBuiltins(),
                           TemporalBuiltins(), RangeBuiltins()}) {
    table.insert(table.end(), part.begin(), part.end());
  }
  return table;
}

const std::vector<Builtin>& Table() {
  static const std::vector<Builtin> table = MakeTable();
  return table;
}

std::vector<std::string_view> SplitNames(std::string_view signature) {
  std::vector<std::string_view> names;
  while (!signature.empty()) {
    const size_t comma = std::min(signature.find(','), signature.size());
    names.push_back(signature.substr(0, comma));
    signature.remove_prefix(std::min(comma + 1, signature.size()));
  }
  return names;
}

}  // namespace

std::span<const Builtin> AllBuiltins() { return Table(); }

const Function& BuiltinFunction(uint32_t index) {
  static const std::vector<Function> functions = [] {
    std::vector<Function> made;
    for (const Builtin& builtin : Table()) made.push_back({&builtin, nullptr, nullptr, nullptr});
    return made;
  }();
  return functions[index];
}

uint32_t BuiltinIndex(const Builtin& builtin) {
  return static_cast<uint32_t>(&builtin - Table().data());
}

namespace {

std::optional<std::vector<NodeId>> Positions(
    std::string_view signature, const std::vector<std::pair<std::string, NodeId>>& arguments) {
  const auto names = SplitNames(signature);
  std::vector<NodeId> positions(names.size(), kNoNode);
  size_t last = 0;
  for (const auto& [name, node] : arguments) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    const auto position = static_cast<size_t>(found - names.begin());
    if (positions[position] != kNoNode) return std::nullopt;
    positions[position] = node;
    last = std::max(last, position + 1);
  }
  positions.resize(last);
  return positions;
}

}  // namespace

std::optional<NamedCall> BindNames(const Builtin& builtin,
                                   const std::vector<std::pair<std::string, NodeId>>& arguments) {
  for (uint32_t row = BuiltinIndex(builtin); row < Table().size(); ++row) {
    const Builtin& candidate = Table()[row];
    if (candidate.name != builtin.name) break;
    for (const std::string_view signature : candidate.signatures) {
      if (auto positions = Positions(signature, arguments)) {
        return NamedCall{&candidate, *std::move(positions)};
      }
    }
  }
  return std::nullopt;
}

bool Arguments::Count(size_t min, size_t max) {
  if (failed_) return false;
  if (values_.size() >= min && values_.size() <= max) return true;
  failed_ = true;
  failure_ = evaluator_.Null(Cause::kArgumentCount, at_, Value::Int(static_cast<int64_t>(min)),
                             Value::Int(static_cast<int64_t>(values_.size())), function_);
  return false;
}

Value Arguments::Get(size_t i, Kind kind) {
  const Value* value = i < values_.size() ? &values_[i] : nullptr;
  if (value && value->kind() == kind) return *value;
  if (value && value->is_list() && value->items().size() == 1 && value->items()[0].kind() == kind) {
    return value->items()[0];
  }
  Fail(value ? *value : Value());
  // Any value of the kind does: the caller asks ok() before it uses the result.
  return kind == Kind::kString   ? Value::StringView("")
         : kind == Kind::kNumber ? Value::Int(0)
                                 : Value::Bool(false);
}

int64_t Arguments::Integer(size_t i) {
  const Number number = Numeral(i);
  // Whole parts count: substring("foobar", 3.8) begins at 3.
  const auto whole = Round(number, 0, Rounding::kDown);
  const auto integer = whole ? whole->ToInt64() : std::nullopt;
  if (!integer) Fail(i < values_.size() ? values_[i] : Value());
  return integer.value_or(0);
}

std::span<const Value> Arguments::Items(size_t i) {
  if (i >= values_.size() || values_[i].is_null()) {
    Fail(Value());
    return {};
  }
  if (values_[i].is_list()) return values_[i].items();
  return values_.subspan(i, 1);
}

Value Arguments::Fail(const Value& culprit, Cause cause) {
  if (failed_) return failure_;
  failed_ = true;
  failure_ = evaluator_.Null(cause, at_, culprit, {}, function_);
  return failure_;
}

}  // namespace extramile::feel
