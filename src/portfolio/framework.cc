#include "portfolio/framework.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_reader.h"
#include "portfolio/record_kinds.h"

namespace extramile::portfolio {
namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr size_t kMostItems = 500;
constexpr TextLimits kShort = {.min_bytes = 1, .max_bytes = 200};
constexpr TextLimits kLong = {.min_bytes = 1, .max_bytes = 4000};

struct RuleWord {
  std::string_view word;
  SufficiencyRule rule;
  bool counts;                          // takes at_least
  std::vector<std::string_view> words;  // takes `word`, one of these
};

const std::vector<RuleWord>& RuleWords() {
  static const std::vector<RuleWord> words = {
      {"no simulation", SufficiencyRule::kNoSimulation, false, {}},
      {"settings", SufficiencyRule::kSettings, false, {}},
      {"sectors", SufficiencyRule::kSectors, false, {}},
      {"different customers", SufficiencyRule::kDifferentCustomers, true, {}},
      {"different occasions", SufficiencyRule::kDifferentOccasions, true, {}},
      {"period in days", SufficiencyRule::kPeriod, true, {}},
      {"situation", SufficiencyRule::kSituation, true, {"routine", "let_down"}},
      {"load", SufficiencyRule::kLoad, true, {"quiet", "normal", "busy"}},
      {"procedures followed", SufficiencyRule::kProceduresFollowed, false, {}},
      {"own initiative", SufficiencyRule::kOwnInitiative, true, {}},
      {"performance evidenced", SufficiencyRule::kPerformanceEvidenced, false, {}},
      {"knowledge evidenced", SufficiencyRule::kKnowledgeEvidenced, false, {}},
  };
  return words;
}

const std::vector<std::pair<std::string_view, Warning>>& WarningWords() {
  static const std::vector<std::pair<std::string_view, Warning>> words = {
      {"routine put forward as an extra", Warning::kRoutineAsExtra},
      {"action without a check", Warning::kUncheckedAction},
      {"only costly ideas", Warning::kOnlyCostly},
      {"a single gesture", Warning::kSingleGesture},
      {"the same idea for everybody", Warning::kSameIdea},
      {"promise not kept", Warning::kPromiseNotKept},
      {"action without anything after it", Warning::kActionAlone},
      {"no internal customer", Warning::kNoInternalCustomer},
  };
  return words;
}

const std::vector<std::pair<std::string_view, Simulation>>& SimulationWords() {
  static const std::vector<std::pair<std::string_view, Simulation>> words = {
      {"none", Simulation::kNone},
      {"knowledge only", Simulation::kKnowledgeOnly},
      {"exceptional", Simulation::kExceptional},
      {"labelled", Simulation::kLabelled},
  };
  return words;
}

template <class Words>
std::string OneOf(const Words& words) {
  std::string text = "Use one of: ";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += ", ";
    if constexpr (requires { words[i].word; }) {
      text += words[i].word;
    } else if constexpr (requires { words[i].first; }) {
      text += words[i].first;
    } else if constexpr (requires { words[i].name; }) {
      text += words[i].name;
    } else {
      text += words[i];
    }
  }
  return text + ".";
}

// Reads every object of a list with `read`, and takes over the first error.
template <class Item, class Read>
std::vector<Item> ReadList(ObjectReader& in, std::string_view key, bool required, Read read) {
  std::vector<Item> out;
  const JsonValue* array = in.Array(key, required, kMostItems);
  if (!array) return out;
  for (size_t i = 0; i < array->items.size() && in.ok(); ++i) {
    ObjectReader item(array->items[i], in.PlaceOf(key) + "/" + std::to_string(i));
    out.push_back(read(item));
    if (auto done = item.Finish(); !done) in.Adopt(std::move(done).error());
  }
  return out;
}

