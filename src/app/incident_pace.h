// The pace of an incident's gestures: how many of them a half-hour may take so that other
// customers' waiting stays within the organisation's tolerance, and when each is done.
//
// A half-hour takes as many pieces, done one after another by one colleague, as the forecast for
// that absence leaves the gate `other customers` of the organisation's own rules content with.
// Where the half-hours of two weeks do not take them all, those that a lead would have to agree to
// are taken as well, and the check says so. Half-hours in which nobody serves take none; where no
// queue is known, the day is taken to last from 8 to 18 o'clock. Pieces that take no time are all
// done at once.
//
//   EM_ASSIGN(Pace pace, PlanPace(asking, request.now, 140));
//   pace.at[0]; pace.fullest.sentence
//
// Cost: one forecast and one gate for each number of pieces tried, some microseconds each once the
// kind of day is known (other_customers.h).
#pragma once

#include <optional>
#include <vector>

#include "app/other_customers.h"
#include "app/policy.h"
#include "desk/decision_context.h"
#include "desk/pacing.h"
#include "desk/vocabulary.h"

namespace extramile::app {

inline constexpr int64_t kHalfHour = desk::kHalfHourMinutes * kMicrosPerMinute;

// Whose queue, and what is done how often. Everything must outlive it.
struct PaceQuestion {
  Services& services;
  const Organisation& organisation;
  const Policy& policy;
  std::optional<AnyId> calibration;
  std::optional<int64_t> standard_minutes;
  desk::Facts facts;    // of the check; minutes and others are set for each half-hour
  int64_t minutes = 0;  // for each
  Instant now = {};     // with `live`
  std::shared_ptr<TeamQueue> live = {};
};

struct Pace {
  std::vector<Instant> at;  // one for each piece; fewer where two weeks do not take them all
  bool fits = true;
  desk::Verdict accepted = desk::Verdict::kOk;  // the strictest verdict that the plan relies on
  OthersForecast fullest;                       // of the half-hour that costs the others most
};

// From `now` on. Errors: the store's own, and those of evaluating the rules.
Result<Pace> PlanPace(const PaceQuestion& question, Instant now, int64_t pieces);

// How many the half-hour of `now` takes altogether.
Result<int64_t> MostInHalfHour(const PaceQuestion& question, Instant now, desk::Verdict accepted);

// The first moment of the half-hour that `at` is in, on the organisation's clock.
Instant HalfHourOf(const TimeZone& zone, Instant at);

}  // namespace extramile::app
