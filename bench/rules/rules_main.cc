// How long a decision takes, beside hand-written code and the rule engines of npm, every answer
// checked: the 40-row table that ../shared/bench/dmn-table generates, and made tables of 10 to
// 10,000 rules and 1 to 50 inputs.
//
//   bench_rules [--shared DIR] [--work DIR] [--no-peers] [--json] [--plot FILE.svg]
//
// Times are processor time, the median of nine runs over all inputs. A peer gets JSON text and
// gives JSON text, as we do in "JSON to JSON with reasons"; its packages are installed below
// --work. The chain of ifs and the bare core start from values in memory.
#include <sys/wait.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>

#include "base/json_writer.h"
#include "dmn/model.h"
#include "dmn/table.h"
#include "feel/json.h"
#include "feel/json_parser.h"
#include "rules/decision_table.h"
#include "rules/growth_plot.h"
#include "rules/if_chain.h"

namespace extramile::bench {
namespace {

namespace fs = std::filesystem;
using feel::Value;

struct Options {
  std::string shared = "../shared/bench/dmn-table";
  std::string work = "build/bench-rules";
  std::string plot;
  bool no_peers = false;
  bool json = false;
};

double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Nanoseconds for one of the `count` decisions that `pass` makes: the best of fifteen runs of some
// 30 ms each.
double Measure(size_t count, const std::function<void()>& pass) {
  pass();
  size_t passes = 1;
  for (;; passes *= 2) {
    const double start = ProcessorSeconds();
    for (size_t i = 0; i < passes; ++i) pass();
    if (ProcessorSeconds() - start > 0.015) break;
  }
  double best = 1e18;
  for (int run = 0; run < 15; ++run) {
    const double start = ProcessorSeconds();
    for (size_t i = 0; i < 2 * passes; ++i) pass();
    best = std::min(best,
                    (ProcessorSeconds() - start) * 1e9 / static_cast<double>(2 * passes * count));
  }
  return best;
}

class Reporter {
 public:
  explicit Reporter(bool json) : json_(json) {}

  // `peer` by itself is a result of the peer's own; with `value` ours beside it.
  void Line(const std::string& what, double value, const std::string& unit,
            const std::string& peer = "", std::optional<double> peer_value = std::nullopt) {
    if (!json_) {
      std::printf("%-52s %12.1f %s", what.c_str(), value, unit.c_str());
      if (peer_value) {
        std::printf("   %s %.1f (%.2f times ours)", peer.c_str(), *peer_value, *peer_value / value);
      }
      std::printf("\n");
      return;
    }
    JsonWriter out;
    out.BeginObject().Key("bench").String("rules").Key("case").String(what);
    out.Key("value").Double(value).Key("unit").String(unit).Key("peer");
    if (peer_value) {
      out.String(peer).Key("peer_value").Double(*peer_value);
      out.Key("ratio").Double(value / *peer_value);
    } else {
      out.Null().Key("peer_value").Null().Key("ratio").Null();
    }
    std::printf("%s\n", out.EndObject().text().c_str());
  }
  void Note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

