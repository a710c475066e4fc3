// Coverage: which rules of a model's decision tables the evaluations that it was shown have
// matched.
//
//   Coverage coverage(model);
//   TestOptions options{.after_each = [&](const Evaluation& e) { coverage.Add(e); }};
//   ... RunTestCases(model, "authority.xml", xml, options) ...
//   for (const TableCoverage& table : coverage.tables())
//     table.NeverMatched();   // rule numbers, from 1
//
// A rule counts as covered where it matched, whatever the hit policy then made of it. One thread at
// a time; the model must outlive it. Adding costs a few nanoseconds a match.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dmn/model.h"

namespace extramile::dmn {

struct TableCoverage {
  std::string_view table;        // the decision's or business knowledge model's name
  std::vector<int64_t> matched;  // how often, a rule each

  std::vector<int> NeverMatched() const;
};

class Coverage {
 public:
  explicit Coverage(const Model& model);

  void Add(const Evaluation& evaluation);
  // In the order of the files.
  const std::vector<TableCoverage>& tables() const { return tables_; }
  int rules() const;
  int covered() const;

 private:
  std::vector<TableCoverage> tables_;
  std::unordered_map<const DecisionTable*, size_t> places_;
};

}  // namespace extramile::dmn
