#include "portfolio/coverage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "portfolio/record_kinds.h"
#include "portfolio/sufficiency.h"

namespace extramile::portfolio {
namespace {

constexpr size_t kMostSentences = 3;  // of one sort, for one requirement

using RecordList = std::vector<const EvidenceRecord*>;

// The first condition that the record does not meet, or nullptr.
const Condition* FirstUnmet(const Requirement& requirement, const EvidenceRecord& record) {
  for (const Condition& condition : requirement.where) {
    bool met = false;
    for (const auto& [fact, value] : record.facts) {
      if (fact != condition.fact) continue;
      if (condition.at_least) {
        int64_t number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        met = met || number >= *condition.at_least;
      } else {
        met = met || std::find(condition.words.begin(), condition.words.end(), value) !=
                         condition.words.end();
      }
    }
    if (!met) return &condition;
  }
  return nullptr;
}

// What the records say about one requirement.
struct Answered {
  bool met = false;
  RecordList full;  // those that count; per case: of the cases that have enough
  RecordList some;  // per case: of the case that comes nearest, while none has enough
  RecordList near;  // of the right kind, but lacking something
};

RecordList OfBestCase(const RecordList& records) {
  std::map<AnyId, RecordList> by_case;
  for (const EvidenceRecord* record : records) {
    if (record->service_case) by_case[*record->service_case].push_back(record);
  }
  RecordList best;
  for (auto& [id, list] : by_case) {
    if (list.size() > best.size()) best = std::move(list);
  }
  return best;
}

RecordList OfCasesWith(const RecordList& records, size_t at_least) {
  std::map<AnyId, size_t> counts;
  for (const EvidenceRecord* record : records) {
    if (record->service_case) ++counts[*record->service_case];
  }
  RecordList out;
  for (const EvidenceRecord* record : records) {
    if (record->service_case && counts[*record->service_case] >= at_least) out.push_back(record);
  }
  return out;
}

Answered Answer(const Requirement& requirement, const RecordList& records) {
  Answered out;
  RecordList full;
  for (const EvidenceRecord* record : records) {
    if (record->kind != requirement.record) continue;
    (FirstUnmet(requirement, *record) ? out.near : full).push_back(record);
  }
  const auto at_least = static_cast<size_t>(requirement.at_least);
  if (requirement.per_case) {
    out.full = OfCasesWith(full, at_least);
    out.met = !out.full.empty();
    if (!out.met) out.some = OfBestCase(full);
  } else {
    out.met = full.size() >= at_least;
    (out.met ? out.full : out.some) = std::move(full);
  }
  return out;
}

class Coverer {
 public:
  Coverer(const Framework& framework, const Evidence& evidence, Instant now, const TimeZone& zone)
      : evidence_(evidence), now_(now), zone_(zone) {
    for (const EvidenceRecord& record : evidence.records) {
      const EvidenceCase* of = CaseOf(evidence, record);
      if (record.service_case && !of) continue;
      if (!of || Counts(framework, *of)) {
        counted_.push_back(&record);
      } else if (!of->use_as_evidence && Allowed(framework, *of)) {
        offered_.push_back(&record);
      }
    }
    const auto older = [](const EvidenceRecord* a, const EvidenceRecord* b) {
      return std::tie(a->occurred_at, a->id) < std::tie(b->occurred_at, b->id);
    };
    std::sort(counted_.begin(), counted_.end(), older);
    std::sort(offered_.begin(), offered_.end(), older);
  }

  static bool Allowed(const Framework& framework, EvidenceCase service_case) {
    service_case.use_as_evidence = true;
    return Counts(framework, service_case);
  }

  CriterionCoverage CoverOne(const Criterion& criterion) const {
    CriterionCoverage out;
    out.criterion = &criterion;
    return criterion.kind == CriterionKind::kKnowledge ? Knowledge(criterion, std::move(out))
                                                       : Performance(criterion, std::move(out));
  }

 private:
  CriterionCoverage Performance(const Criterion& criterion, CriterionCoverage out) const {
    bool all = true;
    for (const Requirement& requirement : criterion.evidenced_by) {
      const Answered answered = Answer(requirement, counted_);
      Add(out, answered.full);
      if (answered.met) continue;
      all = false;
      Add(out, answered.some);
      Add(out, answered.near);
      SayMissing(out, requirement, answered);
    }
    out.state = all                   ? CriterionState::kEvidenced
                : out.records.empty() ? CriterionState::kMissing
                                      : CriterionState::kPartly;
    return out;
  }

  CriterionCoverage Knowledge(const Criterion& criterion, CriterionCoverage out) const {
    out.state = CriterionState::kNeedsAccount;
    out.missing.push_back("An account in the learner's own words is needed.");
    for (const Requirement& requirement : criterion.supported_by) {
      const Answered answered = Answer(requirement, counted_);
      Add(out, answered.full);
      if (!answered.met) out.missing.push_back(requirement.missing);
    }
    return out;
  }

