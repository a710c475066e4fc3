#include "app/policy_examination.h"

#include "dmn/coverage.h"
#include "dmn/tck.h"

namespace extramile::app {
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

Result<PolicyTests> RunExamples(const Policy& policy, const PolicyBundle& bundle) {
  dmn::Coverage coverage(policy.model);
  dmn::TestOptions options;
  options.after_each = [&](const dmn::Evaluation& evaluation) { coverage.Add(evaluation); };
  PolicyTests tests;
  for (const PolicyFile& file : bundle.files) {
    if (!file.holds_examples()) continue;
    EM_ASSIGN(const dmn::TestReport report,
              dmn::RunTestCases(policy.model, file.name, file.text, options));
    tests.passed += report.passed;
    tests.failed += report.failed;
    for (const dmn::TestFailure& failure : report.failures) {
      tests.failures.push_back(
          {file.name, failure.test_case, failure.result, failure.expected, failure.got});
    }
  }
  tests.rules = coverage.rules();
  tests.covered = coverage.covered();
  for (const dmn::TableCoverage& table : coverage.tables()) {
    std::vector<int> rules = table.NeverMatched();
    if (!rules.empty()) tests.never_matched.push_back({std::string(table.table), std::move(rules)});
  }
  return tests;
}

void WriteTests(JsonWriter& json, const PolicyTests& tests) {
  json.BeginObject().Key("passed").Int(tests.passed).Key("failed").Int(tests.failed);
  json.Key("rules").Int(tests.rules).Key("covered").Int(tests.covered);
  json.Key("failures").BeginArray();
  for (const PolicyTestFailure& failure : tests.failures) {
    json.BeginObject().Key("file").String(failure.file).Key("case").String(failure.test_case);
    json.Key("decision").String(failure.decision);
    json.Key("expected").String(failure.expected).Key("got").String(failure.got).EndObject();
  }
  json.EndArray().Key("never_matched").BeginArray();
  for (const UncoveredTable& table : tests.never_matched) {
    json.BeginObject().Key("table").String(table.table).Key("rules").BeginArray();
    for (const int rule : table.rules) json.Int(rule);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
}

size_t PolicyAnalysis::findings() const {
  size_t count = 0;
  for (const dmn::TableAnalysis& table : tables) count += table.findings.size();
  return count;
}

PolicyAnalysis AnalysePolicy(const dmn::Model& model) { return {model, dmn::Analyse(model)}; }

void WriteAnalysis(JsonWriter& json, const PolicyAnalysis& analysis) {
  json.BeginObject().Key("findings").Int(static_cast<int64_t>(analysis.findings()));
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
  json.EndArray().EndObject();
}

Sha256 HashOf(const PolicyAnalysis& analysis) {
  JsonWriter json;
  WriteAnalysis(json, analysis);
  return HashWithDomain("extramile policy analysis v1", std::move(json).Take());
}

}  // namespace extramile::app
