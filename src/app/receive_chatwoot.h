// A Chatwoot webhook: a signed event becomes a case, its customer's words, or feedback.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ReceiveChatwoot(Services& services, const Request& request);

}  // namespace extramile::app
