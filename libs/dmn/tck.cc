#include "dmn/tck.h"

#include <algorithm>
#include <optional>

#include "dmn/model_data.h"
#include "dmn/xml.h"
#include "feel/literals.h"
#include "feel/text.h"

namespace extramile::dmn {
namespace {

using feel::Arena;
using feel::Number;
using feel::Value;

constexpr int kMaxDepth = 100;

// A value as the test file writes it; nullopt where it cannot be read.
std::optional<Value> SimpleValue(Arena& arena, const Element& xml) {
  if (xml.Attribute("nil") == "true") return Value();
  std::string_view type = xml.Attribute("type");
  if (const size_t colon = type.find(':'); colon != std::string_view::npos)
    type.remove_prefix(colon + 1);
  const std::string_view text = feel::Trim(xml.text);
  if (type == "boolean") return Value::Bool(text == "true" || text == "1");
  if (type == "decimal" || type == "double" || type == "float" || type == "integer" ||
      type == "int" || type == "long") {
    const auto number = Number::Parse(text);
    return number ? std::optional<Value>(Value::Of(arena, *number)) : std::nullopt;
  }
  if (type == "date" || type == "dateTime" || type == "time" || type == "duration" ||
      type == "dayTimeDuration" || type == "yearMonthDuration") {
    const Value value = feel::ParseTemporal(arena, text);
    return value.is_null() ? std::nullopt : std::optional<Value>(value);
  }
  return Value::String(arena, xml.text);
}

std::optional<Value> ReadValue(Arena& arena, const Element& xml, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  if (xml.Attribute("nil") == "true") return Value();
  if (const Element* list = xml.Child("list")) {
    std::vector<Value> items;
    for (const Element& item : list->children) {
      if (item.name != "item") continue;
      const auto value = ReadValue(arena, item, depth + 1);
      if (!value) return std::nullopt;
      items.push_back(*value);
    }
    return Value::List(arena, items);
  }
  if (const Element* value = xml.Child("value")) return SimpleValue(arena, *value);
  feel::ContextBuilder context(arena);
  bool any = false;
  for (const Element& component : xml.children) {
    if (component.name != "component") continue;
    const auto value = ReadValue(arena, component, depth + 1);
    if (!value) return std::nullopt;
    context.Set(component.Attribute("name"), *value);
    any = true;
  }
  return any ? context.Build() : Value();
}

// Equal but for the last digits of numbers: the suite's own runners allow 10^-8.
bool Same(const Value& expected, const Value& actual, int depth) {
  if (depth > kMaxDepth) return false;
  if (expected.is_null() || actual.is_null()) return expected.is_null() && actual.is_null();
  if (expected.is_number() && actual.is_number()) {
    const auto difference = Subtract(expected.number(), actual.number());
    if (!difference) return false;
    const Number magnitude = difference->sign() < 0 ? Negate(*difference) : *difference;
    return Compare(magnitude, Number::Small(1, 8)) < 0;
  }
  if (expected.is_list() && actual.is_list()) {
    return std::equal(expected.items().begin(), expected.items().end(), actual.items().begin(),
                      actual.items().end(),
                      [&](const Value& a, const Value& b) { return Same(a, b, depth + 1); });
  }
  if (expected.is_context() && actual.is_context()) {
    if (expected.entries().size() != actual.entries().size()) return false;
    return std::all_of(expected.entries().begin(), expected.entries().end(),
                       [&](const feel::Entry& entry) {
                         const Value* other = actual.FindPointer(entry.name());
                         return other && Same(entry.value, *other, depth + 1);
                       });
  }
  if (expected.kind() == feel::Kind::kDateTime && actual.kind() == feel::Kind::kDateTime) {
    return Equal(expected, actual).value_or(false);
  }
  // The format has no ranges: they are compared as text.
  if (expected.is_string() && actual.is_range()) return expected.string() == feel::ToText(actual);
  return Equal(expected, actual).value_or(false);
}

// The named model and all that it imports, by namespace.
Result<std::vector<LoadedFile>> Closure(std::span<const LoadedFile> folder,
                                        std::string_view model_name) {
  std::vector<std::pair<Element, const LoadedFile*>> parsed;
  for (const LoadedFile& file : folder) {
    EM_ASSIGN(Element root, ParseXml(file.xml, file.name));
    parsed.emplace_back(std::move(root), &file);
  }
  std::vector<const LoadedFile*> chosen;
  std::vector<const Element*> open;
  const auto choose = [&](const auto& wanted) {
    for (const auto& [root, file] : parsed) {
      if (!wanted(root, *file) || std::find(chosen.begin(), chosen.end(), file) != chosen.end())
        continue;
      chosen.push_back(file);
      open.push_back(&root);
    }
  };
  choose([&](const Element&, const LoadedFile& file) { return file.name == model_name; });
  while (!open.empty()) {
    const Element& root = *open.back();
    open.pop_back();
    for (const Element& child : root.children) {
      if (child.name != "import") continue;
      choose([&](const Element& other, const LoadedFile&) {
        return other.Attribute("namespace") == child.Attribute("namespace");
      });
    }
  }
  std::vector<LoadedFile> files;
  for (const LoadedFile* file : chosen) files.push_back(*file);
  return files;
}

std::string Shown(const std::string& got, const std::vector<Problem>& problems) {
  std::string text = got;
  for (const Problem& problem : problems) {
    text += " (" + problem.code + (problem.place.empty() ? "" : " at " + problem.place) + ": " +
            problem.message + ")";
  }
  return text;
}

TestFailure FailureOf(const Element& test_case, std::string_view result, std::string expected,
                      std::string got) {
  TestFailure failure;
  failure.test_case = std::string(test_case.Attribute("id"));
  failure.result = std::string(result);
  failure.message = "expected " + expected + ", got " + got;
  failure.expected = std::move(expected);
  failure.got = std::move(got);
  return failure;
}

class Runner {
 public:
  Runner(const Model& model, const TestOptions& options) : model_(model), options_(options) {}

