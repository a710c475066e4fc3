// The forecast of one agent away as it follows from a live queue: who waits and is served now, and
// how many agents are on, with the arrivals, handle times and patience of the calibration.
//
// Where the agents on have different skills, skill_forecast.h answers. Else a start now is a
// look-up in a table of the team (queueing/gesture_table.h). Tables are made for the number of
// agents on and live for two minutes; the server makes those that are asked for anew each minute
// (RefreshLiveTables), so that a check waits for one only when it is the first to ask. A start
// within the half hour is computed from the live state by Forecast(). Later the queue has forgotten
// how it is now, and the usual state is the better word.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/queue_answer.h"
#include "app/queue_state.h"
#include "app/skill_forecast.h"
#include "app/use_case.h"
#include "queueing/gesture_table.h"

namespace extramile::app {

inline constexpr int64_t kLiveAhead = 30 * kMicrosPerMinute;

// Nothing where the calibration knows nobody who serves at this hour, or `start` is too far ahead.
std::optional<QueueAnswer> AnswerFromLive(TeamQueue& queue, const LiveState& state,
                                          const CalibratedQueue& calibrated,
                                          const LiveQuestion& question);

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
  // Of several skills, which no table answers.
  SkillAnswers& skills() { return skills_; }

 private:
  SkillAnswers skills_;
  mutable std::mutex mutex_;
  Instant asked_at_;                                      // guarded by mutex_
  std::vector<std::shared_ptr<const LiveTable>> tables_;  // guarded by mutex_; the newest last
};

// Makes anew what checks have asked for lately and is a minute old. Costs some milliseconds a team;
// with several skills up to a fifth of a second.
Result<void> RefreshLiveTables(Services& services, Instant now);

}  // namespace extramile::app
