// What one expression costs, compiled once.
#include <benchmark/benchmark.h>

#include "feel/expression.h"

namespace extramile::feel {
namespace {

void Run(benchmark::State& state, std::string_view text) {
  const std::string_view names[] = {"amount", "same customer so far", "limits"};
  const auto expression = Expression::Compile(text, names);
  if (!expression) return state.SkipWithError(expression.error().ToString().c_str());
  Arena inputs;
  ContextBuilder limits(inputs), context(inputs);
  limits.Set("per case", Value::Int(25)).Set("per month", Value::Int(400));
  context.Set("amount", Value::Decimal(1250, 2))
      .Set("same customer so far", Value::Decimal(500, 2));
  context.Set("limits", limits.Build());
  const Value all = context.Build();
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    benchmark::DoNotOptimize(expression->Evaluate(arena, all).value);
  }
}

BENCHMARK_CAPTURE(Run, comparison, "amount + same customer so far <= limits.per case");
BENCHMARK_CAPTURE(Run, loop_of_1000, "sum(for i in 1..1000 return i * amount)");
BENCHMARK_CAPTURE(Run, division, "amount / 3");

}  // namespace
}  // namespace extramile::feel
