// Any bytes as a file of test cases beside a small model: the report is numbers or an error.
#include <cstddef>
#include <cstdint>

#include "dmn/tck.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace extramile;
  static const dmn::LoadedFile model{
      "m.dmn",
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" id="m" namespace="urn:m">
      <inputData id="i" name="x"/><decision id="d" name="y"><variable name="y"/>
      <informationRequirement><requiredInput href="#i"/></informationRequirement>
      <literalExpression><text>if x instance of list then count(x) else x.a</text></literalExpression></decision>
      <decisionService id="s" name="s"><outputDecision href="#d"/><inputData href="#i"/></decisionService></definitions>)"};
  const std::string_view xml(reinterpret_cast<const char*>(bytes), size);
  for (const bool strict : {true, false}) {
    const auto report =
        dmn::RunTestCases(std::span(&model, 1), "fuzz.xml", xml, {.strict = strict, .when = {}});
    if (report && report->total() < 0) return 1;
  }
  return 0;
}
