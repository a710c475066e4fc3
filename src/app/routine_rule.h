// The evidence rule: what the record itself suggests should become routine (inference/routine.h),
// and what is routine and should be thought about again, because it shows harm to others. People
// may suggest at any time, and decide; this only sees to it that what has been shown is not
// overlooked.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

// Raises a routine proposal for each gesture that has worked often enough and is not routine yet,
// and an improvement proposal for each that is routine and wants another look; each at most once
// for a gesture, whatever became of it. Waits until that is durable and answers how many. Nobody is
// named as the author: the record is. Safe at any time and from several processes. Cost:
// ReadGestureUses.
Result<int> RaiseProposals(Services& services, const Organisation& organisation, Instant now);

}  // namespace extramile::app
