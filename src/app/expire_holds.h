// The minute's sweep: what nobody took up in time does not stand in anybody's way.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

// Releases the holds of an organisation that have run out, and moves its consultations whose
// deadline has passed to the deputy or to `expired`; waits until that is durable and answers how
// many records moved. The server calls it each minute for each organisation, on a thread that may
// wait. Safe to call at any time and from several processes: what another has moved is left alone.
Result<int> ExpireHolds(Services& services, const Organisation& organisation, Instant now);

}  // namespace extramile::app