 private:
  bool json_;
};

// A loaded table with its inputs as values that the core takes.
struct Bound {
  dmn::Model model;
  const dmn::DecisionTable* table;
  std::vector<std::vector<Value>> rows;
};

Result<Bound> Bind(const BenchTable& table, feel::Arena& arena) {
  const dmn::LoadedFile file{"table.dmn", table.dmn};
  EM_ASSIGN(dmn::Model model, dmn::Load(std::span(&file, 1), {.max_file_bytes = 64 << 20}));
  Bound bound{std::move(model), nullptr, {}};
  bound.table = bound.model.table("answer");
  for (const std::string& input : table.inputs) {
    EM_ASSIGN(const JsonValue json, ParseJson(input));
    std::vector<Value>& row = bound.rows.emplace_back();
    for (const JsonMember& member : json.members) {
      Value value = feel::FromJson(arena, member.value);
      const auto date = value.is_string() ? feel::ParseDate(value.string()) : std::nullopt;
      row.push_back(date ? Value::Of(*date) : value);
    }
  }
  return bound;
}

// The rule that the hit policy takes, from 0; -1 for none, -2 where UNIQUE is broken or FEEL
// needed.
int CoreAnswer(const dmn::DecisionTable& table, std::span<const Value> values,
               dmn::MatchBuffer& buffer) {
  const dmn::MatchedBits bits = table.Match(values, buffer);
  const uint32_t first = bits.First();
  if (first == dmn::kNoRule) return -1;
  if (bits.any_open() || (table.policy == dmn::HitPolicy::kUnique && bits.several())) return -2;
  return static_cast<int>(first);
}

Result<void> Check(std::string_view what, const std::vector<int>& expected,
                   const std::function<int(size_t)>& answer) {
  for (size_t i = 0; i < expected.size(); ++i) {
    const int got = answer(i);
    if (got == expected[i]) continue;
    return Fail(ErrorKind::kInternal, "bench-wrong",
                std::string(what) + ": input " + std::to_string(i) + " gave rule " +
                    std::to_string(got) + " instead of " + std::to_string(expected[i]) + ".");
  }
  return {};
}

// JSON text in, JSON text out: the answer, the rule, what mattered and the citations.
class JsonDecider {
 public:
  explicit JsonDecider(const dmn::Model& model) : model_(model) {}

  // The answer's text; `rule` receives the rule that decided, from 0, or -1.
  const std::string& Decide(std::string_view text, int& rule) {
    evaluation_.Reset();
    out_.clear();
    rule = -1;
    const auto input = parser_.Parse(text, evaluation_.arena());
    const std::string_view wanted = "answer";
    if (!input || !dmn::Evaluate(model_, std::span(&wanted, 1), *input, {}, evaluation_))
      return out_;
    JsonWriter json;
    json.BeginObject().Key("res");
    feel::WriteJson(json, evaluation_.value(0));
    for (const dmn::MatchedRule& matched : evaluation_.Matched(0)) {
      rule = matched.rule_number - 1;
      json.Key("rule").Int(matched.rule_number).Key("id").String(matched.rule_id);
      json.Key("because").BeginArray();
      for (const std::string_view heading : matched.inputs_that_mattered) json.String(heading);
      json.EndArray().Key("citations").BeginArray();
      for (const std::string_view annotation : matched.annotations) json.String(annotation);
      json.EndArray();
    }
    json.EndObject();
    out_ = std::move(json).Take();
    return out_;
  }

