// Alarms about other customers' waiting, in a queue whose waits depend on one another: five agents,
// 54 calls an hour, 5 minutes each (M/M/5 at 90 %), 100 hours a run, 10,000 runs.
//
// With nothing wrong the windows of late_windows.h ring in at most 5 % of the runs; the textbook
// way, each customer against the long-run share of late customers, rings in most of them. With
// gestures that keep one of the five away for 45 minutes the windows ring, as they should.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <deque>
#include <random>
#include <vector>

#include "inference/betting.h"
#include "inference/control_chart.h"
#include "inference/late_windows.h"

namespace extramile::inference {
namespace {

constexpr int kRuns = 10'000;
constexpr size_t kHours = 100;
constexpr size_t kWarmUpHours = 10;
constexpr size_t kGestureEvery = 4;  // hours
constexpr double kAlpha = 0.05;
constexpr size_t kAgents = 5;
constexpr double kArrivalsPerMinute = 0.9;
constexpr double kHandleMinutes = 5;
constexpr double kServedPerMinute = kAgents / kHandleMinutes;  // while all are busy
constexpr double kLateMinutes = 2;
constexpr double kWindowMinutes = 60;
// Who comes later than this may not be known to be late or not when the window ends.
constexpr double kCountedMinutes = kWindowMinutes - kLateMinutes;

// Expected share of late customers in a window that begins with so many in the system: Kolmogorov's
// backward equation for the expected number of late arrivals, by Runge and Kutta's method.
std::vector<double> ForecastByState() {
  constexpr size_t kStates = 200;
  std::vector<double> late_on_arrival(kStates, 0);
  for (size_t i = kAgents; i < kStates; ++i) {
    // Late if at most i - kAgents of the agents' services end within the limit.
    double term = std::exp(-kServedPerMinute * kLateMinutes);
    for (size_t ended = 0; ended <= i - kAgents; ++ended) {
      late_on_arrival[i] += term;
      term *= kServedPerMinute * kLateMinutes / static_cast<double>(ended + 1);
    }
  }
  const auto slope = [&](const std::vector<double>& u) {
    std::vector<double> out(kStates, 0);
    for (size_t i = 0; i + 1 < kStates; ++i) {
      const double served = static_cast<double>(std::min<size_t>(i, kAgents)) / kHandleMinutes;
      out[i] = kArrivalsPerMinute * (late_on_arrival[i] + u[i + 1] - u[i]) +
               (i > 0 ? served * (u[i - 1] - u[i]) : 0);
    }
    out[kStates - 1] = out[kStates - 2];
    return out;
  };
  const auto moved = [](std::vector<double> u, const std::vector<double>& by, double times) {
    for (size_t i = 0; i < u.size(); ++i) u[i] += times * by[i];
    return u;
  };
  std::vector<double> u(kStates, 0);
  constexpr int kSteps = 580;
  const double step = kCountedMinutes / kSteps;
  for (int s = 0; s < kSteps; ++s) {
    const auto a = slope(u);
    const auto b = slope(moved(u, a, step / 2));
    const auto c = slope(moved(u, b, step / 2));
    const auto d = slope(moved(u, c, step));
    for (size_t i = 0; i < kStates; ++i) u[i] += step / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  }
  for (double& late : u) late /= kArrivalsPerMinute * kCountedMinutes;
  return u;
}

struct Hour {
  bool gesture = false;
  size_t in_system_at_start = 0;
  int64_t customers = 0;
  int64_t late = 0;
};
struct Stretch {
  std::vector<Hour> hours;
  std::vector<bool> late;  // each customer, in the order of arrival
};

// The queue, event by event. In the first `away_minutes` of each fourth hour one agent takes no
// calls.
class Queue {
 public:
  Queue(size_t hours, double away_minutes, std::mt19937_64& random)
      : away_(away_minutes),
        end_(static_cast<double>(kWarmUpHours + hours) * kWindowMinutes),
        hours_(kWarmUpHours + hours),
        random_(random) {}

  Stretch Run() {
    while (now_ < end_ || !waiting_.empty()) Step();
    out_.hours.assign(hours_.begin() + kWarmUpHours, hours_.end());
    return std::move(out_);
  }

 private:
  // To the next arrival or end of a call, or to where the number of agents changes; memoryless, so
  // that the rest can be drawn anew there.
  void Step() {
    const double arrivals = now_ < end_ ? kArrivalsPerMinute : 0;
    const double rate = arrivals + static_cast<double>(in_service_) / kHandleMinutes;
    const double next = now_ + std::exponential_distribution<double>(rate)(random_);
    if (next >= change_) {
      now_ = change_;
      Change();
    } else {
      now_ = next;
      if (uniform_(random_) * rate < arrivals) {
        waiting_.push_back(now_);
      } else {
        --in_service_;
      }
    }
    while (in_service_ < agents_ && !waiting_.empty()) Serve();
  }

  void Change() {
    const double into_hour = now_ - static_cast<double>(hour_) * kWindowMinutes;
    if (into_hour > 0 && into_hour < kWindowMinutes) {
      agents_ = kAgents;
      change_ = static_cast<double>(hour_ + 1) * kWindowMinutes;
      return;
    }
    hour_ = static_cast<size_t>(now_ / kWindowMinutes + 0.5);
    if (hour_ < hours_.size()) hours_[hour_].in_system_at_start = in_service_ + waiting_.size();
    const bool gesture = away_ > 0 && hour_ >= kWarmUpHours && hour_ % kGestureEvery == 0;
    agents_ = gesture ? kAgents - 1 : kAgents;
    change_ = now_ + (gesture ? away_ : kWindowMinutes);
    if (hour_ < hours_.size()) hours_[hour_].gesture = gesture;
  }

