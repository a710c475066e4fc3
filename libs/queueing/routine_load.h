// Doing something always: what it adds to every half-hour of the typical week, and how many more
// agents would keep waiting as it is.
//
// For planning, in steady state: each half-hour of the calibration is Erlang A with the arrivals,
// patience, agents and effectiveness of that half-hour, once with its handle time h and once with
// h + share x extra: the share of customers for whom it is done, times the seconds it takes. More
// agents are counted until the share of customers who wait longer than the standard is back within
// the tolerated rise. `share` may be 0; `extra_handle_s` may be negative, for what is no longer
// done (a handle time never falls below a second).
//
// What it does not see: a queue carried over from one half-hour to the next, handle times that vary
// more or less than exponentially, and work that can wait until the queue is short.
//
// Pure; a calibration of three kinds of day costs about a millisecond with 20 agents, 7 with 100.
//
//   const RoutineLoad load = LoadOfRoutine(calibration, {.share = 0.3, .extra_handle_s = 300,
//                                                        .standard_s = 180});
//   load.enough();                    // false: somewhere the rise is more than is tolerated
//   load.most_changed()->after.late_share;   // of the half-hour that suffers most
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "queueing/calibration.h"

namespace extramile::queueing {

struct RoutineQuestion {
  double share = 0;           // of customers for whom it is done, 0 to 1
  double extra_handle_s = 0;  // what it takes each time
  double standard_s = 120;    // who waits longer is late
  double tolerated_rise = 0;  // of the share who are late, 0 to 1
};

// The usual state of a half-hour.
struct PoolFigures {
  double load = 0;         // erlangs: agents kept busy if nobody gave up
  double late_share = 0;   // of all customers
  double mean_wait_s = 0;  // of all customers
  double gives_up = 0;     // share of all customers
};

struct RoutineHalfHour {
  size_t day_class = 0;  // index into the calibration's classes
  int half_hour = 0;     // 0 to 47
  int days_a_week = 0;   // of this kind
  double customers = 0;  // who arrive in it on one day
  int agents = 0;
  PoolFigures before, after;
  int more_agents = 0;  // for the rise to be tolerated; at most kMostMoreAgents
  double rise() const { return after.late_share - before.late_share; }
};
inline constexpr int kMostMoreAgents = 100;

struct RoutineLoad {
  std::vector<RoutineHalfHour> half_hours;  // those in which somebody serves, by class and time
  // Sums over a week.
  double customers = 0;
  double extra_agent_minutes = 0;  // share x minutes x customers
  double extra_late = 0;           // customers
  double extra_wait_minutes = 0;   // of all customers together
  double extra_gives_up = 0;       // customers
  double more_agent_hours = 0;

  bool enough() const;
  // The one whose share of late customers changes most, the busiest of several alike; null where
  // nobody serves.
  const RoutineHalfHour* most_changed() const;
};

RoutineLoad LoadOfRoutine(const Calibration& calibration, const RoutineQuestion& question);

// Customers a week who arrive while somebody serves.
double CustomersAWeek(const Calibration& calibration);

}  // namespace extramile::queueing
