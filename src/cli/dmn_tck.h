// The commands `extramile dmn ...`: the rule engine by itself, without a server.
//
//   extramile dmn tck DIR [--json]   runs every folder of models with TCK test cases below DIR
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace CLI {
class App;
}

namespace extramile::cli {

struct TckFailure {
  std::string folder, test_case, result, expected, got;
};
struct TckFolder {
  std::string name;  // of the folder; with its parent's before it where two have the same
  int passed = 0, total = 0;
};
struct TckResult {
  int passed = 0, total = 0;
  std::vector<TckFolder> folders;    // by name
  std::vector<TckFailure> failures;  // one for each result that differs
  std::vector<TckFailure> skipped;   // `got` says why
};

// Every folder at or below `directory` that holds test files (*.xml) beside models (*.dmn). Errors:
// kNotFound "no-test-cases" where there is none; a test file that cannot be read is a failure.
Result<TckResult> RunTck(const std::string& directory);
// {"passed","total","skipped","folders":{NAME:{"passed","total"}},"failures":[...]}.
std::string ToJson(const TckResult& result);

// `exit_code` becomes 1 unless nothing failed.
void AddDmn(CLI::App& app, int& exit_code);

}  // namespace extramile::cli
