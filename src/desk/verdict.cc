#include "desk/verdict.h"

#include <algorithm>
#include <cctype>

#include "feel/value.h"

namespace extramile::desk {
namespace {

std::string_view TextOf(const feel::Value& value) {
  return value.is_string() ? value.string() : std::string_view();
}

Finding Unclear(std::string_view rule, std::string reason) {
  Finding finding;
  finding.verdict = Verdict::kUndecided;
  finding.rule = rule;
  finding.reason = std::move(reason);
  finding.failed = true;
  return finding;
}

// Why a null of the rules is one; "" where they do not say.
std::string Because(const std::vector<feel::Problem>& problems) {
  return problems.empty() ? std::string() : ": " + problems.front().message;
}

Finding FindingOf(const feel::Value& row, std::string_view gate, const dmn::MatchedRule* matched) {
  Finding finding;
  if (matched) finding = AboutRule(*matched);
  if (!matched) finding.rule = gate;
  const auto said = ReadGateRow(row);
  if (!said) {
    return Unclear(finding.rule, "The rule '" + finding.rule + "' gives no verdict that is known.");
  }
  finding.verdict = said->verdict;
  finding.role = said->role;
  finding.reason = said->reason;
  if (finding.reason.empty()) finding.reason = "The rule '" + finding.rule + "' applies.";
  return finding;
}

Gate GateOf(std::string_view name, size_t index, const dmn::Evaluation& evaluation) {
  Gate gate{name, Verdict::kOk, {}};
  const feel::Value& value = evaluation.value(index);
  if (value.is_null()) {
    gate.findings.push_back(Unclear(name, "The rules of '" + std::string(name) +
                                              "' could not be applied" +
                                              Because(evaluation.Problems(index)) + "."));
  } else {
    const std::vector<dmn::MatchedRule> matched = evaluation.Matched(index);
    const auto rows = value.is_list() ? value.items() : std::span(&value, 1);
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool has_rule = matched.size() == rows.size();
      gate.findings.push_back(FindingOf(rows[i], name, has_rule ? &matched[i] : nullptr));
    }
  }
  for (const Finding& finding : gate.findings) {
    gate.verdict = std::max(gate.verdict, finding.verdict);
  }
  return gate;
}

Verdict SpokenBy(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRoutine:
      return Verdict::kRoutine;
    case Outcome::kAllowed:
      return Verdict::kOk;
    case Outcome::kNeedsSignOff:
      return Verdict::kNeedsSignOff;
    case Outcome::kUndecided:
      return Verdict::kUndecided;
    case Outcome::kNotAllowed:
      return Verdict::kNotAllowed;
  }
  return Verdict::kUndecided;
}

// A gate that could not be decided is not waved through, whatever the fold made of it.
void HoldBackOnErrors(Judgement& judgement) {
  if (!MayDoNow(judgement.outcome)) return;
  for (const Gate& gate : judgement.gates) {
    for (const Finding& finding : gate.findings) {
      if (finding.failed) judgement.outcome = Outcome::kUndecided;
    }
  }
}

// "A visit ..." follows a colon as "a visit ..."; "GBP 35" stays.
std::string AfterColon(std::string reason) {
  if (reason.size() > 1 && std::isupper(static_cast<unsigned char>(reason[0])) &&
      !std::isupper(static_cast<unsigned char>(reason[1])) && reason.substr(0, 2) != "I ") {
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  return reason;
}

std::string WithFullStop(std::string sentence) {
  if (!sentence.empty() && sentence.back() != '.' && sentence.back() != '!' &&
      sentence.back() != '?') {
    sentence += '.';
  }
  return sentence;
}

std::string YesSentence(const Facts& facts) {
  const Allowance& authority = facts.staff.authority;
  if (facts.idea.amount > 0 && authority.per_case) {
    return "Yes: within your limit of " + FormatMoney({*authority.per_case, facts.currency}) +
           " a case.";
  }
  if (facts.idea.amount > 0) return "Yes: within your authority.";
  if (facts.idea.minutes == 0) return "Yes: it costs neither money nor time.";
  return "Yes: it costs no money and takes " + std::to_string(facts.idea.minutes) +
         (facts.idea.minutes == 1 ? " minute." : " minutes.");
}

}  // namespace

