// Atoms: plain values between the end points that a column mentions. Private to libs/dmn.
#pragma once

#include <vector>

#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::dmn::internal {

// A value of an ordered kind strictly between two (nullptr: beyond the other), as plain as can be:
// for numbers a whole one. Null where there is none, such as between two neighbouring days.
feel::Value ValueBetween(feel::Arena& arena, feel::Kind kind, const feel::Value* low,
                         const feel::Value* high);

// The end points in order, with a value between every two and beyond both. REQUIRES: `ends` is not
// empty, all of one ordered kind, any two comparable.
std::vector<feel::Value> WithBetween(feel::Arena& arena, std::vector<feel::Value> ends);

}  // namespace extramile::dmn::internal
