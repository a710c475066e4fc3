#include "feel/expression.h"

#include "feel/print.h"
#include "feel/text.h"

namespace extramile::feel {

Result<Expression> Expression::Make(std::string_view text, std::span<const std::string_view> names,
                                    const CompilerOptions& options, bool tests) {
  Expression expression;
  expression.program_ = std::make_unique<Program>();
  Compiler compiler(*expression.program_, options);
  std::vector<FunctionCode::Parameter> parameters;
  for (const std::string_view name : names) parameters.push_back({std::string(name), nullptr});
  if (tests) parameters.push_back({"?", nullptr});
  compiler.BeginFunction("", std::move(parameters));
  EM_ASSIGN(Typed body, tests ? compiler.UnaryTests(text, "") : compiler.Expression(text, ""));
  if (body.node == kNoNode) body.node = compiler.AddConstant(Value::Bool(true));
  expression.code_ = compiler.EndFunction(body.node, nullptr);
  return expression;
}

Result<Expression> Expression::Compile(std::string_view text,
                                       std::span<const std::string_view> names,
                                       const CompilerOptions& options) {
  return Make(text, names, options, false);
}

Result<Expression> Expression::CompileTests(std::string_view text,
                                            std::span<const std::string_view> names,
                                            const CompilerOptions& options) {
  return Make(text, names, options, true);
}

std::string Expression::ToText() const {
  const auto name = [this](uint32_t slot) {
    return slot < code_->parameters.size() ? NormaliseName(code_->parameters[slot].name)
                                           : "v" + std::to_string(slot);
  };
  const Node& body = program_->nodes[code_->body];
  const bool tests = !code_->parameters.empty() && code_->parameters.back().name == "?";
  if (!tests) return Print(*program_, code_->body, {.global = {}, .local = name});
  return PrintTests(*program_, body.op == Op::kIn ? code_->body : kNoNode,
                    {.global = {}, .local = name});
}

Outcome Expression::Evaluate(Arena& arena, const Value& context, const DateTime& now,
                             const Limits& limits) const {
  Evaluator evaluator(*program_, arena, now, limits);
  std::vector<Value> arguments;
  for (const FunctionCode::Parameter& parameter : code_->parameters)
    arguments.push_back(context.Find(parameter.name));
  Outcome outcome;
  outcome.value = evaluator.Run(*code_, arguments);
  outcome.stopped = evaluator.stopped();
  if (outcome.stopped) outcome.value = Value();
  for (size_t i = 0; i < evaluator.problem_count(); ++i)
    outcome.problems.push_back(evaluator.ProblemAt(i));
  return outcome;
}

}  // namespace extramile::feel
