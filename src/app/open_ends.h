// The end-of-shift card: what the person who asks has left open, as one question each.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListOpenEnds(Services& services, const Request& request);

}  // namespace extramile::app
