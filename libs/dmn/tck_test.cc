// Runs the DMN Technology Compatibility Kit where it lies beside the project: every case passes but
// for those that call functions written in Java.
#include "dmn/tck.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace extramile::dmn {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void RunFolder(const fs::path& folder, TestReport& all) {
  std::vector<LoadedFile> models;
  std::vector<fs::path> tests;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".dmn")
      models.push_back({entry.path().filename().string(), ReadFile(entry.path())});
    if (entry.path().extension() == ".xml") tests.push_back(entry.path());
  }
  std::sort(models.begin(), models.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const fs::path& test : tests) {
    const auto report = RunTestCases(models, test.filename().string(), ReadFile(test), {});
    ASSERT_TRUE(report) << test << ": " << report.error().ToString();
    all.passed += report->passed;
    all.failed += report->failed;
    all.skipped.insert(all.skipped.end(), report->skipped.begin(), report->skipped.end());
    for (const TestFailure& failure : report->failures) {
      ADD_FAILURE() << test.filename() << ", case " << failure.test_case << ", '" << failure.result
                    << "': " << failure.message;
    }
  }
}

TEST(Tck, PassesEveryCaseThatNeedsNoJava) {
  const fs::path root = fs::path(EXTRAMILE_SOURCE_DIR) / ".." / "shared" / "dmn-tck" / "TestCases";
  if (!fs::exists(root))
    GTEST_SKIP() << "The DMN TCK does not lie beside the project, so its cases are not run.";
  TestReport all;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_directory() && entry.path().parent_path() != root) RunFolder(entry.path(), all);
  }
  std::cout << "DMN TCK: " << all.passed << " of " << all.total() << " cases passed, "
            << all.skipped.size() << " skipped\n";
  EXPECT_GE(all.passed, 2492);
  EXPECT_LE(all.skipped.size(), 18u);  // those of 0076-feel-external-java
}

}  // namespace
}  // namespace extramile::dmn
