// A routine check's forecast on a live queue: with the table made, all that AnswerFromLive does.
#include <benchmark/benchmark.h>

#include "app/queue_forecast.h"
#include "app/ticket_forecast.h"

namespace extramile::app {
namespace {

constexpr int kAgents = 20;

queueing::Calibration BusyWeek(int agents) {
  queueing::Calibration week;
  for (const queueing::DayClass& days : queueing::WesternWeek()) {
    auto& of_day = week.classes.emplace_back(queueing::CalibratedClass{days, {}});
    for (queueing::HalfHour& half_hour : of_day.half_hours) {
      half_hour.arrivals_per_s = 0.95 * agents / 300;
      half_hour.handle_mean_s = 300;
      half_hour.patience_mean_s = 600;
      half_hour.agents = agents;
    }
  }
  return week;
}

// So many wait, who came at an even pace within the last 100 s.
void AnswerOfARoutineCheck(benchmark::State& state) {
  const Instant now = *ParseInstant("2026-11-18T10:20:00Z");
  const CalibratedQueue calibrated{{},
                                   std::make_shared<const queueing::Calibration>(BusyWeek(kAgents)),
                                   *TimeZone::Find("Etc/UTC")};
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

// What a check simulates where nobody asked before: half the agents serve one kind of service, half
// another.
void SimulatedBySkill(benchmark::State& state) {
  const auto agents = static_cast<int>(state.range(0));
  queueing::Calibration week = BusyWeek(agents);
  for (const char* skill : {"cards", "loans"}) {
    auto& mix = week.skills.emplace_back();
    mix.skill = skill;
    mix.handle_mean_s = 300;
    mix.patience_mean_s = 600;
    mix.shares.resize(week.classes.size());
    for (auto& of_class : mix.shares) of_class.fill(0.5);
  }
  const Instant now = *ParseInstant("2026-11-18T10:20:00Z");
  const CalibratedQueue calibrated{
      {}, std::make_shared<const queueing::Calibration>(week), *TimeZone::Find("Etc/UTC")};
  LiveState live;
  live.newest = now;
  live.queue.serving = agents;
  live.queue.agents_on = agents;
  for (int i = 0; i < agents; ++i) {
    live.queue.on.push_back({std::to_string(i), {i % 2 ? "cards" : "loans"}, true});
  }
  live.Prepare();
  for (auto _ : state) {
    SkillAnswers answers;
    benchmark::DoNotOptimize(Simulate(answers, live, calibrated,
                                      {.standard_minutes = 2, .skills = 1, .minutes = 15}, now));
  }
}
BENCHMARK(SimulatedBySkill)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond);

// Five days ahead, two who work on tickets that take half an hour.
void SimulatedTickets(benchmark::State& state) {
  const TimeZone zone = *TimeZone::Find("Etc/UTC");
  WorkingHours hours;
  for (size_t day = 0; day < 5; ++day) hours.days[day] = {{8 * 60, 18 * 60}};
  hours.ticket_minutes = 30;
  hours.agents = 2;
  const Instant now = *ParseInstant("2026-11-18T10:20:00Z");
  LiveState live;
  live.newest = now;
  for (int i = 0; i < 28 * 30; ++i) {
    live.queue.tickets_entered.push_back(now + -(28 * 30 - i) * 48 * kMicrosPerMinute);
  }
  for (int64_t i = 0; i < state.range(0); ++i) {
    live.queue.tickets.push_back({now + i * 30 * kMicrosPerMinute, now + -kMicrosPerHour});
  }
  live.queue.tickets_due_after_s = 24 * 3600;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        SimulateTickets(live, zone, hours, {.now = now, .start = now, .minutes = 30, .asker = {}}));
  }
}
BENCHMARK(SimulatedTickets)->Arg(10)->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace extramile::app
