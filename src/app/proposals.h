// Proposals: a gesture that worked several times put forward to become routine, or an improvement
// that mends what an incident's gestures only apologise for. Anyone may suggest; the figures,
// counted from the record, and the capacity forecast of doing it always inform and never forbid;
// the organisation's own change procedure decides (change_procedure.h), with a trial on the way
// (proposal_trial.h). An adopted routine becomes the next version of the offer in the same change;
// so does an adopted improvement that takes a routine gesture out of it again.
#pragma once

#include <functional>

#include "app/change.h"
#include "app/proposal_record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListProposals(Services& services, const Request& request);
Result<Answer> ProposeRoutine(Services& services, const Request& request);
Result<Answer> MoveProposal(Services& services, const Request& request);

// Adds a proposal that nobody wrote: the record raised it (routine_rule.h). An improvement about a
// gesture takes it out of the offer. `evidence` writes what it rests on into the event.
Result<void> RaiseProposal(Services& services, Change& change, const Request& request,
                           const ProposalSubject& subject,
                           const std::function<void(JsonWriter&)>& evidence);

}  // namespace extramile::app