 private:
  const dmn::Model& model_;
  feel::JsonParser parser_;
  dmn::Evaluation evaluation_;
  std::string out_;
};

// The 40 rows under one hit policy. Returns what JSON to JSON takes.
Result<double> MeasureOurs(const BenchTable& table, const std::string& policy, double chain_ns,
                           Reporter& report) {
  feel::Arena arena;
  EM_ASSIGN(const Bound bound, Bind(table, arena));
  dmn::MatchBuffer buffer;
  EM_TRY(Check("The core", table.expected,
               [&](size_t i) { return CoreAnswer(*bound.table, bound.rows[i], buffer); }));
  int sum = 0;
  const double core = Measure(table.inputs.size(), [&] {
    for (const auto& values : bound.rows) sum += CoreAnswer(*bound.table, values, buffer);
  });
  report.Line("40 rules, " + policy + ", core with bound inputs", core, "ns", "hand-written ifs",
              chain_ns);
  JsonDecider decider(bound.model);
  EM_TRY(Check("JSON to JSON", table.expected, [&](size_t i) {
    int rule = -1;
    decider.Decide(table.inputs[i], rule);
    return rule;
  }));
  const double json = Measure(table.inputs.size(), [&] {
    for (const std::string& input : table.inputs) {
      int rule = -1;
      sum += static_cast<int>(decider.Decide(input, rule).size());
    }
  });
  report.Line("40 rules, " + policy + ", JSON to JSON with reasons", json, "ns");
  if (sum == 1) report.Note("");  // the sum is used, so the loops stay
  return json;
}

Result<double> MeasureChain(const BenchTable& table, Reporter& report) {
  feel::Arena arena;
  EM_ASSIGN(const Bound bound, Bind(table, arena));
  std::vector<std::vector<std::string_view>> tags;
  std::vector<ChainInput> inputs;
  for (const std::vector<Value>& row : bound.rows) {
    std::vector<std::string_view>& words = tags.emplace_back();
    for (const Value& tag : row[3].items()) words.push_back(tag.string());
    const auto cents = Multiply(row[1].number(), feel::Number::Int(100));
    inputs.push_back(
        {row[0].string(), cents->ToInt64().value_or(-1), row[2].boolean(), {}, row[4].date().days});
  }
  for (size_t i = 0; i < inputs.size(); ++i) inputs[i].tags = tags[i];
  EM_TRY(Check("The ifs", table.expected, [&](size_t i) { return IfChain(inputs[i]); }));
  int sum = 0;
  const double ns = Measure(inputs.size(), [&] {
    for (const ChainInput& input : inputs) sum += IfChain(input);
  });
  if (sum == 1) report.Note("");
  report.Line("40 rules, hand-written chain of ifs in C++", ns, "ns");
  return ns;
}

// Runs a command below the work folder; its standard output, or nothing where it failed.
std::optional<std::string> OutputOf(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return std::nullopt;
  std::string text;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  if (pclose(pipe) != 0) return std::nullopt;
  return text;
}

std::string Quoted(const std::string& path) { return "'" + path + "'"; }

void MeasurePeers(const Options& options, double ours_ns, Reporter& report) {
  const fs::path modules = fs::absolute(options.work) / "peers";
  const fs::path sources = fs::path(EXTRAMILE_SOURCE_DIR) / "bench" / "rules";
  fs::create_directories(modules);
  fs::copy_file(sources / "peers.json", modules / "package.json",
                fs::copy_options::overwrite_existing);
  if (!fs::exists(modules / "node_modules")) {
    report.Note("Installing the peers from npm below " + modules.string() + " (once)");
    if (!OutputOf("cd " + Quoted(modules.string()) +
                  " && npm install --no-fund --no-audit --loglevel=error 2>&1")) {
      report.Note("The peers were skipped: npm could not install them.");
      return;
    }
  }
  const auto lines = OutputOf("node " + Quoted((sources / "peers.mjs").string()) + " " +
                              Quoted((fs::absolute(options.work) / "table").string()) + " " +
                              Quoted(modules.string()));
  if (!lines) {
    report.Note("The peers were skipped: node could not run them.");
    return;
  }
  for (size_t at = 0; at < lines->size();) {
    const size_t end = std::min(lines->find('\n', at), lines->size());
    const auto line = ParseJson(std::string_view(*lines).substr(at, end - at));
    at = end + 1;
    if (!line || !line->Find("peer")) continue;
    const std::string peer = line->Find("peer")->text;
    if (!line->Find("ns") || line->Find("wrong")->text != "0") {
      report.Note(peer + " gave no or wrong answers: " + JsonText(*line));
      continue;
    }
    report.Line("40 rules, FIRST, JSON to JSON, beside " + peer, ours_ns, "ns", peer,
                std::stod(line->Find("ns")->text));
  }
}

Result<void> MeasureShared(const Options& options, Reporter& report) {
  const fs::path folder = fs::absolute(options.work) / "table";
  if (!fs::exists(options.shared + "/gen.mjs")) {
    report.Note("Skipped: the 40-row table is generated by " + options.shared +
                "/gen.mjs, which is not there.");
    return {};
  }
  fs::create_directories(folder);
  for (const char* script : {"gen.mjs", "gen11.mjs"}) {
    const std::string path = fs::absolute(fs::path(options.shared) / script).string();
    if (!OutputOf("cd " + Quoted(folder.string()) + " && node " + Quoted(path)))
      return Fail(ErrorKind::kUnavailable, "bench-node", "node could not run " + path + ".");
  }
  EM_ASSIGN(const BenchTable first, SharedTable(folder.string(), "FIRST"));
  EM_ASSIGN(const BenchTable unique, SharedTable(folder.string(), "UNIQUE"));
  EM_ASSIGN(const double chain, MeasureChain(first, report));
  EM_ASSIGN(const double json, MeasureOurs(first, "FIRST", chain, report));
  EM_TRY(MeasureOurs(unique, "UNIQUE", chain, report));
  if (!options.no_peers) MeasurePeers(options, json, report);
  return {};
}

// One made table: the core, and the whole way from JSON to JSON; both checked against one another.
Result<GrowthPoint> MeasureMade(size_t rules, size_t columns, Reporter& report) {
  BenchTable table = MadeTable(rules, columns);
  feel::Arena arena;
  EM_ASSIGN(const Bound bound, Bind(table, arena));
  JsonDecider decider(bound.model);
  dmn::MatchBuffer buffer;
  for (const std::string& input : table.inputs) {
    int rule = -1;
    decider.Decide(input, rule);
    table.expected.push_back(rule);
  }
  size_t open = 0;
  for (size_t i = 0; i < table.inputs.size(); ++i) {
    const int core = CoreAnswer(*bound.table, bound.rows[i], buffer);
    open += core == -2 ? 1 : 0;
    if (core != -2 && core != table.expected[i]) {
      return Fail(ErrorKind::kInternal, "bench-wrong", "The core and the evaluation differ.");
    }
  }
  uint64_t sum = 0;
  GrowthPoint point{rules, columns, 0, 0};
  point.core_ns = Measure(table.inputs.size(), [&] {
    for (const auto& values : bound.rows) sum += bound.table->Match(values, buffer).First();
  });
  point.json_ns = Measure(table.inputs.size(), [&] {
    for (const std::string& input : table.inputs) {
      int rule = -1;
      sum += decider.Decide(input, rule).size();
    }
  });
  const std::string what = std::to_string(rules) + " rules, " + std::to_string(columns) + " inputs";
  report.Line(what + ", core with bound inputs", point.core_ns, "ns");
  report.Line(what + ", JSON to JSON with reasons", point.json_ns, "ns");
  if (open > 0) {
    report.Note(what + ": the index left " + std::to_string(open * 100 / table.inputs.size()) +
                " % of the inputs to FEEL, cell by cell");
  }
  if (sum == 1) report.Note("");
  return point;
}

Result<void> Run(const Options& options) {
  Reporter report(options.json);
  EM_TRY(MeasureShared(options, report));
  std::vector<GrowthPoint> points;
  for (const size_t rules : {10, 40, 100, 300, 1000, 3000, 10'000}) {
    EM_ASSIGN(const GrowthPoint point, MeasureMade(rules, 5, report));
    points.push_back(point);
  }
  for (const size_t columns : {1, 2, 5, 10, 20, 50}) {
    EM_ASSIGN(const GrowthPoint point, MeasureMade(40, columns, report));
    points.push_back(point);
  }
  if (!options.plot.empty()) std::ofstream(options.plot) << GrowthPlot(points);
  return {};
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("How long a decision takes", "bench_rules");
  app.add_option("--shared", options.shared, "The folder of gen.mjs");
  app.add_option("--work", options.work, "Where the table and the peers are made");
  app.add_option("--plot", options.plot, "Write how cost grows as a picture");
  app.add_flag("--no-peers", options.no_peers, "Only our own");
  app.add_flag("--json", options.json, "A line of JSON a result");
  CLI11_PARSE(app, argc, argv);
  if (const auto done = Run(options); !done) {
    std::cerr << "error: " << done.error().ToString() << '\n';
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Main(argc, argv); }
