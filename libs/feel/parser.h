// Parser: one expression's text to nodes; a part of Compiler, split off for its size. Recursive
// descent over the grammar of DMN 1.5, 10.3.1.2, without a separate lexer, since what is a name
// depends on the scope.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "feel/compiler.h"

namespace extramile::feel {

// Counts how deep expressions are nested for as long as it lives.
class Nested {
 public:
  explicit Nested(int& depth) : depth_(depth) { ++depth_; }
  ~Nested() { --depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  int& depth_;
};

class Parser {
 public:
  Parser(Compiler& compiler, std::string_view text);

  Result<Typed> WholeExpression();
  Result<Typed> WholeUnaryTests();

 private:
  // Expressions, loosest binding first.
  Result<Typed> Expression();
  Result<Typed> Textual();
  Result<Typed> Disjunction();
  Result<Typed> Conjunction();
  Result<Typed> Comparison();
  Result<Typed> Additive();
  Result<Typed> Multiplicative();
  Result<Typed> Exponentiation();
  Result<Typed> Negation();
  Result<Typed> Postfix();
  Result<Typed> Primary();

  Result<Typed> For();
  Result<Typed> Quantified(Op op);
  Result<std::vector<uint32_t>> Iterators();
  Result<Typed> If();
  Result<Typed> FunctionDefinition();
  Result<FunctionCode::Parameter> FormalParameter();
  Result<Typed> Between(Typed value);
  Result<Typed> In(Typed value);
  Result<std::vector<NodeId>> TestList(char closing);
  // One positive unary test as a kTest node. `whole`: a whole expression may stand there, not only
  // an operand.
  Result<NodeId> Test(bool whole);
  Result<NodeId> FinishRangeTest(Typed low, size_t start);
  NodeId MakeIn(NodeId value, uint32_t slot, const std::vector<NodeId>& tests, bool negated);

  Result<Typed> Parenthesised();
  Result<Typed> Bracketed();
  Result<Typed> OpenRange();
  Result<Typed> FinishRange(Typed low, bool low_included, size_t start);
  Result<Typed> ComparisonRange();
  Result<Typed> Context();
  Result<Typed> Number();
  Result<Typed> String();
  Result<Typed> AtLiteral();
  Result<Typed> Name();
  Result<Typed> UnknownName();
  Result<Typed> Path(Typed value);
  Result<Typed> Filter(Typed list);
  Result<Typed> Call(Typed function);
  Result<Typed> CallNamed(Typed function, size_t start);
  Result<Typed> CallOf(Typed function, const std::vector<NodeId>& arguments, size_t start);
  Result<Typed> InstanceOf(Typed value);
  Result<const Type*> TypeExpression();
  Result<const Type*> ParametrisedType(std::string_view word);

  // Names.
  struct Prefix {
    std::string name;  // normalised
    size_t end;
    size_t words;
  };
  // The beginnings of the text at `from` that could be names, of at most `most` words and symbols.
  std::vector<Prefix> NamePrefixes(size_t from, size_t most) const;
  std::vector<Prefix> KnownNamePrefixes() const;
  std::string MemberName(const Type* owner);
  // The words up to `stop`, a character or a keyword; empty (and nothing read) where it does not
  // follow a name.
  std::string NameBefore(char stop);
  std::string NameBeforeKeyword(std::string_view keyword);
  std::string GreedyWords();
  Result<std::string> StringLiteral();

  // Characters.
  void SkipSpace();
  bool AtEnd();
  char Peek();
  bool PeekIs(std::string_view symbol);
  bool Take(std::string_view symbol);
  bool PeekWord(std::string_view word);
  bool TakeWord(std::string_view word);
  bool EndsRangeHere();
  std::string_view WordAt(size_t position) const;
  Result<void> Need(std::string_view symbol, std::string_view after);
  Result<void> NeedWord(std::string_view word, std::string_view after);

  Error ErrorHere(std::string code, std::string message, std::string advice = {});
  Error Unexpected();
  NodeId Add(size_t at, Op op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0, uint8_t flags = 0);

  Compiler& compiler_;
  std::string_view text_;
  size_t position_ = 0;
  int nesting_ = 0;
  int in_range_ = 0;            // parsing the upper end of a range: "[" may close it
  bool question_used_ = false;  // "?" was read since this was last cleared
};

}  // namespace extramile::feel
