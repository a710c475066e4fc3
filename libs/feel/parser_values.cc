// The parser's values: lists, ranges, contexts, and what follows a value: paths, filters, calls.
#include <utility>

#include "feel/builtins.h"
#include "feel/parser.h"

namespace extramile::feel {

Result<Typed> Parser::Postfix() {
  EM_ASSIGN(Typed value, Primary());
  while (true) {
    SkipSpace();
    if (PeekIs("..")) return value;
    if (Take(".")) {
      EM_ASSIGN(value, Path(value));
    } else if (Peek() == '[' && !EndsRangeHere()) {
      EM_ASSIGN(value, Filter(value));
    } else if (Peek() == '(') {
      EM_ASSIGN(value, Call(value));
    } else if (PeekWord("instance")) {
      EM_ASSIGN(value, InstanceOf(value));
    } else {
      return value;
    }
  }
}

Result<Typed> Parser::Primary() {
  SkipSpace();
  if (AtEnd())
    return Fail(ErrorHere("feel-syntax", "The expression ends where a value is expected."));
  const char c = Peek();
  if ((c >= '0' && c <= '9') || (c == '.' && position_ + 1 < text_.size() &&
                                 text_[position_ + 1] >= '0' && text_[position_ + 1] <= '9')) {
    return Number();
  }
  if (c == '"') return String();
  if (c == '@') return AtLiteral();
  if (c == '(') return Parenthesised();
  if (c == '[') return Bracketed();
  if (c == ']') return OpenRange();
  if (c == '{') return Context();
  if (c == '<' || c == '>' || c == '=' || c == '!') return ComparisonRange();
  return Name();
}

Result<Typed> Parser::Parenthesised() {
  const size_t start = position_;
  Take("(");
  SkipSpace();
  const char c = Peek();
  if (c == '<' || c == '>' || c == '=' || c == '!') {
    EM_ASSIGN(const Typed range, ComparisonRange());
    EM_TRY(Need(")", "the range"));
    return range;
  }
  const int outer = std::exchange(in_range_, 0);
  EM_ASSIGN(const Typed value, Expression());
  in_range_ = outer;
  if (PeekIs("..")) return FinishRange(value, false, start);
  EM_TRY(Need(")", "the expression in brackets"));
  return value;
}

Result<Typed> Parser::Bracketed() {
  const size_t start = position_;
  Take("[");
  const int outer = std::exchange(in_range_, 0);
  std::vector<NodeId> items;
  const Type* element = nullptr;
  if (!Take("]")) {
    do {
      EM_ASSIGN(const Typed item, Expression());
      if (items.empty() && PeekIs("..")) {
        in_range_ = outer;
        return FinishRange(item, true, start);
      }
      if (items.empty()) element = item.type;
      items.push_back(item.node);
    } while (Take(","));
    EM_TRY(Need("]", "the items of the list"));
  }
  in_range_ = outer;
  compiler_.offset_ = static_cast<uint32_t>(start);
  // Items may differ: only a list of one says what its elements are.
  if (items.size() != 1) element = nullptr;
  return Typed{compiler_.AddList(Op::kList, items),
               element ? compiler_.pool().ListOf(element) : nullptr};
}

Result<Typed> Parser::OpenRange() {
  const size_t start = position_;
  Take("]");
  EM_ASSIGN(const Typed low, Expression());
  return FinishRange(low, false, start);
}

// Behind the lower end, before "..".
Result<Typed> Parser::FinishRange(Typed low, bool low_included, size_t start) {
  EM_TRY(Need("..", "the lower end of the range"));
  ++in_range_;
  EM_ASSIGN(const Typed high, Expression());
  --in_range_;
  const bool high_included = Peek() == ']';
  if (!Take("]") && !Take(")") && !Take("[")) {
    return Fail(ErrorHere("feel-syntax", "A range ends with ']', ')' or '['."));
  }
  const auto flags = static_cast<uint8_t>((low_included ? 1 : 0) | (high_included ? 2 : 0));
  return Typed{compiler_.Fold(Add(start, Op::kRange, low.node, high.node, 0, flags)), nullptr};
}

// "< 5" as a range without a lower end.
Result<Typed> Parser::ComparisonRange() {
  const Nested nested(nesting_);
  if (nesting_ > compiler_.options_.max_nesting) {
    return Fail(ErrorHere("feel-too-deep", "Too many comparisons stand in a row."));
  }
  const size_t start = position_;
  if (Take("<=")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, kNoNode, end.node, 0, 4 | 2)), nullptr};
  }
  if (Take(">=")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, end.node, kNoNode, 0, 4 | 1)), nullptr};
  }
  if (Take("<")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, kNoNode, end.node, 0, 4)), nullptr};
  }
  if (Take(">")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, end.node, kNoNode, 0, 4)), nullptr};
  }
  if (Take("!=")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, end.node, end.node, 0, 8)), nullptr};
  }
  if (Take("=")) {
    EM_ASSIGN(const Typed end, Additive());
    return Typed{compiler_.Fold(Add(start, Op::kRange, end.node, end.node, 0, 4 | 3)), nullptr};
  }
  return Fail(Unexpected());
}

