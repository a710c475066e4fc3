// API tokens: list_tokens, make_token, revoke_token. A token acts for the person who made it, with
// their roles of the moment of each request, narrowed by its scopes (read, write). It is shown
// once.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListTokens(Services& services, const Request& request);
Result<Answer> MakeToken(Services& services, const Request& request);
Result<Answer> RevokeToken(Services& services, const Request& request);

}  // namespace extramile::app
