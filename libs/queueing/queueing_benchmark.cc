// What a forecast costs: one gesture checked exactly, by the number of agents; and percentiles for
// 20 agents.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

#include "queueing/forecast.h"
#include "queueing/gesture_table.h"
#include "queueing/routine_load.h"

namespace extramile::queueing {
namespace {

ForecastInput Busy(int agents, double load) {
  ForecastInput input;
  SkillInput& phone = input.skills.emplace_back();
  phone.arrivals_per_s = {load * agents / 300};
  phone.handle_mean_s = 300;
  phone.patience_mean_s = 600;
  input.agents = Agents(agents, AgentState::kBusy);
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 720};
  return input;
}

void ExactCheck(benchmark::State& state) {
  const ForecastInput input = Busy(static_cast<int>(state.range(0)), 0.95);
  std::vector<double> micros;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(Forecast(input));
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}
BENCHMARK(ExactCheck)->Arg(5)->Arg(20)->Arg(50)->Arg(100)->Arg(500)->Unit(benchmark::kMicrosecond);

void UsualStart(benchmark::State& state) {
  ForecastInput input = Busy(static_cast<int>(state.range(0)), 0.95);
  input.start = StartKind::kUsual;
  for (auto _ : state) benchmark::DoNotOptimize(Forecast(input));
}
BENCHMARK(UsualStart)->Arg(20)->Arg(100)->Unit(benchmark::kMicrosecond);

void CheapestStart(benchmark::State& state) {
  ForecastInput input = Busy(static_cast<int>(state.range(0)), 0.95);
  input.find_cheapest_start = true;
  for (auto _ : state) benchmark::DoNotOptimize(Forecast(input));
}
BENCHMARK(CheapestStart)->Arg(20)->Unit(benchmark::kMicrosecond);

// Made for a live queue each minute: an hour and a half ahead, absences of up to an hour.
void MakeTable(benchmark::State& state) {
  ForecastInput input = Busy(static_cast<int>(state.range(0)), 0.95);
  input.horizon_s = 5400;
  for (auto _ : state) benchmark::DoNotOptimize(GestureTable::Build(input));
}
BENCHMARK(MakeTable)->Arg(5)->Arg(20)->Arg(50)->Unit(benchmark::kMicrosecond);

// A routine check: all that a forecast says, with so many customers waiting.
void LookUp(benchmark::State& state) {
  const auto table = GestureTable::Build(Busy(20, 0.95));
  std::vector<double> waiting;  // they came at an even pace within the last 100 s
  const auto customers = static_cast<int>(state.range(0));
  for (int i = 0; i < customers; ++i) waiting.push_back(100 * (1 - double(i) / customers));
  const int in_system = 19 + static_cast<int>(waiting.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(table->ExtraWaitCustomerMin(in_system, 720));
    benchmark::DoNotOptimize(table->ExtraAbandoned(in_system, 720));
    benchmark::DoNotOptimize(table->ExtraLate(in_system, waiting, 720));
    benchmark::DoNotOptimize(table->LateShareWithout(in_system));
    benchmark::DoNotOptimize(table->LateShareWith(in_system, 720));
  }
}
BENCHMARK(LookUp)->Arg(0)->Arg(5)->Arg(20)->Arg(200);

// A week of three kinds of day, 24 open half-hours each, where more agents are needed.
void WeekOfARoutine(benchmark::State& state) {
  Calibration week;
  const int agents = static_cast<int>(state.range(0));
  for (const DayClass& days : WesternWeek()) {
    CalibratedClass& of_day = week.classes.emplace_back(CalibratedClass{days, {}});
    for (size_t h = 16; h < 40; ++h) {
      of_day.half_hours[h] = {.arrivals_per_s = 0.85 * agents / 300,
                              .handle_mean_s = 300,
                              .patience_mean_s = 600,
                              .agents = agents};
    }
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(LoadOfRoutine(week, {.share = 0.2, .extra_handle_s = 600}));
  }
}
BENCHMARK(WeekOfARoutine)->Arg(20)->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace extramile::queueing
