// The parser's lower half: names, literals, types, characters.
#include <algorithm>

#include "feel/builtins.h"
#include "feel/literals.h"
#include "feel/parser.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

constexpr size_t kMaxNameWords = 32;
constexpr std::string_view kNameSymbols = "./-'+*";

bool IsKeyword(std::string_view word) {
  static constexpr std::string_view kKeywords[] = {
      "and",    "or",   "if",      "then",      "else",     "for",     "in",
      "return", "some", "every",   "satisfies", "true",     "false",   "null",
      "not",    "of",   "between", "instance",  "function", "external"};
  return std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords);
}

bool IsReserved(std::string_view word) { return IsKeyword(word) && word != "not" && word != "of"; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void Parser::SkipSpace() {
  while (position_ < text_.size()) {
    if (text_.substr(position_).starts_with("//")) {
      while (position_ < text_.size() && text_[position_] != '\n') ++position_;
      continue;
    }
    if (text_.substr(position_).starts_with("/*")) {
      const size_t end = text_.find("*/", position_ + 2);
      position_ = end == std::string_view::npos ? text_.size() : end + 2;
      continue;
    }
    size_t next = position_;
    if (!IsSpace(NextCodePoint(text_, &next))) return;
    position_ = next;
  }
}

bool Parser::AtEnd() {
  SkipSpace();
  return position_ >= text_.size();
}

char Parser::Peek() {
  SkipSpace();
  return position_ < text_.size() ? text_[position_] : '\0';
}

bool Parser::PeekIs(std::string_view symbol) {
  SkipSpace();
  return text_.substr(position_).starts_with(symbol);
}

bool Parser::Take(std::string_view symbol) {
  if (!PeekIs(symbol)) return false;
  // "." is not the beginning of "..", nor "*" of "**".
  if ((symbol == "." || symbol == "*") && text_.substr(position_ + 1).starts_with(symbol))
    return false;
  position_ += symbol.size();
  return true;
}

std::string_view Parser::WordAt(size_t position) const {
  size_t end = position;
  while (end < text_.size()) {
    size_t next = end;
    if (!IsNamePart(NextCodePoint(text_, &next))) break;
    end = next;
  }
  return text_.substr(position, end - position);
}

bool Parser::PeekWord(std::string_view word) {
  SkipSpace();
  return WordAt(position_) == word;
}

bool Parser::TakeWord(std::string_view word) {
  if (!PeekWord(word)) return false;
  position_ += word.size();
  return true;
}

// Inside a range's upper end, "[" closes the range unless what follows it can only be a filter.
bool Parser::EndsRangeHere() {
  if (in_range_ == 0) return false;
  const size_t before = position_;
  ++position_;
  const char c = Peek();
  const std::string_view word = WordAt(position_);
  const bool ends = c == '\0' ||
                    std::string_view(",)]}=!<>+*/.").find(c) != std::string_view::npos ||
                    word == "and" || word == "or" || word == "then" || word == "else" ||
                    word == "return" || word == "satisfies" || word == "instance";
  position_ = before;
  return ends;
}

Error Parser::ErrorHere(std::string code, std::string message, std::string advice) {
  SkipSpace();
  Program& program = compiler_.program_;
  program.nodes.push_back({});
  program.places.push_back(
      {compiler_.source_, static_cast<uint32_t>(std::min(position_, text_.size()))});
  const std::string place = program.PlaceOf(static_cast<NodeId>(program.nodes.size() - 1));
  return {ErrorKind::kInvalid, std::move(code), std::move(message), place, std::move(advice)};
}

Error Parser::Unexpected() {
  SkipSpace();
  if (position_ >= text_.size()) return ErrorHere("feel-syntax", "The expression ends too early.");
  std::string_view shown = WordAt(position_);
  size_t next = position_;
  NextCodePoint(text_, &next);
  if (shown.empty()) shown = text_.substr(position_, next - position_);
  return ErrorHere("feel-syntax", "'" + std::string(shown) + "' is not expected here.",
                   "Put text in double quotes, and check that the names before it are spelt as "
                   "they are declared.");
}

Result<void> Parser::Need(std::string_view symbol, std::string_view after) {
  if (Take(symbol)) return {};
  return Fail(ErrorHere("feel-syntax", "'" + std::string(symbol) + "' is expected after " +
                                           std::string(after) + "."));
}

Result<void> Parser::NeedWord(std::string_view word, std::string_view after) {
  if (TakeWord(word)) return {};
  return Fail(ErrorHere(
      "feel-syntax", "'" + std::string(word) + "' is expected after " + std::string(after) + "."));
}

std::vector<Parser::Prefix> Parser::NamePrefixes(size_t from, size_t most) const {
  std::vector<Prefix> prefixes;
  std::string name;
  size_t i = from, words = 0;
  bool after_symbol = true;
  while (words < most) {
    size_t start = i;
    while (start < text_.size()) {
      size_t next = start;
      if (!IsSpace(NextCodePoint(text_, &next))) break;
      start = next;
    }
    const std::string_view word = WordAt(start);
    if (!word.empty()) {
      size_t first = start;
      if (words == 0 && !IsNameStart(NextCodePoint(text_, &first))) break;
      if (!after_symbol) name += ' ';
      name += word;
      i = start + word.size();
      after_symbol = false;
    } else if (words > 0 && start < text_.size() &&
               kNameSymbols.find(text_[start]) != std::string_view::npos) {
      if (text_.substr(start).starts_with("..") || text_.substr(start).starts_with("//") ||
          text_.substr(start).starts_with("/*")) {
        break;
      }
      name += text_[start];
      i = start + 1;
      after_symbol = true;
    } else {
      break;
    }
    ++words;
    prefixes.push_back({name, i, words});
  }
  return prefixes;
}

std::vector<Parser::Prefix> Parser::KnownNamePrefixes() const {
  return NamePrefixes(position_, compiler_.longest_name_);
}

// Adjacent words that are no keywords: FEEL puts no two names side by side, so they must be one.
std::string Parser::GreedyWords() {
  std::string name;
  while (true) {
    const size_t before = position_;
    SkipSpace();
    const std::string_view word = WordAt(position_);
    size_t first = position_;
    const bool starts =
        !word.empty() && (!name.empty() || IsNameStart(NextCodePoint(text_, &first)));
    if (!starts || (!name.empty() && IsReserved(word))) {
      position_ = before;
      return name;
    }
    if (!name.empty()) name += ' ';
    name += word;
    position_ += word.size();
  }
}

std::string Parser::MemberName(const Type* owner) {
  SkipSpace();
  const auto prefixes = KnownNamePrefixes();
  const auto longest = [&](auto known) -> const Prefix* {
    for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend(); ++prefix) {
      if (known(prefix->name)) return &*prefix;
    }
    return nullptr;
  };
  const Prefix* match = nullptr;
  if (owner && owner->form == Type::Form::kContext) {
    match = longest([owner](const std::string& name) {
      return std::any_of(
          owner->members.begin(), owner->members.end(),
          [&](const Type::Member& member) { return NormaliseName(member.name) == name; });
    });
    if (match) {
      position_ = match->end;
      for (const Type::Member& member : owner->members) {
        if (NormaliseName(member.name) == match->name) return member.name;
      }
    }
  }
  match = longest([this](const std::string& name) { return compiler_.vocabulary_.contains(name); });
  if (match) {
    position_ = match->end;
    return match->name;
  }
  return GreedyWords();
}

