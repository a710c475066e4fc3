#include "feel/parser.h"

#include <algorithm>

#include "feel/builtins.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

constexpr uint8_t kUsesQuestionMark = 1;
constexpr uint8_t kNegatedTests = 1;

}  // namespace

Parser::Parser(Compiler& compiler, std::string_view text) : compiler_(compiler), text_(text) {}

NodeId Parser::Add(size_t at, Op op, uint32_t a, uint32_t b, uint32_t c, uint8_t flags) {
  compiler_.offset_ = static_cast<uint32_t>(at);
  return compiler_.Add(op, a, b, c, flags);
}

Result<Typed> Parser::WholeExpression() {
  if (text_.size() > compiler_.options_.max_expression_bytes) {
    return Fail(ErrorKind::kTooLarge, "feel-too-long", "The expression is too long.");
  }
  if (AtEnd()) return Fail(ErrorHere("feel-syntax", "The expression is empty."));
  EM_ASSIGN(const Typed result, Expression());
  if (!AtEnd()) return Fail(Unexpected());
  return result;
}

Result<Typed> Parser::WholeUnaryTests() {
  if (text_.size() > compiler_.options_.max_expression_bytes) {
    return Fail(ErrorKind::kTooLarge, "feel-too-long", "The cell is too long.");
  }
  if (AtEnd() || (Take("-") && AtEnd())) return Typed{};
  position_ = 0;
  const Typed question = compiler_.Resolve("?", false);
  const uint32_t slot = compiler_.program_.nodes[question.node].a;
  bool negated = false;
  SkipSpace();
  const size_t start = position_;
  std::vector<NodeId> tests;
  if (TakeWord("not") && Take("(")) {
    auto inner = TestList(')');
    if (inner && Take(")") && AtEnd()) {
      negated = true;
      tests = *std::move(inner);
    }
  }
  if (!negated) {
    position_ = start;
    EM_ASSIGN(tests, TestList('\0'));
    if (!AtEnd()) return Fail(Unexpected());
  }
  return Typed{MakeIn(question.node, slot, tests, negated), nullptr};
}

NodeId Parser::MakeIn(NodeId value, uint32_t slot, const std::vector<NodeId>& tests, bool negated) {
  std::vector<uint32_t> words = {slot};
  words.insert(words.end(), tests.begin(), tests.end());
  return compiler_.Add(Op::kIn, value, compiler_.AddExtra(words) + 1,
                       static_cast<uint32_t>(tests.size()), negated ? kNegatedTests : 0);
}

Result<Typed> Parser::Expression() {
  const Nested nested(nesting_);
  if (nesting_ > compiler_.options_.max_nesting) {
    Error error = ErrorHere("feel-too-deep", "The expression is nested too deeply.",
                            "Split it into several decisions or context entries.");
    error.kind = ErrorKind::kTooLarge;
    return Fail(std::move(error));
  }
  return Textual();
}

Result<Typed> Parser::Textual() {
  const auto prefixes = (SkipSpace(), KnownNamePrefixes());
  // A declared name of several words may begin with a keyword ("for whom"): then it is the name.
  const bool name = std::any_of(prefixes.begin(), prefixes.end(), [this](const Prefix& prefix) {
    return prefix.words > 1 && compiler_.Knows(prefix.name);
  });
  if (!name) {
    if (TakeWord("for")) return For();
    if (TakeWord("if")) return If();
    if (TakeWord("some")) return Quantified(Op::kSome);
    if (TakeWord("every")) return Quantified(Op::kEvery);
  }
  return Disjunction();
}

Result<std::vector<uint32_t>> Parser::Iterators() {
  std::vector<uint32_t> words;
  do {
    const std::string variable = NameBeforeKeyword("in");
    if (variable.empty()) {
      return Fail(
          ErrorHere("feel-syntax", "A variable's name and the word 'in' are expected here."));
    }
    EM_ASSIGN(const Typed list, Expression());
    NodeId range_end = kNoNode;
    const Type* type =
        list.type && list.type->form == Type::Form::kList ? list.type->element : nullptr;
    if (Take("..")) {
      EM_ASSIGN(const Typed end, Expression());
      range_end = end.node;
      type = nullptr;
    }
    compiler_.PushScope();
    words.push_back(compiler_.DeclareLocal(variable, type));
    words.push_back(list.node);
    words.push_back(range_end);
  } while (Take(","));
  return words;
}

