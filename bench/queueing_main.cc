// How fast the forecasts of waiting are, and the simulation beside SimPy.
//
//   bench_queueing [--rounds 5] [--json]
//
// SimPy runs in the same run where Debian's python3-simpy (or a newer SimPy) is there; the same
// queue, M/M/20+M at a load of 0.95, and each result is checked against the closed form before it
// counts. Other figures have no peer. Time is the processor's; rounds are repeated and the best
// counts, but for percentiles, which are of single calls. The ratio is ours to the peer's.
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "queueing/erlang.h"
#include "queueing/event_loop.h"
#include "queueing/forecast.h"
#include "queueing/gesture_table.h"
#include "queueing/random.h"
#include "queueing/simulation.h"

namespace extramile::bench {
namespace {

using namespace queueing;

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double BestSeconds(int rounds, const std::function<void()>& body) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = ProcessorSeconds();
    body();
    best = std::min(best, ProcessorSeconds() - start);
  }
  return best;
}

struct Measured {
  std::string name;
  double value = 0;
  std::string unit;
  std::string peer = {};
  std::optional<double> peer_value = {};
};

constexpr int kServers = 20;
constexpr double kArrivals = 19;  // a handle time
constexpr double kPatience = 2;   // handle times

struct QueueFigures {
  double mean_wait = 0, share_gone = 0;
};

// Within 2 % for the million, and what chance allows for the peer's fewer.
bool Plausible(const QueueFigures& figures, double customers) {
  const auto exact = SteadyStateOf({kArrivals, 1, kPatience, kServers});
  const double allowed = std::max(0.02, 60 / std::sqrt(customers));
  return std::abs(figures.mean_wait / exact->mean_wait_s - 1) < allowed &&
         std::abs(figures.share_gone / exact->p_abandon - 1) < allowed;
}

QueueFigures Simulate(size_t count, uint64_t seed, std::vector<LoopCustomer>& customers) {
  Random random(seed);
  customers.resize(count);
  double t = 0;
  for (LoopCustomer& who : customers) {
    t += random.Exponential(1 / kArrivals);
    who.arrives_s = t;
    who.patience_ends_s = t + random.Exponential(kPatience);
    who.handle_s = random.Exponential(1);
  }
  QueueFigures sum;
  EventLoop loop({0});
  const std::vector<LoopAgent> agents(kServers);
  loop.Run(agents, customers, 0, t, [&](const LoopCustomer& who, double at, Left how) {
    sum.mean_wait += at - who.arrives_s;
    sum.share_gone += how == Left::kGaveUp;
  });
  return {sum.mean_wait / static_cast<double>(count), sum.share_gone / static_cast<double>(count)};
}

// Customers a second of SimPy, or nothing where it is not there or its result is not to be
// believed.
std::optional<double> SimPy(int customers) {
  for (const char* python : {"/usr/bin/python3", "python3"}) {
    const std::string command = std::string(python) +
                                " " EXTRAMILE_SOURCE_DIR "/bench/queueing_simpy.py " +
                                std::to_string(customers) + " 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    double count = 0, seconds = 0;
    QueueFigures figures;
    if (!pipe || std::fscanf(pipe.get(), "%lf %lf %lf %lf", &count, &seconds, &figures.mean_wait,
                             &figures.share_gone) != 4) {
      continue;
    }
    if (Plausible(figures, count)) return count / seconds;
    std::cerr << "SimPy's queue is not the one of the closed form; it is left out.\n";
  }
  return std::nullopt;
}

