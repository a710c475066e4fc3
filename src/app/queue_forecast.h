// The forecast of one agent away as it follows from a live queue: who waits and is served now, and
// how many agents are on, with the arrivals, handle times and patience of the calibration.
//
// A start now is a look-up in a table of the team (queueing/gesture_table.h). Tables are made for
// the number of agents on and live for two minutes; the server makes those that are asked for anew
// each minute (RefreshLiveTables), so that a check waits for one only when it is the first to ask.
// A start within the half hour is computed from the live state by Forecast(). Later the queue has
// forgotten how it is now, and the usual state is the better word.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/queue_state.h"
#include "app/use_case.h"
#include "queueing/calibration.h"
#include "queueing/forecast.h"
#include "queueing/gesture_table.h"

namespace extramile::app {

// What one agent away would do to the others.
struct QueueAnswer {
  bool known = false;    // somebody served then
  bool decided = false;  // and the model has an answer
  std::string method;
  double extra_wait_minutes = 0, extra_late = 0, extra_abandons = 0;
  double late_share_before = 0, late_share_after = 0;
  double others_meanwhile = 0;  // who wait already, and who come while the agent is away
};

inline constexpr int64_t kLiveAhead = 30 * kMicrosPerMinute;

// A calibration as it is kept: by its id, with its own time zone.
struct CalibratedQueue {
  AnyId id;
  std::shared_ptr<const queueing::Calibration> calibration;
  TimeZone zone;
};

// A usual state of `minutes` away and half an hour to recover, with this late threshold.
void SetAbsence(queueing::ForecastInput& input, int64_t minutes, int64_t standard_minutes);
QueueAnswer AnswerOf(const queueing::ForecastInput& input);

// Nothing where the calibration knows nobody who serves at this hour, or `start` is too far ahead.
std::optional<QueueAnswer> AnswerFromLive(TeamQueue& queue, const LiveState& state,
                                          const CalibratedQueue& calibrated, Instant now,
                                          Instant start, int64_t minutes, int64_t standard_minutes);

struct LiveTable {
  CalibratedQueue calibrated;
  int64_t standard_minutes = 0;
  int agents = 0;
  Instant made_at;
  queueing::GestureTable table;
};

// The tables of one team.
class LiveTables {
 public:
  // Nothing where there is none, or it is too old.
  std::shared_ptr<const LiveTable> Find(AnyId calibration, int64_t standard_minutes, int agents,
                                        Instant now);
  void Keep(std::shared_ptr<const LiveTable> table);
  // The newest, where it was asked for lately and is a minute old.
  std::shared_ptr<const LiveTable> Due(Instant now) const;

 private:
  mutable std::mutex mutex_;
  Instant asked_at_;                                      // guarded by mutex_
  std::vector<std::shared_ptr<const LiveTable>> tables_;  // guarded by mutex_; the newest last
};

// Makes anew what checks have asked for lately and is a minute old. Costs some milliseconds a team.
Result<void> RefreshLiveTables(Services& services, Instant now);

}  // namespace extramile::app