Result<Typed> Parser::Context() {
  const size_t start = position_;
  Take("{");
  compiler_.PushScope();
  std::vector<uint32_t> words;
  Type type;
  type.form = Type::Form::kContext;
  if (!Take("}")) {
    do {
      SkipSpace();
      std::string key;
      if (Peek() == '"') {
        EM_ASSIGN(key, StringLiteral());
        EM_TRY(Need(":", "the entry's name"));
      } else {
        key = NameBefore(':');
        if (key.empty()) {
          return Fail(ErrorHere("feel-syntax", "An entry's name and a colon are expected here."));
        }
      }
      if (type.Find(key)) {
        return Fail(
            ErrorHere("duplicate-entry", "The context has two entries named '" + key + "'."));
      }
      compiler_.AddToVocabulary(key);
      compiler_.PushScope();
      if (PeekWord("function")) compiler_.DeclareSelf(key);
      EM_ASSIGN(const Typed value, Expression());
      compiler_.PopScope();
      words.push_back(compiler_.ConstantIndex(Value::String(compiler_.program_.arena, key)));
      words.push_back(value.node);
      words.push_back(compiler_.DeclareLocal(key, value.type));
      type.members.push_back({key, value.type ? value.type : compiler_.pool().any()});
    } while (Take(","));
    EM_TRY(Need("}", "the entries of the context"));
  }
  compiler_.PopScope();
  const auto entries = static_cast<uint32_t>(words.size() / 3);
  return Typed{Add(start, Op::kContext, compiler_.AddExtra(words), entries),
               compiler_.pool().New(std::move(type))};
}

Result<Typed> Parser::Path(Typed value) {
  SkipSpace();
  const size_t at = position_;
  const Type* owner = value.type;
  while (owner && owner->form == Type::Form::kList) owner = owner->element;
  const std::string name = MemberName(owner);
  if (name.empty()) return Fail(ErrorHere("feel-syntax", "A name is expected after the point."));
  const Type* type = owner ? owner->Find(name) : nullptr;
  if (type && value.type->form == Type::Form::kList) type = compiler_.pool().ListOf(type);
  compiler_.offset_ = static_cast<uint32_t>(at);
  return Typed{compiler_.AddPath(value.node, name), type};
}

Result<Typed> Parser::Filter(Typed list) {
  const size_t start = position_;
  Take("[");
  const Type* item = list.type;
  if (item && item->form == Type::Form::kList) item = item->element;
  const int outer = std::exchange(in_range_, 0);
  const uint32_t slot = compiler_.PushItemScope(item);
  EM_ASSIGN(const Typed predicate, Expression());
  compiler_.PopScope();
  in_range_ = outer;
  EM_TRY(Need("]", "the filter"));
  return Typed{Add(start, Op::kFilter, list.node, predicate.node, slot), list.type};
}

Result<Typed> Parser::Call(Typed function) {
  const size_t start = position_;
  Take("(");
  const int outer = std::exchange(in_range_, 0);
  std::vector<NodeId> arguments;
  if (!Take(")")) {
    const size_t before = position_;
    if (!NameBefore(':').empty()) {
      position_ = before;
      auto named = CallNamed(function, start);
      in_range_ = outer;
      return named;
    }
    do {
      EM_ASSIGN(const Typed argument, Expression());
      arguments.push_back(argument.node);
    } while (Take(","));
    EM_TRY(Need(")", "the arguments"));
  }
  in_range_ = outer;
  return CallOf(function, arguments, start);
}

Result<Typed> Parser::CallOf(Typed function, const std::vector<NodeId>& arguments, size_t start) {
  const Program& program = compiler_.program_;
  const Node& callee = program.nodes[function.node];
  const auto count = static_cast<uint32_t>(arguments.size());
  if (callee.op == Op::kConstant && program.constants[callee.a].is_function()) {
    const Builtin* builtin = program.constants[callee.a].function().builtin;
    const NodeId node =
        Add(start, Op::kCallBuiltin, BuiltinIndex(*builtin), compiler_.AddExtra(arguments), count);
    return Typed{compiler_.Fold(node), nullptr};
  }
  const Type* result = function.type && function.type->form == Type::Form::kFunction
                           ? function.type->element
                           : nullptr;
  return Typed{Add(start, Op::kCall, function.node, compiler_.AddExtra(arguments), count), result};
}

Result<Typed> Parser::CallNamed(Typed function, size_t start) {
  std::vector<std::pair<std::string, NodeId>> arguments;
  do {
    std::string name = NameBefore(':');
    if (name.empty()) {
      return Fail(ErrorHere("feel-syntax", "Either all arguments have names or none has."));
    }
    EM_ASSIGN(const Typed argument, Expression());
    arguments.emplace_back(std::move(name), argument.node);
  } while (Take(","));
  EM_TRY(Need(")", "the arguments"));
  const Program& program = compiler_.program_;
  const Node& callee = program.nodes[function.node];
  if (callee.op == Op::kConstant && program.constants[callee.a].is_function()) {
    const Builtin* builtin = program.constants[callee.a].function().builtin;
    if (const auto bound = BindNames(*builtin, arguments)) {
      const auto count = static_cast<uint32_t>(bound->arguments.size());
      return Typed{compiler_.Fold(Add(start, Op::kCallBuiltin, BuiltinIndex(*bound->builtin),
                                      compiler_.AddExtra(bound->arguments), count)),
                   nullptr};
    }
    const std::string message =
        "The function '" + std::string(builtin->name) + "' has no parameters of these names.";
    if (!compiler_.options_.lenient) return Fail(ErrorHere("unknown-parameter", message));
    const uint32_t constant =
        compiler_.ConstantIndex(Value::String(compiler_.program_.arena, message));
    return Typed{Add(start, Op::kFailure, constant), nullptr};
  }
  std::vector<uint32_t> words;
  for (const auto& [name, node] : arguments) {
    words.push_back(compiler_.NameIndex(name));
    words.push_back(node);
  }
  const Type* result = function.type && function.type->form == Type::Form::kFunction
                           ? function.type->element
                           : nullptr;
  return Typed{Add(start, Op::kCallNamed, function.node, compiler_.AddExtra(words),
                   static_cast<uint32_t>(arguments.size())),
               result};
}

}  // namespace extramile::feel
