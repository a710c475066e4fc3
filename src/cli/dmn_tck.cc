#include "cli/dmn_tck.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include "base/json_writer.h"
#include "dmn/tck.h"

namespace extramile::cli {
namespace {

namespace fs = std::filesystem;

std::string ReadWhole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct FolderFiles {
  std::vector<fs::path> models, tests;
};

std::map<fs::path, FolderFiles> FindFolders(const fs::path& directory) {
  std::map<fs::path, FolderFiles> folders;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(directory, ignored)) {
    if (!entry.is_regular_file()) continue;
    const fs::path& path = entry.path();
    if (path.extension() == ".dmn") folders[path.parent_path()].models.push_back(path);
    if (path.extension() == ".xml") folders[path.parent_path()].tests.push_back(path);
  }
  std::erase_if(folders, [](const auto& folder) {
    return folder.second.models.empty() || folder.second.tests.empty();
  });
  for (auto& [path, files] : folders) {
    std::sort(files.models.begin(), files.models.end());
    std::sort(files.tests.begin(), files.tests.end());
  }
  return folders;
}

TckFolder RunFolder(const std::string& name, const FolderFiles& files, TckResult& result) {
  TckFolder folder{name};
  std::vector<dmn::LoadedFile> models;
  for (const fs::path& model : files.models)
    models.push_back({model.filename().string(), ReadWhole(model)});
  for (const fs::path& test : files.tests) {
    const std::string file = test.filename().string();
    const auto report = dmn::RunTestCases(models, file, ReadWhole(test), {});
    if (!report) {
      ++folder.total;
      result.failures.push_back({name, file, "", "test cases", report.error().ToString()});
      continue;
    }
    folder.passed += report->passed;
    folder.total += report->total();
    for (const dmn::TestFailure& failure : report->failures) {
      result.failures.push_back(
          {name, failure.test_case, failure.result, failure.expected, failure.got});
    }
    for (const dmn::SkippedCase& skipped : report->skipped)
      result.skipped.push_back({name, skipped.test_case, "", "", skipped.reason});
  }
  return folder;
}

void PrintTable(const TckResult& result) {
  for (const TckFolder& folder : result.folders) {
    std::printf("%5d / %-5d %s\n", folder.passed, folder.total, folder.name.c_str());
  }
  for (const TckFailure& skipped : result.skipped) {
    std::printf("skipped %s, case %s: %s\n", skipped.folder.c_str(), skipped.test_case.c_str(),
                skipped.got.c_str());
  }
  for (const TckFailure& failure : result.failures) {
    std::printf("failed  %s, case %s, '%s': expected %s, got %s\n", failure.folder.c_str(),
                failure.test_case.c_str(), failure.result.c_str(), failure.expected.c_str(),
                failure.got.c_str());
  }
  std::printf("%d of %d cases passed, %zu skipped, %d failed.\n", result.passed, result.total,
              result.skipped.size(),
              result.total - result.passed - static_cast<int>(result.skipped.size()));
}

}  // namespace

Result<TckResult> RunTck(const std::string& directory) {
  const std::map<fs::path, FolderFiles> folders = FindFolders(directory);
  if (folders.empty()) {
    return Fail(ErrorKind::kNotFound, "no-test-cases",
                "No folder here holds test cases (*.xml) beside models (*.dmn).", directory,
                "Give the folder TestCases of the DMN TCK, or one below it.");
  }
  std::map<std::string, int> uses;
  for (const auto& [path, files] : folders) ++uses[path.filename().string()];
  TckResult result;
  for (const auto& [path, files] : folders) {
    std::string name = path.filename().string();
    if (uses[name] > 1) name = path.parent_path().filename().string() + "/" + name;
    result.folders.push_back(RunFolder(name, files, result));
    result.passed += result.folders.back().passed;
    result.total += result.folders.back().total;
  }
  return result;
}

std::string ToJson(const TckResult& result) {
  JsonWriter json;
  json.BeginObject().Key("passed").Int(result.passed).Key("total").Int(result.total);
  json.Key("skipped").Int(static_cast<int64_t>(result.skipped.size()));
  json.Key("folders").BeginObject();
  for (const TckFolder& folder : result.folders) {
    json.Key(folder.name).BeginObject();
    json.Key("passed").Int(folder.passed).Key("total").Int(folder.total).EndObject();
  }
  json.EndObject().Key("failures").BeginArray();
  for (const TckFailure& failure : result.failures) {
    json.BeginObject().Key("folder").String(failure.folder).Key("case").String(failure.test_case);
    json.Key("expected").String(failure.expected).Key("got").String(failure.got).EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

void AddDmn(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("dmn", "The rule engine by itself, without a server");
  command->require_subcommand(1);
  auto directory = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  auto* tck = command->add_subcommand("tck", "Run test cases in the format of the DMN TCK");
  tck->add_option("directory", *directory, "Folder of folders of models and tests")->required();
  tck->add_flag("--json", *as_json, "For machines");
  tck->callback([directory, as_json, &exit_code] {
    const auto result = RunTck(*directory);
    if (!result) {
      std::cerr << "error: " << result.error().ToString() << '\n';
      exit_code = 1;
      return;
    }
    if (*as_json) {
      std::cout << ToJson(*result) << '\n';
    } else {
      PrintTable(*result);
    }
    exit_code = result->failures.empty() ? 0 : 1;
  });
}

}  // namespace extramile::cli
