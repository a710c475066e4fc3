#include "cli/policy.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "app/policy_library.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "cli/api_client.h"
#include "connect/policy_files.h"

namespace extramile::cli {
namespace {

namespace fs = std::filesystem;

std::string Numbers(const std::vector<int>& rules) {
  std::string text;
  for (const int rule : rules) text += (text.empty() ? "" : ", ") + std::to_string(rule);
  return text;
}

void Print(const app::PolicyTests& result) {
  for (const app::PolicyTestFailure& failure : result.failures) {
    std::cout << failure.file << ", case " << failure.test_case << ", '" << failure.decision
              << "':\n  expected " << failure.expected << "\n  got      " << failure.got << '\n';
  }
  for (const app::UncoveredTable& table : result.never_matched) {
    std::cout << "No example matches " << (table.rules.size() == 1 ? "rule " : "rules ")
              << Numbers(table.rules) << " of '" << table.table << "'.\n";
  }
  std::cout << result.passed << " of " << result.passed + result.failed << " examples pass; "
            << result.covered << " of " << result.rules << " rules are covered.\n";
}

void Print(const app::PolicyAnalysis& analysis) {
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
  const size_t findings = analysis.findings();
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
  return analysis->findings() > 0 ? 1 : 0;
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

Result<std::string> Import(const std::string& folder, const std::string& name,
                           const std::string& server) {
  EM_ASSIGN(app::PolicyBundle bundle, connect::ReadPolicyFolder(folder));
  EM_ASSIGN(bundle, app::MakeBundle(name.empty() ? bundle.name : name, std::move(bundle.files)));
  JsonWriter body;
  body.BeginObject().Key("name").String(bundle.name);
  body.Key("files").Raw(app::FilesJson(bundle)).EndObject();
  EM_ASSIGN(ApiClient api, ApiClient::Open(server));
  return api.Call({.operation = "draft_policy_set", .body = std::move(body).Take()});
}

int RunImport(const std::string& folder, const std::string& name, const std::string& server) {
  const auto answer = Import(folder, name, server);
  const auto set = answer ? ParseJson(*answer) : Result<JsonValue>(Fail(answer.error()));
  if (!set) {
    std::cerr << "error: " << set.error().ToString() << '\n';
    return 1;
  }
  const auto member = [&](const char* key) {
    const JsonValue* value = set->Find(key);
    return value ? value->text : std::string("?");
  };
  std::cout << "Drafted '" << member("name") << "' as set " << member("number") << ", "
            << member("rules") << " rules, sha256:" << member("hash") << ".\n"
            << "Check it:   extramile call check_policy_set --id " << member("id") << '\n'
            << "Publish it: extramile call publish_policy_set --id " << member("id")
            << " --reviewed FINDINGS_HASH\n";
  return 0;
}

}  // namespace

Result<app::PolicyTests> TestPolicy(const std::string& folder) {
  EM_ASSIGN(const app::PolicyBundle bundle, connect::ReadPolicyFolder(folder));
  EM_ASSIGN(const auto policy, app::CompilePolicy(bundle));
  const bool any = std::any_of(bundle.files.begin(), bundle.files.end(),
                               [](const auto& file) { return file.holds_examples(); });
  if (any) return app::RunExamples(*policy, bundle);
  return Fail(ErrorKind::kNotFound, "no-test-cases", "There are no examples in this folder.",
              folder, "Keep them beside the rules: tests/NAME.xml, in the TCK's test-case format.");
}

std::string ToJson(const app::PolicyTests& result) {
  JsonWriter json;
  app::WriteTests(json, result);
  return std::move(json).Take();
}

Result<app::PolicyAnalysis> AnalysePolicy(const std::string& path) {
  if (fs::is_directory(path)) {
    EM_ASSIGN(const auto policy, connect::LoadPolicyFolder(path));
    return app::AnalysePolicy(policy->model);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Fail(ErrorKind::kNotFound, "policies-missing", "There is no such file or folder.", path);
  }
  const dmn::LoadedFile file{path, {std::istreambuf_iterator<char>(in), {}}};
  EM_ASSIGN(const dmn::Model model, dmn::Load(std::span(&file, 1)));
  return app::AnalysePolicy(model);
}

std::string ToJson(const app::PolicyAnalysis& analysis) {
  JsonWriter json;
  app::WriteAnalysis(json, analysis);
  return std::move(json).Take();
}

void AddPolicy(CLI::App& app, int& exit_code) {
  auto* policy = app.add_subcommand("policy", "Look at a policy set before it is put in force");
  policy->require_subcommand(1);
  struct Flags {
    std::string folder, name, server;
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
  auto* import = policy->add_subcommand("import", "Draft a folder as your organisation's next set");
  import->add_option("folder", flags->folder, "The policy set's folder")->required();
  import->add_option("--name", flags->name, "The folder's name unless said");
  import->add_option("--server", flags->server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  import->callback(
      [flags, &exit_code] { exit_code = RunImport(flags->folder, flags->name, flags->server); });
  test->callback([flags, &exit_code] {
    exit_code = RunTests(flags->folder, flags->json, flags->full_coverage);
  });
}

}  // namespace extramile::cli
