#include "desk/line_checker.h"

#include <algorithm>

#include "base/json_text.h"
#include "desk/decision_context.h"

namespace extramile::desk {
namespace {

using feel::Kind;
using feel::Value;

// What no check can do without: rules compare these, and a comparison with nothing would not speak.
struct Needed {
  std::string_view owner, name;
  Kind kind;
};
constexpr Needed kNeeded[] = {{"idea", "kind", Kind::kString},
                              {"idea", "amount", Kind::kNumber},
                              {"idea", "minutes", Kind::kNumber},
                              {"staff", "role", Kind::kString}};

tl::unexpected<Error> Missing(std::string place, std::string message) {
  return Fail(ErrorKind::kInvalid, "context-incomplete", std::move(message), std::move(place));
}

void AppendRole(std::string& out, Rank role) {
  role == Rank::kNone ? out.append("null") : out.append("\"").append(Word(role)).append("\"");
}

// {"verdict":"...","reason":
std::string VerdictText(Verdict verdict) {
  return R"({"verdict":")" + std::string(Word(verdict)) + R"(","reason":)";
}

// ,"role":"..."
std::string RoleText(Rank role) {
  std::string text = R"(,"role":)";
  AppendRole(text, role);
  return text;
}

}  // namespace

LineChecker::LineChecker(dmn::Model model, const TimeZone* zone)
    : model_(std::move(model)),
      zone_(zone),
      parser_({.temporal = {"when", "opened", "time of check"}, .names = model_.names()}) {
  for (const dmn::InputInfo& input : model_.inputs()) {
    const auto object = std::find(kContextObjects.begin(), kContextObjects.end(), input.name);
    if (object != kContextObjects.end()) inputs_.push_back({*object});
  }
  for (size_t gate = 0; gate < kGates.size(); ++gate) {
    gate_texts_[gate] = gate == 0 ? "" : ",";
    gate_texts_[gate] += R"({"gate":")" + std::string(kGates[gate]) + R"(","verdict":")";
    silent_gate_texts_[gate] = gate_texts_[gate] + R"(ok","findings":[]})";
  }
  for (size_t i = 0; i < verdict_texts_.size(); ++i) {
    verdict_texts_[i] = VerdictText(static_cast<Verdict>(i));
  }
  for (size_t i = 0; i < role_texts_.size(); ++i) role_texts_[i] = RoleText(static_cast<Rank>(i));
}

Result<Value> LineChecker::ReadContext(std::string_view line) {
  EM_ASSIGN(const Value context, parser_.Parse(line, evaluation_.arena()));
  if (!context.is_context()) return Missing("", "The line is no JSON object.");
  for (Expected& input : inputs_) {
    const Value* const given = context.FindPointer(input.name, input.at);
    if (given && given->is_context()) continue;
    return Missing("/" + std::string(input.name),
                   "The rules read this object, and it is not there.");
  }
  for (size_t i = 0; i < std::size(kNeeded); ++i) {
    const Needed& needed = kNeeded[i];
    const Value* const owner = context.FindPointer(needed.owner, needed_at_[i].owner);
    const Value* const value =
        owner ? owner->FindPointer(needed.name, needed_at_[i].value) : nullptr;
    if (value && value->kind() == needed.kind) continue;
    return Missing("/" + std::string(needed.owner) + "/" + std::string(needed.name),
                   "A check needs this " + std::string(KindName(needed.kind)) + ".");
  }
  return context;
}

Result<Currency> LineChecker::CurrencyOf(const Value& context) {
  const Value code = context.Find("idea").Find("currency");
  if (!code.is_string()) return Currency::Gbp();
  if (!currency_ || currency_->code() != code.string()) {
    EM_ASSIGN(currency_, Currency::Parse(code.string()));
  }
  return *currency_;
}

