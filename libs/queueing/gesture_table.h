// The routine check as a look-up: what it costs other customers if one agent of a pool goes away
// now, for every number of customers in the system and every duration: their waiting, how many more
// give up and how many more wait too long.
//
// Where the forecast follows one beginning forwards, the table goes backwards from the horizon: the
// waiting still to come, as a function of the state, obeys the same equations transposed (the
// backward equations of the chain, here by uniformisation again), so that one pass answers for all
// states at once. With the gesture, the pass with one agent fewer begins from what the pass with
// all agents says at the moment of the return. Within the model of forecast.h's first tier nothing
// is approximated but durations between five-minute steps, which are interpolated by parabolas, and
// queues longer than the table, which count as its longest.
//
// Who is late among those still to come follows from the same pass: one who arrives and finds so
// many ahead is late with a chance that lookahead.h knows. Whether those who wait already will be
// late depends on how long each has waited, which is no part of the table's state: that is read
// from a grid of its own (late_while_waiting.h; exact unless the absence or a shift ends sooner
// than they would be late).
//
// Made for a team once a minute, in some 10 ms for 20 agents; a look-up takes nanoseconds, and some
// five more for each customer who waits. A value: looking up is safe from any number of threads.
//
//   EM_ASSIGN(GestureTable table, GestureTable::Build(input));
//   table.ExtraWaitCustomerMin(/*in_system=*/17, 12 * 60);   // 17: with the others, or waiting
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "base/error.h"
#include "queueing/forecast.h"
#include "queueing/late_while_waiting.h"

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
  double ExtraWaitCustomerMin(int in_system, double duration_s) const {
    return std::max(0.0, At(extra_min_, in_system, duration_s));
  }
  double ExtraAbandoned(int in_system, double duration_s) const {
    return ExtraWaitCustomerMin(in_system, duration_s) * abandoned_per_min_;
  }
  // Of the calls to come: the share that waits longer than the input's late threshold.
  double LateShareWithout(int in_system) const;
  double LateShareWith(int in_system, double duration_s) const;
  // Calls more that are late: of those to come, and of those who wait already.
  // `waited_s`: of each customer who waits, the longest first, up to `passed_s` ago.
  double ExtraLate(int in_system, std::span<const double> waited_s, double duration_s,
                   double passed_s = 0) const;
  double arrivals() const { return arrivals_; }  // expected within the horizon

 private:
  size_t StateOf(int in_system) const;
  double At(const std::vector<double>& extra, int in_system, double duration_s) const;

  // By duration step, then by customers in the system.
  std::vector<double> extra_min_, extra_late_;
  std::vector<double> late_;  // without the gesture, by customers in the system
  size_t states_ = 0;
  size_t steps_ = 0;
  double abandoned_per_min_ = 0;
  double arrivals_ = 0;
  LateWhileWaiting waiting_;
};

}  // namespace extramile::queueing
