// The commands `extramile policy ...`: what a rule owner does with a policy set's folder before it
// is put in force, and how it gets to a server.
//
//   extramile policy test DIR [--json] [--full-coverage]
//       runs the examples (TCK test cases, *.xml) in DIR and below against its rules, and says
//       which rules no example matches
//   extramile policy analyse PATH [--json]
//       finds gaps, overlaps, contradictions and rules in vain
//   extramile policy import DIR [--name NAME] [--server URL]
//       drafts the folder's rules and examples as a policy set of one's organisation
#pragma once

#include <string>

#include "app/policy_examination.h"
#include "base/error.h"

namespace CLI {
class App;
}

namespace extramile::cli {

// Errors: those of the rule files; kNotFound "no-test-cases" where there are none; a test file that
// cannot be read.
Result<app::PolicyTests> TestPolicy(const std::string& folder);
std::string ToJson(const app::PolicyTests& result);

// The analysis of a folder's rules, or of one file's. Errors: those of the rule files.
Result<app::PolicyAnalysis> AnalysePolicy(const std::string& path);
std::string ToJson(const app::PolicyAnalysis& analysis);

// `exit_code` becomes 1 where something failed, and where the analysis found something.
void AddPolicy(CLI::App& app, int& exit_code);

}  // namespace extramile::cli
