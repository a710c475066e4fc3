// Calibration: what a call log says about a queue, by kind of day and half-hour of the local day.
//
// From clean calls it learns arrivals, the mean handle time, the mean patience (maximum likelihood
// with the answered calls as censored: all waiting divided by the number who gave up), the number
// of agents who really served, and their effectiveness. Half-hours seen too rarely borrow from
// their neighbours and from all kinds of day, in proportion to how little they know.
//
// The result is a value: immutable once made, written to JSON with a version that is a hash of its
// content, and read back. Nothing in it identifies a customer or an agent. Calibrating costs
// O(calls); StateAt costs nothing to speak of.
//
//   EM_ASSIGN(Calibration calibration, Calibrate(calls, {.zone = zone}));
//   EM_ASSIGN(ForecastInput input, StateAt(calibration, /*weekday=*/2, /*second_of_day=*/10 *
//   3600)); EM_ASSIGN(ForecastOutput forecast, Forecast(input));
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "queueing/forecast.h"

namespace extramile::queueing {

// One call, once the log's dirt is gone.
struct Call {
  Instant entered_queue_at;  // or reached an agent directly
  double wait_s = 0;
  bool answered = false;  // else the customer gave up after wait_s
  double service_s = 0;   // 0 where not answered
  std::string agent;      // who served; empty where not answered
  std::string type;       // the kind of service asked for
};

// Days that resemble one another: "weekday" may be Monday to Friday here and Sunday to Thursday
// there.
struct DayClass {
  std::string name;
  std::vector<int> weekdays;  // ISO: Monday 1 ... Sunday 7
  bool operator==(const DayClass&) const = default;
};
std::vector<DayClass> WesternWeek();  // weekday (1-5), saturday, sunday

inline constexpr int kHalfHours = 48;

// What is expected in one half-hour of one kind of day.
struct HalfHour {
  double arrivals_per_s = 0;
  double handle_mean_s = 0;
  double patience_mean_s = 0;
  // People who served in it, or shortly before and after it, on the usual (median) day; 0: closed.
  int agents = 0;
  double effectiveness = 1;  // with which the model's mean wait equals the log's
  double mean_wait_s = 0;    // as logged, pooled
  int days_seen = 0;         // days of this class in the log
  int calls_seen = 0;        // calls in this half-hour on them
  bool operator==(const HalfHour&) const = default;
};

struct CalibratedClass {
  DayClass days;
  std::array<HalfHour, kHalfHours> half_hours;
  bool operator==(const CalibratedClass&) const = default;
};

// One kind of service among the calls.
struct SkillMix {
  std::string skill;  // the log's word for it; "": all that is rare, or not said
  int calls = 0;
  double handle_mean_s = 0, patience_mean_s = kNeverLeaves;  // over the whole log
  // Of the calls of each half-hour, by class of days.
  std::vector<std::array<double, kHalfHours>> shares;
  bool operator==(const SkillMix&) const = default;
};

struct Calibration {
  std::string version;              // 16 hexadecimal digits of a hash of everything below
  std::string zone;                 // IANA name of the log's local time
  std::string first_day, last_day;  // "1999-02-01", local
  int days = 0;                     // local days with at least one call
  int calls = 0;
  std::vector<CalibratedClass> classes;
  std::vector<SkillMix> skills;  // skill_mix.h; empty where the log tells no kinds apart
  bool operator==(const Calibration&) const = default;
};

struct CalibrationOptions {
  TimeZone zone;
  std::vector<DayClass> day_classes = WesternWeek();
  // Weight of what neighbours know, in calls: a half-hour with this many calls trusts itself and
  // them equally.
  double pooling_calls = 30;
};

// Errors: kInvalid "calibration-no-calls" where nothing is there to learn from,
// "calibration-day-classes" where a weekday is in no class or in two.
Result<Calibration> Calibrate(const std::vector<Call>& calls, const CalibrationOptions& options);

// 16 hexadecimal digits of a hash of everything but the version itself.
std::string VersionOf(const Calibration& calibration);

std::string ToJson(const Calibration& calibration);
// Errors: as JsonReader's, and kInvalid "calibration-version" where the content does not match its
// own version.
Result<Calibration> CalibrationFromJson(std::string_view json);

// The expectation for a moment, or nullptr where the weekday is in no class. Weekday ISO 1-7;
// second 0-86399.
const HalfHour* HalfHourAt(const Calibration& calibration, int weekday, int second_of_day);

// The forecast's input for "one agent away for 12 minutes now" at a local moment of the week, from
// the usual state; the caller changes the gesture, the limits, or fills in what is known live.
// Arrivals follow the day; agents are as many as usual now. Error: kNotFound "no-queue-known" where
// the log shows no one serving at that time.
Result<ForecastInput> StateAt(const Calibration& calibration, int weekday, int second_of_day);

}  // namespace extramile::queueing
