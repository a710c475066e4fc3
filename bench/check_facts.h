// Facts of checks as a service team has them: they differ in what people differ in (kind, amount,
// minutes, role, limits, queue). About a third may be done at once under the starter rules.
#pragma once

#include <random>

#include "desk/decision_context.h"

namespace extramile::bench {

desk::Facts RandomFacts(std::mt19937& random);

}  // namespace extramile::bench