Result<Typed> Parser::For() {
  const size_t start = position_;
  const size_t scopes = compiler_.scopes_.size();
  EM_ASSIGN(const auto words, Iterators());
  EM_TRY(NeedWord("return", "the lists of 'for'"));
  compiler_.PushScope();
  const uint32_t partial = compiler_.DeclareLocal("partial", nullptr);
  EM_ASSIGN(const Typed body, Expression());
  compiler_.scopes_.resize(scopes);
  const NodeId node = Add(start, Op::kFor, compiler_.AddExtra(words), body.node, partial);
  compiler_.program_.nodes[node].count = static_cast<uint16_t>(words.size() / 3);
  return Typed{node, body.type ? compiler_.pool().ListOf(body.type) : nullptr};
}

Result<Typed> Parser::Quantified(Op op) {
  const size_t start = position_;
  const size_t scopes = compiler_.scopes_.size();
  EM_ASSIGN(const auto words, Iterators());
  EM_TRY(NeedWord("satisfies", "the lists of 'some' or 'every'"));
  EM_ASSIGN(const Typed body, Expression());
  compiler_.scopes_.resize(scopes);
  const NodeId node = Add(start, op, compiler_.AddExtra(words), body.node);
  compiler_.program_.nodes[node].count = static_cast<uint16_t>(words.size() / 3);
  return Typed{node, nullptr};
}

Result<Typed> Parser::If() {
  const size_t start = position_;
  EM_ASSIGN(const Typed condition, Expression());
  EM_TRY(NeedWord("then", "the condition of 'if'"));
  EM_ASSIGN(const Typed yes, Expression());
  EM_TRY(NeedWord("else", "the value after 'then'"));
  EM_ASSIGN(const Typed no, Expression());
  return Typed{Add(start, Op::kIf, condition.node, yes.node, no.node), yes.type};
}

Result<Typed> Parser::Disjunction() {
  EM_ASSIGN(Typed left, Conjunction());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    if (!TakeWord("or")) return left;
    EM_ASSIGN(const Typed right, Conjunction());
    left = {Add(at, Op::kOr, left.node, right.node), nullptr};
  }
}

Result<Typed> Parser::Conjunction() {
  EM_ASSIGN(Typed left, Comparison());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    if (!TakeWord("and")) return left;
    EM_ASSIGN(const Typed right, Comparison());
    left = {Add(at, Op::kAnd, left.node, right.node), nullptr};
  }
}

Result<Typed> Parser::Comparison() {
  EM_ASSIGN(Typed left, Additive());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    std::optional<Op> op;
    if (Take("!=")) {
      op = Op::kNotEqual;
    } else if (Take("<=")) {
      op = Op::kLessEqual;
    } else if (Take(">=")) {
      op = Op::kGreaterEqual;
    } else if (Take("<")) {
      op = Op::kLess;
    } else if (Take(">")) {
      op = Op::kGreater;
    } else if (Take("=")) {
      op = Op::kEqual;
    } else if (TakeWord("between")) {
      EM_ASSIGN(left, Between(left));
      continue;
    } else if (TakeWord("in")) {
      EM_ASSIGN(left, In(left));
      continue;
    }
    if (!op) return left;
    EM_ASSIGN(const Typed right, Additive());
    left = {Add(at, *op, left.node, right.node), nullptr};
  }
}

Result<Typed> Parser::Between(Typed value) {
  const size_t at = position_;
  EM_ASSIGN(const Typed low, Additive());
  EM_TRY(NeedWord("and", "the lower end of 'between'"));
  EM_ASSIGN(const Typed high, Additive());
  return Typed{Add(at, Op::kBetween, value.node, low.node, high.node), nullptr};
}

