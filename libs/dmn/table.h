// DecisionTable: a compiled decision table (DMN 1.5, chapter 8). Inputs are evaluated once; each
// rule's cells are compared with them, simple cells (constants, ranges of constants) without
// running any FEEL; the hit policy reads off the matches.
//
// Immutable once loaded; thread-safe. Cost: inputs + rules x cells that are not "-", a few
// nanoseconds for a simple cell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "feel/evaluator.h"
#include "feel/program.h"

namespace extramile::dmn {

enum class HitPolicy : uint8_t {
  kUnique,
  kAny,
  kPriority,
  kFirst,
  kRuleOrder,
  kOutputOrder,
  kCollect
};
enum class Aggregation : uint8_t { kNone, kSum, kMin, kMax, kCount };

// One cell of a rule.
struct Cell {
  enum class Form : uint8_t {
    kDash,      // matches everything
    kSimple,    // one of `alternatives`: constants to equal, or ranges to lie in
    kCompiled,  // anything else
  };
  Form form = Form::kDash;
  bool negated = false;
  std::vector<feel::Value> alternatives;
  feel::NodeId node = feel::kNoNode;
};

struct TableInput {
  std::string heading;  // its label, or else its expression
  feel::NodeId expression = feel::kNoNode;
  uint32_t slot = 0;                     // of `?`
  feel::NodeId allowed = feel::kNoNode;  // unary tests of the input values; kNoNode: anything
};

struct TableOutput {
  std::string name;  // of the entry in the result; empty where there is one output
  std::string heading;
  std::vector<feel::Value> priorities;  // its allowed values, highest first, where they are a list
  const feel::Type* type = nullptr;
  feel::NodeId default_value = feel::kNoNode;
  feel::NodeId allowed = feel::kNoNode;
  uint32_t slot = 0;  // of `?` for `allowed`
};

struct TableRule {
  std::string id, label;
  std::vector<Cell> cells;            // one for each input
  std::vector<feel::NodeId> outputs;  // one for each output
  std::vector<std::string> annotations;
};

// What one run of a table leaves behind.
struct TableTrace {
  const class DecisionTable* table = nullptr;
  uint32_t decision = 0;              // global slot of the decision being evaluated
  std::span<const uint32_t> matched;  // rule indices in the order of the output
  uint64_t excluding = 0;  // under FIRST: bit i where input i kept an earlier rule from matching
};

// Where tables leave their traces: the source of an evaluator that runs tables.
class TraceSink : public feel::GlobalSource {
 public:
  virtual void Add(const TableTrace& trace) = 0;
};

class DecisionTable : public feel::External {
 public:
  std::string name;  // of the decision or business knowledge model
  HitPolicy policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<TableInput> inputs;
  std::vector<TableOutput> outputs;
  std::vector<TableRule> rules;

  feel::Value Evaluate(feel::Evaluator& evaluator, feel::NodeId at) const override;
  // The headings of the inputs that mattered for rule `rule`, which matched: those whose cell is
  // not "-", and under FIRST those that kept an earlier rule from matching.
  std::vector<std::string_view> InputsThatMattered(uint32_t rule, uint64_t excluding) const;

 private:
  using Matches = std::vector<uint32_t>;
  // The first input whose cell does not match, or the number of inputs where all do.
  size_t FirstMismatch(feel::Evaluator& evaluator, const TableRule& rule,
                       std::span<const feel::Value> values) const;
  bool CellMatches(feel::Evaluator& evaluator, size_t input, const Cell& cell,
                   const feel::Value& value) const;
  feel::Value Output(feel::Evaluator& evaluator, uint32_t rule, feel::NodeId at) const;
  feel::Value CheckedOutput(feel::Evaluator& evaluator, const TableOutput& output,
                            const feel::Value& value, feel::NodeId at) const;
  feel::Value Default(feel::Evaluator& evaluator) const;
  feel::Value Result(feel::Evaluator& evaluator, Matches& matches, feel::NodeId at) const;
  feel::Value Aggregate(feel::Evaluator& evaluator, std::span<const feel::Value> values,
                        feel::NodeId at) const;
  // Sorts matches by the outputs' priorities, stably.
  void SortByPriority(Matches& matches, std::vector<feel::Value>& values) const;
  bool HasPriority(const feel::Value& a, const feel::Value& b) const;
};

}  // namespace extramile::dmn
