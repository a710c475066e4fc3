// Tck: runs examples in the test-case format of the DMN Technology Compatibility Kit
// (testCases.xsd) against models: the conformance suite, and the examples that rule owners keep
// beside their policies.
//
//   EM_ASSIGN(TestReport report, RunTestCases(files, "authority-test.xml", xml, {}));
//   report.passed, report.failures[0].message
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dmn/model.h"

namespace extramile::dmn {

struct TestFailure {
  std::string test_case;  // its id
  std::string result;     // the decision
  std::string message;    // "expected 5, got null (division-by-zero: ...)"
};

struct TestReport {
  int passed = 0;
  int failed = 0;
  std::vector<TestFailure> failures;  // one for each result that differs
};

struct TestOptions {
  bool strict = false;  // LoadOptions::strict
  When when{};
};

// `folder` holds the models beside the test file: the one that it names is loaded, with all that it
// imports. Errors: those of Load, and kInvalid "test-case" where the test file itself is wrong.
Result<TestReport> RunTestCases(std::span<const LoadedFile> folder, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options);

}  // namespace extramile::dmn