Result<Typed> Parser::In(Typed value) {
  const bool outer_question = question_used_;
  compiler_.PushScope();
  const uint32_t slot = compiler_.DeclareLocal("?", value.type);
  std::vector<NodeId> tests;
  if (Take("(")) {
    const size_t start = position_;
    EM_ASSIGN(const NodeId first, Test(true));
    if (PeekIs("..")) {
      const Typed low{compiler_.program_.nodes[first].a, nullptr};
      EM_ASSIGN(const NodeId test, FinishRangeTest(low, start));
      tests.push_back(test);
    } else {
      tests.push_back(first);
      while (Take(",")) {
        EM_ASSIGN(const NodeId next, Test(true));
        tests.push_back(next);
      }
      EM_TRY(Need(")", "the values of 'in'"));
    }
  } else {
    EM_ASSIGN(const NodeId test, Test(false));
    tests.push_back(test);
  }
  compiler_.PopScope();
  question_used_ = outer_question;
  return Typed{MakeIn(value.node, slot, tests, false), nullptr};
}

Result<NodeId> Parser::FinishRangeTest(Typed low, size_t start) {
  EM_ASSIGN(const Typed range, FinishRange(low, false, start));
  return Add(start, Op::kTest, range.node);
}

Result<std::vector<NodeId>> Parser::TestList(char closing) {
  std::vector<NodeId> tests;
  do {
    EM_ASSIGN(const NodeId test, Test(true));
    tests.push_back(test);
  } while (Take(","));
  if (closing != '\0' && Peek() != closing) return Fail(Unexpected());
  return tests;
}

Result<NodeId> Parser::Test(bool whole) {
  SkipSpace();
  const size_t start = position_;
  const auto comparison = [&]() -> std::optional<Op> {
    if (Take("!=")) return Op::kNotEqual;
    if (Take("<=")) return Op::kLessEqual;
    if (Take(">=")) return Op::kGreaterEqual;
    if (Take("<")) return Op::kLess;
    if (Take(">")) return Op::kGreater;
    if (Take("=")) return Op::kEqual;
    return std::nullopt;
  }();
  if (comparison) {
    EM_ASSIGN(const Typed operand, Additive());
    const Typed question = compiler_.Resolve("?", false);
    const NodeId compared = Add(start, *comparison, question.node, operand.node);
    return Add(start, Op::kTest, compared, 0, 0, kUsesQuestionMark);
  }
  const bool outer_question = question_used_;
  question_used_ = false;
  EM_ASSIGN(const Typed value, whole ? Expression() : Additive());
  const bool uses = question_used_;
  question_used_ = outer_question || uses;
  return Add(start, Op::kTest, value.node, 0, 0, uses ? kUsesQuestionMark : 0);
}

Result<Typed> Parser::Additive() {
  EM_ASSIGN(Typed left, Multiplicative());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    const Op op = Peek() == '+' ? Op::kAdd : Op::kSubtract;
    if (!Take("+") && !Take("-")) return left;
    EM_ASSIGN(const Typed right, Multiplicative());
    left = {compiler_.Fold(Add(at, op, left.node, right.node)), nullptr};
  }
}

Result<Typed> Parser::Multiplicative() {
  EM_ASSIGN(Typed left, Exponentiation());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    if (PeekIs("**")) return left;
    const Op op = Peek() == '*' ? Op::kMultiply : Op::kDivide;
    if (!Take("*") && !Take("/")) return left;
    EM_ASSIGN(const Typed right, Exponentiation());
    left = {compiler_.Fold(Add(at, op, left.node, right.node)), nullptr};
  }
}

Result<Typed> Parser::Exponentiation() {
  EM_ASSIGN(Typed left, Negation());
  while (true) {
    const size_t at = (SkipSpace(), position_);
    if (!Take("**")) return left;
    EM_ASSIGN(const Typed right, Negation());
    left = {Add(at, Op::kPower, left.node, right.node), nullptr};
  }
}

Result<Typed> Parser::Negation() {
  SkipSpace();
  const size_t start = position_;
  if (!Take("-")) return Postfix();
  const Nested nested(nesting_);
  if (nesting_ > compiler_.options_.max_nesting)
    return Fail(ErrorHere("feel-too-deep", "Too many signs."));
  EM_ASSIGN(const Typed operand, Negation());
  return Typed{compiler_.Fold(Add(start, Op::kNegate, operand.node)), nullptr};
}

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
  const uint32_t constant = compiler_.ConstantIndex(Value::String(compiler_.program_.arena, name));
  return Typed{Add(at, Op::kPath, value.node, constant), type};
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
    words.push_back(compiler_.ConstantIndex(Value::String(compiler_.program_.arena, name)));
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
