// The organisation's rule set: what is in force, and reading its files again.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeePolicy(Services& services, const Request& request);
Result<Answer> ReloadPolicy(Services& services, const Request& request);

}  // namespace extramile::app
