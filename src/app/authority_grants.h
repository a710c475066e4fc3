// Authority: dated grants of money and minutes, to a person or a role, and what is left of them;
// and the budgets that bear them.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListGrants(Services& services, const Request& request);
Result<Answer> GrantAuthority(Services& services, const Request& request);
Result<Answer> RevokeAuthority(Services& services, const Request& request);
Result<Answer> SeeMyAuthority(Services& services, const Request& request);
Result<Answer> ListBudgets(Services& services, const Request& request);
Result<Answer> AddBudget(Services& services, const Request& request);

}  // namespace extramile::app
