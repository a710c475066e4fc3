// Decision models: load DMN files (1.1 to 1.5) once, evaluate their decisions as often as you like.
//
// A Model is immutable, cheap to copy and safe to share between threads; one Evaluation belongs to
// one thread at a time and holds everything an evaluation produced (values, matched rules,
// problems) until it is reset or destroyed. Evaluating never fails because of data: a decision
// whose inputs do not suit it becomes null, and the null says why.
//
//   std::vector<LoadedFile> files = {{"authority.dmn", xml}};
//   EM_ASSIGN(Model model, Load(files));
//   Evaluation evaluation;
//   feel::ContextBuilder inputs(evaluation.arena());
//   inputs.Set("idea", idea_context).Set("staff", staff_context);
//   const std::string_view wanted[] = {"authority", "feasibility"};
//   EM_TRY(Evaluate(model, wanted, inputs.Build(), {.instant = now, .zone = &london}, evaluation));
//   evaluation.value(0);                                       // the list of rows of decision
//   `authority` for (const MatchedRule& rule : evaluation.Matched(0)) ...  // in rule order: row i
//   was made by rule i
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "feel/arena.h"
#include "feel/problem.h"
#include "feel/value.h"

namespace extramile::dmn {

using feel::Problem;

struct LoadedFile {
  std::string name;  // as it shall stand in error messages
  std::string xml;
};

struct LoadOptions {
  size_t max_file_bytes = size_t{8} << 20;
  size_t max_files = 1000;
  // An expression that does not parse, or names something unknown, refuses the file. When false it
  // becomes a null that says why when evaluated, which is what the DMN TCK expects.
  bool strict = true;
};

class DecisionTable;

namespace internal {
struct ModelData;
struct EvaluationData;
}  // namespace internal

struct InputInfo {
  std::string_view name;
  std::string_view type;  // as the file names it; empty where it names none
};

class Model {
 public:
  // In the order of the files.
  std::vector<std::string_view> decisions() const;
  std::vector<std::string_view> decision_services() const;
  std::vector<InputInfo> inputs() const;
  bool HasDecision(std::string_view name) const;
  // The names of entries that its expressions speak of. A context whose keys are these very texts
  // (JsonParserOptions::names) is read without comparing them. They live as long as the model.
  std::vector<std::string_view> names() const;
  // The table that is the logic of a decision or business knowledge model (dmn/table.h); nullptr
  // where there is none of that name or its logic is something else. Lives as long as the model.
  const DecisionTable* table(std::string_view name) const;
  // Every decision table of the model, nested ones too, in the order of the files.
  std::vector<const DecisionTable*> tables() const;

  const std::shared_ptr<const internal::ModelData>& data() const { return data_; }

 private:
  explicit Model(std::shared_ptr<const internal::ModelData> data) : data_(std::move(data)) {}
  friend Result<Model> Load(std::span<const LoadedFile> files, const LoadOptions& options);
  std::shared_ptr<const internal::ModelData> data_;
};

// Loads files together into one model: they may import one another by namespace; files that do not
// are loaded side by side. Errors (kInvalid or kMalformed, kTooLarge): the place says file, table,
// rule and column heading, the message why.
Result<Model> Load(std::span<const LoadedFile> files, const LoadOptions& options = {});

// A rule that matched. The views live as long as the model.
struct MatchedRule {
  std::string_view table;    // the decision's or business knowledge model's name
  std::string_view rule_id;  // its id in the file
  std::string_view label;
  int rule_number = 0;  // from 1
  std::vector<std::string_view> annotations;
  std::vector<std::string_view> inputs_that_mattered;  // column headings
};

// The same unrendered, for callers who render each rule once and keep it. Good until the evaluation
// is used again.
struct RuleHit {
  const class DecisionTable* table = nullptr;
  uint32_t rule = 0;  // from 0
  const struct TableTrace* trace = nullptr;
  // Whether the inputs that mattered depend on more than the rule (FIRST).
  bool inputs_vary = false;
};
MatchedRule Render(const RuleHit& hit);

// When a check happens: what now() and today() give. Without a zone, UTC.
struct When {
  Instant instant;
  const TimeZone* zone = nullptr;
};

struct EvaluationLimits {
  int64_t max_steps = 5'000'000;  // loop turns and calls
  int max_call_depth = 512;
};

class Evaluation {
 public:
  explicit Evaluation(EvaluationLimits limits = {});
  ~Evaluation();
  Evaluation(Evaluation&&) noexcept;
  Evaluation& operator=(Evaluation&&) noexcept;

  // Where the inputs may be built; Reset empties it.
  feel::Arena& arena();
  // Forgets inputs and results and keeps the memory.
  void Reset();

  // Decision i of the `decisions` asked for.
  size_t size() const;
  const feel::Value& value(size_t i) const;
  // The rules that matched in decision i's own table, in the order of its output: for hit policies
  // R, O and C, and every multiple-hit one, element j of the list was made by rule j; for U, A, P
  // and F the one that decided comes first. Empty for decisions whose logic is no decision table.
  std::vector<MatchedRule> Matched(size_t i) const;
  // Appends them as hits.
  void AddHits(size_t i, std::vector<RuleHit>& hits) const;
  // Appends those of every table that ran.
  void AddAllHits(std::vector<RuleHit>& hits) const;
  // The same for any decision evaluated on the way, by name.
  std::vector<MatchedRule> Matched(std::string_view decision) const;
  // What went wrong while decision i itself (not what it requires) was evaluated; each null result
  // is explained here.
  std::vector<Problem> Problems(size_t i) const;
  // Every problem of the whole evaluation.
  std::vector<Problem> Problems() const;
  // Why a null of this evaluation is null; nullopt for a plain null.
  std::optional<Problem> ReasonOf(const feel::Value& value) const;

  internal::EvaluationData& data() { return *data_; }

 private:
  std::unique_ptr<internal::EvaluationData> data_;
};

// Evaluates decisions by name ("namespace-prefix.name" is not needed: names are looked up in every
// file, in file order). `inputs` is a context by input-data name; inputs that are absent are null.
// The evaluation's previous results are dropped, its arena is kept (call Reset between unrelated
// evaluations). Errors: kNotFound "unknown-decision"; kTooLarge "evaluation-limit" where steps,
// calls or memory ran out.
Result<void> Evaluate(const Model& model, std::span<const std::string_view> decisions,
                      const feel::Value& inputs, const When& when, Evaluation& into);

// Calls a decision service as its clients do: `inputs` by the names of its input data and input
// decisions. Value 0 is its output: the decision's value, or a context by name where it has
// several.
Result<void> EvaluateService(const Model& model, std::string_view service,
                             const feel::Value& inputs, const When& when, Evaluation& into);

}  // namespace extramile::dmn
