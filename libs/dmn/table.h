// DecisionTable: a compiled decision table (DMN 1.5, chapter 8). An index over the rules
// (table_index.h) finds those that match, FEEL runs only for the cells that the index leaves open,
// and the hit policy reads off the result. An input is evaluated once, when a rule that may still
// match looks at it; under FIRST, or where its values are restricted, in any case.
//
// Immutable once loaded; thread-safe. Its parts are public, so that an analysis can read them: a
// cell is what its `form` says, and `alternatives` are constants or ranges of constants. Whoever
// fills a table by hand calls Seal() once before it is used.
//
// The core by itself, for callers who have the inputs' values and want rule numbers, without an
// evaluator and without allocation:
//
//   const DecisionTable* table = model.table("discount");
//   MatchBuffer buffer;
//   const Value values[] = {Value::StringView("gold"), Value::Decimal(12050, 2)};
//   const MatchedBits bits = table->Match(values, buffer);
//   bits.First();        // the first rule that matches, counted from 0; or kNoRule
//   bits.any_open();     // a cell needs FEEL, or a value has a kind that its column does not
//   expect
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dmn/table_index.h"
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
    kContains,  // the value, a list, contains one of `alternatives`, which are constants
    kCompiled,  // anything else
  };
  Form form = Form::kDash;
  bool negated = false;  // kSimple: none of them
  std::vector<feel::Value> alternatives;
  feel::NodeId node = feel::kNoNode;  // the whole cell as FEEL; kNoNode for "-"
};

struct TableInput {
  std::string heading;  // its label, or else its expression
  feel::NodeId expression = feel::kNoNode;
  bool computed = false;                 // the expression is more than a name or a path
  uint32_t path = UINT32_MAX;            // number of the path from a global that it is
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
  // Bit i: output i is a constant that its type and its allowed values let pass, known beforehand.
  uint64_t sound = 0;
  std::vector<std::string> annotations;
};

inline constexpr uint32_t kNoRule = UINT32_MAX;

// Rules as bits: rule r is bit r % 64 of word r / 64.
struct MatchedBits {
  std::span<const uint64_t> possible;  // those that match, and those still open
  std::span<const uint64_t> open;      // of these, those with a cell that FEEL must decide

  // The first possible rule, or kNoRule.
  uint32_t First() const {
    for (size_t w = 0; w < possible.size(); ++w) {
      if (possible[w] == 0) continue;
      return static_cast<uint32_t>(w * 64 + static_cast<size_t>(std::countr_zero(possible[w])));
    }
    return kNoRule;
  }
  // Whether more than one rule is possible.
  bool several() const {
    bool any = false;
    for (const uint64_t word : possible) {
      if (word == 0) continue;
      if (any || (word & (word - 1)) != 0) return true;
      any = true;
    }
    return false;
  }
  bool any_open() const {
    return std::any_of(open.begin(), open.end(), [](uint64_t word) { return word != 0; });
  }
};

// Memory for Match, kept between calls; one thread at a time.
class MatchBuffer {
 public:
  uint64_t* Words(size_t count) {
    if (count > words_.size()) words_.resize(count);
    return words_.data();
  }

 private:
  std::vector<uint64_t> words_ = std::vector<uint64_t>(32);
};

// What one run of a table leaves behind; the reasons are worked out from it when asked for.
struct TableTrace {
  const class DecisionTable* table = nullptr;
  uint32_t decision = 0;                // global slot of the decision being evaluated
  std::span<const uint32_t> matched;    // rule indices in the order of the output
  std::span<const feel::Value> values;  // of the inputs, where they matter: under FIRST
  // Under FIRST: bit i (modulo 64) where FEEL found that input i excludes an earlier rule. (What
  // the index excludes is found again from the values.)
  uint64_t excluding = 0;
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

  // Builds the index; nothing of the table may change afterwards.
  void Seal();

  // The rules that match `values`, one for each input, as far as no FEEL is needed. The result lies
  // in `buffer`. Allowed values of the inputs are not checked.
  MatchedBits Match(std::span<const feel::Value> values, MatchBuffer& buffer) const;

  feel::Value Evaluate(feel::Evaluator& evaluator, feel::NodeId at) const override;
  // The headings of the inputs that mattered for rule `rule`, which matched: those whose cell is
  // not "-", and under FIRST those that kept an earlier rule from matching.
  std::vector<std::string_view> InputsThatMattered(uint32_t rule, const TableTrace& trace) const;

 private:
  // Indices of matching rules, in an arena.
  using Matches = std::span<uint32_t>;
  class InputValues;
  Matches FindMatches(feel::Evaluator& evaluator, InputValues& values, uint64_t& excluding,
                      feel::NodeId at) const;
  // The first input whose cell FEEL finds not to match, or the number of inputs where all match.
  size_t FirstMismatch(feel::Evaluator& evaluator, const TableRule& rule,
                       InputValues& values) const;
  bool CellMatches(feel::Evaluator& evaluator, size_t input, const Cell& cell,
                   const feel::Value& value) const;
  feel::Value Output(feel::Evaluator& evaluator, uint32_t rule, feel::NodeId at) const;
  feel::Value CheckedOutput(feel::Evaluator& evaluator, const TableOutput& output,
                            const feel::Value& value, feel::NodeId at) const;
  feel::Value Default(feel::Evaluator& evaluator) const;
  feel::Value Result(feel::Evaluator& evaluator, Matches matches, feel::NodeId at) const;
  feel::Value Aggregate(feel::Evaluator& evaluator, std::span<const feel::Value> values,
                        feel::NodeId at) const;
  // Sorts matches by the outputs' priorities, stably.
  void SortByPriority(feel::Evaluator& evaluator, Matches matches,
                      std::span<feel::Value> values) const;
  bool HasPriority(const feel::Value& a, const feel::Value& b) const;

  TableIndex index_;
  std::vector<uint32_t> in_any_case_;  // inputs that are evaluated whatever the rules look at
  bool has_default_ = false;
};

}  // namespace extramile::dmn
