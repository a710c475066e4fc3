#include "dmn/coverage.h"

#include <algorithm>

#include "dmn/table.h"

namespace extramile::dmn {

std::vector<int> TableCoverage::NeverMatched() const {
  std::vector<int> rules;
  for (size_t i = 0; i < matched.size(); ++i) {
    if (matched[i] == 0) rules.push_back(static_cast<int>(i + 1));
  }
  return rules;
}

Coverage::Coverage(const Model& model) {
  for (const DecisionTable* table : model.tables()) {
    places_.emplace(table, tables_.size());
    tables_.push_back({table->name, std::vector<int64_t>(table->rules.size())});
  }
}

void Coverage::Add(const Evaluation& evaluation) {
  std::vector<RuleHit> hits;
  evaluation.AddAllHits(hits);
  for (const RuleHit& hit : hits) {
    const auto place = places_.find(hit.table);
    if (place != places_.end()) ++tables_[place->second].matched[hit.rule];
  }
}

int Coverage::rules() const {
  size_t rules = 0;
  for (const TableCoverage& table : tables_) rules += table.matched.size();
  return static_cast<int>(rules);
}

int Coverage::covered() const {
  std::ptrdiff_t covered = 0;
  for (const TableCoverage& table : tables_) {
    covered += std::count_if(table.matched.begin(), table.matched.end(),
                             [](int64_t times) { return times > 0; });
  }
  return static_cast<int>(covered);
}

}  // namespace extramile::dmn
