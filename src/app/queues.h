// What is known of a team's queue, and what it would do to others if one agent were away.
//
// Both take the asking person's own team unless another is named.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeCalibration(Services& services, const Request& request);
// The verdict is the organisation's own: its rules' decision `other customers` on this forecast.
// `ok` is no objection, `no` is anything that forbids it or asks for somebody's agreement.
Result<Answer> SeeForecast(Services& services, const Request& request);

}  // namespace extramile::app
