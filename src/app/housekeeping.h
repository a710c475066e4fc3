// What is done each minute, whoever is signed in: holds that ran out are released, and what was
// only kept for a while is dropped; once an hour, what the record shows to work is put forward.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

// Expires the holds of every organisation, raises what the record itself proposes (each
// organisation's hourly minute), packs checks for replay (check_blocks.h), drops sessions that
// ended a day ago, queue events after a day and the answers of Idempotency-Keys after two days.
// Waits until it is durable; safe at any time and from several processes. The first error, after
// everything was tried.
Result<void> KeepHouse(Services& services, Instant now);

}  // namespace extramile::app