  static void Add(CriterionCoverage& out, const RecordList& records) {
    for (const EvidenceRecord* record : records) {
      if (std::find(out.records.begin(), out.records.end(), record) == out.records.end()) {
        out.records.push_back(record);
      }
    }
  }

  void SayMissing(CriterionCoverage& out, const Requirement& requirement,
                  const Answered& answered) const {
    if (answered.some.empty() && answered.near.empty()) out.missing.push_back(requirement.missing);
    if (!answered.some.empty()) {
      const auto has = std::to_string(answered.some.size());
      const auto asked = std::to_string(requirement.at_least);
      const EvidenceCase* of = CaseOf(evidence_, *answered.some.front());
      out.missing.push_back(requirement.per_case && of
                                ? "Case " + of->reference + " has " + has + " of the " + asked +
                                      " that are asked for in one case."
                                : "There are " + has + " of the " + asked + " that are asked for.");
    }
    SayNear(out, requirement, answered.near);
    SayOffered(out, requirement);
  }

  // The latest first: that is the one people can still mend.
  void SayNear(CriterionCoverage& out, const Requirement& requirement,
               const RecordList& near) const {
    const RecordKind& kind = *FindRecordKind(requirement.record);
    size_t said = 0;
    for (auto it = near.rbegin(); it != near.rend() && said < kMostSentences; ++it, ++said) {
      const FactKind* fact = kind.Fact(FirstUnmet(requirement, **it)->fact);
      std::string sentence = std::string(kind.noun) + " of " +
                             DayInWords((*it)->occurred_at, now_, zone_) + " " +
                             std::string(fact->not_so) + ".";
      if (std::find(out.missing.begin(), out.missing.end(), sentence) == out.missing.end()) {
        out.missing.push_back(std::move(sentence));
      }
    }
  }

  void SayOffered(CriterionCoverage& out, const Requirement& requirement) const {
    const Answered answered = Answer(requirement, offered_);
    std::vector<const EvidenceCase*> cases;
    for (const EvidenceRecord* record : answered.full) {
      const EvidenceCase* of = CaseOf(evidence_, *record);
      if (std::find(cases.begin(), cases.end(), of) == cases.end()) cases.push_back(of);
    }
    for (size_t i = 0; i < std::min(cases.size(), kMostSentences); ++i) {
      out.missing.push_back("Case " + cases[i]->reference + " of " +
                            DayInWords(cases[i]->opened_at, now_, zone_) +
                            " could be used for this: mark it as evidence.");
    }
  }

  const Evidence& evidence_;
  const Instant now_;
  const TimeZone& zone_;
  RecordList counted_, offered_;
};

}  // namespace

std::string_view CriterionStateWord(CriterionState state) {
  switch (state) {
    case CriterionState::kEvidenced:
      return "evidenced";
    case CriterionState::kPartly:
      return "partly";
    case CriterionState::kMissing:
      return "missing";
    case CriterionState::kNeedsAccount:
      break;
  }
  return "needs account";
}

size_t Coverage::evidenced() const {
  return static_cast<size_t>(std::count_if(criteria.begin(), criteria.end(), [](const auto& c) {
    return c.state == CriterionState::kEvidenced;
  }));
}

Coverage Cover(const Framework& framework, const Evidence& evidence, Instant now,
               const TimeZone& zone) {
  Coverage out;
  const Coverer coverer(framework, evidence, now, zone);
  for (const Outcome& outcome : framework.outcomes) {
    for (const Criterion& criterion : outcome.criteria) {
      out.criteria.push_back(coverer.CoverOne(criterion));
    }
  }
  out.sufficiency = FindSufficiency(framework, evidence, out, now, zone);
  out.warnings = FindWarnings(framework, evidence, now, zone);
  return out;
}

const EvidenceCase* CaseOf(const Evidence& evidence, const EvidenceRecord& record) {
  if (!record.service_case) return nullptr;
  for (const EvidenceCase& service_case : evidence.cases) {
    if (service_case.id == *record.service_case) return &service_case;
  }
  return nullptr;
}

bool Counts(const Framework& framework, const EvidenceCase& service_case) {
  const auto allowed = [](const std::vector<std::string>& words, const std::string& word) {
    return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
  };
  const bool staged_is_out = framework.simulation == Simulation::kNone ||
                             framework.simulation == Simulation::kKnowledgeOnly;
  return service_case.use_as_evidence && !(service_case.simulated && staged_is_out) &&
         allowed(framework.settings, service_case.setting) &&
         allowed(framework.sectors, service_case.sector);
}

std::string DayInWords(Instant at, Instant now, const TimeZone& zone) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const LocalTime day = zone.ToLocal(at);
  std::string text =
      std::to_string(day.day) + " " + std::string(kMonths[static_cast<size_t>(day.month) - 1]);
  if (day.year != zone.ToLocal(now).year) text += " " + std::to_string(day.year);
  return text;
}

}  // namespace extramile::portfolio
