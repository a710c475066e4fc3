// Tiles: what may be done for this case now, at a glance; one tap on a pre-cleared one is idea,
// check and action at once.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeTiles(Services& services, const Request& request);
Result<Answer> TapTile(Services& services, const Request& request);

}  // namespace extramile::app
