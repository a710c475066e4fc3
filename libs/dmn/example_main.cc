// The example of README.md: load a model, decide, and say why.
#include <fstream>
#include <iostream>
#include <iterator>

#include "dmn/model.h"

int main(int argc, char** argv) {
  using namespace extramile;
  if (argc < 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const dmn::LoadedFile file{argv[1], {std::istreambuf_iterator<char>(in), {}}};
  // begin of the example
  const auto model = dmn::Load(std::span(&file, 1));
  if (!model) return (std::cerr << model.error().ToString() << '\n', 1);
  dmn::Evaluation evaluation;
  feel::ContextBuilder inputs(evaluation.arena());
  inputs.Set("amount", feel::Value::Decimal(1250, 2))
      .Set("segment", feel::Value::StringView("gold"));
  const std::string_view wanted[] = {"discount"};
  const auto done = dmn::Evaluate(*model, wanted, inputs.Build(), {}, evaluation);
  if (!done) return (std::cerr << done.error().ToString() << '\n', 1);
  std::cout << "discount: " << ToFeel(evaluation.value(0)) << '\n';
  for (const dmn::MatchedRule& rule : evaluation.Matched(0)) {
    std::cout << "rule " << rule.rule_number << " by";
    for (const std::string_view heading : rule.inputs_that_mattered)
      std::cout << " '" << heading << "'";
    std::cout << '\n';
  }
  // end of the example
}
