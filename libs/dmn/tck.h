// Tck: runs examples in the test-case format of the DMN Technology Compatibility Kit
// (testCases.xsd) against models: the conformance suite, and the examples that rule owners keep
// beside their policies.
//
// A result node marked errorResult="true" passes only where the null carries a reason, or a problem
// was recorded: an error must be reported, not swallowed. A case that fails because it calls a
// function written in Java is skipped, not failed: this engine runs none.
//
//   EM_ASSIGN(TestReport report, RunTestCases(files, "authority-test.xml", xml, {}));
//   report.passed, report.failures[0].message
#pragma once

#include <functional>
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
  std::string expected;   // as FEEL: "5"
  std::string got;        // "null (division-by-zero at ...: 1 cannot be divided by zero.)"
  std::string message;    // "expected 5, got null (division-by-zero ...)"
};

struct SkippedCase {
  std::string test_case;
  std::string reason;  // one sentence
};

struct TestReport {
  int passed = 0;
  int failed = 0;
  std::vector<TestFailure> failures;  // one for each result that differs
  std::vector<SkippedCase> skipped;   // neither passed nor failed

  int total() const { return passed + failed + static_cast<int>(skipped.size()); }
};

struct TestOptions {
  // LoadOptions::strict. Where false, as the conformance suite wants it, a model that does not load
  // fails every case instead of the run.
  bool strict = false;
  When when{};
  // Shown every evaluation of a case; for coverage.
  std::function<void(const Evaluation&)> after_each = nullptr;
};

// `folder` holds the models beside the test file: the one that it names is loaded, with all that it
// imports. Errors: those of Load, and kInvalid "test-case" where the test file itself is wrong.
Result<TestReport> RunTestCases(std::span<const LoadedFile> folder, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options);

// The same against a model that is loaded already, whatever file the tests name: the examples of a
// policy, whose files belong together.
Result<TestReport> RunTestCases(const Model& model, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options);

}  // namespace extramile::dmn
