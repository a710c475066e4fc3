// The routine check as a look-up: what it costs other customers if one agent of a pool goes away
// now, for every number of customers in the system and every duration.
//
// Where the forecast follows one beginning forwards, the table goes backwards from the horizon: the
// waiting still to come, as a function of the state, obeys the same equations transposed (the
// backward equations of the chain, here by uniformisation again), so that one pass answers for all
// states at once. With the gesture, the pass with one agent fewer begins from what the pass with
// all agents says at the moment of the return. Within the model of forecast.h's first tier nothing
// is approximated but durations between five-minute steps, which are interpolated by parabolas, and
// queues longer than the table, which count as its longest.
//
// Made for a team once a minute, in some 2 ms for 20 agents; a look-up
// takes nanoseconds. A value: looking up is safe from any number of threads.
//
//   EM_ASSIGN(GestureTable table, GestureTable::Build(input));
//   table.ExtraWaitCustomerMin(/*in_system=*/17, 12 * 60);   // 17: with the others, or waiting
#pragma once

#include <vector>

#include "base/error.h"
#include "queueing/forecast.h"

namespace extramile::queueing {

struct GestureTableOptions {
  double longest_s = 3600;  // duration; up to the horizon
  int longest_queue = 100;
};

class GestureTable {
 public:
  // `input`: a pool as for Forecast(); who is busy or waits, the limits and the gesture make no
  // difference. Errors: as Forecast()'s, and kInvalid "forecast-not-a-pool" where the first tier
  // does not answer.
  static Result<GestureTable> Build(const ForecastInput& input,
                                    const GestureTableOptions& options = {});

  // Within the horizon, by the customers in the system now, the one for whom the agent goes away
  // not counted, and the time away; longer than the table counts as its longest.
  double ExtraWaitCustomerMin(int in_system, double duration_s) const;
  double ExtraAbandoned(int in_system, double duration_s) const {
    return ExtraWaitCustomerMin(in_system, duration_s) * abandoned_per_min_;
  }

 private:
  std::vector<double> extra_min_;  // by duration step, then by customers in the system
  size_t states_ = 0;
  size_t steps_ = 0;
  double abandoned_per_min_ = 0;
};

}  // namespace extramile::queueing
