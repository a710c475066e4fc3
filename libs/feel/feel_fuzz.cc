// Any bytes as an expression and as unary tests: the result is a value or an error.
#include <cstddef>
#include <cstdint>

#include "feel/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace extramile::feel;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::string_view names[] = {"a", "b c", "d-e"};
  for (const bool lenient : {false, true}) {
    CompilerOptions options;
    options.lenient = lenient;
    for (const bool tests : {false, true}) {
      const auto expression = tests ? Expression::CompileTests(text, names, options)
                                    : Expression::Compile(text, names, options);
      if (!expression) continue;
      Arena arena(size_t{16} << 20);
      ContextBuilder context(arena);
      context.Set("a", Value::Int(3))
          .Set("b c", Value::List(arena, {Value::Int(1), Value::StringView("x")}));
      context.Set("?", Value::Decimal(15, 1));
      ToFeel(expression
                 ->Evaluate(arena, context.Build(), {}, {.max_steps = 20'000, .max_call_depth = 64})
                 .value);
    }
  }
  return 0;
}
