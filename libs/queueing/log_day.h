// One local day of a call log, and what of it is known at a moment.
//
// A LogDay holds a day's calls to their end: it may only be learnt from once the day is over. A
// DaySoFar is the day as a wallboard shows it: KnownBy() cuts everything that had not happened yet.
// A forecast takes a DaySoFar and so cannot see what comes, whoever calls it: calls that enter
// later are not in it, and of a call that still waits, neither its end nor its outcome is.
//
// Times are seconds since local midnight on the wall clock. Values without identity but a number
// for each agent. KnownBy() costs O(calls of the day).
//
//   DaySoFar now = KnownBy(day, 9.5 * 3600);
//   now.Waiting();  // customers waiting at half past nine
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "queueing/calibration.h"

namespace extramile::queueing {

struct LogCall {
  double entered_s = 0;
  double wait_s = 0;
  bool answered = false;
  double service_s = 0;  // 0 where not answered

  double left_queue_s() const { return entered_s + wait_s; }
  double service_ended_s() const { return left_queue_s() + service_s; }
};

struct LogDay {
  std::string date;            // "1999-02-01"
  int weekday = 1;             // ISO, 1-7
  std::vector<LogCall> calls;  // in the order of entering
};

// The calls, day by day in the order of time; days without a call are left out.
std::vector<LogDay> ByDay(const std::vector<Call>& calls, const TimeZone& zone);

// A call as far as it is known.
struct KnownCall {
  double entered_s = 0;
  double wait_so_far_s = 0;  // the whole wait, once it is over
  bool waiting = false;
  bool in_service = false;
};

struct DaySoFar {
  double now_s = 0;
  std::vector<KnownCall> calls;  // entered before now, in the order of entering

  int Waiting() const;
  int InService() const;
};

DaySoFar KnownBy(const LogDay& day, double now_s);

// The mean wait, as far as known, of the callers who entered between the two moments.
struct MeanWait {
  double sum_s = 0;
  int calls = 0;
  double mean_s() const { return calls > 0 ? sum_s / calls : 0; }
};
MeanWait WaitOfThoseEntering(const DaySoFar& day, double from_s, double to_s);
MeanWait WaitOfThoseEntering(const LogDay& day, double from_s, double to_s);

}  // namespace extramile::queueing
