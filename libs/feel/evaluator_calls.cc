// The evaluator's calls, conversions and reasons.
#include <algorithm>

#include "feel/builtins.h"
#include "feel/evaluator.h"
#include "feel/text.h"

namespace extramile::feel {

Value Evaluator::CallCode(const Value& value, std::span<const Value> arguments, NodeId at) {
  const Function& function = value.function();
  const FunctionCode& code = *function.code;
  if (call_depth_ >= limits_.max_call_depth || !Step(at)) {
    Stop(at);
    return Value();
  }
  const size_t outer_base = base_, outer_top = top_;
  const size_t new_base = top_;
  top_ += code.frame_size;
  if (top_ > stack_.size()) stack_.resize(std::max(top_, stack_.size() * 2 + 64));
  Value failure;
  bool failed = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    Value argument = arguments[i];
    if (const Type* type = code.parameters[i].type; type && !argument.is_null()) {
      const Value converted = Coerce(argument, *type, at);
      if (converted.is_null()) {
        failed = true;
        failure = converted;
      }
      argument = converted;
    }
    stack_[new_base + i] = argument;
  }
  for (size_t i = 0; i < code.captures.size(); ++i) {
    const FunctionCode::Capture& capture = code.captures[i];
    stack_[new_base + capture.to] =
        capture.from == FunctionCode::kSelf ? value : function.captured[i];
  }
  Value result = failure;
  if (!failed) {
    base_ = new_base;
    ++call_depth_;
    Globals* const outer_globals = globals_;
    globals_ = function.globals;
    result = Eval(code.body);
    globals_ = outer_globals;
    --call_depth_;
    base_ = outer_base;
    if (code.result) result = Coerce(result, *code.result, at);
  }
  top_ = outer_top;
  return result;
}

// What a built-in function may have to look through.
inline void Evaluator::SpendOn(std::span<const Value> arguments) {
  for (const Value& argument : arguments) {
    if (argument.is_list()) Spend(argument.items().size());
    if (argument.is_context()) Spend(argument.entries().size());
    if (argument.is_string()) Spend(argument.string().size() / 16);
  }
}

Value Evaluator::Call(const Value& function, std::span<const Value> arguments, NodeId at) {
  if (!function.is_function())
    return function.is_null() ? function : Null(Cause::kNotAFunction, at, function);
  const Function& callee = function.function();
  if (callee.builtin) {
    SpendOn(arguments);
    if (!Step(at)) return Value();
    return callee.builtin->call(*this, arguments, at);
  }
  if (callee.code->parameters.size() != arguments.size()) {
    return Null(Cause::kArgumentCount, at,
                Value::Int(static_cast<int64_t>(callee.code->parameters.size())),
                Value::Int(static_cast<int64_t>(arguments.size())), callee.code->name);
  }
  return CallCode(function, arguments, at);
}

Value Evaluator::CallNode(const Node& node, NodeId id) {
  const Value function = Eval(node.a);
  Value* arguments = arena_->NewArray<Value>(node.c);
  for (uint32_t i = 0; i < node.c; ++i) arguments[i] = Eval(program_->extra[node.b + i]);
  if (function.is_null()) return Null(Cause::kNotAFunction, id, function);
  return Call(function, {arguments, node.c}, id);
}

