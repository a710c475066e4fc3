// Coverage: which criteria of a unit a learner's records evidence, with a link back to each, and
// what is missing in words.
//
// Learners see their own, assessors that of the learners assigned to them, quality assurers any in
// the organisation; that an external one looked is recorded.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeCoverage(Services& services, const Request& request);

}  // namespace extramile::app
