// Expression: one FEEL expression by itself, for callers who have no decision model: compile it
// once with the names that it may use, evaluate it with a context that gives them values.
//
//   const std::string_view names[] = {"amount", "same customer so far"};
//   EM_ASSIGN(Expression sum, Expression::Compile("amount + same customer so far", names));
//   Arena arena;
//   ContextBuilder inputs(arena);
//   inputs.Set("amount", Value::Int(5)).Set("same customer so far", Value::Decimal(250, 2));
//   Outcome outcome = sum.Evaluate(arena, inputs.Build(), now);
//   ToFeel(outcome.value);          // "7.5"
//   outcome.problems;               // why a null is null
//
// Immutable once compiled; evaluate it from several threads, each with its own arena.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "feel/compiler.h"
#include "feel/evaluator.h"
#include "feel/problem.h"

namespace extramile::feel {

struct Outcome {
  Value value;
  std::vector<Problem> problems;
  bool stopped = false;  // a limit was reached: the value is null
};

class Expression {
 public:
  static Result<Expression> Compile(std::string_view text,
                                    std::span<const std::string_view> names = {},
                                    const CompilerOptions& options = {});
  // Unary tests on `?`, which Evaluate takes from the context's entry "?".
  static Result<Expression> CompileTests(std::string_view text,
                                         std::span<const std::string_view> names = {},
                                         const CompilerOptions& options = {});

  Outcome Evaluate(Arena& arena, const Value& context = {}, const DateTime& now = {},
                   const Limits& limits = {}) const;

  // The expression (or the unary tests) as FEEL text again: feel/print.h.
  std::string ToText() const;

 private:
  Expression() = default;
  static Result<Expression> Make(std::string_view text, std::span<const std::string_view> names,
                                 const CompilerOptions& options, bool tests);

  std::unique_ptr<Program> program_;
  const FunctionCode* code_ = nullptr;  // its parameters are the names
};

}  // namespace extramile::feel
