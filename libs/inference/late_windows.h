// Did the others wait longer than forecast? Non-overlapping windows (say 60 minutes), the share of
// the other customers who waited too long in each, against the share that was forecast from the
// live queue at the window's start and stored before its outcome.
//
// Never per customer against a constant: waits of customers who queue together depend on one
// another, and a test that takes them one by one raises a false alarm in most long stretches with
// nothing wrong. Given the queue at its start, a window owes nothing to the windows before it: the
// forecast has taken the dependence up. Two conditions keep that true, and they are the caller's:
//   - whoever counts in a window must be known to be late or not when the next forecast is made, so
//     a window counts those who come at least the late threshold before its end;
//   - the forecast is the expected number of late customers over the expected number of customers,
//     which is never below the expected share (busy windows have more of both).
//
// Three processes on the same windows, each a betting e-process (betting.h):
//   harmed            null: the share is at most the forecast       -> "not at all" is refuted
//   unreasonable      null: at most forecast + tolerance            -> "not unreasonably" is
//   refuted within_tolerance  null: at least forecast + tolerance           -> "not unreasonably"
//   is shown
// and a CUSUM and an EWMA of the standardised difference for people who look. Its standard
// deviation is learnt from the windows before: late customers come in clumps, so that the binomial
// one would ring every few hours (measured: 19 times in 100 hours of a busy queue with nothing
// wrong).
//
// A forecast below 2 % counts as 2 %: whether nobody or one in a hundred is late is more than a
// forecast can know, and one late customer then would decide everything.
//
// Error rate of each: alpha at 1/alpha, for ever, if the forecasts are right. State: below 700
// bytes, trivially copyable, replayable. Update: O(1), about 50 multiplications and three
// logarithms. Not synchronised.
//
//   LateWindows windows({.tolerance = 0.1});
//   for (const auto& w : stored) windows.Update({w.customers, w.late, w.forecast_share});
//   if (Reaches(windows.harmed().highest_log_e_value(), 0.05)) ...
#pragma once

#include <cstdint>

#include "inference/betting.h"
#include "inference/control_chart.h"

namespace extramile::inference {

struct LateWindow {
  int64_t customers = 0;
  int64_t late = 0;           // of these
  double forecast_share = 0;  // in [0, 1]
};

class LateWindows {
 public:
  static constexpr double kLeastForecast = 0.02;
  static constexpr double kMostForecast = 0.98;

  struct Design {
    double tolerance = 0.1;  // more late customers than forecast that are still reasonable: a share
    CusumDesign cusum;
    EwmaDesign ewma;
  };

  LateWindows() : LateWindows(Design{}) {}
  explicit LateWindows(Design design);

  // Windows without customers say nothing and are left out. Needs 0 <= late <= customers.
  void Update(const LateWindow& window);

  const BettingEProcess& harmed() const { return harmed_; }
  const BettingEProcess& unreasonable() const { return unreasonable_; }
  const BettingEProcess& within_tolerance() const { return within_tolerance_; }
  const Cusum& cusum() const { return cusum_; }
  const Ewma& ewma() const { return ewma_; }
  int64_t windows() const { return harmed_.count(); }
  int64_t cusum_alarms() const { return cusum_alarms_; }  // upwards
  int64_t ewma_alarms() const { return ewma_alarms_; }    // upwards

 private:
  Design design_;
  BettingEProcess harmed_;
  BettingEProcess unreasonable_;
  BettingEProcess within_tolerance_;
  Cusum cusum_;
  Ewma ewma_;
  // The variance of a window's share is so many times forecast x (1 - forecast): the mean over the
  // windows before, and over a few that are taken to have been before them.
  double spread_sum_;
  double spread_windows_;
  int64_t cusum_alarms_ = 0;
  int64_t ewma_alarms_ = 0;
};

}  // namespace extramile::inference