  void Serve() {
    const double since = waiting_.front();
    waiting_.pop_front();
    ++in_service_;
    const bool late = now_ - since > kLateMinutes;
    const auto of = static_cast<size_t>(since / kWindowMinutes);
    if (since - static_cast<double>(of) * kWindowMinutes < kCountedMinutes) {
      ++hours_[of].customers;
      hours_[of].late += late;
    }
    if (of >= kWarmUpHours) out_.late.push_back(late);
  }

  double away_;
  double end_;
  std::vector<Hour> hours_;
  std::mt19937_64& random_;
  std::uniform_real_distribution<double> uniform_;
  std::deque<double> waiting_;  // since when
  Stretch out_;
  size_t in_service_ = 0;
  size_t agents_ = kAgents;
  size_t hour_ = 0;
  double change_ = 0;
  double now_ = 0;
};

LateWindows Watched(const Stretch& stretch, const std::vector<double>& forecast,
                    bool only_gestures) {
  LateWindows windows;
  for (const Hour& hour : stretch.hours) {
    if (only_gestures && !hour.gesture) continue;
    const size_t state = std::min(hour.in_system_at_start, forecast.size() - 1);
    windows.Update({hour.customers, hour.late, forecast[state]});
  }
  return windows;
}

// Erlang C: the share of customers who wait longer than the limit, in the long run.
double LongRunShareLate() {
  const double load = kArrivalsPerMinute * kHandleMinutes;
  double term = 1, sum = 0;
  for (size_t i = 0; i < kAgents; ++i) {
    sum += term;
    term *= load / static_cast<double>(i + 1);
  }
  const double p_wait = term / (1 - load / kAgents) / (sum + term / (1 - load / kAgents));
  return p_wait * std::exp(-(kAgents - load) / kHandleMinutes * kLateMinutes);
}

TEST(QueueAlarms, WindowsRarelyRingWithNothingWrongAndTheTextbookWayMostlyDoes) {
  const auto forecast = ForecastByState();
  const double long_run = LongRunShareLate();
  std::mt19937_64 random(8);
  int harmed = 0, unreasonable = 0, textbook = 0;
  int64_t cusum = 0, ewma = 0;
  double forecasts = 0, shares = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Stretch stretch = Queue(kHours, 0, random).Run();
    const LateWindows windows = Watched(stretch, forecast, false);
    harmed += Reaches(windows.harmed().highest_log_e_value(), kAlpha);
    cusum += windows.cusum_alarms();
    ewma += windows.ewma_alarms();
    unreasonable += Reaches(windows.unreasonable().highest_log_e_value(), kAlpha);
    BettingEProcess each;
    for (bool late : stretch.late) each.Update(late ? 1 : 0, long_run);
    textbook += Reaches(each.highest_log_e_value(), kAlpha);
    for (const Hour& hour : stretch.hours) {
      forecasts += forecast[std::min(hour.in_system_at_start, forecast.size() - 1)] *
                   kArrivalsPerMinute * kCountedMinutes;
      shares += static_cast<double>(hour.late);
    }
  }
  EXPECT_NEAR(shares / forecasts, 1, 0.01) << "the oracle's own forecast is right";
  EXPECT_LE(harmed, kAlpha * kRuns);
  EXPECT_LE(unreasonable, kAlpha * kRuns);
  EXPECT_GT(textbook, 0.5 * kRuns);
  EXPECT_LE(static_cast<double>(cusum), kRuns * kHours / CusumRunLength({}, 0));
  EXPECT_LE(static_cast<double>(ewma), kRuns * kHours / EwmaRunLength({}, 0));
  std::printf("chart alarms in 100 hours: CUSUM %.3f, EWMA %.3f; supposed: %.3f, %.3f\n",
              static_cast<double>(cusum) / kRuns, static_cast<double>(ewma) / kRuns,
              kHours / CusumRunLength({}, 0), kHours / EwmaRunLength({}, 0));
  std::printf(
      "false alarms in 100 hours: %.4f of runs (beyond tolerance %.4f); textbook way %.4f\n",
      static_cast<double>(harmed) / kRuns, static_cast<double>(unreasonable) / kRuns,
      static_cast<double>(textbook) / kRuns);
}

// 100 hours with a gesture, each fourth of 400, as the monitor of a gesture kind watches them. The
// forecast is of the hour without the gesture, from the queue as it stands when the hour begins.
TEST(QueueAlarms, WindowsRingWhenTheGesturesKeepAnAgentAway) {
  const auto forecast = ForecastByState();
  std::mt19937_64 random(9);
  constexpr int kFewer = 1000;
  for (double away : {12.0, 30.0, 45.0}) {
    int rang = 0;
    for (int run = 0; run < kFewer; ++run) {
      const Stretch stretch = Queue(kGestureEvery * kHours, away, random).Run();
      rang += Reaches(Watched(stretch, forecast, true).harmed().highest_log_e_value(), kAlpha);
    }
    std::printf("alarms in 100 hours with an agent of five away %.0f minutes: %.4f of runs\n", away,
                static_cast<double>(rang) / kFewer);
    if (away >= 30) {
      EXPECT_GT(rang, 0.9 * kFewer);
    }
  }
}

}  // namespace
}  // namespace extramile::inference