std::string Parser::NameBefore(char stop) {
  SkipSpace();
  const size_t before = position_;
  for (const Prefix& prefix : NamePrefixes(position_, kMaxNameWords)) {
    position_ = prefix.end;
    if (Peek() == stop) {
      ++position_;
      return prefix.name;
    }
  }
  position_ = before;
  return "";
}

std::string Parser::NameBeforeKeyword(std::string_view keyword) {
  SkipSpace();
  const size_t before = position_;
  for (const Prefix& prefix : NamePrefixes(position_, kMaxNameWords)) {
    position_ = prefix.end;
    if (TakeWord(keyword)) return prefix.name;
  }
  position_ = before;
  return "";
}

Result<Typed> Parser::Name() {
  SkipSpace();
  const size_t start = position_;
  const auto prefixes = KnownNamePrefixes();
  if (prefixes.empty()) return Fail(Unexpected());
  for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend(); ++prefix) {
    if (prefix->words == 1 && IsReserved(prefix->name)) break;
    if (!compiler_.Knows(prefix->name)) continue;
    position_ = prefix->end;
    if (prefix->name == "?") question_used_ = true;
    const bool called = Peek() == '(';
    compiler_.offset_ = static_cast<uint32_t>(start);
    return compiler_.Resolve(prefix->name, called);
  }
  if (TakeWord("true")) return Typed{compiler_.AddConstant(Value::Bool(true)), nullptr};
  if (TakeWord("false")) return Typed{compiler_.AddConstant(Value::Bool(false)), nullptr};
  if (TakeWord("null")) return Typed{compiler_.AddConstant(Value()), nullptr};
  if (TakeWord("function")) return FunctionDefinition();
  // Allowed as an operand too: 1 + if a then b else c.
  if (PeekWord("if") || PeekWord("for") || PeekWord("some") || PeekWord("every"))
    return Expression();
  if (IsReserved(WordAt(position_))) return Fail(Unexpected());
  return UnknownName();
}

