#include "portfolio/sufficiency.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace extramile::portfolio {
namespace {

constexpr size_t kMostNamed = 3;      // cases or days named in one sentence
constexpr size_t kSameIdeaCases = 3;  // the same gesture in so many cases is a pattern

std::string Number(size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMostNamed) {
    text += " and " + std::to_string(names.size() - kMostNamed) + " more";
  }
  return text;
}

// The extras that count: done, beyond the routine, in a case that counts.
class Extras {
 public:
  Extras(const Framework& framework, const Evidence& evidence, Instant now, const TimeZone& zone)
      : now_(now), zone_(zone) {
    for (const EvidenceRecord& record : evidence.records) {
      if (record.kind != "action") continue;
      const EvidenceCase* of = CaseOf(evidence, record);
      if (!of || !Counts(framework, *of)) continue;
      actions_.push_back(&record);
      if (!record.Is("done", "yes") || !record.Is("extra", "yes")) continue;
      extras_.push_back(&record);
      cases_.insert_or_assign(of->id, of);
    }
  }

  const std::vector<const EvidenceRecord*>& actions() const { return actions_; }
  const std::vector<const EvidenceRecord*>& extras() const { return extras_; }
  const std::map<AnyId, const EvidenceCase*>& cases() const { return cases_; }

  size_t Customers() const {
    std::set<AnyId> customers;
    for (const auto& [id, of] : cases_) {
      if (of->customer) customers.insert(*of->customer);
    }
    return customers.size();
  }
  std::set<std::string> Days() const {
    std::set<std::string> days;
    for (const EvidenceRecord* extra : extras_)
      days.insert(zone_.ToLocal(extra->occurred_at).Date());
    return days;
  }
  // Whole days between the first extra and the last.
  size_t Period() const {
    if (extras_.empty()) return 0;
    const auto [first, last] = Ends();
    return static_cast<size_t>(
        (zone_.StartOfDay(last) - zone_.StartOfDay(first) + kMicrosPerDay / 2) / kMicrosPerDay);
  }
  // REQUIRES: there is an extra.
  std::string PeriodInWords() const {
    const auto [first, last] = Ends();
    return "From " + Day(first) + " to " + Day(last) + ": " + Number(Period(), "day", "days");
  }
  std::string Day(Instant at) const { return DayInWords(at, now_, zone_); }

 private:
  std::pair<Instant, Instant> Ends() const {
    const auto earlier = [](const auto* a, const auto* b) {
      return a->occurred_at < b->occurred_at;
    };
    const auto ends = std::minmax_element(extras_.begin(), extras_.end(), earlier);
    return {(*ends.first)->occurred_at, (*ends.second)->occurred_at};
  }

  const Instant now_;
  const TimeZone& zone_;
  std::vector<const EvidenceRecord*> actions_, extras_;
  std::map<AnyId, const EvidenceCase*> cases_;
};

// The cases put forward of which `fits` is false, by reference.
template <class Fits>
std::vector<std::string> Misfits(const Evidence& evidence, Fits fits) {
  std::vector<std::string> names;
  for (const EvidenceCase& of : evidence.cases) {
    if (of.use_as_evidence && !fits(of)) names.push_back(of.reference);
  }
  return names;
}

