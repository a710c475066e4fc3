// Connections to other systems: a helpdesk whose signed events become cases, a telephone or ticket
// system that tells of its queues. The secret is shown once, when the connection is made.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListConnections(Services& services, const Request& request);
Result<Answer> AddConnection(Services& services, const Request& request);
// From then on nothing that it sends is taken; turning it off again changes nothing.
Result<Answer> DisableConnection(Services& services, const Request& request);

}  // namespace extramile::app
