// What earlier days say about the waits of one kind of day, by half-hour: the part of the wait
// forecast that is learnt overnight.
//
// Half-hours lean on the two beside them. `capacity` is the mean number of agents in service while
// somebody waits: what the agents on duty really bring, with their pauses and their other work,
// and the one figure that a count of agents cannot give. Patience is one mean for the whole log
// (maximum likelihood, answered calls censored). `day_shape` says how alike the days are: arrivals
// of a day are the profile times a gamma factor of mean 1 and this shape (A. Whitt 1999; L. Brown
// and others 2005 for such a factor in call centres), found by the method of moments.
//
// A value; O(calls) to fit.
#pragma once

#include <array>
#include <span>

#include "queueing/log_day.h"

namespace extramile::queueing {

inline constexpr double kHalfHourS = 1800;

struct WaitProfile {
  std::array<double, kHalfHours> arrivals_per_s{};
  std::array<double, kHalfHours> handle_mean_s{};
  std::array<double, kHalfHours> capacity{};
  std::array<double, kHalfHours> hour_mean_wait_s{};  // of the callers of that hour, pooled
  double patience_mean_s = 0;
  double mean_wait_s = 0;  // of all callers
  double day_shape = 0;

  // The factor by which today has more callers than usual, given those so far: the posterior mean.
  double DayFactor(const DaySoFar& day) const;
};

// `days`: at least one, with at least one call answered among them.
WaitProfile FitWaitProfile(std::span<const LogDay* const> days);

}  // namespace extramile::queueing
