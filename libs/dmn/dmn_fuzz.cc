// Any bytes as a model: loading and evaluating all its decisions must end in a value or an error.
#include <cstddef>
#include <cstdint>

#include "dmn/model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace extramile;
  const dmn::LoadedFile file{"fuzz.dmn", std::string(reinterpret_cast<const char*>(bytes), size)};
  for (const bool strict : {true, false}) {
    dmn::LoadOptions options;
    options.strict = strict;
    const auto model = dmn::Load(std::span(&file, 1), options);
    if (!model) continue;
    dmn::Evaluation evaluation({.max_steps = 20'000, .max_call_depth = 64});
    const auto decisions = model->decisions();
    if (dmn::Evaluate(*model, decisions, {}, {}, evaluation)) {
      for (size_t i = 0; i < evaluation.size(); ++i) evaluation.Matched(i);
      evaluation.Problems();
    }
  }
  return 0;
}
