// The verdict: what a rule set says about the facts, gate by gate, with the reasons in the rules'
// own words, and one plain sentence for the person who asks.
//
// An error never allows: a gate that could not be decided, a word that is no verdict or a rule set
// without an outcome make the check `undecided`, and say why.
//
//   dmn::Evaluation evaluation;
//   feel::Value context = BuildContext(evaluation.arena(), facts);
//   EM_ASSIGN(Judgement judgement, Judge(policy.model, context, When(facts), evaluation));
//   SentenceOf(judgement, facts);   // "Ask a lead: GBP 35.00 is above your limit of GBP 20.00 ..."
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "desk/decision_context.h"
#include "desk/vocabulary.h"
#include "dmn/model.h"

namespace extramile::desk {

struct Finding {
  Verdict verdict = Verdict::kOk;
  Rank role = Rank::kNone;  // who must agree
  std::string reason;
  std::string citation;             // the rule's first annotation; may be empty
  std::string rule;                 // "authority, rule 3"
  std::vector<std::string> inputs;  // headings of what mattered
  bool no_variant = false;          // the rule's second annotation is `none`
  bool failed = false;              // no rule spoke: the gate could not be decided
};

struct Gate {
  std::string_view name;
  Verdict verdict = Verdict::kOk;  // of its strictest finding
  std::vector<Finding> findings;
};

struct Judgement {
  std::array<Gate, kGates.size()> gates;
  Outcome outcome = Outcome::kUndecided;
  Rank role = Rank::kNone;  // who must agree, with kNeedsSignOff

  // The finding that decided: the first that speaks for the outcome. nullptr for kAllowed.
  const Finding* Decisive() const;
  // A rule behind a verdict that is not a plain yes forbids offering a variant.
  bool ForbidsVariants() const;
};

// What one row of a gate says; nullopt where its verdict is no word that is known. The reason is
// the value's own text.
struct GateRow {
  Verdict verdict = Verdict::kOk;
  Rank role = Rank::kNone;
  std::string_view reason;
};
std::optional<GateRow> ReadGateRow(const feel::Value& row);

// What `feasibility` says; undecided where it says nothing that is known.
struct Fold {
  Outcome outcome = Outcome::kUndecided;
  Rank role = Rank::kNone;  // who must agree, with kNeedsSignOff
  auto operator<=>(const Fold&) const = default;
};
Fold ReadFold(const feel::Value& fold);

// The decisions that make up a check: the gates in order, then the fold.
inline constexpr std::array<std::string_view, kGates.size() + 1> kCheckDecisions = [] {
  std::array<std::string_view, kGates.size() + 1> names{};
  std::copy(kGates.begin(), kGates.end(), names.begin());
  names.back() = kFeasibility;
  return names;
}();

// "authority, rule 3".
std::string RuleName(std::string_view table, uint32_t number);
// A finding with what its rule says about itself (citation, rule, inputs, no_variant), and no more.
Finding AboutRule(const dmn::MatchedRule& matched);

// Evaluates the six gates and the fold at once. `evaluation` was made or reset by the caller, and
// its arena may hold the context. Errors: kInternal "policy-incomplete" where a decision is
// missing; kTooLarge where the rules ran out of steps.
Result<void> EvaluateCheck(const dmn::Model& model, const feel::Value& context,
                           const dmn::When& when, dmn::Evaluation& evaluation);
// What such an evaluation says.
Judgement JudgementOf(const dmn::Evaluation& evaluation);
// Its outcome and role alone, without the reasons: a fraction of the cost.
Fold FoldOf(const dmn::Evaluation& evaluation);
// The rule that Judgement::Decisive would name; nullopt where there is none, or no rule behind it.
std::optional<dmn::RuleHit> DecisiveHit(const dmn::Evaluation& evaluation, const Fold& fold);
// EvaluateCheck and JudgementOf.
Result<Judgement> Judge(const dmn::Model& model, const feel::Value& context, const dmn::When& when,
                        dmn::Evaluation& evaluation);

// The strictest verdict of one gate alone, undecided where its rules could not be applied. Errors:
// those of evaluating.
Result<Verdict> VerdictOfGate(const dmn::Model& model, std::string_view gate,
                              const feel::Value& context, const dmn::When& when,
                              dmn::Evaluation& evaluation);

// One plain sentence, for a person who is not helped by more.
std::string SentenceOf(const Judgement& judgement, const Facts& facts);

// "GBP 12.5" as people write it: "GBP 12.50". Rules print numbers as numbers; this is how amounts
// in their reasons get the currency's digits.
std::string WithFullAmounts(std::string_view text, Currency currency);

// The contract's list of Gate.
void WriteGates(JsonWriter& out, const Judgement& judgement, Currency currency);

}  // namespace extramile::desk
