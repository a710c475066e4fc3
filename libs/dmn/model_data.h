// What a Model and an Evaluation consist of; private to libs/dmn.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "dmn/model.h"
#include "dmn/table.h"
#include "feel/evaluator.h"
#include "feel/program.h"

namespace extramile::dmn::internal {

// One input, decision, business knowledge model or decision service. Its index is its slot among
// the globals.
struct DrgElement {
  enum class Form : uint8_t { kInput, kDecision, kKnowledge, kService };
  Form form = Form::kInput;
  std::string name;
  std::vector<std::string> path;  // names of the imports that lead to it from the outermost file
  std::string type_name;
  const feel::Type* type = nullptr;  // of its value; of a function: its function type
  bool converts = false;  // input: its type holds dates or times, which may arrive as text
  const feel::FunctionCode* code =
      nullptr;  // decision: a frame without parameters; else the function
  // Decision service.
  std::vector<uint32_t> outputs, parameters;
  // For dmn/difference.h: a hash of what it says and what it was read with, and what it refers to.
  Sha256 written{};
  std::vector<uint32_t> required;
};

struct ModelData {
  feel::Program program;
  std::vector<DrgElement> elements;
  std::vector<uint32_t> plain_inputs;  // slots of the inputs without a type
  std::unordered_map<std::string_view, uint32_t> decisions, services;  // by name, the first of each
};

// Calls of a decision service: its own globals, so that what it overrides does not leak.
class ServiceCall final : public feel::External {
 public:
  ServiceCall(const ModelData& model, uint32_t service) : model_(model), service_(service) {}
  feel::Value Evaluate(feel::Evaluator& evaluator, feel::NodeId at) const override;

 private:
  const ModelData& model_;
  uint32_t service_;
};

struct EvaluationData final : TraceSink {
  explicit EvaluationData(const EvaluationLimits& limits_in) : limits(limits_in) {}

  feel::Value Compute(feel::Evaluator& evaluator, feel::Globals& globals, uint32_t slot,
                      feel::NodeId at) override;
  void Add(const TableTrace& trace) override;
  feel::Globals& NewGlobals();

  feel::Value Input(feel::Evaluator& evaluator, uint32_t slot);
  feel::Value Decision(feel::Evaluator& evaluator, uint32_t slot);

  struct Span {  // of problems, [begin, end)
    size_t begin, end;
  };
  struct DecisionRun {
    uint32_t slot;
    Span problems;
  };

  EvaluationLimits limits;
  feel::Arena arena;
  std::optional<feel::Evaluator> evaluator;
  std::shared_ptr<const ModelData> model;
  feel::Value inputs;
  std::deque<feel::Globals> globals;
  size_t globals_used = 0;
  uint32_t current_decision = UINT32_MAX;
  std::vector<TableTrace> traces;
  std::vector<DecisionRun> runs;  // decisions in the order in which they finished
  std::vector<uint32_t> wanted;   // slots asked for
  // The model's decisions that were asked for last time, and where each of its inputs was found in
  // the context: the next evaluation is likely to want and have the same.
  std::vector<uint32_t> asked_before;
  std::vector<uint32_t> found_at;
  std::vector<feel::Value> values;
};

}  // namespace extramile::dmn::internal
