// Every use of a catalogue gesture, as the record has it, with what followed: was it noticed, did
// the customer say that they valued it, what happened to other customers, did trouble follow.
//
// Read from the records themselves (actions, feedback, effects, promises, cases, calls); nothing is
// kept beside them, so that an erased or late record counts as it should the next time. Cost: a
// pass over the organisation's actions, feedback and effects, and one range of calls for each use
// with a forecast (20,000 uses with as many hours of calls: 0.4 s of a core): for pages that
// managers look at, never for a check.
//
//   EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation, now));
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"
#include "inference/late_windows.h"

namespace extramile::app {

// An hour that began with the forecast, and the share of the team's callers who then waited longer
// than promised. Whoever came too late in it to be known as late at its end is not counted.
struct WatchedWindow {
  Instant from;
  inference::LateWindow calls;
};
inline constexpr int64_t kWatchedWindow = kMicrosPerHour;

struct CustomerAnswer {
  Instant recorded_at;
  bool positive = false;
  std::optional<double> score;  // 0 to 1: the score given, of the highest
};

struct GestureUse {
  AnyId action;
  std::string gesture;
  std::string team;
  Instant done_at;
  Instant recorded_at;  // when it was written down
  AnyId recipient;      // the customer; where nobody is known, the case
  std::string segment;
  int64_t amount = 0;  // minor units
  int64_t minutes = 0;
  bool acknowledged = false;            // told, and they said so
  std::vector<CustomerAnswer> answers;  // as they were written down
  std::optional<bool> unaffected;       // the first verdict of its kind
  std::optional<bool> not_unreasonably;
  bool trouble = false;  // a broken promise, or a complaint within a week
  std::optional<WatchedWindow> window;

  bool noticed() const { return acknowledged || !answers.empty(); }
};

struct UsesOnRecord {
  std::vector<GestureUse> uses;  // by done_at
  // What customers said in cases where no gesture was made: the base to compare with.
  std::vector<CustomerAnswer> without_gesture;  // by recorded_at
};

// Within this time after a use a complaint of the same customer counts as its trouble.
inline constexpr int64_t kTroubleWithin = 7 * kMicrosPerDay;

Result<UsesOnRecord> ReadGestureUses(Services& services, const Organisation& organisation);

}  // namespace extramile::app
