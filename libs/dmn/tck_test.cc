// Runs the DMN Technology Compatibility Kit where it lies beside the project, and holds what has
// been reached.
#include "dmn/tck.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace extramile::dmn {
namespace {

namespace fs = std::filesystem;

// The floor: raise it whenever more cases pass. The cases of functions in Java cannot.
constexpr int kPassedAtLeast = 2492;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Totals {
  int passed = 0, failed = 0;
};

// Every test file of one folder; failures are printed when EXTRAMILE_TCK_SHOW is part of the
// folder's name.
Totals RunFolder(const fs::path& folder) {
  std::vector<LoadedFile> models;
  std::vector<fs::path> tests;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".dmn")
      models.push_back({entry.path().filename().string(), ReadFile(entry.path())});
    if (entry.path().extension() == ".xml") tests.push_back(entry.path());
  }
  std::sort(models.begin(), models.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const char* show = std::getenv("EXTRAMILE_TCK_SHOW");
  const bool shown = show && folder.filename().string().find(show) != std::string::npos;
  Totals totals;
  for (const fs::path& test : tests) {
    const auto report = RunTestCases(models, test.filename().string(), ReadFile(test), {});
    if (!report) {
      const std::string xml = ReadFile(test);
      for (size_t at = xml.find("<testCase "); at != std::string::npos;
           at = xml.find("<testCase ", at + 1)) {
        ++totals.failed;
      }
      if (shown) std::cout << test.filename().string() << ": " << report.error().ToString() << "\n";
      continue;
    }
    totals.passed += report->passed;
    totals.failed += report->failed;
    if (!shown) continue;
    for (const TestFailure& failure : report->failures) {
      std::cout << test.filename().string() << " " << failure.test_case << " '" << failure.result
                << "': " << failure.message << "\n";
    }
  }
  return totals;
}

TEST(Tck, PassesAtLeastWhatItPassedBefore) {
  const fs::path root = fs::path(EXTRAMILE_SOURCE_DIR) / ".." / "shared" / "dmn-tck" / "TestCases";
  if (!fs::exists(root))
    GTEST_SKIP() << "The DMN TCK does not lie beside the project, so its cases are not run.";
  std::map<std::string, Totals> folders;
  Totals all;
  for (const auto& level : fs::directory_iterator(root)) {
    if (!level.is_directory()) continue;
    for (const auto& folder : fs::directory_iterator(level.path())) {
      if (!folder.is_directory()) continue;
      const Totals totals = RunFolder(folder.path());
      folders[folder.path().filename().string()] = totals;
      all.passed += totals.passed;
      all.failed += totals.failed;
    }
  }
  for (const auto& [name, totals] : folders) {
    if (totals.failed > 0)
      std::cout << name << ": " << totals.passed << " passed, " << totals.failed << " failed\n";
  }
  std::cout << "DMN TCK: " << all.passed << " of " << all.passed + all.failed << " cases passed\n";
  EXPECT_GE(all.passed, kPassedAtLeast);
}

}  // namespace
}  // namespace extramile::dmn