const Finding* Judgement::Decisive() const {
  if (outcome == Outcome::kAllowed) return nullptr;
  const Finding* found = nullptr;
  for (const Gate& gate : gates) {
    for (const Finding& finding : gate.findings) {
      if (finding.verdict != SpokenBy(outcome)) continue;
      if (finding.role == role) return &finding;
      if (!found) found = &finding;
    }
  }
  return found;
}

bool Judgement::ForbidsVariants() const {
  for (const Gate& gate : gates) {
    for (const Finding& finding : gate.findings) {
      if (finding.no_variant && finding.verdict >= Verdict::kNeedsSignOff) return true;
    }
  }
  return false;
}

std::optional<GateRow> ReadGateRow(const feel::Value& row) {
  const auto verdict = ParseVerdict(TextOf(row.is_string() ? row : row.Find("verdict")));
  if (!verdict) return std::nullopt;
  GateRow said;
  said.verdict = *verdict;
  said.reason = TextOf(row.Find("reason"));
  said.role = ParseRank(TextOf(row.Find("role"))).value_or(Rank::kNone);
  if (said.verdict == Verdict::kNeedsSignOff && said.role == Rank::kNone) said.role = Rank::kLead;
  return said;
}

Fold ReadFold(const feel::Value& fold) {
  Fold said;
  said.outcome = ParseOutcome(TextOf(fold.Find("outcome"))).value_or(Outcome::kUndecided);
  if (said.outcome == Outcome::kNeedsSignOff) {
    said.role = ParseRank(TextOf(fold.Find("role"))).value_or(Rank::kLead);
  }
  return said;
}

std::string RuleName(std::string_view table, uint32_t number) {
  return std::string(table) + ", rule " + std::to_string(number);
}

Finding AboutRule(const dmn::MatchedRule& matched) {
  Finding finding;
  finding.rule = RuleName(matched.table, static_cast<uint32_t>(matched.rule_number));
  if (!matched.annotations.empty()) finding.citation = matched.annotations[0];
  finding.no_variant = matched.annotations.size() > 1 && matched.annotations[1] == "none";
  finding.inputs.assign(matched.inputs_that_mattered.begin(), matched.inputs_that_mattered.end());
  return finding;
}

Result<void> EvaluateCheck(const dmn::Model& model, const feel::Value& context,
                           const dmn::When& when, dmn::Evaluation& evaluation) {
  auto done = dmn::Evaluate(model, kCheckDecisions, context, when, evaluation);
  if (done || done.error().kind != ErrorKind::kNotFound) return done;
  Error error = std::move(done).error();
  error.kind = ErrorKind::kInternal;
  error.code = "policy-incomplete";
  error.advice = "A rule set needs the six gates and 'feasibility'.";
  return Fail(std::move(error));
}

Judgement JudgementOf(const dmn::Evaluation& evaluation) {
  Judgement judgement;
  for (size_t i = 0; i < kGates.size(); ++i) {
    judgement.gates[i] = GateOf(kGates[i], i, evaluation);
  }
  const Fold fold = ReadFold(evaluation.value(kGates.size()));
  judgement.outcome = fold.outcome;
  judgement.role = fold.role;
  HoldBackOnErrors(judgement);
  return judgement;
}

Fold FoldOf(const dmn::Evaluation& evaluation) {
  Fold fold = ReadFold(evaluation.value(kGates.size()));
  if (!MayDoNow(fold.outcome)) return fold;
  const auto is_known = [](const feel::Value& row) { return ReadGateRow(row).has_value(); };
  for (size_t i = 0; i < kGates.size(); ++i) {
    const feel::Value& value = evaluation.value(i);
    const auto rows = value.is_list() ? value.items() : std::span(&value, 1);
    if (!std::all_of(rows.begin(), rows.end(), is_known)) fold.outcome = Outcome::kUndecided;
  }
  return fold;
}

