#include "cli/policy.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/json_writer.h"
#include "connect/policy_files.h"
#include "dmn/coverage.h"
#include "dmn/tck.h"

namespace extramile::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> TestFilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file() && entry.path().extension() == ".xml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<void> RunFile(const dmn::Model& model, const fs::path& path, const std::string& name,
                     dmn::Coverage& coverage, PolicyTestResult& result) {
  std::ifstream in(path, std::ios::binary);
  const std::string xml{std::istreambuf_iterator<char>(in), {}};
  dmn::TestOptions options;
  options.after_each = [&](const dmn::Evaluation& evaluation) { coverage.Add(evaluation); };
  EM_ASSIGN(const dmn::TestReport report, dmn::RunTestCases(model, name, xml, options));
  result.passed += report.passed;
  result.failed += report.failed;
  for (const dmn::TestFailure& failure : report.failures) {
    result.failures.push_back(
        {name, failure.test_case, failure.result, failure.expected, failure.got});
  }
  return {};
}

std::string Numbers(const std::vector<int>& rules) {
  std::string text;
  for (const int rule : rules) text += (text.empty() ? "" : ", ") + std::to_string(rule);
  return text;
}

void Print(const PolicyTestResult& result) {
  for (const PolicyTestFailure& failure : result.failures) {
    std::cout << failure.file << ", case " << failure.test_case << ", '" << failure.decision
              << "':\n  expected " << failure.expected << "\n  got      " << failure.got << '\n';
  }
  for (const UncoveredTable& table : result.never_matched) {
    std::cout << "No example matches " << (table.rules.size() == 1 ? "rule " : "rules ")
              << Numbers(table.rules) << " of '" << table.table << "'.\n";
  }
  std::cout << result.passed << " of " << result.passed + result.failed << " examples pass; "
            << result.covered << " of " << result.rules << " rules are covered.\n";
}

int RunTests(const std::string& folder, bool json, bool full_coverage) {
  const auto result = TestPolicy(folder);
  if (!result) {
    std::cerr << "error: " << result.error().ToString() << '\n';
    return 1;
  }
  if (json) {
    std::cout << ToJson(*result) << '\n';
  } else {
    Print(*result);
  }
  return result->failed > 0 || (full_coverage && !result->never_matched.empty()) ? 1 : 0;
}

}  // namespace

Result<PolicyTestResult> TestPolicy(const std::string& folder) {
  EM_ASSIGN(const auto policy, connect::LoadPolicyFolder(folder));
  const std::vector<fs::path> files = TestFilesIn(folder);
  if (files.empty()) {
    return Fail(ErrorKind::kNotFound, "no-test-cases", "There are no examples in this folder.",
                folder,
                "Keep them beside the rules: tests/NAME.xml, in the TCK's test-case format.");
  }
  dmn::Coverage coverage(policy->model);
  PolicyTestResult result;
  for (const fs::path& file : files) {
    EM_TRY(RunFile(policy->model, file, fs::relative(file, folder).generic_string(), coverage,
                   result));
  }
  result.rules = coverage.rules();
  result.covered = coverage.covered();
  for (const dmn::TableCoverage& table : coverage.tables()) {
    std::vector<int> rules = table.NeverMatched();
    if (!rules.empty())
      result.never_matched.push_back({std::string(table.table), std::move(rules)});
  }
  return result;
}

std::string ToJson(const PolicyTestResult& result) {
  JsonWriter json;
  json.BeginObject().Key("passed").Int(result.passed).Key("failed").Int(result.failed);
  json.Key("rules").Int(result.rules).Key("covered").Int(result.covered);
  json.Key("failures").BeginArray();
  for (const PolicyTestFailure& failure : result.failures) {
    json.BeginObject().Key("file").String(failure.file).Key("case").String(failure.test_case);
    json.Key("decision").String(failure.decision);
    json.Key("expected").String(failure.expected).Key("got").String(failure.got).EndObject();
  }
  json.EndArray().Key("never_matched").BeginArray();
  for (const UncoveredTable& table : result.never_matched) {
    json.BeginObject().Key("table").String(table.table).Key("rules").BeginArray();
    for (const int rule : table.rules) json.Int(rule);
    json.EndArray().EndObject();
  }
  return json.EndArray().EndObject().text();
}

void AddPolicy(CLI::App& app, int& exit_code) {
  auto* policy = app.add_subcommand("policy", "Look at a policy set before it is put in force");
  policy->require_subcommand(1);
  struct Flags {
    std::string folder;
    bool json = false, full_coverage = false;
  };
  auto flags = std::make_shared<Flags>();
  auto* test = policy->add_subcommand("test", "Run the examples kept beside the rules");
  test->add_option("folder", flags->folder, "The policy set's folder")->required();
  test->add_flag("--json", flags->json, "For machines");
  test->add_flag("--full-coverage", flags->full_coverage, "Fail where no example matches a rule");
  test->callback([flags, &exit_code] {
    exit_code = RunTests(flags->folder, flags->json, flags->full_coverage);
  });
}

}  // namespace extramile::cli
