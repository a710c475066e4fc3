// The organisation's own change procedure for proposals (desk/change_procedure.h): the one that a
// manager has set last, or the program's standard one.
#pragma once

#include "app/store.h"
#include "app/use_case.h"
#include "desk/change_procedure.h"

namespace extramile::app {

Result<Answer> SeeChangeProcedure(Services& services, const Request& request);
// Refused while a proposal stands in a state that the new procedure does not have.
Result<Answer> SetChangeProcedure(Services& services, const Request& request);

// $1 organisation: at most one row.
extern const Sql kChangeProcedure;
Result<desk::ChangeProcedure> ChangeProcedureFrom(const Rows& rows);

}  // namespace extramile::app
