// Lines a * x + b with a unit, and what arithmetic makes of them. Private to libs/dmn.
//
// Pure; O(lines of one times lines of the other).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "feel/number.h"
#include "feel/program.h"
#include "feel/value.h"

namespace extramile::dmn::internal {

struct Linear {
  feel::Number slope, offset;
};

// What a line counts: a number, the seconds of a moment since 1970, the seconds of a duration.
enum class Unit : uint8_t { kNumber, kMoment, kSpan };

// A known value as a level line; nullopt where it is no number, moment with an offset, or duration
// of days and seconds.
struct Level {
  feel::Number value;
  Unit unit = Unit::kNumber;
};
std::optional<Level> LevelOf(const feel::Value& value);

// What + - * / or a minus sign before `a` (then b is a) gives of two units; nullopt where it is no
// line, or null.
std::optional<Unit> UnitOf(feel::Op op, Unit a, Unit b);
// Every line of one with every line of the other; nullopt where it is no line any more.
std::optional<std::vector<Linear>> Combined(feel::Op op, const std::vector<Linear>& a,
                                            const std::vector<Linear>& b);

}  // namespace extramile::dmn::internal
