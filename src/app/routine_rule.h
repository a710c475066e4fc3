// The evidence rule: what the record itself suggests should become routine (inference/routine.h).
// People may suggest at any time; this only sees to it that what has been shown is not overlooked.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

// Raises a routine proposal for each gesture that has worked often enough, is not routine yet and
// was never proposed; waits until that is durable and answers how many. Nobody is named as its
// author: the record is. Safe at any time and from several processes. Cost: ReadGestureUses.
Result<int> RaiseProvenGestures(Services& services, const Organisation& organisation, Instant now);

}  // namespace extramile::app
