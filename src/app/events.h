// The record, event by event, in the order in which it was written, or the newest first.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListEvents(Services& services, const Request& request);

}  // namespace extramile::app
