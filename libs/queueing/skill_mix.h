// Kinds of service in a call log: what share of the calls each has in every half-hour of the day,
// and how its handle time and patience differ from the others'.
//
// A log has too few calls of each kind to learn a half-hour's handle time kind by kind: shares are
// learned by half-hour, leaning on the neighbours and the day as the calibration does; handle time
// and patience once for each kind, and scaled so that the half-hour's own means stay as they are.
#pragma once

#include <array>
#include <vector>

#include "queueing/calibration.h"

namespace extramile::queueing {

// The kinds in the log, the commonest first; what is rare, or not said, counts together under the
// name "". Nothing where the log tells no kinds apart. `class_by_weekday`: ISO weekday to index of
// options.day_classes. Costs O(calls).
std::vector<SkillMix> LearnSkills(const std::vector<Call>& calls, const CalibrationOptions& options,
                                  const std::array<int, 8>& class_by_weekday);

// StateAt() with the pool's one skill split by kind; every agent has all of them. As StateAt()
// itself where the log tells no kinds apart.
Result<ForecastInput> StateBySkill(const Calibration& calibration, int weekday, int second_of_day);

}  // namespace extramile::queueing
