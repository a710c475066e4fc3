#include "feel/evaluator.h"

#include <algorithm>

#include "feel/builtins.h"
#include "feel/bytes.h"

namespace extramile::feel {
namespace {

const char* StackPosition() { return static_cast<const char*>(__builtin_frame_address(0)); }

bool Holds(Op comparison, int64_t a, int64_t b) {
  switch (comparison) {
    case Op::kLess:
      return a < b;
    case Op::kLessEqual:
      return a <= b;
    case Op::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

// Where an entry stood in the last context, it is likely to stand in this one.
inline const Value* FindEntry(const Value& owner, std::string_view name, uint32_t& position) {
  if (!owner.is_context()) return nullptr;
  const std::span<const Entry> entries = owner.entries();
  if (position < entries.size() && SameText(entries[position].name(), name)) {
    return &entries[position].value;
  }
  return owner.FindPointer(name, position);
}

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
      found_at_(program.paths.size()) {}

void Evaluator::Restart(const Program& program, const DateTime& now, const Limits& limits) {
  program_ = &program;
  found_at_.resize(program.paths.size());
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
  for (size_t i = 0; i < arguments.size(); ++i) stack_[base_ + i] = arguments[i];
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

Value Evaluator::EvalNode(const Node& node, NodeId id) {
  if (node.op == Op::kLocal) return stack_[base_ + node.a];
  if (node.op == Op::kGlobal) return ReadGlobal(node.a, id);
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
  if (a.is_small_number() && b.is_small_number() && a.scale() == b.scale()) {
    return Value::Bool(a.mantissa() == b.mantissa());
  }
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
  if (left.is_small_number() && right.is_small_number() && left.scale() == right.scale()) {
    return Value::Bool(Holds(node.op, left.mantissa(), right.mantissa()));
  }
  const std::optional<int> order = Compare(left, right);
  if (!order) return Null(Cause::kNotComparable, id, left, right);
  return Value::Bool(Holds(node.op, *order, 0));
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

void Evaluator::FollowPaths() {
  // Held here, since the compiler must take each `followed` that is written for any of them.
  const PathStep* const steps = program_->paths.data();
  const Value* const globals = globals_->values.data();
  const Globals::State* const states = globals_->states.data();
  Value* const paths = globals_->paths.data();
  uint8_t* const followed = globals_->followed.data();
  uint32_t* const positions = found_at_.data();
  const auto count = static_cast<uint32_t>(program_->paths.size());
  for (uint32_t path = 0; path < count; ++path) {
    const PathStep& step = steps[path];
    const bool begins = step.of == PathStep::Of::kGlobal;
    const bool ready = begins ? states[step.owner] == Globals::State::kReady
                              : step.of == PathStep::Of::kPath && followed[step.owner] != 0;
    if (!ready) continue;
    const Value& owner = begins ? globals[step.owner] : paths[step.owner];
    const Value* const found = FindEntry(owner, step.name, positions[path]);
    if (!found) continue;
    paths[path] = *found;
    followed[path] = 1;
  }
}

Value Evaluator::Path(const Node& node, NodeId id) {
  const Value owner = Eval(node.a);
  const std::string_view name = program_->constants[node.b].string();
  const Value* const found = FindEntry(owner, name, found_at_[node.c]);
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
