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

class Runner {
 public:
  Runner(const Model& model, const TestOptions& options) : model_(model), options_(options) {}

  void Run(const Element& test_case, TestReport& report) {
    bool passed = true;
    for (const Element& result : test_case.children) {
      if (result.name != "resultNode") continue;
      const std::string message = Check(test_case, result);
      if (message.empty()) continue;
      passed = false;
      report.failures.push_back(
          {std::string(test_case.Attribute("id")), std::string(result.Attribute("name")), message});
    }
    ++(passed ? report.passed : report.failed);
  }

 private:
  // Empty where the result is as expected.
  std::string Check(const Element& test_case, const Element& result) {
    evaluation_.Reset();
    feel::ContextBuilder inputs(evaluation_.arena());
    for (const Element& input : test_case.children) {
      if (input.name != "inputNode") continue;
      const auto value = ReadValue(evaluation_.arena(), input, 0);
      if (!value) return "the input '" + std::string(input.Attribute("name")) + "' cannot be read";
      inputs.Set(input.Attribute("name"), *value);
    }
    const std::string_view name = result.Attribute("name");
    const std::string_view service = test_case.Attribute("invocableName");
    Result<void> run;
    if (test_case.Attribute("type") == "decisionService" && !service.empty()) {
      run = EvaluateService(model_, service, inputs.Build(), options_.when, evaluation_);
    } else {
      run = Evaluate(model_, std::span(&name, 1), inputs.Build(), options_.when, evaluation_);
    }
    if (!run) return run.error().message;
    Value actual = evaluation_.value(0);
    if (!service.empty()) {
      if (const Value* entry = actual.FindPointer(name)) actual = *entry;
    }
    const Element* expected_xml = result.Child("expected");
    const auto expected = expected_xml ? ReadValue(evaluation_.arena(), *expected_xml, 0) : Value();
    if (!expected) return "the expected value cannot be read";
    if (Same(*expected, actual, 0)) return "";
    std::string message = "expected " + feel::ToFeel(*expected) + ", got " + feel::ToFeel(actual);
    for (const Problem& problem : evaluation_.Problems()) {
      message += " (" + problem.code + " at " + problem.place + ": " + problem.message + ")";
    }
    return message;
  }

  const Model& model_;
  const TestOptions& options_;
  Evaluation evaluation_;
};

}  // namespace

Result<TestReport> RunTestCases(std::span<const LoadedFile> folder, const std::string& test_file,
                                std::string_view test_xml, const TestOptions& options) {
  EM_ASSIGN(const Element tests, ParseXml(test_xml, test_file));
  if (tests.name != "testCases") {
    return Fail(ErrorKind::kInvalid, "test-case", "The file holds no test cases.", test_file);
  }
  const std::string_view model_name = feel::Trim(tests.ChildText("modelName"));
  EM_ASSIGN(const std::vector<LoadedFile> files, Closure(folder, model_name));
  if (files.empty()) {
    return Fail(ErrorKind::kInvalid, "test-case",
                "The model '" + std::string(model_name) + "' is not beside the tests.", test_file);
  }
  LoadOptions load_options;
  load_options.strict = options.strict;
  EM_ASSIGN(const Model model, Load(files, load_options));
  TestReport report;
  Runner runner(model, options);
  for (const Element& test_case : tests.children) {
    if (test_case.name == "testCase") runner.Run(test_case, report);
  }
  return report;
}

}  // namespace extramile::dmn
