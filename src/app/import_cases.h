// Cases from a CSV file or a JSON array of NewCase: each row stands alone, refused rows are
// reported by row, field and reason and stop no other; a row whose external_id is known already is
// left alone.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ImportCases(Services& services, const Request& request);

}  // namespace extramile::app