Result<Typed> Parser::UnknownName() {
  const size_t start = position_;
  const auto prefixes = KnownNamePrefixes();
  std::string name;
  for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend() && name.empty(); ++prefix) {
    if (!compiler_.vocabulary_.contains(prefix->name)) continue;
    name = prefix->name;
    position_ = prefix->end;
  }
  if (name.empty()) name = GreedyWords();
  compiler_.offset_ = static_cast<uint32_t>(start);
  const Typed member = compiler_.Resolve(name, false);
  if (member.node != kNoNode) return member;
  const std::string message = "The name '" + name + "' is not known here.";
  if (!compiler_.options_.lenient) {
    position_ = start;
    return Fail(ErrorHere("unknown-name", message,
                          "Put text in double quotes; a decision must require the inputs and "
                          "decisions that it names."));
  }
  const uint32_t constant =
      compiler_.ConstantIndex(Value::String(compiler_.program_.arena, message));
  return Typed{Add(start, Op::kFailure, constant), nullptr};
}

Result<Typed> Parser::Number() {
  const size_t start = position_;
  size_t end = position_;
  while (end < text_.size() && IsDigit(text_[end])) ++end;
  if (end + 1 < text_.size() && text_[end] == '.' && IsDigit(text_[end + 1])) {
    ++end;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    size_t exponent = end + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (exponent < text_.size() && IsDigit(text_[exponent])) {
      while (exponent < text_.size() && IsDigit(text_[exponent])) ++exponent;
      end = exponent;
    }
  }
  const auto number = feel::Number::Parse(text_.substr(start, end - start));
  position_ = end;
  if (!number)
    return Fail(ErrorHere("number-too-large", "The number is beyond what FEEL can hold."));
  compiler_.offset_ = static_cast<uint32_t>(start);
  return Typed{compiler_.AddConstant(Value::Of(compiler_.program_.arena, *number)),
               compiler_.pool().Builtin("number")};
}

Result<std::string> Parser::StringLiteral() {
  SkipSpace();
  const size_t start = position_++;
  size_t end = position_;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  if (end >= text_.size()) {
    position_ = start;
    return Fail(ErrorHere("feel-syntax", "The text that begins here has no closing double quote."));
  }
  const auto text = UnescapeString(text_.substr(position_, end - position_));
  if (!text)
    return Fail(ErrorHere("feel-syntax", "The text contains an escape that FEEL does not know."));
  position_ = end + 1;
  return *text;
}

Result<Typed> Parser::String() {
  const size_t start = position_;
  EM_ASSIGN(const std::string text, StringLiteral());
  compiler_.offset_ = static_cast<uint32_t>(start);
  return Typed{compiler_.AddConstant(Value::String(compiler_.program_.arena, text)),
               compiler_.pool().Builtin("string")};
}

Result<Typed> Parser::AtLiteral() {
  const size_t start = position_++;
  if (Peek() != '"')
    return Fail(ErrorHere("feel-syntax", "A text in double quotes is expected after '@'."));
  EM_ASSIGN(const std::string text, StringLiteral());
  const Value value = ParseTemporal(compiler_.program_.arena, text);
  compiler_.offset_ = static_cast<uint32_t>(start);
  if (!value.is_null()) return Typed{compiler_.AddConstant(value), nullptr};
  const std::string message = "'" + text + "' is no date, time or duration.";
  if (!compiler_.options_.lenient) {
    position_ = start;
    return Fail(ErrorHere("invalid-literal", message));
  }
  const uint32_t constant =
      compiler_.ConstantIndex(Value::String(compiler_.program_.arena, message));
  return Typed{Add(start, Op::kFailure, constant), nullptr};
}