Value Evaluator::CallNamed(const Node& node, NodeId id) {
  const Value function = Eval(node.a);
  if (!function.is_function()) return Null(Cause::kNotAFunction, id, function);
  const Function& callee = function.function();
  if (callee.builtin) {
    std::vector<std::pair<std::string, NodeId>> names;
    for (uint32_t i = 0; i < node.c; ++i) {
      names.emplace_back(program_->constants[program_->extra[node.b + 2 * i]].string(),
                         program_->extra[node.b + 2 * i + 1]);
    }
    const auto bound = BindNames(*callee.builtin, names);
    if (!bound) return Null(Cause::kArgumentName, id, {}, {}, callee.builtin->name);
    std::vector<Value> arguments;
    for (const NodeId argument : bound->arguments) {
      arguments.push_back(argument == kNoNode ? Value() : Eval(argument));
    }
    return Call(Value::Of(&BuiltinFunction(BuiltinIndex(*bound->builtin))), arguments, id);
  }
  const auto& parameters = callee.code->parameters;
  if (parameters.size() != node.c) {
    return Null(Cause::kArgumentCount, id, Value::Int(static_cast<int64_t>(parameters.size())),
                Value::Int(node.c), callee.code->name);
  }
  Value* arguments = arena_->NewArray<Value>(node.c);
  std::vector<bool> given(parameters.size());
  for (uint32_t i = 0; i < node.c; ++i) {
    const Value name = program_->constants[program_->extra[node.b + 2 * i]];
    const auto parameter = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const FunctionCode::Parameter& candidate) {
                                          return NormaliseName(candidate.name) == name.string();
                                        });
    if (parameter == parameters.end())
      return Null(Cause::kArgumentName, id, name, {}, callee.code->name);
    const auto position = static_cast<size_t>(parameter - parameters.begin());
    if (given[position]) return Null(Cause::kArgumentName, id, name, {}, callee.code->name);
    given[position] = true;
    arguments[position] = Eval(program_->extra[node.b + 2 * i + 1]);
  }
  return Call(function, {arguments, node.c}, id);
}

Value Evaluator::CallBuiltin(const Node& node, NodeId id) {
  // Memory without values: clearing it would cost more than most calls.
  constexpr size_t kInline = 6;
  alignas(Value) std::byte few[kInline * sizeof(Value)];
  Value* const arguments =
      static_cast<Value*>(node.c <= kInline ? few : arena_->Allocate(node.c * sizeof(Value)));
  for (uint32_t i = 0; i < node.c; ++i) {
    const NodeId argument = program_->extra[node.b + i];
    new (arguments + i) Value(argument == kNoNode ? Value() : Eval(argument));
  }
  SpendOn({arguments, node.c});
  if (!Step(id)) return Value();
  return builtins_[node.a].call(*this, {arguments, node.c}, id);
}

Value Evaluator::Coerce(const Value& given, const Type& type, NodeId at) {
  Value value = given;
  if (type.form == Type::Form::kAny && !type.allowed) return value;
  if (!value.is_null() && !Conforms(value, type, true)) {
    const bool wants_list = type.form == Type::Form::kList;
    if (value.is_list() && value.items().size() == 1 && !wants_list &&
        Conforms(value.items()[0], type, false)) {
      value = value.items()[0];
    } else if (wants_list && !value.is_list() &&
               (!type.element || Conforms(value, *type.element, false))) {
      value = Value::List(*arena_, {value});
    } else if (type.form == Type::Form::kDateTime && value.kind() == Kind::kDate) {
      value = Value::Of(*arena_, DateTime{value.date().days, 0, {ZoneForm::kOffset, 0}});
    } else {
      return Null(Cause::kNotOfType, at, value, {}, type.name);
    }
  }
  if (!type.allowed && !(type.element && type.element->allowed)) return value;
  if (value.is_null()) return value;
  const auto passes = [&](const FunctionCode& tests, const Value& candidate) {
    return Run(tests, std::span(&candidate, 1)).is_true();
  };
  if (type.allowed && !passes(*type.allowed, value))
    return Null(Cause::kNotAllowed, at, value, {}, type.name);
  if (type.element && type.element->allowed && value.is_list()) {
    for (const Value& item : value.items()) {
      if (!item.is_null() && !passes(*type.element->allowed, item)) {
        return Null(Cause::kNotAllowed, at, item, {}, type.name);
      }
    }
  }
  return value;
}

