// What is asked of a policy set before it is put in force: do its examples pass, which rules does
// no example match, and what does the analysis find in its tables?
//
//   EM_ASSIGN(const PolicyTests tests, RunExamples(*policy, bundle));
//   const PolicyAnalysis analysis = AnalysePolicy(policy->model);
//   HashOf(analysis)    // who publishes names it: "these are the findings I have seen"
//
// Pure; thread-safe. Takes tenths of a second for the starter rules; a set can be made to take
// minutes, so it runs where waiting is allowed.
#pragma once

#include <string>
#include <vector>

#include "app/policy.h"
#include "base/json_writer.h"
#include "dmn/analysis.h"

namespace extramile::app {

struct PolicyTestFailure {
  std::string file, test_case, decision, expected, got;
};
struct UncoveredTable {
  std::string table;
  std::vector<int> rules;  // numbers, from 1
};
struct PolicyTests {
  int passed = 0, failed = 0;
  int rules = 0, covered = 0;
  std::vector<PolicyTestFailure> failures;
  std::vector<UncoveredTable> never_matched;

  bool green() const { return failed == 0 && passed > 0; }
};

// Runs every example of the bundle against its rules, compiled before. Errors: an example file that
// cannot be read.
Result<PolicyTests> RunExamples(const Policy& policy, const PolicyBundle& bundle);
// {"passed","failed","rules","covered","failures":[{"file","case","decision","expected","got"}],
//  "never_matched":[{"table","rules":[...]}]}
void WriteTests(JsonWriter& out, const PolicyTests& tests);

struct PolicyAnalysis {
  dmn::Model model;  // the findings point into it
  std::vector<dmn::TableAnalysis> tables;

  size_t findings() const;
};
PolicyAnalysis AnalysePolicy(const dmn::Model& model);
// {"findings","tables":[{"table","complete","left_out","notes":[...],"findings":[{"kind","rules",
//  "input","certain","message","witness":[{"input","is"}]}]}]}
void WriteAnalysis(JsonWriter& out, const PolicyAnalysis& analysis);
// Of what WriteAnalysis writes.
Sha256 HashOf(const PolicyAnalysis& analysis);

}  // namespace extramile::app
