// How good is the wait forecast on a given call log? A replay, half-hour by half-hour.
//
// The days of one kind are put in order. The first part is for training; each half-hour of the
// others is forecast at its start from earlier days and from what was known of the day by then
// (log_day.h), and scored against the mean wait of the callers who then entered the queue: all who
// wanted an agent, those answered at once (waits of 0) and those who gave up included. Half-hours
// without a caller are not scored. Profiles are refitted every night from all earlier days, as the
// product does; the blend's weights are learnt in the training part alone, each training day
// forecast with a profile of the other training days.
//
// Beside it stand two plain forecasts, scored on the same half-hours by the same measure: the mean
// wait of the callers of that hour of day on all earlier days, and the mean wait (as far as known)
// of the last half-hour's callers. Where no one has called yet today, the latter says what the
// former says.
//
// Pure; some 100 ms a month of a small call centre.
#pragma once

#include <string>
#include <vector>

#include "queueing/calibration.h"
#include "queueing/wait_forecast.h"

namespace extramile::queueing {

struct EvaluationOptions {
  TimeZone zone;
  std::vector<DayClass> day_classes = WesternWeek();
  std::string days = {};    // the kind of day to score; empty: the one with the most days
  int from_half_hour = -1;  // of the day, 0-47; below 0: the hours in which calls come, as training
  int to_half_hour = -1;    // shows; the end is not included
  int training_days = 0;    // of the kind scored; 0: half of them
  // The day to begin with: the days before it come last, as if later. For asking whether a result
  // hangs on which part came first.
  int first_day = 0;
};

struct ScoredHalfHour {
  std::string date;
  int half_hour = 0;
  int calls = 0;
  double actual_s = 0;
  double model_s = 0, hour_of_day_s = 0, last_half_hour_s = 0;  // forecasts
};

struct Evaluation {
  std::string days;  // the kind
  int from_half_hour = 0, to_half_hour = 0;
  std::vector<std::string> training_dates, scored_dates;
  std::vector<ScoredHalfHour> half_hours;
  WaitBlend blend;

  int calls() const;
  // Mean absolute errors over half-hours, each counting once.
  double mae_model_s() const;
  double mae_hour_of_day_s() const;
  double mae_last_half_hour_s() const;
  double improvement() const;  // against the hour-of-day mean: 0.15 is 15 % less; 0 where that is 0
};

// Errors (kInvalid): "forecast-too-few-days" where fewer than four days of the kind have calls,
// "forecast-days-unknown" for a kind that is none of the classes, "forecast-hours" for hours that
// are none, "forecast-nothing-to-score" where no one calls in the scored part.
Result<Evaluation> EvaluateForecast(const std::vector<Call>& calls,
                                    const EvaluationOptions& options);

}  // namespace extramile::queueing