// One of a fact's words, or several, or {"at_least": n}.
Condition ReadCondition(ObjectReader& in, const RecordKind& kind, const std::string& name,
                        const JsonValue& value) {
  Condition out{.fact = name, .words = {}, .at_least = std::nullopt};
  const FactKind* fact = kind.Fact(name);
  if (!fact) {
    in.Reject(name, "framework-fact",
              "A record of kind '" + std::string(kind.name) + "' has no fact '" +
                  name.substr(0, 60) + "'.",
              kind.facts.empty() ? "Leave it out: this kind has no facts." : OneOf(kind.facts));
    return out;
  }
  if (fact->words.empty()) {
    const JsonValue* object = in.Object(name, true);
    if (!object) return out;
    ObjectReader number(*object, in.PlaceOf(name));
    out.at_least = number.Int("at_least", 1, 1'000'000);
    if (auto done = number.Finish(); !done) in.Adopt(std::move(done).error());
    return out;
  }
  if (value.type == JsonValue::Type::kArray) {
    out.words = in.Strings(name, 20, kShort);
  } else {
    out.words.push_back(in.String(name, kShort));
  }
  for (const std::string& word : out.words) {
    if (!in.ok()) break;
    if (std::find(fact->words.begin(), fact->words.end(), word) != fact->words.end()) continue;
    in.Reject(name, "framework-fact-word",
              "'" + word.substr(0, 60) + "' is no value of '" + name + "'.", OneOf(fact->words));
  }
  return out;
}

Requirement ReadRequirement(ObjectReader& in) {
  Requirement out;
  out.record = in.String("record", kShort);
  out.at_least = in.OptionalInt("at_least", 1, 1000).value_or(1);
  out.per_case = in.OptionalWord("per", {"case", "learner"}).value_or("learner") == "case";
  out.missing = in.String("missing", kLong);
  const JsonValue* where = in.Object("where", false);
  if (!in.ok()) return out;
  const RecordKind* kind = FindRecordKind(out.record);
  if (!kind) {
    in.Reject("record", "framework-record",
              "There is no kind of record '" + out.record.substr(0, 60) + "'.",
              OneOf(RecordKinds()));
    return out;
  }
  if (!where) return out;
  ObjectReader facts(*where, in.PlaceOf("where"));
  for (const auto& [name, value] : where->members) {
    out.where.push_back(ReadCondition(facts, *kind, name, value));
  }
  if (auto done = facts.Finish(); !done) in.Adopt(std::move(done).error());
  return out;
}

Criterion ReadCriterion(ObjectReader& in) {
  Criterion out;
  out.code = in.String("code", kShort);
  const bool knowledge = in.Word("kind", {"performance", "knowledge"}) == "knowledge";
  out.kind = knowledge ? CriterionKind::kKnowledge : CriterionKind::kPerformance;
  out.verb = in.String("verb", kShort);
  out.text = in.String("text", kLong);
  out.official_wording = in.OptionalString("official_wording", kLong);
  const std::string_view key = knowledge ? "supported_by" : "evidenced_by";
  auto& list = knowledge ? out.supported_by : out.evidenced_by;
  list = ReadList<Requirement>(in, key, !knowledge, ReadRequirement);
  if (!knowledge && list.empty()) {
    in.Reject(key, "framework-no-evidence",
              "Nothing is named that evidences criterion " + out.code + ".",
              "Name at least one kind of record.");
  }
  return out;
}

Outcome ReadOutcome(ObjectReader& in) {
  Outcome out;
  out.code = in.String("code", kShort);
  out.text = in.String("text", kLong);
  out.criteria = ReadList<Criterion>(in, "criteria", true, ReadCriterion);
  return out;
}

Sufficiency ReadSufficiency(ObjectReader& in) {
  Sufficiency out;
  out.code = in.String("code", kShort);
  out.requirement = in.String("requirement", kLong);
  out.basis = in.Word("basis", {"spec", "local"}) == "spec" ? Basis::kSpec : Basis::kLocal;
  const std::string word = in.String("rule", kShort);
  if (!in.ok()) return out;
  const auto& rules = RuleWords();
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.word == word; });
  if (rule == rules.end()) {
    in.Reject("rule", "framework-rule", "There is no rule '" + word.substr(0, 60) + "'.",
              OneOf(rules));
    return out;
  }
  out.rule = rule->rule;
  if (rule->counts) out.at_least = in.OptionalInt("at_least", 1, 10'000).value_or(1);
  if (!rule->words.empty()) {
    out.word = in.String("of", kShort);
    if (in.ok() &&
        std::find(rule->words.begin(), rule->words.end(), out.word) == rule->words.end()) {
      in.Reject("of", "framework-rule-word", "'" + out.word.substr(0, 60) + "' is none of them.",
                OneOf(rule->words));
    }
  }
  return out;
}

