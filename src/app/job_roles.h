// Job roles and the gestures that are part of the job: doing them is routine, never an extra mile.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListJobRoles(Services& services, const Request& request);
Result<Answer> AddJobRole(Services& services, const Request& request);
Result<Answer> ChangeJobRole(Services& services, const Request& request);

}  // namespace extramile::app
