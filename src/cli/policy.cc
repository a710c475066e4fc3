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

size_t CountFindings(const PolicyAnalysis& analysis) {
  size_t count = 0;
  for (const dmn::TableAnalysis& table : analysis.tables) count += table.findings.size();
  return count;
}

void Print(const PolicyAnalysis& analysis) {
  size_t tables = 0;
  for (const dmn::TableAnalysis& table : analysis.tables) {
    tables += table.table.empty() ? 0 : 1;
    const std::string name =
        table.table.empty() ? "the inputs" : "'" + std::string(table.table) + "'";
    for (const dmn::Finding& finding : table.findings) {
      std::cout << dmn::FindingName(finding.kind) << " in " << name << ": " << finding.message
                << '\n';
    }
    if (table.left_out > 0) {
      std::cout << "and " << table.left_out << " more of that kind in " << name << ".\n";
    }
    for (const std::string& note : table.notes) {
      std::cout << "note on " << name << ": " << note << '\n';
    }
    if (!table.complete) {
      std::cout << "note on " << name << ": there may be more; the table is too tangled to look "
                << "everywhere.\n";
    }
  }
  const size_t findings = CountFindings(analysis);
  std::cout << findings << (findings == 1 ? " finding in " : " findings in ") << tables
            << (tables == 1 ? " table.\n" : " tables.\n");
}

int RunAnalysis(const std::string& path, bool json) {
  const auto analysis = AnalysePolicy(path);
  if (!analysis) {
    std::cerr << "error: " << analysis.error().ToString() << '\n';
    return 1;
  }
  if (json) {
    std::cout << ToJson(*analysis) << '\n';
  } else {
    Print(*analysis);
  }
  return CountFindings(*analysis) > 0 ? 1 : 0;
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

Result<PolicyAnalysis> AnalysePolicy(const std::string& path) {
  if (fs::is_directory(path)) {
    EM_ASSIGN(const auto policy, connect::LoadPolicyFolder(path));
    return PolicyAnalysis{policy->model, dmn::Analyse(policy->model)};
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Fail(ErrorKind::kNotFound, "policies-missing", "There is no such file or folder.", path);
  }
  const dmn::LoadedFile file{path, {std::istreambuf_iterator<char>(in), {}}};
  EM_ASSIGN(dmn::Model model, dmn::Load(std::span(&file, 1)));
  std::vector<dmn::TableAnalysis> tables = dmn::Analyse(model);
  return PolicyAnalysis{std::move(model), std::move(tables)};
}

namespace {

void WriteFinding(JsonWriter& json, const dmn::Finding& finding) {
  json.BeginObject().Key("kind").String(dmn::FindingName(finding.kind)).Key("rules").BeginArray();
  for (const int rule : finding.rules) json.Int(rule);
  json.EndArray().Key("input");
  finding.input.empty() ? json.Null() : json.String(finding.input);
  json.Key("certain").Bool(finding.certain).Key("message").String(finding.message);
  json.Key("witness").BeginArray();
  for (const dmn::WitnessPart& part : finding.witness) {
    json.BeginObject().Key("input").String(part.heading).Key("is").String(part.text).EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string ToJson(const PolicyAnalysis& analysis) {
  JsonWriter json;
  json.BeginObject().Key("findings").Int(static_cast<int64_t>(CountFindings(analysis)));
  json.Key("tables").BeginArray();
  for (const dmn::TableAnalysis& table : analysis.tables) {
    json.BeginObject().Key("table");
    table.table.empty() ? json.Null() : json.String(table.table);
    json.Key("complete").Bool(table.complete).Key("left_out").Int(table.left_out);
    json.Key("notes").BeginArray();
    for (const std::string& note : table.notes) json.String(note);
    json.EndArray().Key("findings").BeginArray();
    for (const dmn::Finding& finding : table.findings) WriteFinding(json, finding);
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
  auto* analyse = policy->add_subcommand("analyse", "Find gaps, overlaps and rules in vain");
  analyse->add_option("path", flags->folder, "The policy set's folder, or one file")->required();
  analyse->add_flag("--json", flags->json, "For machines");
  analyse->callback([flags, &exit_code] { exit_code = RunAnalysis(flags->folder, flags->json); });
  test->callback([flags, &exit_code] {
    exit_code = RunTests(flags->folder, flags->json, flags->full_coverage);
  });
}

}  // namespace extramile::cli
