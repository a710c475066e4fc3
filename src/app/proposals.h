// Proposals: a gesture that worked several times put forward to become routine, or an improvement
// that mends what an incident's gestures only apologise for. Anyone may suggest; the figures,
// counted from the record, inform and never forbid; the organisation's own change procedure
// decides. An adopted routine becomes the next version of the offer in the same change.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListProposals(Services& services, const Request& request);
Result<Answer> ProposeRoutine(Services& services, const Request& request);
Result<Answer> MoveProposal(Services& services, const Request& request);

}  // namespace extramile::app