Result<void> LineChecker::Check(std::string_view line, std::string& out) {
  evaluation_.Reset();
  EM_ASSIGN(const Value context, ReadContext(line));
  const dmn::When when{TimeOfCheck(context), zone_};
  EM_ASSIGN(const Currency currency, CurrencyOf(context));
  EM_TRY(EvaluateCheck(model_, context, when, evaluation_));
  if (WriteFast(out, currency)) return {};
  const Judgement judgement = JudgementOf(evaluation_);
  JsonWriter json;
  json.BeginObject().Key("outcome").String(Word(judgement.outcome)).Key("role");
  judgement.role == Rank::kNone ? json.Null() : json.String(Word(judgement.role));
  json.Key("gates");
  WriteGates(json, judgement, currency);
  json.EndObject();
  out += json.text();
  return {};
}

bool LineChecker::WriteFast(std::string& out, Currency currency) {
  const size_t start = out.size();
  const Fold fold = ReadFold(evaluation_.value(kGates.size()));
  out.append(R"({"outcome":")").append(Word(fold.outcome)).append(R"(","role":)");
  AppendRole(out, fold.role);
  out += R"(,"gates":[)";
  for (size_t gate = 0; gate < kGates.size(); ++gate) {
    if (!WriteGate(out, gate, currency)) {
      out.resize(start);
      return false;
    }
  }
  out += "]}";
  return true;
}

bool LineChecker::WriteGate(std::string& out, size_t gate, Currency currency) {
  const Value& value = evaluation_.value(gate);
  if (!value.is_list()) return false;
  const std::span<const Value> rows = value.items();
  if (rows.empty()) {
    out += silent_gate_texts_[gate];
    return true;
  }
  out += gate_texts_[gate];  // {"gate":"...","verdict":"
  hits_.clear();
  evaluation_.AddHits(gate, hits_);
  if (hits_.size() != rows.size()) return false;
  rows_.clear();
  Verdict strictest = Verdict::kOk;
  for (const Value& given : rows) {
    const auto row = ReadGateRow(given);
    if (!row || row->reason.empty()) return false;
    strictest = std::max(strictest, row->verdict);
    rows_.push_back(*row);
  }
  out.append(Word(strictest)).append(R"(","findings":[)");
  for (size_t i = 0; i < rows_.size(); ++i) {
    const GateRow& row = rows_[i];
    const RuleText& text = TextOf(hits_[i]);
    if (i > 0) out += ',';
    out += verdict_texts_[static_cast<size_t>(row.verdict)];
    if (row.reason.find(currency.code()) == std::string_view::npos) {
      AppendJsonString(out, row.reason);
    } else {
      AppendJsonString(out, WithFullAmounts(row.reason, currency));
    }
    out.append(text.before_role);
    out.append(role_texts_[static_cast<size_t>(row.role)]);
    out.append(text.after_role);
  }
  out += "]}";
  return true;
}

const LineChecker::RuleText& LineChecker::TextOf(const dmn::RuleHit& hit) {
  if (hit.inputs_vary) return special_ = RuleTextOf(hit);
  auto found = std::find_if(texts_.begin(), texts_.end(),
                            [&](const TableTexts& known) { return known.table == hit.table; });
  if (found == texts_.end()) found = texts_.insert(texts_.end(), {hit.table, {}});
  if (found->rules.size() <= hit.rule) found->rules.resize(hit.rule + 1);
  RuleText& text = found->rules[hit.rule];
  if (text.after_role.empty()) text = RuleTextOf(hit);
  return text;
}

LineChecker::RuleText LineChecker::RuleTextOf(const dmn::RuleHit& hit) {
  const Finding about = AboutRule(dmn::Render(hit));
  RuleText text;
  text.before_role = R"(,"citation":)";
  if (about.citation.empty()) {
    text.before_role += "null";
  } else {
    AppendJsonString(text.before_role, about.citation);
  }
  text.before_role += R"(,"rule":)";
  AppendJsonString(text.before_role, about.rule);
  text.after_role = R"(,"inputs":[)";
  for (size_t i = 0; i < about.inputs.size(); ++i) {
    if (i > 0) text.after_role += ',';
    AppendJsonString(text.after_role, about.inputs[i]);
  }
  text.after_role += "]}";
  return text;
}

}  // namespace extramile::desk