WarningRule ReadWarning(ObjectReader& in) {
  WarningRule out;
  const std::string word = in.String("warning", kShort);
  if (!in.ok()) return out;
  const auto& words = WarningWords();
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.first == word; });
  if (found == words.end()) {
    in.Reject("warning", "framework-warning", "There is no warning '" + word.substr(0, 60) + "'.",
              OneOf(words));
    return out;
  }
  out.warning = found->second;
  if (out.warning == Warning::kActionAlone) out.after_days = in.Int("after_days", 1, 365);
  return out;
}

Framework ReadFramework(ObjectReader& in) {
  Framework out;
  in.OptionalString("$schema", kShort);
  in.Int("format", 1, 1);
  out.code = in.String("code", kShort);
  out.edition = in.String("edition", kShort);
  out.title = in.String("title", kShort);
  out.awarding_body = in.String("awarding_body", kShort);
  out.level = in.String("level", kShort);
  out.level_scheme = in.String("level_scheme", kShort);
  out.credit = in.OptionalInt("credit", 0, 1000);
  out.guided_learning_hours = in.OptionalInt("guided_learning_hours", 0, 10'000);
  out.registration_end = in.OptionalString("registration_end", kShort);
  out.certification_end = in.OptionalString("certification_end", kShort);
  out.summary = in.String("summary", kLong);
  const std::string simulation =
      in.Word("simulation", {"none", "knowledge only", "exceptional", "labelled"});
  for (const auto& [word, value] : SimulationWords()) {
    if (word == simulation) out.simulation = value;
  }
  out.settings = in.Strings("settings", 20, kShort);
  out.sectors = in.Strings("sectors", 20, kShort);
  out.outcomes = ReadList<Outcome>(in, "outcomes", true, ReadOutcome);
  out.sufficiency = ReadList<Sufficiency>(in, "sufficiency", true, ReadSufficiency);
  out.warnings = ReadList<WarningRule>(in, "warnings", false, ReadWarning);
  return out;
}

Result<void> CheckCodes(const Framework& framework) {
  std::set<std::string_view> seen;
  for (const Outcome& outcome : framework.outcomes) {
    for (const Criterion& criterion : outcome.criteria) {
      if (seen.insert(criterion.code).second) continue;
      return Fail(ErrorKind::kInvalid, "framework-code-twice",
                  "The criterion " + criterion.code + " stands twice.", "/outcomes",
                  "Give each criterion its own code.");
    }
  }
  if (!seen.empty()) return {};
  return Fail(ErrorKind::kInvalid, "framework-empty", "The framework has no criteria.", "/outcomes",
              "Add its outcomes and criteria.");
}

}  // namespace

std::string_view BasisWord(Basis basis) { return basis == Basis::kSpec ? "spec" : "local"; }

size_t Framework::criteria() const {
  size_t count = 0;
  for (const Outcome& outcome : outcomes) count += outcome.criteria.size();
  return count;
}

Result<Framework> ParseFramework(std::string_view text, std::string_view file_name) {
  const auto in_file = [&](Error error) {
    error.place = std::string(file_name) + (error.place.empty() ? "" : ":" + error.place);
    return Fail(std::move(error));
  };
  auto json = ParseJson(text, {.max_bytes = kMostBytes, .max_depth = 12});
  if (!json) return in_file(std::move(json).error());
  ObjectReader in(*json);
  Framework framework = ReadFramework(in);
  if (auto done = in.Finish(); !done) return in_file(std::move(done).error());
  if (auto codes = CheckCodes(framework); !codes) return in_file(std::move(codes).error());
  return framework;
}

}  // namespace extramile::portfolio
