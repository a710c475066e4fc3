// Decisions without a server: `extramile check`'s own path, JSON line to JSON line with the
// reasons, on one core, for the starter rules.
//
//   bench_check [--policy policies/uk-starter] [--lines 20000] [--rounds 5] [--json]
//   bench_check --print 100000 > contexts.jsonl        what it measures with, for other programs
//
// The contexts differ in what people differ in (kind, amount, minutes, role, limits, queue), by a
// fixed seed; about a third may be done at once. Time is the processor's, the best of the rounds.
#include <time.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "base/json_writer.h"
#include "check_facts.h"
#include "desk/line_checker.h"
#include "feel/json.h"

namespace extramile::bench {
namespace {

std::string Context(std::mt19937& random) {
  const desk::Facts facts = RandomFacts(random);
  feel::Arena arena;
  return feel::ToJson(desk::BuildContext(arena, facts));
}

std::vector<std::string> Contexts(size_t count) {
  std::mt19937 random(20261122);
  std::vector<std::string> contexts;
  for (size_t i = 0; i < count; ++i) contexts.push_back(Context(random));
  return contexts;
}

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Round {
  double seconds = 0;
  size_t bytes_out = 0;
};

// All contexts once. What is decided is handed on a block at a time, as the command does.
Result<Round> OneRound(desk::LineChecker& checker, const std::vector<std::string>& contexts,
                       std::string& out) {
  constexpr size_t kBlock = size_t{1} << 20;
  Round round;
  out.clear();
  const double start = ProcessorSeconds();
  for (const std::string& context : contexts) {
    EM_TRY(checker.Check(context, out));
    out += '\n';
    if (out.size() < kBlock) continue;
    round.bytes_out += out.size();
    out.clear();
  }
  round.seconds = ProcessorSeconds() - start;
  round.bytes_out += out.size();
  return round;
}

Result<dmn::Model> LoadRules(const std::string& folder) {
  std::vector<dmn::LoadedFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".dmn") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back({entry.path().string(), std::move(text).str()});
  }
  return dmn::Load(files);
}

Result<void> Measure(const std::string& folder, size_t lines, int rounds, bool json) {
  EM_ASSIGN(dmn::Model model, LoadRules(folder));
  const std::vector<std::string> contexts = Contexts(lines);
  desk::LineChecker checker(std::move(model));
  std::string out;
  double best = 1e9;
  size_t bytes_out = 0;
  for (int i = 0; i < rounds; ++i) {
    EM_ASSIGN(const Round round, OneRound(checker, contexts, out));
    best = std::min(best, round.seconds);
    bytes_out = round.bytes_out;
  }
  const double each = best / static_cast<double>(lines);
  size_t bytes_in = 0;
  for (const std::string& context : contexts) bytes_in += context.size();
  if (json) {
    JsonWriter line;
    line.BeginObject().Key("bench").String("check").Key("case").String("starter rules, a line");
    line.Key("value").Double(1 / each).Key("unit").String("decisions/s of one core");
    line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null().EndObject();
    std::cout << line.text() << '\n';
    return {};
  }
  std::cout << static_cast<int64_t>(1 / each) << " decisions a second of one core, " << each * 1e6
            << " us each; " << bytes_in / lines << " bytes in, " << bytes_out / lines
            << " bytes out a line\n";
  return {};
}

int Run(int argc, char** argv) {
  CLI::App app("Decisions a second without a server.");
  std::string policy = "policies/uk-starter";
  size_t lines = 20000, print = 0;
  int rounds = 5;
  bool json = false;
  app.add_option("--policy", policy, "Folder of rules");
  app.add_option("--lines", lines, "Contexts")->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds, "The best of so many")->check(CLI::PositiveNumber);
  app.add_option("--print", print, "Only print so many contexts");
  app.add_flag("--json", json, "For machines");
  CLI11_PARSE(app, argc, argv);
  if (print > 0) {
    for (const std::string& context : Contexts(print)) std::cout << context << '\n';
    return 0;
  }
  const auto done = Measure(policy, lines, rounds, json);
  if (done) return 0;
  std::cerr << "error: " << done.error().ToString() << '\n';
  return 1;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Run(argc, argv); }
