// A routine check's forecast on a live queue: with the table made, all that AnswerFromLive does.
#include <benchmark/benchmark.h>

#include "app/queue_forecast.h"

namespace extramile::app {
namespace {

constexpr int kAgents = 20;

queueing::Calibration BusyWeek() {
  queueing::Calibration week;
  for (const queueing::DayClass& days : queueing::WesternWeek()) {
    auto& of_day = week.classes.emplace_back(queueing::CalibratedClass{days, {}});
    for (queueing::HalfHour& half_hour : of_day.half_hours) {
      half_hour.arrivals_per_s = 0.95 * kAgents / 300;
      half_hour.handle_mean_s = 300;
      half_hour.patience_mean_s = 600;
      half_hour.agents = kAgents;
    }
  }
  return week;
}

// So many wait, who came at an even pace within the last 100 s.
void AnswerOfARoutineCheck(benchmark::State& state) {
  const Instant now = *ParseInstant("2026-11-18T10:20:00Z");
  const CalibratedQueue calibrated{
      {}, std::make_shared<const queueing::Calibration>(BusyWeek()), *TimeZone::Find("Etc/UTC")};
  LiveState live;
  live.newest = now + -5 * kMicrosPerSecond;
  live.queue.serving = kAgents;
  live.queue.agents_on = kAgents;
  const auto waiting = static_cast<int>(state.range(0));
  for (int i = 0; i < waiting; ++i) {
    const double waited_s = 5 + 95 * (1 - static_cast<double>(i) / waiting);
    live.queue.waiting.push_back({now + -static_cast<int64_t>(waited_s * kMicrosPerSecond), ""});
  }
  live.Prepare();
  TeamQueue queue("Service desk");
  for (auto _ : state) {
    benchmark::DoNotOptimize(AnswerFromLive(queue, live, calibrated, {now, now, 12, 2, {}}));
  }
}
BENCHMARK(AnswerOfARoutineCheck)->Arg(0)->Arg(20)->Arg(200);

}  // namespace
}  // namespace extramile::app
