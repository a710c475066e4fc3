#include "desk/for_all.h"

#include <algorithm>
#include <map>
#include <vector>

namespace extramile::desk {
namespace {

constexpr size_t kMostNamed = 3;
constexpr std::string_view kReference = "reference", kInputs = "inputs";

bool LooksAtTheWhole(std::string_view gate) {
  return gate == "authority" || gate == "resources" || gate == "other customers";
}
bool LooksAtEach(std::string_view gate) { return gate != "resources" && gate != "other customers"; }

// How much stands between an outcome and doing it. A sign-off settles what is undecided: a person
// has looked.
int Strictness(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRoutine:
      return 0;
    case Outcome::kAllowed:
      return 1;
    case Outcome::kUndecided:
      return 2;
    case Outcome::kNeedsSignOff:
      return 3;
    case Outcome::kNotAllowed:
      return 4;
  }
  return 4;
}

Fold Stricter(const Fold& a, const Fold& b) {
  if (Strictness(a.outcome) != Strictness(b.outcome)) {
    return Strictness(a.outcome) > Strictness(b.outcome) ? a : b;
  }
  return {a.outcome, std::max(a.role, b.role)};
}

Fold FoldOfFinding(const Finding& finding) {
  switch (finding.verdict) {
    case Verdict::kNotAllowed:
      return {Outcome::kNotAllowed, Rank::kNone};
    case Verdict::kNeedsSignOff:
      return {Outcome::kNeedsSignOff, finding.role};
    case Verdict::kUndecided:
      return {Outcome::kUndecided, Rank::kNone};
    default:
      return {Outcome::kAllowed, Rank::kNone};
  }
}

// A finding with everybody who has it.
struct Shared {
  Finding finding;
  std::vector<std::string> references;
};

std::string Named(const Shared& shared, size_t customers) {
  const size_t count = shared.references.size();
  if (count == customers) return shared.finding.reason;
  std::string text = count == 1 ? "For one customer (" : "For " + std::to_string(count) + " (";
  for (size_t i = 0; i < std::min(count, kMostNamed); ++i) {
    text += (i == 0 ? "" : ", ") + shared.references[i];
  }
  if (count > kMostNamed) text += ", ...";
  return text + "): " + shared.finding.reason;
}

// The findings of one gate over all customers, each rule once, in the rules' order.
std::vector<Finding> Together(size_t gate, std::span<const JudgedCustomer> each) {
  std::vector<Shared> shared;
  std::map<std::string_view, size_t> by_rule;
  for (const JudgedCustomer& customer : each) {
    for (const Finding& finding : customer.judgement.gates[gate].findings) {
      const auto [at, anew] = by_rule.try_emplace(finding.rule, shared.size());
      if (anew) shared.push_back({finding, {}});
      auto& references = shared[at->second].references;
      if (references.empty() || references.back() != customer.reference) {
        references.push_back(customer.reference);
      }
    }
  }
  std::vector<Finding> findings;
  for (Shared& one : shared) {
    one.finding.reason = Named(one, each.size());
    findings.push_back(std::move(one.finding));
  }
  return findings;
}

}  // namespace

Judgement JudgementForAll(Judgement whole, std::span<const JudgedCustomer> each) {
  if (each.empty()) return whole;
  const bool all_routine = std::all_of(each.begin(), each.end(), [](const JudgedCustomer& one) {
    return one.judgement.outcome == Outcome::kRoutine;
  });
  Fold fold{Outcome::kRoutine, Rank::kNone};
  for (const JudgedCustomer& one : each) {
    fold = Stricter(fold, {one.judgement.outcome, one.judgement.role});
  }
  for (size_t i = 0; i < kGates.size(); ++i) {
    Gate& gate = whole.gates[i];
    if (!LooksAtTheWhole(gate.name)) gate.findings.clear();
    if (!all_routine) {
      for (const Finding& finding : gate.findings) fold = Stricter(fold, FoldOfFinding(finding));
    }
    if (LooksAtEach(gate.name)) {
      for (Finding& finding : Together(i, each)) {
        const bool said =
            std::any_of(gate.findings.begin(), gate.findings.end(),
                        [&](const Finding& known) { return known.rule == finding.rule; });
        if (!said) gate.findings.push_back(std::move(finding));
      }
    }
    gate.verdict = Verdict::kOk;
    for (const Finding& finding : gate.findings) {
      gate.verdict = std::max(gate.verdict, finding.verdict);
    }
  }
  whole.outcome = fold.outcome;
  whole.role = fold.outcome == Outcome::kNeedsSignOff ? fold.role : Rank::kNone;
  return whole;
}

void InputsOfAll::Add(std::string_view reference, const feel::Value& inputs) {
  using feel::Value;
  const feel::Entry one[] = {
      {Value::StringView(kReference), reference.empty() ? Value() : Value::StringView(reference)},
      {Value::StringView(kInputs), inputs}};
  writer_.Add(Value::ContextView(one));
}

Result<Judgement> JudgeSnapshot(const dmn::Model& model, std::string_view snapshot,
                                const TimeZone& zone, dmn::Evaluation& evaluation) {
  evaluation.Reset();
  if (HoldsOneContext(snapshot)) {
    EM_ASSIGN(const feel::Value context, DecodeSnapshot(snapshot, evaluation.arena()));
    return Judge(model, context, {TimeOfCheck(context), &zone}, evaluation);
  }
  feel::Arena arena;
  EM_ASSIGN(ColumnsReader reader, ColumnsReader::Open(snapshot, arena));
  std::optional<Judgement> whole;
  std::vector<JudgedCustomer> each;
  while (const feel::Value* one = reader.Next()) {
    const feel::Value inputs = one->Find(kInputs), reference = one->Find(kReference);
    evaluation.Reset();
    EM_ASSIGN(Judgement judgement, Judge(model, inputs, {TimeOfCheck(inputs), &zone}, evaluation));
    if (!whole) {
      whole = std::move(judgement);
    } else {
      each.push_back({reference.is_string() ? std::string(reference.string()) : std::string(),
                      std::move(judgement)});
    }
  }
  if (!whole) {
    return Fail(ErrorKind::kMalformed, "snapshot-damaged",
                "The stored inputs of the check are empty.", "",
                "Restore the database from a backup.");
  }
  return JudgementForAll(*std::move(whole), each);
}

}  // namespace extramile::desk
