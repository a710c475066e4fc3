// What one check costs: six COLLECT tables of 20 rules over a built context, and a decision that
// folds them.
//   build/dev/libs/dmn/dmn_benchmark
#include <benchmark/benchmark.h>

#include <string>

#include "dmn/model.h"

namespace extramile::dmn {
namespace {

using feel::Value;

constexpr int kGates = 6;
constexpr int kRules = 20;

std::string Gate(int gate) {
  const std::string name = "gate " + std::to_string(gate);
  std::string xml = "<decision id=\"g" + std::to_string(gate) + "\" name=\"" + name +
                    "\"><variable name=\"" + name + "\"/>";
  for (const char* input : {"idea", "staff", "others"}) {
    xml += "<informationRequirement><requiredInput href=\"#" + std::string(input) +
           "\"/></informationRequirement>";
  }
  xml += "<decisionTable hitPolicy=\"COLLECT\">";
  for (const char* input :
       {"idea.kind", "idea.amount", "staff.role", "others.extra wait minutes", "idea.channel"}) {
    xml +=
        "<input><inputExpression><text>" + std::string(input) + "</text></inputExpression></input>";
  }
  xml +=
      "<output name=\"verdict\"/><output name=\"role\"/><output name=\"reason\"/><annotation "
      "name=\"Source\"/>";
  for (int rule = 0; rule < kRules; ++rule) {
    const std::string low = std::to_string(rule * 5), high = std::to_string(rule * 5 + 40);
    const char* kinds[] = {"\"credit\"", "\"gift\", \"call\"", "-", "not(\"refund\")"};
    xml += "<rule><inputEntry><text>" + std::string(kinds[rule % 4]) +
           "</text></inputEntry><inputEntry><text>[" + low + ".." + high +
           "]</text></inputEntry><inputEntry><text>" + (rule % 3 ? "\"agent\"" : "-") +
           "</text></inputEntry><inputEntry><text>" + (rule % 2 ? "&lt; 3" : "-") +
           "</text></inputEntry><inputEntry><text>-</text></inputEntry>"
           "<outputEntry><text>\"allowed\"</text></outputEntry><outputEntry><text>null</text></"
           "outputEntry>"
           "<outputEntry><text>\"rule " +
           std::to_string(rule) +
           " holds for \" + idea.kind</text></outputEntry>"
           "<annotationEntry><text>Act s." +
           std::to_string(rule) + "</text></annotationEntry></rule>";
  }
  return xml + "</decisionTable></decision>";
}

std::string ModelXml() {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)";
  for (const char* input : {"idea", "staff", "others"}) {
    xml += "<inputData id=\"" + std::string(input) + "\" name=\"" + input + "\"><variable name=\"" +
           input + "\"/></inputData>";
  }
  std::string all, requirements;
  for (int gate = 0; gate < kGates; ++gate) {
    xml += Gate(gate);
    all += (gate ? ", gate " : "gate ") + std::to_string(gate);
    requirements += "<informationRequirement><requiredDecision href=\"#g" + std::to_string(gate) +
                    "\"/></informationRequirement>";
  }
  return xml + "<decision id=\"f\" name=\"feasibility\"><variable name=\"feasibility\"/>" +
         requirements + "<literalExpression><text>if some v in concatenate(" + all +
         ").verdict satisfies v = \"not allowed\" then \"not allowed\" else "
         "\"allowed\"</text></literalExpression></decision></definitions>";
}

// An idea, its person and the others, as a check gives them.
Value Inputs(feel::Arena& arena) {
  feel::ContextBuilder idea(arena), staff(arena), others(arena), all(arena);
  idea.SetView("gesture", Value::StringView("apology credit"))
      .SetView("kind", Value::StringView("credit"))
      .SetView("currency", Value::StringView("GBP"))
      .SetView("minutes", Value::Int(12))
      .SetView("amount", Value::Decimal(2250, 2))
      .SetView("channel", Value::StringView("phone"));
  staff.SetView("role", Value::StringView("agent"));
  others.SetView("extra wait minutes", Value::Decimal(12, 1));
  all.SetView("idea", idea.Build())
      .SetView("staff", staff.Build())
      .SetView("others", others.Build());
  return all.Build();
}

void SixGatesAndTheFold(benchmark::State& state) {
  const LoadedFile file{"m.dmn", ModelXml()};
  const auto model = Load(std::span(&file, 1));
  if (!model) return state.SkipWithError(model.error().ToString().c_str());
  std::vector<std::string> names;
  for (int gate = 0; gate < kGates; ++gate) names.push_back("gate " + std::to_string(gate));
  std::vector<std::string_view> wanted(names.begin(), names.end());
  wanted.push_back("feasibility");
  Evaluation evaluation;
  for (auto _ : state) {
    evaluation.Reset();
    const auto done = Evaluate(*model, wanted, Inputs(evaluation.arena()), {}, evaluation);
    if (!done || evaluation.value(kGates).string() != "allowed")
      return state.SkipWithError("wrong result");
    benchmark::DoNotOptimize(evaluation.value(0));
  }
}
BENCHMARK(SixGatesAndTheFold);

void TheSameWithItsReasons(benchmark::State& state) {
  const LoadedFile file{"m.dmn", ModelXml()};
  const auto model = Load(std::span(&file, 1));
  if (!model) return state.SkipWithError(model.error().ToString().c_str());
  const std::string_view wanted[] = {"feasibility", "gate 0", "gate 1", "gate 2",
                                     "gate 3",      "gate 4", "gate 5"};
  Evaluation evaluation;
  for (auto _ : state) {
    evaluation.Reset();
    if (!Evaluate(*model, wanted, Inputs(evaluation.arena()), {}, evaluation))
      return state.SkipWithError("failed");
    for (size_t i = 1; i <= kGates; ++i) benchmark::DoNotOptimize(evaluation.Matched(i));
  }
}
BENCHMARK(TheSameWithItsReasons);

void LoadsTheModel(benchmark::State& state) {
  const LoadedFile file{"m.dmn", ModelXml()};
  for (auto _ : state) benchmark::DoNotOptimize(Load(std::span(&file, 1)));
}
BENCHMARK(LoadsTheModel);

}  // namespace
}  // namespace extramile::dmn