bool OneOf(const std::vector<std::string>& words, const std::string& word) {
  return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

Finding CasesFit(const Sufficiency& rule, const Evidence& evidence,
                 std::vector<std::string> misfits, std::string_view lacks) {
  const auto put_forward = std::count_if(evidence.cases.begin(), evidence.cases.end(),
                                         [](const auto& of) { return of.use_as_evidence; });
  if (put_forward == 0) return {&rule, false, "No case is marked as evidence yet."};
  if (misfits.empty()) {
    return {&rule, true,
            "So it is with " + Number(static_cast<size_t>(put_forward), "case", "cases") +
                " put forward."};
  }
  return {&rule, false, "Left out, because " + std::string(lacks) + ": " + Listed(misfits) + "."};
}

Finding Counted(const Sufficiency& rule, size_t count, std::string_view one,
                std::string_view many) {
  const bool met = count >= static_cast<size_t>(rule.at_least);
  std::string says = Number(count, one, many) + " so far";
  if (!met) says += "; " + std::to_string(rule.at_least) + " asked for";
  return {&rule, met, says + "."};
}

Finding Period(const Sufficiency& rule, const Extras& extras) {
  if (extras.extras().empty()) return {&rule, false, "Nothing extra has been done yet."};
  const bool met = extras.Period() >= static_cast<size_t>(rule.at_least);
  std::string says = extras.PeriodInWords();
  if (!met) says += "; " + std::to_string(rule.at_least) + " asked for";
  return {&rule, met, says + "."};
}

// Extras in cases of this load or situation; declared ones are said to be.
Finding InContext(const Sufficiency& rule, const Extras& extras) {
  const bool by_load = rule.rule == SufficiencyRule::kLoad;
  std::vector<std::string> names;
  bool declared = false;
  for (const auto& [id, of] : extras.cases()) {
    if ((by_load ? of->load : of->situation) != rule.word) continue;
    names.push_back(of->reference);
    declared = declared || (by_load && of->load_basis == "declared");
  }
  Finding out = Counted(rule, names.size(), "case", "cases");
  if (names.empty()) return out;
  out.says.insert(out.says.size() - 1, ": " + Listed(names));
  if (declared) out.says += " The load was declared, not computed, in at least one of them.";
  return out;
}

Finding ProceduresFollowed(const Sufficiency& rule, const Extras& extras) {
  if (extras.extras().empty()) return {&rule, false, "Nothing extra has been done yet."};
  std::vector<std::string> unchecked, unsigned_off;
  for (const EvidenceRecord* extra : extras.extras()) {
    const std::string day = extras.Day(extra->occurred_at);
    if (!extra->Is("checked", "yes")) {
      unchecked.push_back(day);
    } else if (extra->needed_sign_off && !extra->signed_off) {
      unsigned_off.push_back(day);
    }
  }
  if (unchecked.empty() && unsigned_off.empty()) {
    return {&rule, true,
            "Every extra was checked beforehand, and agreed where that was needed (" +
                Number(extras.extras().size(), "extra", "extras") + ")."};
  }
  std::string says;
  if (!unchecked.empty()) says = "Not checked beforehand: " + Listed(unchecked) + ".";
  if (!unsigned_off.empty()) {
    says +=
        (says.empty() ? "" : " ") + std::string("Not signed off: ") + Listed(unsigned_off) + ".";
  }
  return {&rule, false, std::move(says)};
}

Finding AllOfKind(const Sufficiency& rule, CriterionKind kind, const Coverage& coverage) {
  std::vector<std::string> open;
  size_t all = 0;
  for (const CriterionCoverage& criterion : coverage.criteria) {
    if (criterion.criterion->kind != kind) continue;
    ++all;
    if (criterion.state != CriterionState::kEvidenced) open.push_back(criterion.criterion->code);
  }
  if (open.empty()) return {&rule, true, "All " + std::to_string(all) + " of them."};
  return {&rule, false,
          std::to_string(all - open.size()) + " of " + std::to_string(all) +
              "; open: " + Listed(open) + "."};
}

size_t OwnIdeas(const Extras& extras) {
  return static_cast<size_t>(std::count_if(extras.extras().begin(), extras.extras().end(),
                                           [](const auto* e) { return e->Is("origin", "own"); }));
}

Finding Find(const Sufficiency& rule, const Framework& framework, const Evidence& evidence,
             const Extras& extras, const Coverage& coverage) {
  switch (rule.rule) {
    case SufficiencyRule::kNoSimulation:
      return CasesFit(rule, evidence,
                      Misfits(evidence, [](const auto& of) { return !of.simulated; }),
                      "they are staged");
    case SufficiencyRule::kSettings:
      return CasesFit(
          rule, evidence,
          Misfits(evidence, [&](const auto& of) { return OneOf(framework.settings, of.setting); }),
          "their setting is not allowed");
    case SufficiencyRule::kSectors:
      return CasesFit(
          rule, evidence,
          Misfits(evidence, [&](const auto& of) { return OneOf(framework.sectors, of.sector); }),
          "their sector is not allowed");
    case SufficiencyRule::kDifferentCustomers:
      return Counted(rule, extras.Customers(), "customer", "customers");
    case SufficiencyRule::kDifferentOccasions:
      return Counted(rule, extras.Days().size(), "day", "days");
    case SufficiencyRule::kPeriod:
      return Period(rule, extras);
    case SufficiencyRule::kSituation:
    case SufficiencyRule::kLoad:
      return InContext(rule, extras);
    case SufficiencyRule::kProceduresFollowed:
      return ProceduresFollowed(rule, extras);
    case SufficiencyRule::kOwnInitiative:
      return Counted(rule, OwnIdeas(extras), "extra", "extras");
    case SufficiencyRule::kPerformanceEvidenced:
      return AllOfKind(rule, CriterionKind::kPerformance, coverage);
    case SufficiencyRule::kKnowledgeEvidenced:
      break;
  }
  return AllOfKind(rule, CriterionKind::kKnowledge, coverage);
}

// The warnings, one function each: sentences, none where there is nothing to say.

using Sentences = std::vector<std::string>;

Sentences EachAction(const Extras& extras, std::string_view fact, std::string_view says) {
  std::vector<std::string> days;
  for (const EvidenceRecord* action : extras.actions()) {
    if (action->Is("done", "yes") && action->Is(fact, "no")) {
      days.push_back(extras.Day(action->occurred_at));
    }
  }
  if (days.empty()) return {};
  return {std::string(says) + " (" + Listed(days) + ")."};
}

Sentences OnlyCostly(const Framework& framework, const Evidence& evidence) {
  size_t ideas = 0;
  for (const EvidenceRecord& record : evidence.records) {
    const EvidenceCase* of = CaseOf(evidence, record);
    if (record.kind != "idea" || !of || !Counts(framework, *of)) continue;
    if (!record.Is("costs_money", "yes")) return {};
    ++ideas;
  }
  if (ideas < 2) return {};
  return {"Every idea so far costs money. A small thing done at once often pleases more."};
}

Sentences SameIdea(const Extras& extras) {
  std::set<std::string> gestures;
  for (const EvidenceRecord* extra : extras.extras()) gestures.insert(extra->gesture);
  if (extras.cases().size() < kSameIdeaCases || gestures.size() != 1 || gestures.contains("")) {
    return {};
  }
  return {"Every customer got the same extra. Show that it was chosen for each of them."};
}

Sentences PromisesNotKept(const Framework& framework, const Evidence& evidence,
                          const Extras& extras, Instant now) {
  Sentences out;
  for (const PromiseMade& promise : evidence.promises) {
    EvidenceRecord of_promise;
    of_promise.service_case = promise.service_case;
    const EvidenceCase* of = CaseOf(evidence, of_promise);
    if (!of || !Counts(framework, *of)) continue;
    const std::string due = extras.Day(promise.due_at);
    if (promise.state == "broken") {
      out.push_back("The promise for " + due + " in case " + of->reference + " was not kept.");
    } else if (promise.state == "open" && promise.due_at < now) {
      out.push_back("The promise for " + due + " in case " + of->reference +
                    " is past its date and still open.");
    }
  }
  return out;
}

Sentences ActionAlone(const Evidence& evidence, const Extras& extras, Instant now,
                      int64_t after_days) {
  std::set<AnyId> followed;
  for (const EvidenceRecord& record : evidence.records) {
    if (record.follows_up && record.action) followed.insert(*record.action);
  }
  Sentences out;
  for (const EvidenceRecord* extra : extras.extras()) {
    if (followed.contains(extra->id)) continue;
    if (now - extra->occurred_at < after_days * kMicrosPerDay) continue;
    out.push_back("Nothing says what came of the action of " + extras.Day(extra->occurred_at) +
                  ": was the customer told, and how did others fare?");
  }
  return out;
}

Sentences NoInternalCustomer(const Framework& framework, const Evidence& evidence) {
  bool any = false;
  for (const EvidenceCase& of : evidence.cases) {
    if (!Counts(framework, of)) continue;
    if (of.internal_customer) return {};
    any = true;
  }
  if (!any) return {};
  return {"No customer so far is a colleague: an internal customer belongs in the evidence."};
}

Sentences Warn(const WarningRule& rule, const Framework& framework, const Evidence& evidence,
               const Extras& extras, Instant now) {
  switch (rule.warning) {
    case Warning::kRoutineAsExtra:
      return EachAction(extras, "extra",
                        "Routine is not an extra: the offer or the job already asks for it");
    case Warning::kUncheckedAction:
      return EachAction(extras, "checked", "Done without a check beforehand");
    case Warning::kOnlyCostly:
      return OnlyCostly(framework, evidence);
    case Warning::kSingleGesture:
      if (extras.extras().size() != 1) return {};
      return {"There is one extra so far. A second one shows that it was no accident."};
    case Warning::kSameIdea:
      return SameIdea(extras);
    case Warning::kPromiseNotKept:
      return PromisesNotKept(framework, evidence, extras, now);
    case Warning::kActionAlone:
      return ActionAlone(evidence, extras, now, rule.after_days);
    case Warning::kNoInternalCustomer:
      break;
  }
  return NoInternalCustomer(framework, evidence);
}

}  // namespace

std::vector<Finding> FindSufficiency(const Framework& framework, const Evidence& evidence,
                                     const Coverage& coverage, Instant now, const TimeZone& zone) {
  const Extras extras(framework, evidence, now, zone);
  std::vector<Finding> out;
  for (const Sufficiency& rule : framework.sufficiency) {
    out.push_back(Find(rule, framework, evidence, extras, coverage));
  }
  return out;
}

std::vector<std::string> FindWarnings(const Framework& framework, const Evidence& evidence,
                                      Instant now, const TimeZone& zone) {
  const Extras extras(framework, evidence, now, zone);
  std::vector<std::string> out;
  for (const WarningRule& rule : framework.warnings) {
    for (std::string& sentence : Warn(rule, framework, evidence, extras, now)) {
      out.push_back(std::move(sentence));
    }
  }
  return out;
}

}  // namespace extramile::portfolio
