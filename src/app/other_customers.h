// Other customers: what the queue's calibration says about "one agent away for so long, from then",
// in the words and figures of the contract's Forecast.
//
// The answer for a moment rests on the kind of day and the half-hour it falls in, so it is computed
// once per (calibration, kind of day, minutes rounded up to five, waiting standard), for every
// half-hour of the day at once (which also finds the cheapest start), and kept in the process: the
// first question of its kind costs 48 forecasts (some milliseconds for 20 agents), every later one
// a look-up of a few microseconds. A calibration never changes once stored, so its text is read
// and parsed once, outside the caller's snapshot.
//
// Where a telephone or ticket system tells of the queue (queue_state.h) and is not silent, the
// answer for a start within the half hour begins from the queue as it is (queue_forecast.h). A
// silent feed falls back to the usual state, and method and sentence say so.
//
// Where the agents on have different skills, that answer is simulated (skill_forecast.h) and has an
// error. The rules' gate is then asked about both ends of its interval: where they differ, the
// forecast is too near the tolerance to tell (MarkTooNear), and the verdict is `undecided`.
//
// A team that has tickets is asked about them too (ticket_forecast.h): late tickets add to the
// others who are late, and their hours stand apart, because nobody sits and waits for them. A team
// that has nothing but tickets is judged by them alone.
//
// Verdicts: `unknown` where no queue is known for the team or nobody served at that hour in the
// log, `undecided` where the model has no answer, `no` where a limit given with the question is
// passed, else `ok`. Limits are the organisation's tolerance and stand in its rules, which read the
// figures; nothing here decides what is reasonable.
//
//   // in the use case's one Read: {&kNewestCalibration, {org, team}}
//   const auto calibration = CalibrationId(rows);
//   EM_ASSIGN(OthersForecast others, ForecastOthers(services, request.organisation, calibration,
//                                                   {.start_at = at, .minutes = 12}));
//   others.sentence;   // "About 4 others would wait 2 minutes longer between them; at 14:30 ..."
//   const StoredForecast stored = StoreForecast(change, request, team, others, check_id);
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/change.h"
#include "app/queue_answer.h"
#include "app/queue_state.h"
#include "app/store.h"
#include "app/ticket_forecast.h"
#include "app/use_case.h"
#include "queueing/calibration.h"

namespace extramile::app {

inline constexpr int64_t kUsualStandard = 2;  // minutes of waiting, where the offer promises none

// $1 organisation, $2 team: at most one row, the id of the calibration in force.
extern const Sql kNewestCalibration;
// $1 organisation: one row, the strictest waiting standard of the offer in force in minutes, or
// null.
extern const Sql kWaitingStandard;

struct OthersQuestion {
  Instant start_at;
  int64_t minutes = 0;                                 // away for so long; 0 takes nobody away
  std::optional<int64_t> standard_minutes = {};        // the offer's waiting standard
  std::optional<double> most_extra_wait_minutes = {};  // a limit, where the caller has one
  Instant now = {};                                    // with `live`
  std::shared_ptr<TeamQueue> live = {};  // the team's queue, where anybody tells of it
  std::optional<PersonId> asker = {};    // who would go away
  // Whether several skills may be simulated, some 50 ms; else what was simulated before is known.
  bool may_simulate = true;
  std::shared_ptr<const WorkingHours> hours = {};  // of the team, where it has tickets
};

struct OthersForecast {
  OthersQuestion question;
  std::string verdict = "unknown";  // ok | no | undecided | unknown
  std::string method;
  std::optional<double> extra_wait_minutes;  // all others' waiting together, minutes
  std::optional<double> extra_late;          // others more who wait longer than the standard
  std::optional<double> extra_abandons;
  std::optional<double> late_share_before, late_share_after;  // 0 to 1
  std::optional<HalfWidths> half_widths;                      // where simulated
  std::vector<SkillEffect> by_skill;    // where several skills were told apart
  std::optional<TicketEffect> tickets;  // where the team has any
  std::optional<Instant> best_start;    // the cheapest start from then to the end of the local day
  std::optional<AnyId> calibration;
  std::string sentence;  // in plain words, whatever the verdict
};

// The calibration that kNewestCalibration found; nullopt where there is none.
std::optional<AnyId> CalibrationId(const Rows& newest);

// Errors: only the store's own, when a calibration is met for the first time.
Result<OthersForecast> ForecastOthers(Services& services, const Organisation& organisation,
                                      const std::optional<AnyId>& calibration,
                                      const OthersQuestion& question);

// The parsed calibration, or null where there is none; from the same cache.
Result<std::shared_ptr<const queueing::Calibration>> FindCalibration(
    Services& services, const Organisation& organisation, const std::optional<AnyId>& id);

// The figures at the favourable and at the other end of their interval.
struct ForecastEnds {
  OthersForecast least, most;
};
// Nothing where the forecast is exact.
std::optional<ForecastEnds> EndsOf(const OthersForecast& forecast);
void MarkTooNear(OthersForecast& forecast);

// Writes the contract's Forecast; `id` is left out where the forecast is not stored.
void WriteForecast(JsonWriter& out, const std::optional<AnyId>& id, const OthersForecast& forecast);

// Adds the forecast's row to the change. Its `body` is the contract's Forecast, complete, so that
// reading it back is out.Raw(body).
struct StoredForecast {
  AnyId id;
  std::string body;
};
StoredForecast StoreForecast(Change& change, const Request& request, std::string_view team,
                             const OthersForecast& forecast, const std::optional<AnyId>& check);

}  // namespace extramile::app
