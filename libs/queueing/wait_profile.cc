#include "queueing/wait_profile.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace extramile::queueing {
namespace {

using ByHalfHour = std::array<double, kHalfHours>;

// A half-hour in which nobody waited believes the whole day's capacity as if seen for so long.
constexpr double kCapacityLeanS = 300;
constexpr double kLeastShape = 10;
constexpr double kMostShape = 1000;
constexpr double kMostPatienceS = 1e7;  // stands for "nobody gives up"

size_t HalfHourOf(double at_s) {
  return static_cast<size_t>(std::clamp(at_s / kHalfHourS, 0.0, kHalfHours - 1.0));
}

struct Sums {
  ByHalfHour calls{}, wait_s{}, answered{}, service_s{};
  ByHalfHour busy_while_waiting_s{}, waiting_s{};  // agent-seconds; seconds
  double abandoned = 0;
};

// Adds the day's agent-seconds in service while somebody waited.
void AddCapacity(const LogDay& day, Sums& sums) {
  struct Event {
    double at_s;
    int waiting, busy;
  };
  std::vector<Event> events;
  for (const LogCall& call : day.calls) {
    events.push_back({call.entered_s, 1, 0});
    events.push_back({call.left_queue_s(), -1, call.answered ? 1 : 0});
    if (call.answered) events.push_back({call.service_ended_s(), 0, -1});
  }
  // Ends of a half-hour are events too, so that no stretch lies in two of them.
  for (int h = 1; h <= kHalfHours; ++h) events.push_back({h * kHalfHourS, 0, 0});
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.at_s < b.at_s; });
  double at_s = 0;
  int waiting = 0;
  int busy = 0;
  for (const Event& event : events) {
    if (waiting > 0) {
      const size_t h = HalfHourOf(at_s);
      sums.busy_while_waiting_s[h] += busy * (event.at_s - at_s);
      sums.waiting_s[h] += event.at_s - at_s;
    }
    at_s = event.at_s;
    waiting += event.waiting;
    busy += event.busy;
  }
}

// The mean of each half-hour, its neighbours counting with `weight`.
ByHalfHour Smoothed(const ByHalfHour& sum, const ByHalfHour& count, double weight,
                    double otherwise) {
  ByHalfHour out;
  for (size_t h = 0; h < kHalfHours; ++h) {
    double s = sum[h];
    double c = count[h];
    if (h > 0) s += weight * sum[h - 1], c += weight * count[h - 1];
    if (h + 1 < kHalfHours) s += weight * sum[h + 1], c += weight * count[h + 1];
    out[h] = c > 0 ? s / c : otherwise;
  }
  return out;
}

double Total(const ByHalfHour& values) {
  double total = 0;
  for (double value : values) total += value;
  return total;
}

double ShapeOf(std::span<const LogDay* const> days) {
  double mean = 0;
  for (const LogDay* day : days) mean += static_cast<double>(day->calls.size());
  mean /= static_cast<double>(days.size());
  if (days.size() < 2) return kMostShape;
  double variance = 0;
  for (const LogDay* day : days) {
    const double off = static_cast<double>(day->calls.size()) - mean;
    variance += off * off / static_cast<double>(days.size() - 1);
  }
  // Of a gamma mixture of Poisson counts: variance = mean + mean^2 / shape.
  const double beyond_chance = variance - mean;
  if (beyond_chance <= 0) return kMostShape;
  return std::clamp(mean * mean / beyond_chance, kLeastShape, kMostShape);
}

}  // namespace

double WaitProfile::DayFactor(const DaySoFar& day) const {
  double expected = 0;
  for (size_t h = 0; h < kHalfHours; ++h) {
    const double seconds =
        std::clamp(day.now_s - static_cast<double>(h) * kHalfHourS, 0.0, kHalfHourS);
    expected += arrivals_per_s[h] * seconds;
  }
  return (day_shape + static_cast<double>(day.calls.size())) / (day_shape + expected);
}

WaitProfile FitWaitProfile(std::span<const LogDay* const> days) {
  Sums sums;
  for (const LogDay* day : days) {
    for (const LogCall& call : day->calls) {
      const size_t h = HalfHourOf(call.entered_s);
      sums.calls[h] += 1;
      sums.wait_s[h] += call.wait_s;
      sums.abandoned += call.answered ? 0 : 1;
      sums.answered[h] += call.answered ? 1 : 0;
      sums.service_s[h] += call.service_s;
    }
    AddCapacity(*day, sums);
  }

  WaitProfile out;
  const double waited_s = Total(sums.wait_s);
  const double busy_s = Total(sums.busy_while_waiting_s);
  out.mean_wait_s = waited_s / std::max(1.0, Total(sums.calls));
  out.patience_mean_s =
      sums.abandoned > 0 ? std::max(1.0, waited_s / sums.abandoned) : kMostPatienceS;
  out.day_shape = ShapeOf(days);
  ByHalfHour exposure_s;
  exposure_s.fill(static_cast<double>(days.size()) * kHalfHourS);
  out.arrivals_per_s = Smoothed(sums.calls, exposure_s, 0.5, 0);
  const double handle_s = Total(sums.service_s) / std::max(1.0, Total(sums.answered));
  out.handle_mean_s = Smoothed(sums.service_s, sums.answered, 1, handle_s);
  for (double& mean : out.handle_mean_s) mean = std::max(mean, 1.0);
  const double whole_day = waited_s > 0 ? busy_s / Total(sums.waiting_s) : 1;
  for (size_t h = 0; h < kHalfHours; ++h) {
    sums.busy_while_waiting_s[h] += whole_day * kCapacityLeanS;
    sums.waiting_s[h] += kCapacityLeanS;
  }
  out.capacity = Smoothed(sums.busy_while_waiting_s, sums.waiting_s, 1, whole_day);
  for (double& capacity : out.capacity) capacity = std::max(capacity, 0.5);
  for (size_t h = 0; h < kHalfHours; ++h) {
    const size_t hour = h / 2 * 2;
    const double calls = sums.calls[hour] + sums.calls[hour + 1];
    out.hour_mean_wait_s[h] =
        calls > 0 ? (sums.wait_s[hour] + sums.wait_s[hour + 1]) / calls : out.mean_wait_s;
  }
  return out;
}

}  // namespace extramile::queueing
