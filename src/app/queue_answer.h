// What one agent away would do to the others, and the pieces that every way of working it out
// shares: the usual state (other_customers), the live queue as one pool (queue_forecast), the live
// queue with several skills (skill_forecast).
//
// Pure; safe from any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/use_case.h"
#include "queueing/calibration.h"
#include "queueing/forecast.h"

namespace extramile::app {

// What becomes of the customers who ask for one kind of service.
struct SkillEffect {
  std::string skill;  // "": all that is rare, or not said
  double extra_wait_minutes = 0, extra_late = 0, extra_abandons = 0;
};

// Half of a 95 % interval; 0 where nothing was simulated.
struct HalfWidths {
  double extra_wait_minutes = 0, extra_late = 0, extra_abandons = 0;
};

struct QueueAnswer {
  bool known = false;    // somebody served then
  bool decided = false;  // and the model has an answer
  std::string method;
  double extra_wait_minutes = 0, extra_late = 0, extra_abandons = 0;
  double late_share_before = 0, late_share_after = 0;
  double others_meanwhile = 0;  // who wait already, and who come while the agent is away
  HalfWidths half_widths;
  std::vector<SkillEffect> by_skill;  // where several skills were told apart
};

// A calibration as it is kept: by its id, with its own time zone.
struct CalibratedQueue {
  AnyId id;
  std::shared_ptr<const queueing::Calibration> calibration;
  TimeZone zone;
};

// A question to a live queue: one agent away from `start` for so long.
struct LiveQuestion {
  Instant now, start;
  int64_t minutes = 0;
  int64_t standard_minutes = 0;
  std::string asker;          // their agent's id as the queue keeps it; empty where not known
  bool may_simulate = false;  // else only what was simulated before is known, of several skills
};

int SecondOfDay(const LocalTime& local);

// Seconds from `now` until then; 0 where that is past.
double SecondsUntil(Instant then, Instant now);

// `minutes` away and half an hour to recover, an hour at least, with this late threshold.
void SetAbsence(queueing::ForecastInput& input, int64_t minutes, int64_t standard_minutes);

size_t PresentNow(const queueing::ForecastInput& input);
// As many agents present as `wanted`: whose shift ends soonest may have left already; who is there
// beyond the usual stays.
void SetPresent(queueing::ForecastInput& input, size_t wanted);

inline constexpr double kHalfWidth = 1.96;  // standard errors: a 95 % interval

// Pairs for 50 ms of processor time in all: a budget in pairs and not by a clock, so that the same
// queue gives the same answer.
int PairsWithinBudget(const queueing::ForecastInput& input, size_t simulations);

// Asks Forecast().
QueueAnswer AnswerOf(const queueing::ForecastInput& input);

}  // namespace extramile::app