  void Run(const Element& test_case, TestReport& report) {
    std::vector<TestFailure> failures;
    needs_java_ = false;
    for (const Element& result : test_case.children) {
      if (result.name != "resultNode") continue;
      if (auto failure = Check(test_case, result)) failures.push_back(*std::move(failure));
    }
    if (failures.empty()) {
      ++report.passed;
    } else if (needs_java_) {
      report.skipped.push_back({std::string(test_case.Attribute("id")),
                                "It calls a function written in Java, which is not run."});
    } else {
      ++report.failed;
      report.failures.insert(report.failures.end(), failures.begin(), failures.end());
    }
  }

 private:
  std::optional<TestFailure> Check(const Element& test_case, const Element& result) {
    const std::string_view name = result.Attribute("name");
    evaluation_.Reset();
    const Element* expected_xml = result.Child("expected");
    const auto expected = expected_xml ? ReadValue(evaluation_.arena(), *expected_xml, 0) : Value();
    if (!expected) return FailureOf(test_case, name, "what cannot be read", "nothing");
    const std::string shown = feel::ToFeel(*expected);
    feel::ContextBuilder inputs(evaluation_.arena());
    for (const Element& input : test_case.children) {
      if (input.name != "inputNode") continue;
      const auto value = ReadValue(evaluation_.arena(), input, 0);
      if (!value) {
        return FailureOf(
            test_case, name, shown,
            "nothing: the input '" + std::string(input.Attribute("name")) + "' cannot be read");
      }
      inputs.Set(input.Attribute("name"), *value);
    }
    const auto run = Evaluate(test_case, name, inputs.Build());
    if (!run) return FailureOf(test_case, name, shown, "nothing: " + run.error().message);
    return Compare(test_case, result, *expected);
  }

  Result<void> Evaluate(const Element& test_case, std::string_view name, const Value& inputs) {
    const std::string_view type = test_case.Attribute("type");
    std::string_view invocable = test_case.Attribute("invocableName");
    if (type == "decisionService") {
      if (invocable.empty()) invocable = name;
      return EvaluateService(model_, invocable, inputs, options_.when, evaluation_);
    }
    return dmn::Evaluate(model_, std::span(&name, 1), inputs, options_.when, evaluation_);
  }

  std::optional<TestFailure> Compare(const Element& test_case, const Element& result,
                                     const Value& expected) {
    if (options_.after_each) options_.after_each(evaluation_);
    const std::string_view name = result.Attribute("name");
    Value actual = evaluation_.value(0);
    // A service of several outputs answers with a context: each result node wants one entry.
    if (test_case.Attribute("type") == "decisionService") {
      if (const Value* entry = actual.FindPointer(name)) actual = *entry;
    }
    const std::vector<Problem> problems = evaluation_.Problems();
    for (const Problem& problem : problems) needs_java_ |= problem.code == "external-function";
    const bool wants_error = result.Attribute("errorResult") == "true" && expected.is_null();
    if (Same(expected, actual, 0) && (!wants_error || !problems.empty())) return std::nullopt;
    return FailureOf(test_case, name, wants_error ? "an error" : feel::ToFeel(expected),
                     Shown(feel::ToFeel(actual), problems));
  }

  const Model& model_;
  const TestOptions& options_;
  Evaluation evaluation_;
  bool needs_java_ = false;
};

void FailAll(const Element& tests, const Error& error, TestReport& report) {
  for (const Element& test_case : tests.children) {
    if (test_case.name != "testCase") continue;
    ++report.failed;
    report.failures.push_back(FailureOf(test_case, "", "a result", error.ToString()));
  }
}

Result<Element> ReadTests(const std::string& test_file, std::string_view test_xml) {
  EM_ASSIGN(Element tests, ParseXml(test_xml, test_file));
  if (tests.name == "testCases") return tests;
  return Fail(ErrorKind::kInvalid, "test-case", "The file holds no test cases.", test_file);
}

void RunAll(const Model& model, const Element& tests, const TestOptions& options,
            TestReport& report) {
  Runner runner(model, options);
  for (const Element& test_case : tests.children) {
    if (test_case.name == "testCase") runner.Run(test_case, report);
  }
}

}  // namespace

Result<TestReport> RunTestCases(const Model& model, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options) {
  EM_ASSIGN(const Element tests, ReadTests(test_file, test_xml));
  TestReport report;
  RunAll(model, tests, options, report);
  return report;
}

Result<TestReport> RunTestCases(std::span<const LoadedFile> folder, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options) {
  EM_ASSIGN(const Element tests, ReadTests(test_file, test_xml));
  const std::string_view model_name = feel::Trim(tests.ChildText("modelName"));
  EM_ASSIGN(const std::vector<LoadedFile> files, Closure(folder, model_name));
  if (files.empty()) {
    return Fail(ErrorKind::kInvalid, "test-case",
                "The model '" + std::string(model_name) + "' is not beside the tests.", test_file);
  }
  LoadOptions load_options;
  load_options.strict = options.strict;
  TestReport report;
  const auto model = Load(files, load_options);
  if (!model) {
    if (options.strict) return Fail(model.error());
    FailAll(tests, model.error(), report);
    return report;
  }
  RunAll(*model, tests, options, report);
  return report;
}

}  // namespace extramile::dmn