std::optional<dmn::RuleHit> DecisiveHit(const dmn::Evaluation& evaluation, const Fold& fold) {
  if (fold.outcome == Outcome::kAllowed) return std::nullopt;
  std::optional<dmn::RuleHit> found;
  std::vector<dmn::RuleHit> hits;
  for (size_t i = 0; i < kGates.size(); ++i) {
    const feel::Value& value = evaluation.value(i);
    if (!value.is_list()) continue;
    hits.clear();
    evaluation.AddHits(i, hits);
    for (size_t row = 0; row < value.items().size() && hits.size() == value.items().size(); ++row) {
      const auto said = ReadGateRow(value.items()[row]);
      if (!said || said->verdict != SpokenBy(fold.outcome)) continue;
      if (said->role == fold.role) return hits[row];
      if (!found) found = hits[row];
    }
  }
  return found;
}

Result<Judgement> Judge(const dmn::Model& model, const feel::Value& context, const dmn::When& when,
                        dmn::Evaluation& evaluation) {
  EM_TRY(EvaluateCheck(model, context, when, evaluation));
  return JudgementOf(evaluation);
}

Result<Verdict> VerdictOfGate(const dmn::Model& model, std::string_view gate,
                              const feel::Value& context, const dmn::When& when,
                              dmn::Evaluation& evaluation) {
  const std::string_view wanted[] = {gate};
  EM_TRY(dmn::Evaluate(model, wanted, context, when, evaluation));
  return GateOf(gate, 0, evaluation).verdict;
}

std::string WithFullAmounts(std::string_view text, Currency currency) {
  std::string out;
  const std::string code = std::string(currency.code()) + " ";
  while (true) {
    const size_t at = text.find(code);
    if (at == std::string_view::npos) break;
    size_t end = at + code.size();
    const size_t start = end;
    while (end < text.size() && (std::isdigit(static_cast<unsigned char>(text[end])) ||
                                 (text[end] == '-' && end == start) ||
                                 (text[end] == '.' && end + 1 < text.size() &&
                                  std::isdigit(static_cast<unsigned char>(text[end + 1]))))) {
      ++end;
    }
    const auto money = ParseMoney(text.substr(start, end - start), currency);
    out += text.substr(0, start);
    out += money ? FormatAmount(*money) : std::string(text.substr(start, end - start));
    text.remove_prefix(end);
  }
  return out.append(text);
}

std::string SentenceOf(const Judgement& judgement, const Facts& facts) {
  if (judgement.outcome == Outcome::kAllowed) return YesSentence(facts);
  const Finding* finding = judgement.Decisive();
  const std::string reason =
      finding ? WithFullStop(WithFullAmounts(finding->reason, facts.currency)) : std::string();
  switch (judgement.outcome) {
    case Outcome::kRoutine:
      return reason.empty() ? "Yes, this is routine." : "Yes, this is routine. " + reason;
    case Outcome::kNeedsSignOff: {
      const std::string who = "Ask a " + std::string(Word(judgement.role));
      return reason.empty() ? who + " first." : who + ": " + AfterColon(reason);
    }
    case Outcome::kNotAllowed:
      return reason.empty() ? "No: the rules do not allow this." : "No: " + AfterColon(reason);
    default:
      return reason.empty() ? "Not clear yet: the rules do not decide this. Ask a lead."
                            : "Not clear yet: " + AfterColon(reason) + " Ask a lead.";
  }
}

void WriteGates(JsonWriter& out, const Judgement& judgement, Currency currency) {
  out.BeginArray();
  for (const Gate& gate : judgement.gates) {
    out.BeginObject().Key("gate").String(gate.name).Key("verdict").String(Word(gate.verdict));
    out.Key("findings").BeginArray();
    for (const Finding& finding : gate.findings) {
      out.BeginObject().Key("verdict").String(Word(finding.verdict));
      out.Key("reason").String(WithFullAmounts(finding.reason, currency));
      out.Key("citation");
      finding.citation.empty() ? out.Null() : out.String(finding.citation);
      out.Key("rule").String(finding.rule).Key("role");
      finding.role == Rank::kNone ? out.Null() : out.String(Word(finding.role));
      out.Key("inputs").BeginArray();
      for (const std::string& input : finding.inputs) out.String(input);
      out.EndArray().EndObject();
    }
    out.EndArray().EndObject();
  }
  out.EndArray();
}

}  // namespace extramile::desk
