#include "feel/parser.h"

#include <algorithm>

#include "feel/builtins.h"
#include "feel/text.h"

namespace extramile::feel {
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

}  // namespace extramile::feel