Measured Customers(int rounds) {
  constexpr size_t kCustomers = 1'000'000;
  std::vector<LoopCustomer> customers;
  QueueFigures figures;
  const double seconds = BestSeconds(rounds, [&] { figures = Simulate(kCustomers, 1, customers); });
  if (!Plausible(figures, kCustomers)) std::cerr << "The simulation is wrong.\n";
  return {"customers simulated, M/M/20+M at 0.95", kCustomers / seconds, "1/s", "SimPy",
          SimPy(100'000)};
}

ForecastInput Pool(int agents, double load) {
  ForecastInput input;
  SkillInput& phone = input.skills.emplace_back();
  phone.arrivals_per_s = {load * agents / 300};
  phone.handle_mean_s = 300;
  phone.patience_mean_s = 600;
  input.agents = Agents(agents, AgentState::kBusy);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

// Each skill has as many agents of its own as are left when a quarter has all of them.
ForecastInput Skilled(int agents, int skills) {
  ForecastInput input = Pool(agents, 0.95);
  input.skills[0].arrivals_per_s[0] /= skills;
  input.skills.resize(static_cast<size_t>(skills), input.skills[0]);
  for (int i = 0; i < agents; ++i) {
    auto& of = input.agents[static_cast<size_t>(i)].skills;
    of = {i % skills};
    if (i % 4 != 0) continue;
    of.clear();
    for (int k = 0; k < skills; ++k) of.push_back(k);
  }
  return input;
}

void AddChecks(int rounds, std::vector<Measured>& out) {
  const ForecastInput input = Pool(20, 0.95);
  std::vector<double> micros;
  for (int i = 0; i < 2000; ++i) {
    const double start = ProcessorSeconds();
    if (!Forecast(input)) return;
    micros.push_back((ProcessorSeconds() - start) * 1e6);
  }
  std::sort(micros.begin(), micros.end());
  out.push_back({"exact check, 20 agents, median", micros[1000], "us"});
  out.push_back({"exact check, 20 agents, p99", micros[1980], "us"});
  for (int agents : {5, 10, 20, 50, 100, 200, 500, 1000}) {
    const ForecastInput growing = Pool(agents, 0.95);
    std::string method;
    const double seconds = BestSeconds(rounds, [&] { method = Forecast(growing)->method; });
    out.push_back({method + ", " + std::to_string(agents) + " agents", seconds * 1e6, "us"});
  }
}

void AddTable(int rounds, std::vector<Measured>& out) {
  const ForecastInput input = Pool(20, 0.95);
  auto table = GestureTable::Build(input);
  if (!table) return;
  const double build = BestSeconds(rounds, [&] { table = GestureTable::Build(input); });
  constexpr int kLookups = 1'000'000;
  double sum = 0;
  const double lookups = BestSeconds(rounds, [&] {
    for (int i = 0; i < kLookups; ++i) sum += table->ExtraWaitCustomerMin(i % 60, i % 3600);
  });
  if (!(sum > 0)) std::cerr << "The table is empty.\n";
  out.push_back({"table of gestures, 20 agents, made each minute", build * 1e6, "us"});
  out.push_back({"routine check, a look-up in it", lookups / kLookups * 1e9, "ns"});
}

void AddPairs(int rounds, std::vector<Measured>& out) {
  const auto measure = [&](int agents, int skills) {
    const ForecastInput input = Skilled(agents, skills);
    const double seconds = BestSeconds(rounds, [&] { PairedSimulation(input).Run(1000); });
    out.push_back({"1,000 paired replications, " + std::to_string(agents) + " agents, " +
                       std::to_string(skills) + " skills",
                   seconds * 1e3, "ms"});
  };
  for (int skills : {1, 2, 3, 5, 10}) measure(20, skills);
  for (int agents : {5, 10, 50, 100}) measure(agents, 3);
}

void Print(const Measured& m, bool json) {
  if (!json) {
    std::printf("%-52s %14.1f %-4s", m.name.c_str(), m.value, m.unit.c_str());
    if (m.peer_value) {
      std::printf("  %s %.1f, ratio %.1f", m.peer.c_str(), *m.peer_value, m.value / *m.peer_value);
    }
    std::printf("\n");
    return;
  }
  JsonWriter line;
  line.BeginObject().Key("bench").String("queueing").Key("case").String(m.name);
  line.Key("value").Double(m.value).Key("unit").String(m.unit);
  if (m.peer_value) {
    line.Key("peer").String(m.peer).Key("peer_value").Double(*m.peer_value);
    line.Key("ratio").Double(m.value / *m.peer_value);
  } else {
    line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null();
  }
  std::cout << std::move(line.EndObject()).Take() << '\n';
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) {
  CLI::App app("How fast the forecasts of waiting are");
  int rounds = 5;
  bool json = false;
  app.add_option("--rounds", rounds, "How often each is measured; the best counts");
  app.add_flag("--json", json, "A line of JSON a result");
  CLI11_PARSE(app, argc, argv);
  using namespace extramile::bench;
  std::vector<Measured> results;
  results.push_back(Customers(rounds));
  AddChecks(rounds, results);
  AddTable(rounds, results);
  AddPairs(rounds, results);
  for (const Measured& result : results) Print(result, json);
}
