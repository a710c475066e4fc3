// Proposals: a gesture that worked several times put forward to become routine, or an improvement
// that mends what an incident's gestures only apologise for. Anyone may suggest; the figures,
// counted from the record, inform and never forbid; the organisation's own change procedure
// decides. An adopted routine becomes the next version of the offer in the same change; so does an
// adopted improvement that takes a routine gesture out of it again.
#pragma once

#include <functional>
#include <string>

#include "app/change.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListProposals(Services& services, const Request& request);
Result<Answer> ProposeRoutine(Services& services, const Request& request);
Result<Answer> MoveProposal(Services& services, const Request& request);

// $1 organisation, $2 the gesture's code: the figures of a proposal about it, counted now.
extern const Sql kGestureFigures;
// A proposal about a gesture that nobody wrote: the record raised it (routine_rule.h). `kind`:
// routine, or improvement to take it out of the offer. `figures`: the rows of kGestureFigures;
// `evidence` writes what it rests on into the event.
void RaiseProposal(Change& change, const Request& request, std::string_view kind,
                   const std::string& gesture, const Rows& figures,
                   const std::function<void(JsonWriter&)>& evidence);

}  // namespace extramile::app