Value Evaluator::Null(Cause cause, NodeId at, Value a, Value b, std::string_view words) {
  // Once stopped, every null has the same cause: the limit.
  if (!stopped_ && causes_.size() < limits_.max_problems)
    causes_.push_back({cause, at, a, b, words});
  return Value::Null(static_cast<uint32_t>(causes_.size()));
}

std::optional<Problem> Evaluator::ReasonOf(const Value& null) const {
  if (!null.is_null() || null.reason() == 0 || null.reason() > causes_.size()) return std::nullopt;
  return ProblemAt(null.reason() - 1);
}

namespace {

// The value's text, shortened for a message.
std::string Shown(const Value& value) {
  constexpr size_t kLongest = 60;
  std::string text = ToFeel(value, 4 * kLongest);
  if (text.size() > kLongest) {
    size_t end = ByteOfCodePoint(text, kLongest - 3);
    text = text.substr(0, end) + "...";
  }
  return text;
}

// "the number 12.5", "null"
std::string Named(const Value& value) {
  if (value.is_null()) return "null";
  return "the " + std::string(KindName(value.kind())) + " " + Shown(value);
}

std::string Sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

Problem Evaluator::ProblemAt(size_t index) const {
  const CauseRecord& record = causes_[index];
  const std::string place = record.at == kNoNode ? "" : program_->PlaceOf(record.at);
  const std::string words(record.words);
  switch (record.cause) {
    case Cause::kTypeMismatch:
      return {"type-mismatch", place,
              words + ", not " + Named(record.a) + " and " + Named(record.b) + "."};
    case Cause::kNotComparable:
      return {"not-comparable", place,
              Sentence(Named(record.a) + " cannot be compared with " + Named(record.b) + ".")};
    case Cause::kNotBoolean:
      return {"not-boolean", place, "True or false is needed, not " + Named(record.a) + "."};
    case Cause::kDivisionByZero:
      return {"division-by-zero", place, Shown(record.a) + " cannot be divided by zero."};
    case Cause::kOverflow:
      return {"overflow", place, "The result is beyond what can be held."};
    case Cause::kNoSuchEntry:
      return {
          "no-such-entry", place,
          Sentence((record.a.is_null() ? "null" : "the " + std::string(KindName(record.a.kind()))) +
                   " has nothing named '" + ToText(record.b) + "'.")};
    case Cause::kNoSuchIndex:
      return {
          "no-such-index", place,
          "The list has " + Shown(record.b) + " items, none at position " + Shown(record.a) + "."};
    case Cause::kNotAFunction:
      return {"not-a-function", place,
              "What is called here is no function but " + Named(record.a) + "."};
    case Cause::kArgumentCount:
      return {"argument-count", place,
              "The function" + (words.empty() ? "" : " '" + words + "'") + " wants " +
                  Shown(record.a) + " arguments, not " + Shown(record.b) + "."};
    case Cause::kArgumentName:
      return {
          "argument-name", place,
          "The function" + (words.empty() ? "" : " '" + words + "'") + " has no such parameters."};
    case Cause::kArgument:
      return {"argument", place,
              "The function '" + words + "' cannot take " + Named(record.a) + "."};
    case Cause::kNotOfType:
      return {"not-of-type", place,
              "The value " + Shown(record.a) + " is not of type '" + words + "'."};
    case Cause::kNotAllowed:
      return {
          "not-allowed", place,
          "The value " + Shown(record.a) + " is not among the allowed values of '" + words + "'."};
    case Cause::kUncompiled:
      return {"not-understood", place, words};
    case Cause::kExternal:
      return {"external-function", place, words};
    case Cause::kInvalidText:
      return {"invalid-text", place,
              Shown(record.a) + " is not a text that '" + words + "' can read."};
    case Cause::kCycle:
      return {"cycle", place, "'" + words + "' requires itself."};
    case Cause::kHitPolicy:
      return {"hit-policy", place, words};
    case Cause::kLimit:
      return {"evaluation-limit", place, "The evaluation takes too many steps, calls or bytes."};
  }
  return {};
}

}  // namespace extramile::feel
