// The forecast of the coming half-hour's mean wait, from the live queue and what earlier days
// taught.
//
// The queue is M(t)/M/n+M with one thing that nobody logs: how much the people on duty really get
// done today. WaitTracker keeps a belief about it, a probability for each of fifteen values of the
// factor between today's capacity and the usual one. Every quarter of an hour it computes for each
// value, exactly (birth_death_chain.h), what the callers of that quarter would have waited, given
// the queue at its beginning and the calls that came, compares that with what they did wait, and
// lets the belief drift back a little towards the usual. The forecast is the belief's mean of the
// exact transient from the live queue over the coming half-hour, with arrivals from the profile and
// today's gamma factor.
//
// That mean and two plain recent means, of the last quarter's and of the last hour's callers, are
// blended with three weights learnt by least absolute deviations (so that the blend aims at the
// median, as an absolute error asks). The blend is a statistical correction, not queueing: the
// exponential model forgets faster than real queues do.
//
// Above fifty agents the normal closure (gaussian_closure.h) stands in for the exact transient.
//
// Not thread-safe; one tracker a day. An update costs fifteen transients of a quarter-hour, a
// forecast fifteen of a half-hour: together below a millisecond for eight agents.
#pragma once

#include <array>
#include <vector>

#include "queueing/log_day.h"
#include "queueing/wait_profile.h"

namespace extramile::queueing {

inline constexpr double kTrackerStepS = 900;

// What the blend weighs. All in seconds of mean wait, all known at the moment of the forecast.
inline constexpr size_t kWaitSigns = 3;
struct WaitSigns {
  std::array<double, kWaitSigns> seconds{};  // the model's, the last quarter's, the last hour's
};

class WaitTracker {
 public:
  explicit WaitTracker(const WaitProfile& profile);  // kept by reference

  // The next moment of the day, kTrackerStepS after the one before (the first may be any).
  void Observe(const DaySoFar& now);
  // For the half-hour that begins at the moment last observed.
  WaitSigns Signs() const;
  // The belief's mean of the factor between today's capacity and the usual one.
  double CapacityFactor() const;

 private:
  static constexpr size_t kFactors = 15;
  std::array<double, kFactors> MeanWaits(double seconds, double arrivals_per_s) const;
  void Drift();

  const WaitProfile& profile_;
  std::array<double, kFactors> factor_{};
  std::array<double, kFactors> belief_{};
  std::array<std::array<double, kFactors>, kFactors> drift_{};
  DaySoFar now_;
  bool begun_ = false;
};

struct WaitBlend {
  std::array<double, kWaitSigns> weights{};
  double Forecast(const WaitSigns& signs) const;  // never below 0
};

struct WaitExample {
  WaitSigns signs;
  double wait_s = 0;  // what came
};

// Weights with the least sum of absolute errors, drawn towards equal shares as if ten more
// half-hours spoke for those (iteratively reweighted least squares).
WaitBlend FitWaitBlend(const std::vector<WaitExample>& examples);

}  // namespace extramile::queueing
