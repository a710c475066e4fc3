// The first tier of the forecast: one pool of alike agents, exponential handle times and patience,
// first come first served. Up to kMostAgentsExactly agents the exact transient (transient.h), above
// the normal closure (gaussian_closure.h), both with and without the gesture.
#pragma once

#include "base/error.h"
#include "queueing/forecast.h"
#include "queueing/transient.h"

namespace extramile::queueing {

inline constexpr int kMostAgentsExactly = 50;
// How far the closure's cost of a gesture may be from the exact one, above that many agents.
inline constexpr double kClosureError = 0.1;

// What Forecast() accepts at all, and whether this tier answers it.
Result<void> CheckForecast(const ForecastInput& input);
bool IsOnePool(const ForecastInput& input);

enum class PoolMethod { kBySize, kExact };

struct PoolPair {
  PathCost without, with;
  bool closed = false;  // by the closure
};

// REQUIRES: an input that Forecast() accepts, of one skill. Errors: "forecast-unstable",
// "forecast-too-large".
Result<PoolPair> FollowPool(const ForecastInput& input, const Gesture& gesture, double until_s,
                            LateRule rule, PoolMethod method);

SkillForecast SummarisePool(const ForecastInput& input, const PoolPair& pair);

}  // namespace extramile::queueing
