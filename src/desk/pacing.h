// Pacing: when each of many pieces of work is done, so that no stretch of time takes more of them
// than other customers can bear.
//
// A turn is a stretch of time and how many pieces it takes (the caller asks the forecast and the
// organisation's tolerance). Pieces go into the earliest turns, each turn filled before the next is
// begun, and stand in it at even distances. No plan that keeps to the turns ends sooner, and none
// has any piece earlier: the j-th piece of every such plan is in the same turn or a later one.
//
//   const std::vector<Turn> turns = {{at(9, 0), 30, 3}, {at(9, 30), 30, 0}, {at(10, 0), 30, 2}};
//   Pace(turns, 5);   // 9:00, 9:10, 9:20, 10:00, 10:15
//
// Pure; O(turns + pieces).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace extramile::desk {

inline constexpr int64_t kHalfHourMinutes = 30;

struct Turn {
  Instant start;
  int64_t minutes = kHalfHourMinutes;
  int64_t most = 0;  // pieces
};

// One time for each piece, in order; fewer than `pieces` where the turns do not take them all.
std::vector<Instant> Pace(std::span<const Turn> turns, int64_t pieces);

// How long a turn must be for a piece of so many minutes: whole half-hours, one at least.
int64_t TurnMinutes(int64_t piece_minutes);

// The most pieces, up to `limit`, such that they and every smaller number are borne.
Result<int64_t> MostBorne(int64_t limit, const std::function<Result<bool>(int64_t pieces)>& borne);

}  // namespace extramile::desk
