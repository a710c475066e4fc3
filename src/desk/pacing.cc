#include "desk/pacing.h"

#include <algorithm>

namespace extramile::desk {

std::vector<Instant> Pace(std::span<const Turn> turns, int64_t pieces) {
  std::vector<Instant> at;
  at.reserve(static_cast<size_t>(std::max<int64_t>(0, pieces)));
  for (const Turn& turn : turns) {
    const int64_t left = pieces - static_cast<int64_t>(at.size());
    const int64_t here = std::min(turn.most, left);
    for (int64_t i = 0; i < here; ++i) {
      at.push_back(turn.start + turn.minutes * kMicrosPerMinute / turn.most * i);
    }
  }
  return at;
}

int64_t TurnMinutes(int64_t piece_minutes) {
  const int64_t half_hours = (piece_minutes + kHalfHourMinutes - 1) / kHalfHourMinutes;
  return std::max<int64_t>(1, half_hours) * kHalfHourMinutes;
}

Result<int64_t> MostBorne(int64_t limit, const std::function<Result<bool>(int64_t pieces)>& borne) {
  for (int64_t pieces = 1; pieces <= limit; ++pieces) {
    EM_ASSIGN(const bool fits, borne(pieces));
    if (!fits) return pieces - 1;
  }
  return limit;
}

}  // namespace extramile::desk