Result<FunctionCode::Parameter> Parser::FormalParameter() {
  SkipSpace();
  const auto prefixes = NamePrefixes(position_, kMaxNameWords);
  for (const Prefix& prefix : prefixes) {
    position_ = prefix.end;
    const char next = Peek();
    if (next == ':') {
      Take(":");
      EM_ASSIGN(const Type* const type, TypeExpression());
      return FunctionCode::Parameter{prefix.name, type};
    }
    if (next == ',' || next == ')') return FunctionCode::Parameter{prefix.name, nullptr};
  }
  return Fail(ErrorHere("feel-syntax", "A parameter's name is expected here."));
}

Result<Typed> Parser::FunctionDefinition() {
  const size_t start = position_;
  EM_TRY(Need("(", "'function'"));
  std::vector<FunctionCode::Parameter> parameters;
  if (!Take(")")) {
    do {
      EM_ASSIGN(auto parameter, FormalParameter());
      parameters.push_back(std::move(parameter));
    } while (Take(","));
    EM_TRY(Need(")", "the parameters"));
  }
  const bool external = TakeWord("external");
  if (external && !compiler_.options_.lenient) {
    return Fail(ErrorHere("external-function", "Functions of other languages are not run."));
  }
  compiler_.BeginFunction("", std::move(parameters));
  EM_ASSIGN(Typed body, Expression());
  compiler_.offset_ = static_cast<uint32_t>(start);
  if (external) body.node = compiler_.AddForeignCode("another language");
  return compiler_.Closure(compiler_.EndFunction(body.node, nullptr));
}

Result<Typed> Parser::InstanceOf(Typed value) {
  const size_t start = position_;
  TakeWord("instance");
  EM_TRY(NeedWord("of", "'instance'"));
  EM_ASSIGN(const Type* const type, TypeExpression());
  return Typed{Add(start, Op::kInstanceOf, value.node, compiler_.TypeIndex(type)), nullptr};
}

Result<const Type*> Parser::TypeExpression() {
  const Nested nested(nesting_);
  if (nesting_ > compiler_.options_.max_nesting)
    return Fail(ErrorHere("feel-too-deep", "The type is nested too deeply."));
  SkipSpace();
  const std::string_view word = WordAt(position_);
  const size_t before = position_;
  position_ += word.size();
  const bool parametrised = Peek() == '<';
  position_ = before;
  if (parametrised &&
      (word == "list" || word == "range" || word == "context" || word == "function")) {
    position_ += word.size();
    return ParametrisedType(word);
  }
  const auto prefixes = KnownNamePrefixes();
  for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend(); ++prefix) {
    if (const Type* type = compiler_.TypeByName(prefix->name)) {
      position_ = prefix->end;
      return type;
    }
  }
  const std::string name = GreedyWords();
  if (name.empty()) return Fail(ErrorHere("feel-syntax", "A type's name is expected here."));
  if (!compiler_.options_.lenient) {
    position_ = before;
    return Fail(ErrorHere("unknown-type", "The type '" + name + "' is not known here."));
  }
  Type unknown;
  unknown.form = Type::Form::kUnknown;
  unknown.name = name;
  return compiler_.pool().New(std::move(unknown));
}

Result<const Type*> Parser::ParametrisedType(std::string_view word) {
  Type type;
  Take("<");
  if (word == "list" || word == "range") {
    type.form = word == "list" ? Type::Form::kList : Type::Form::kRange;
    EM_ASSIGN(type.element, TypeExpression());
    EM_TRY(Need(">", "the type"));
    return compiler_.pool().New(std::move(type));
  }
  type.form = word == "context" ? Type::Form::kContext : Type::Form::kFunction;
  if (!Take(">")) {
    do {
      Type::Member member;
      if (word == "context") {
        member.name = NameBefore(':');
        if (member.name.empty())
          return Fail(ErrorHere("feel-syntax", "A name and a colon are expected here."));
      }
      EM_ASSIGN(member.type, TypeExpression());
      type.members.push_back(std::move(member));
    } while (Take(","));
    EM_TRY(Need(">", "the types"));
  }
  if (word == "function") {
    EM_TRY(Need("->", "the types of the parameters"));
    EM_ASSIGN(type.element, TypeExpression());
  }
  return compiler_.pool().New(std::move(type));
}

}  // namespace extramile::feel
