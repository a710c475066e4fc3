// What one more record costs the statistics, and the run lengths of control charts beside R's spc.
//
//   bench_inference [--rounds 7] [--json]
//
// Updates have no peer that Debian or npm has (confseq is on neither); run lengths are compared
// with the package spc where Rscript finds it (Debian: r-cran-spc), else there is no peer either.
// Time is the processor's, the best of the rounds. The ratio is ours to the peer's: below 1 is
// faster.
#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "inference/betting.h"
#include "inference/confidence_sequence.h"
#include "inference/control_chart.h"
#include "inference/late_windows.h"
#include "inference/rare_events.h"
#include "inference/shrinkage.h"

namespace extramile::bench {
namespace {

using namespace inference;

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Values in [0, 1] such as scores give, always the same.
const std::vector<double>& Values() {
  static const std::vector<double> values = [] {
    std::mt19937 random(20261122);
    std::vector<double> out(100'000);
    for (double& x : out) x = static_cast<double>(random() % 5) / 4;
    return out;
  }();
  return values;
}

struct Measured {
  std::string name;
  double nanoseconds = 0;
  std::optional<double> peer = {};
};

// Keeps a result from being left out.
volatile double sink = 0;

// Nanoseconds for one of `count` operations that `body` does and sums up.
Measured Best(std::string name, size_t count, int rounds, const std::function<double()>& body) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = ProcessorSeconds();
    sink = sink + body();
    best = std::min(best, ProcessorSeconds() - start);
  }
  return {std::move(name), best / static_cast<double>(count) * 1e9};
}

// What Rscript prints for an expression, as a number; nothing where R or the package is not there.
std::optional<double> FromR(const std::string& expression) {
  const std::string command =
      "Rscript -e 'suppressMessages(library(spc)); cat(" + expression + ")' 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  double value = 0;
  if (!pipe || std::fscanf(pipe.get(), "%lf", &value) != 1) return std::nullopt;
  return value;
}

std::optional<double> SpcNanoseconds(const std::string& call) {
  return FromR("system.time(for (i in 1:500) " + call + ")[[\"user.self\"]] / 500 * 1e9");
}

std::vector<Measured> MeasureAll(int rounds) {
  const std::vector<double>& values = Values();
  std::vector<Measured> out;
  out.push_back(Best("e-process update (better than the base rate)", values.size(), rounds, [&] {
    BettingEProcess process;
    for (double x : values) process.Update(x, 0.5);
    return process.log_e_value();
  }));
  out.push_back(Best("e-process update (rare events)", values.size(), rounds, [&] {
    RareEvents process;
    for (double x : values) process.Update(x > 0.9, 0.2);
    return process.log_e_value();
  }));
  out.push_back(Best("late window: three e-processes, two charts", values.size(), rounds, [&] {
    LateWindows windows;
    for (double x : values) windows.Update({20, static_cast<int64_t>(x * 8), 0.2});
    return windows.harmed().log_e_value();
  }));
  for (size_t length : {100u, 1'000u, 10'000u}) {
    out.push_back(Best("confidence sequence update, over " + std::to_string(length) + " values",
                       values.size() / length * length, rounds, [&] {
                         double sum = 0;
                         for (size_t i = 0; i + length <= values.size(); i += length) {
                           ConfidenceSequence sequence;
                           for (size_t k = i; k < i + length; ++k) sequence.Update(values[k]);
                           sum += sequence.interval().lower;
                         }
                         return sum;
                       }));
  }
  out.push_back(Best("CUSUM update", values.size(), rounds, [&] {
    Cusum chart;
    double alarms = 0;
    for (double x : values) alarms += chart.Update(x - 0.5);
    return alarms + chart.up();
  }));
  out.push_back(Best("EWMA update", values.size(), rounds, [&] {
    Ewma chart;
    double alarms = 0;
    for (double x : values) alarms += chart.Update(x - 0.5);
    return alarms + chart.average();
  }));
  out.push_back(Best("interval of a share (700 of 1000)", 100, rounds, [] {
    double sum = 0;
    for (int i = 0; i < 100; ++i) sum += BernoulliInterval(700, 1000, 0.05, 100).lower;
    return sum;
  }));
  const std::vector<Tally> family(20, Tally{7, 11});
  out.push_back(Best("hierarchical estimate, a gesture of 20", 200, rounds, [&] {
    double sum = 0;
    for (int i = 0; i < 10; ++i) sum += Shrink(family).family;
    return sum;
  }));
  out.push_back(Best("run length of a CUSUM", 20, rounds, [] {
    double sum = 0;
    for (int i = 0; i < 20; ++i) sum += CusumRunLength({0.5, 4}, 0);
    return sum;
  }));
  out.back().peer = SpcNanoseconds("xcusum.arl(.5, 4, 0, sided = \"two\", r = 64)");
  out.push_back(Best("run length of an EWMA", 20, rounds, [] {
    double sum = 0;
    for (int i = 0; i < 20; ++i) sum += EwmaRunLength({0.1, 2.814}, 0);
    return sum;
  }));
  out.back().peer = SpcNanoseconds("xewma.arl(.1, 2.814, 0, sided = \"two\", r = 64)");
  return out;
}

void PrintJson(const Measured& one) {
  JsonWriter line;
  line.BeginObject().Key("bench").String("inference").Key("case").String(one.name);
  line.Key("value").Double(one.nanoseconds).Key("unit").String("ns of processor time");
  if (one.peer) {
    line.Key("peer").String("spc (R)").Key("peer_value").Double(*one.peer);
    line.Key("ratio").Double(one.nanoseconds / *one.peer);
  } else {
    line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null();
  }
  std::cout << line.EndObject().text() << '\n';
}

void PrintRow(const Measured& one) {
  std::printf("%-48s %12.1f ns", one.name.c_str(), one.nanoseconds);
  if (one.peer) {
    std::printf("   spc (R) %12.1f ns, ratio %.2f", *one.peer, one.nanoseconds / *one.peer);
  }
  std::printf("\n");
}

int Run(int argc, char** argv) {
  CLI::App app("What one more record costs the statistics.");
  int rounds = 7;
  bool json = false;
  app.add_option("--rounds", rounds, "The best of so many")->check(CLI::PositiveNumber);
  app.add_flag("--json", json, "A line of JSON a result");
  CLI11_PARSE(app, argc, argv);
  for (const Measured& one : MeasureAll(rounds)) json ? PrintJson(one) : PrintRow(one);
  return 0;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Run(argc, argv); }
