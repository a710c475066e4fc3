// What an analysis costs: 1,000 rules x 10 inputs, as a tree of questions leaves them (no gap, no
// overlap: the whole proof has to be made) and at random.
//   build/dev/libs/dmn/dmn_benchmark --benchmark_filter=Analys
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "dmn/analysis.h"

namespace extramile::dmn {
namespace {

constexpr size_t kInputs = 10;
using Side = std::pair<int, int>;  // (low..high]

std::string CellOf(const Side& side) {
  if (side == Side(0, 1000)) return "-";
  if (side.first == 0) return "&lt;= " + std::to_string(side.second);
  if (side.second == 1000) return "&gt; " + std::to_string(side.first);
  return "(" + std::to_string(side.first) + ".." + std::to_string(side.second) + "]";
}

Model ModelOf(const std::vector<std::vector<Side>>& rules, const char* policy) {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">)";
  std::string needs, columns;
  for (size_t i = 0; i < kInputs; ++i) {
    const std::string name = "x" + std::to_string(i);
    xml += "<inputData id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
           "\"/></inputData>";
    needs +=
        "<informationRequirement><requiredInput href=\"#" + name + "\"/></informationRequirement>";
    columns += "<input><inputExpression><text>" + name + "</text></inputExpression></input>";
  }
  xml += "<decision id=\"d\" name=\"d\"><variable name=\"d\"/>" + needs +
         "<decisionTable hitPolicy=\"" + policy + "\">" + columns + "<output/>";
  for (size_t r = 0; r < rules.size(); ++r) {
    xml += "<rule>";
    for (const Side& side : rules[r]) {
      xml += "<inputEntry><text>" + CellOf(side) + "</text></inputEntry>";
    }
    xml += "<outputEntry><text>" + std::to_string(r) + "</text></outputEntry></rule>";
  }
  const LoadedFile file{"m.dmn", xml + "</decisionTable></decision></definitions>"};
  return Load(std::span(&file, 1)).value();
}

// Boxes cut in two along a random side until there are enough.
std::vector<std::vector<Side>> Tree(size_t count) {
  std::mt19937 random(5);
  std::vector<std::vector<Side>> boxes = {std::vector<Side>(kInputs, {0, 1000})};
  for (size_t next = 0; boxes.size() < count; next = (next + 1) % boxes.size()) {
    Side& side = boxes[next][random() % kInputs];
    if (side.second - side.first < 4) continue;
    const int cut =
        side.first + 1 +
        static_cast<int>(random() % static_cast<unsigned>(side.second - side.first - 1));
    std::vector<Side> other = boxes[next];
    for (size_t i = 0; i < kInputs; ++i) {
      if (&boxes[next][i] == &side) other[i].first = cut;
    }
    side.second = cut;
    boxes.push_back(std::move(other));
  }
  return boxes;
}

std::vector<std::vector<Side>> Random(size_t count) {
  std::mt19937 random(6);
  std::vector<std::vector<Side>> boxes(count, std::vector<Side>(kInputs, {0, 1000}));
  for (auto& box : boxes) {
    for (Side& side : box) {
      if (random() % 3 == 0) continue;
      const int low = static_cast<int>(random() % 900);
      side = {low, low + 20 + static_cast<int>(random() % 80)};
    }
  }
  return boxes;
}

void Run(benchmark::State& state, const std::vector<std::vector<Side>>& rules, const char* policy) {
  const Model model = ModelOf(rules, policy);
  size_t findings = 0;
  bool complete = true;
  for (auto _ : state) {
    const auto analysis = Analyse(model);
    findings = analysis[0].findings.size();
    complete = analysis[0].complete;
  }
  state.counters["findings"] = static_cast<double>(findings);
  state.counters["complete"] = complete;
}

void AnalysesATreeOfRules(benchmark::State& state) {
  Run(state, Tree(static_cast<size_t>(state.range(0))), "UNIQUE");
}
BENCHMARK(AnalysesATreeOfRules)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

void AnalysesTheSameUnderFirst(benchmark::State& state) {
  Run(state, Tree(static_cast<size_t>(state.range(0))), "FIRST");
}
BENCHMARK(AnalysesTheSameUnderFirst)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

void AnalysesRandomRules(benchmark::State& state) {
  Run(state, Random(static_cast<size_t>(state.range(0))), "UNIQUE");
}
BENCHMARK(AnalysesRandomRules)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

void AnalysesRandomRulesUnderFirst(benchmark::State& state) {
  Run(state, Random(static_cast<size_t>(state.range(0))), "FIRST");
}
BENCHMARK(AnalysesRandomRulesUnderFirst)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace extramile::dmn
