// The capacity forecast of a gesture that would always be done, or of a routine one that would not
// be done any more: for how many cases a week, what that takes, and what it does to the waiting of
// the other customers of each team with a known queue.
//
// How the cases are counted (the figures say which way it was):
//   kinds        every case of the kinds in which the gesture has been used
//   expectation  not used yet: cases with an expectation of the dimension that it serves
//   all          neither is known: every case
// over the last eight weeks, or since the first case, and at least over one week; simulated cases
// are left out. What is done already is in the queue already: only what would be added counts.
// The share of a team's customers is its cases a week over the customers a week of its calibration.
//
// Cost: six aggregates over eight weeks of cases and actions, and about a millisecond for each
// team's queue: for a suggestion and each of its steps, never for a check.
//
//   EM_ASSIGN(RoutineCapacity capacity, ForecastRoutine(services, request.organisation,
//       request.now, {.gesture = "handwritten-card", .minutes = 4, .amount = 120}));
//   capacity.sentence;
//   proposal.capacity = CapacityJson(capacity);       // the contract's Capacity
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/use_case.h"
#include "queueing/routine_load.h"

namespace extramile::app {

struct RoutineGesture {
  std::string gesture;  // code
  std::string dimension;
  bool taken_out = false;  // it is routine, and would not be done any more
  // What the catalogue says it takes; its uses say it better.
  int64_t minutes = 0;
  int64_t amount = 0;  // minor units
};

struct TeamCapacity {
  std::string team;
  double cases_a_week = 0;  // with it
  double uses_a_week = 0;   // done in them so far
  double extra_a_week = 0;  // what would be added; negative: what would fall away
  // Where the team's queue is known:
  std::optional<AnyId> calibration;
  std::string calibration_version;
  std::vector<std::string> kinds_of_day;  // by RoutineHalfHour::day_class
  double share = 0;                       // of its customers
  queueing::RoutineLoad load;
};

struct RoutineCapacity {
  std::string counted;             // kinds | expectation | all
  std::vector<std::string> kinds;  // of cases in which it was used
  int64_t days = 7;                // counted over
  int64_t cases = 0;               // in these days
  int64_t expecting = 0;           // of all cases, those with an expectation that it serves
  bool taken_out = false;
  double minutes_each = 0;
  double amount_each = 0;  // minor units
  double cases_a_week = 0, uses_a_week = 0, extra_a_week = 0;
  double minutes_a_week = 0, amount_a_week = 0;  // added or freed
  int64_t standard_minutes = 0;                  // who waits longer is late
  std::vector<TeamCapacity> teams;               // by name
  std::string sentence;

  // The team whose half-hour changes most; null where no queue is known.
  const TeamCapacity* most_changed() const;
};

Result<RoutineCapacity> ForecastRoutine(Services& services, const Organisation& organisation,
                                        Instant now, const RoutineGesture& gesture);

// The contract's Capacity.
std::string CapacityJson(const RoutineCapacity& capacity, Currency currency);

}  // namespace extramile::app
