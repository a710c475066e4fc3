#include "feel/evaluator.h"

#include <algorithm>

#include "feel/builtins.h"

namespace extramile::feel {
namespace {

constexpr uint8_t kUsesQuestionMark = 1;
constexpr uint8_t kNegatedTests = 1;
constexpr uint8_t kNeedsBoolean = 1;
constexpr uint8_t kForeignCode = 1;
constexpr uint8_t kOfGlobal = 1;

const char* StackPosition() { return static_cast<const char*>(__builtin_frame_address(0)); }

// A list that grows while its beginning may already be shared: what was handed out is never written
// again.
class GrowingList {
 public:
  explicit GrowingList(Arena& arena) : arena_(arena) {}
  void Add(const Value& value) {
    if (size_ == capacity_) {
      capacity_ = std::max<size_t>(8, capacity_ * 2);
      Value* larger = arena_.NewArray<Value>(capacity_);
      std::copy(items_, items_ + size_, larger);
      items_ = larger;
    }
    items_[size_++] = value;
  }
  Value View() const { return Value::ListView({items_, size_}); }

 private:
  Arena& arena_;
  Value* items_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace

Evaluator::Evaluator(const Program& program, Arena& arena, const DateTime& now,
                     const Limits& limits)
    : program_(&program),
      builtins_(AllBuiltins().data()),
      arena_(&arena),
      now_(now),
      limits_(limits),
      stack_end_(StackPosition() - limits.max_stack_bytes),
      steps_(limits.max_steps),
      found_at_(program.paths) {}

void Evaluator::Restart(const Program& program, const DateTime& now, const Limits& limits) {
  program_ = &program;
  found_at_.resize(program.paths);
  now_ = now;
  limits_ = limits;
  source_ = nullptr;
  globals_ = nullptr;
  base_ = top_ = 0;
  stack_end_ = StackPosition() - limits.max_stack_bytes;
  steps_ = limits.max_steps;
  call_depth_ = 0;
  stopped_ = false;
  causes_.clear();
}

bool Evaluator::Stop(NodeId at) {
  if (!stopped_) Null(Cause::kLimit, at);
  stopped_ = true;
  steps_ = 0;
  return false;
}

Value Evaluator::Run(const FunctionCode& code, std::span<const Value> arguments) {
  const size_t outer_base = base_, outer_top = top_;
  base_ = top_;
  top_ += code.frame_size;
  if (top_ > stack_.size()) stack_.resize(std::max(top_, stack_.size() * 2 + 64));
  std::copy(arguments.begin(), arguments.end(), stack_.begin() + static_cast<ptrdiff_t>(base_));
  const Value result = Eval(code.body);
  base_ = outer_base;
  top_ = outer_top;
  return result;
}

Value Evaluator::EvaluateConstant(NodeId node) {
  FunctionCode code;
  code.body = node;
  return Run(code, {});
}

Value Evaluator::Eval(NodeId id) {
  const Node& node = program_->nodes[id];
  switch (node.op) {
    case Op::kConstant:
      return program_->constants[node.a];
    case Op::kLocal:
      return stack_[base_ + node.a];
    case Op::kGlobal:
      return ReadGlobal(node.a, id);
    case Op::kPath:
      if ((node.flags & kOfGlobal) != 0 && globals_->followed[node.c] != 0) {
        return globals_->paths[node.c];
      }
      break;
    default:
      break;
  }
  if (StackPosition() < stack_end_ || stopped_) {
    Stop(id);
    return Value();
  }
  return node.op == Op::kPath ? Path(node, id) : EvalSlow(node, id);
}

Value Evaluator::EvalSlow(const Node& node, NodeId id) {
  switch (node.op) {
    case Op::kMember: {
      const Value item = stack_[base_ + node.a];
      const std::string_view name = program_->constants[node.b].string();
      if (const Value* found = item.FindPointer(name)) return *found;
      if (node.c != kNoNode) return Eval(node.c);
      if (const auto property = Property(*arena_, item, name)) return *property;
      return Null(Cause::kNoSuchEntry, id, item, program_->constants[node.b]);
    }
    case Op::kFilter:
      return Filter(node, id);
    case Op::kNegate:
      return NegateValue(*this, Eval(node.a), id);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower: {
      const Value left = Eval(node.a);
      return Arithmetic(*this, node.op, left, Eval(node.b), id);
    }
    case Op::kEqual: {
      const Value left = Eval(node.a);
      return EqualValues(left, Eval(node.b), id);
    }
    case Op::kNotEqual: {
      const Value left = Eval(node.a);
      const Value equal = EqualValues(left, Eval(node.b), id);
      return equal.is_boolean() ? Value::Bool(!equal.boolean()) : equal;
    }
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return Order(node, id);
    case Op::kAnd:
      return And(node, id);
    case Op::kOr:
      return Or(node, id);
    case Op::kBetween:
      return Between(node, id);
    case Op::kIn:
      return EvalIn(node, id);
    case Op::kIf: {
      const Value condition = Eval(node.a);
      if ((node.flags & kNeedsBoolean) != 0 && !condition.is_boolean() && !condition.is_null()) {
        return Null(Cause::kNotBoolean, id, condition);
      }
      return Eval(condition.is_true() ? node.b : node.c);
    }
    case Op::kFor:
      return For(node, id);
    case Op::kSome:
    case Op::kEvery:
      return Quantified(node, id);
    case Op::kList:
      return MakeList(node);
    case Op::kContext:
    case Op::kContextResult:
      return MakeContext(node, id);
    case Op::kRange:
      return MakeRange(node, id);
    case Op::kInstanceOf:
      return Value::Bool(Conforms(Eval(node.a), *program_->types[node.b], false));
    case Op::kCall:
      return CallNode(node, id);
    case Op::kCallNamed:
      return CallNamed(node, id);
    case Op::kCallBuiltin:
      return CallBuiltin(node, id);
    case Op::kClosure:
      return MakeClosure(node);
    case Op::kCoerce: {
      const Value value = Eval(node.a);
      return Coerce(value, *program_->types[node.b], id);
    }
    case Op::kExternal:
      return program_->externals[node.a]->Evaluate(*this, id);
    case Op::kFailure:
      return Null((node.flags & kForeignCode) != 0 ? Cause::kExternal : Cause::kUncompiled, id, {},
                  {}, program_->constants[node.a].string());
    default:
      return Value();
  }
}

Value Evaluator::And(const Node& node, NodeId id) {
  const Value left = Eval(node.a);
  if (left.is_false()) return left;
  const Value right = Eval(node.b);
  if (right.is_false()) return right;
  if (left.is_true() && right.is_true()) return left;
  const Value& culprit = left.is_true() ? right : left;
  return culprit.is_null() ? culprit : Null(Cause::kNotBoolean, id, culprit);
}

Value Evaluator::Or(const Node& node, NodeId id) {
  const Value left = Eval(node.a);
  if (left.is_true()) return left;
  const Value right = Eval(node.b);
  if (right.is_true()) return right;
  if (left.is_false() && right.is_false()) return left;
  const Value& culprit = left.is_false() ? right : left;
  return culprit.is_null() ? culprit : Null(Cause::kNotBoolean, id, culprit);
}

Value Evaluator::EqualValues(const Value& a, const Value& b, NodeId at) {
  const std::optional<bool> equal = Equal(a, b, steps_);
  if (equal) return Value::Bool(*equal);
  if (steps_ > 0) return Null(Cause::kNotComparable, at, a, b);
  Stop(at);
  return Value();
}

bool Evaluator::Same(const Value& a, const Value& b, NodeId at) {
  const bool same = Equal(a, b, steps_).value_or(false);
  if (steps_ <= 0) Stop(at);
  return same;
}

Value Evaluator::Order(const Node& node, NodeId id) {
  const Value left = Eval(node.a);
  const Value right = Eval(node.b);
  const std::optional<int> order = Compare(left, right);
  if (!order) return Null(Cause::kNotComparable, id, left, right);
  switch (node.op) {
    case Op::kLess:
      return Value::Bool(*order < 0);
    case Op::kLessEqual:
      return Value::Bool(*order <= 0);
    case Op::kGreater:
      return Value::Bool(*order > 0);
    default:
      return Value::Bool(*order >= 0);
  }
}

Value Evaluator::Between(const Node& node, NodeId id) {
  const Value value = Eval(node.a);
  const Value low = Eval(node.b);
  const Value high = Eval(node.c);
  // `value >= low and value <= high`: one side that fails decides, whatever the other is.
  const std::optional<int> above = Compare(value, low), below = Compare(value, high);
  if ((above && *above < 0) || (below && *below > 0)) return Value::Bool(false);
  if (!above) return Null(Cause::kNotComparable, id, value, low);
  if (!below) return Null(Cause::kNotComparable, id, value, high);
  return Value::Bool(true);
}

Value Evaluator::In(const Value& value, const Value& test, NodeId at) {
  if (test.is_range() && !value.is_range()) {
    const auto contained = Contains(test.range(), value);
    return contained ? Value::Bool(*contained) : Null(Cause::kNotComparable, at, value, test);
  }
  if (test.is_list()) {
    Spend(test.items().size());
    if (value.is_list() && Same(value, test, at)) return Value::Bool(true);
    for (const Value& item : test.items()) {
      if (item.is_range() && !value.is_range()) {
        if (Contains(item.range(), value).value_or(false)) return Value::Bool(true);
      } else if (item.is_list() && !value.is_list()) {
        continue;
      } else if (Same(value, item, at)) {
        return Value::Bool(true);
      }
    }
    return Value::Bool(false);
  }
  return EqualValues(value, test, at);
}

Value Evaluator::EvalIn(const Node& node, NodeId id) {
  const Value value = Eval(node.a);
  const uint32_t* tests = &program_->extra[node.b];
  stack_[base_ + tests[-1]] = value;
  Value unknown;
  bool any_unknown = false;
  for (uint32_t i = 0; i < node.c; ++i) {
    const Node& test = program_->nodes[tests[i]];
    const Value found = Eval(test.a);
    Value result;
    if ((test.flags & kUsesQuestionMark) != 0 && (found.is_boolean() || found.is_null())) {
      result = found;
    } else if (found.is_true() && !value.is_boolean() &&
               program_->nodes[test.a].op != Op::kConstant) {
      // A condition without `?` that holds; the literal `true` is a value to compare with.
      result = found;
    } else {
      result = In(value, found, id);
    }
    if (result.is_true()) return Value::Bool((node.flags & kNegatedTests) == 0);
    if (!result.is_false() && !any_unknown) {
      any_unknown = true;
      unknown = result;
    }
  }
  if (any_unknown) return unknown;
  return Value::Bool((node.flags & kNegatedTests) != 0);
}

Value Evaluator::Path(const Node& node, NodeId id) {
  const Value owner = Eval(node.a);
  const std::string_view name = program_->constants[node.b].string();
  const Value* const found = owner.FindPointer(name, found_at_[node.c]);
  if (!found) return PathInto(owner, name, id);
  if ((node.flags & kOfGlobal) != 0) {
    globals_->paths[node.c] = *found;
    globals_->followed[node.c] = 1;
  }
  return *found;
}

Value Evaluator::PathInto(const Value& owner, std::string_view name, NodeId id) {
  if (owner.is_context()) Spend(owner.entries().size());
  if (const Value* found = owner.FindPointer(name)) return *found;
  if (owner.is_null() && owner.reason() != 0) return owner;
  if (owner.is_list()) {
    if (StackPosition() < stack_end_) {
      Stop(id);
      return Value();
    }
    Value* items = arena_->NewArray<Value>(owner.items().size());
    for (size_t i = 0; i < owner.items().size(); ++i) {
      if (!Step(id)) return Value();
      items[i] = PathInto(owner.items()[i], name, id);
    }
    return Value::ListView({items, owner.items().size()});
  }
  if (const auto property = Property(*arena_, owner, name)) return *property;
  return Null(Cause::kNoSuchEntry, id, owner, Value::StringView(name));
}

Value Evaluator::ItemAt(std::span<const Value> items, const Value& index, NodeId id) {
  const auto position = index.number().ToInt64();
  const auto size = static_cast<int64_t>(items.size());
  if (position && *position >= 1 && *position <= size)
    return items[static_cast<size_t>(*position - 1)];
  if (position && *position <= -1 && *position >= -size) {
    return items[static_cast<size_t>(size + *position)];
  }
  return Null(Cause::kNoSuchIndex, id, index, Value::Int(size));
}

Value Evaluator::Filter(const Node& node, NodeId id) {
  const Value list = Eval(node.a);
  const std::span<const Value> items = list.is_list()   ? list.items()
                                       : list.is_null() ? std::span<const Value>()
                                                        : std::span(&list, 1);
  if (program_->nodes[node.b].op == Op::kConstant &&
      program_->constants[program_->nodes[node.b].a].is_number()) {
    if (list.is_null() && list.reason() != 0) return list;
    return ItemAt(items, program_->constants[program_->nodes[node.b].a], id);
  }
  GrowingList kept(*arena_);
  if (items.empty()) {
    stack_[base_ + node.c] = Value();
    const Value predicate = Eval(node.b);
    return predicate.is_number() ? ItemAt(items, predicate, id) : kept.View();
  }
  for (const Value& item : items) {
    if (!Step(id)) return Value();
    stack_[base_ + node.c] = item;
    const Value predicate = Eval(node.b);
    if (predicate.is_number()) return ItemAt(items, predicate, id);
    if (predicate.is_true()) {
      kept.Add(item);
    } else if (!predicate.is_boolean() && !predicate.is_null()) {
      return Null(Cause::kNotBoolean, id, predicate);
    }
  }
  return kept.View();
}

// Calls `visit` for each combination of the iterators' items; stops where it returns false. False:
// not iterable or stopped.
template <class Visit>
bool Evaluator::Iterate(const Node& node, NodeId id, uint32_t iterator, Visit visit) {
  if (iterator == node.count) return visit();
  const uint32_t* words = &program_->extra[node.a + iterator * 3];
  const uint32_t slot = words[0];
  const Value first = Eval(words[1]);
  const auto turn = [&](const Value& item) {
    if (!Step(id)) return false;
    stack_[base_ + slot] = item;
    return Iterate(node, id, iterator + 1, visit);
  };
  Value low = first, high;
  if (words[2] != kNoNode) {
    high = Eval(words[2]);
  } else if (first.is_range()) {
    low = first.range().low;
    high = first.range().high;
    if (Compare(low, high).value_or(0) > 0) {
      Null(Cause::kTypeMismatch, id, low, high, "A range in brackets counts upwards");
      return false;
    }
  } else {
    if (first.is_null()) {
      if (first.reason() == 0) Null(Cause::kArgument, id, first, {}, "for, some, every");
      return false;
    }
    if (!first.is_list()) return turn(first);
    for (const Value& item : first.items()) {
      if (!turn(item)) return false;
    }
    return true;
  }
  const bool of_range = words[2] == kNoNode;
  if (low.kind() == Kind::kDate && high.kind() == Kind::kDate) {
    int64_t from = low.date().days, to = high.date().days;
    const int64_t step = from <= to ? 1 : -1;
    if (of_range && !first.range().low_included) from += step;
    if (of_range && !first.range().high_included) to -= step;
    for (int64_t day = from; step > 0 ? day <= to : day >= to; day += step) {
      if (!turn(Value::Of(Date{day}))) return false;
    }
    return true;
  }
  const auto from = low.is_number() ? low.number().ToInt64() : std::nullopt;
  const auto to = high.is_number() ? high.number().ToInt64() : std::nullopt;
  constexpr int64_t kFarthest = 1'000'000'000'000'000'000;
  const auto countable = [](const std::optional<int64_t>& end) {
    return end && *end <= kFarthest && *end >= -kFarthest;
  };
  if (!countable(from) || !countable(to)) {
    Null(Cause::kTypeMismatch, id, low, high, "A range to count through needs whole numbers");
    return false;
  }
  const int64_t step = *from <= *to ? 1 : -1;
  int64_t begin = *from, end = *to;
  if (of_range && !first.range().low_included) begin += step;
  if (of_range && !first.range().high_included) end -= step;
  for (int64_t i = begin; step > 0 ? i <= end : i >= end; i += step) {
    if (!turn(Value::Int(i))) return false;
  }
  return true;
}

Value Evaluator::For(const Node& node, NodeId id) {
  GrowingList results(*arena_);
  stack_[base_ + node.c] = results.View();
  const bool complete = Iterate(node, id, 0, [&] {
    results.Add(Eval(node.b));
    stack_[base_ + node.c] = results.View();
    return true;
  });
  // What kept it from being complete was the last to go wrong.
  return complete ? results.View() : Value::Null(static_cast<uint32_t>(causes_.size()));
}

Value Evaluator::Quantified(const Node& node, NodeId id) {
  const bool some = node.op == Op::kSome;
  bool decided = false;
  Value unknown;
  bool any_unknown = false;
  const bool complete = Iterate(node, id, 0, [&] {
    const Value satisfied = Eval(node.b);
    if (satisfied.is_boolean() && satisfied.boolean() == some) {
      decided = true;
      return false;
    }
    if (!satisfied.is_boolean() && !any_unknown) {
      any_unknown = true;
      unknown = satisfied.is_null() ? satisfied : Null(Cause::kNotBoolean, id, satisfied);
    }
    return true;
  });
  if (decided) return Value::Bool(some);
  if (!complete) return Value::Null(static_cast<uint32_t>(causes_.size()));
  return any_unknown ? unknown : Value::Bool(!some);
}

Value Evaluator::MakeList(const Node& node) {
  Value* items = arena_->NewArray<Value>(node.b);
  for (uint32_t i = 0; i < node.b; ++i) items[i] = Eval(program_->extra[node.a + i]);
  return Value::ListView({items, node.b});
}

Value Evaluator::MakeContext(const Node& node, NodeId) {
  const bool has_result = node.op == Op::kContextResult;
  const uint32_t count = has_result ? node.b - 1 : node.b;
  Entry* entries = arena_->NewArray<Entry>(count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t* words = &program_->extra[node.a + i * 3];
    const Value value = Eval(words[1]);
    stack_[base_ + words[2]] = value;
    entries[i] = {program_->constants[words[0]], value};
  }
  if (has_result) return Eval(program_->extra[node.a + count * 3 + 1]);
  return Value::ContextView({entries, count});
}

Value Evaluator::MakeRange(const Node& node, NodeId id) {
  Range range;
  range.low_included = (node.flags & 1) != 0;
  range.high_included = (node.flags & 2) != 0;
  if ((node.flags & 4) != 0) range.form = Range::Form::kComparison;
  if ((node.flags & 8) != 0) range.form = Range::Form::kNotEqual;
  if (node.a != kNoNode) range.low = Eval(node.a);
  // (= x) has one node for both ends: evaluated twice, nested ones would cost 2^depth.
  if (node.b != kNoNode) range.high = node.b == node.a ? range.low : Eval(node.b);
  const auto rangeable = [](const Value& end) {
    return end.is_null() || Compare(end, end).has_value();
  };
  if (!rangeable(range.low) || !rangeable(range.high)) {
    return Null(Cause::kTypeMismatch, id, range.low, range.high,
                "A range needs two comparable ends");
  }
  if (!range.low.is_null() && !range.high.is_null()) {
    const auto order = Compare(range.low, range.high);
    if (!order) return Null(Cause::kNotComparable, id, range.low, range.high);
  }
  return Value::Of(*arena_, range);
}

Value Evaluator::MakeClosure(const Node& node) {
  const FunctionCode& code = program_->functions[node.a];
  Value* captured = arena_->NewArray<Value>(code.captures.size());
  for (size_t i = 0; i < code.captures.size(); ++i) {
    if (code.captures[i].from != FunctionCode::kSelf)
      captured[i] = stack_[base_ + code.captures[i].from];
  }
  Function function;
  function.code = &code;
  function.captured = captured;
  function.globals = globals_;
  return Value::Of(arena_->New(function));
}

}  // namespace extramile::feel
