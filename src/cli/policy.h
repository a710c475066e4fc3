// The commands `extramile policy ...`: what a rule owner does with a policy set's folder before it
// is put in force.
//
//   extramile policy test DIR [--json] [--full-coverage]
//       runs the examples (TCK test cases, *.xml) in DIR and below against its rules, and says
//       which rules no example matches
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "dmn/analysis.h"

namespace CLI {
class App;
}

namespace extramile::cli {

struct PolicyTestFailure {
  std::string file, test_case, decision, expected, got;
};
struct UncoveredTable {
  std::string table;
  std::vector<int> rules;  // numbers, from 1
};
struct PolicyTestResult {
  int passed = 0, failed = 0;
  int rules = 0, covered = 0;
  std::vector<PolicyTestFailure> failures;
  std::vector<UncoveredTable> never_matched;
};

// Errors: those of the rule files; kNotFound "no-test-cases" where there are none; a test file that
// cannot be read.
Result<PolicyTestResult> TestPolicy(const std::string& folder);
// {"passed","failed","rules","covered","failures":[{"file","case","decision","expected","got"}],
//  "never_matched":[{"table","rules":[...]}]}
std::string ToJson(const PolicyTestResult& result);

// The analysis of a folder's rules, or of one file's. Errors: those of the rule files.
struct PolicyAnalysis {
  dmn::Model model;  // the findings point into it
  std::vector<dmn::TableAnalysis> tables;
};
Result<PolicyAnalysis> AnalysePolicy(const std::string& path);
// {"findings","tables":[{"table","complete","left_out","notes":[...],"findings":[{"kind","rules",
//  "input","certain","message","witness":[{"input","is"}]}]}]}
std::string ToJson(const PolicyAnalysis& analysis);

// `exit_code` becomes 1 where something failed.
void AddPolicy(CLI::App& app, int& exit_code);

}  // namespace extramile::cli
