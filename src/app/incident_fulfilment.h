// Doing a gesture for everybody that an incident hit, at a pace that other customers can bear.
//
// Once the check says yes, or somebody has signed it off, the plan gives each customer a turn
// (incident_pace.h) and splits what the check held into a hold a piece. Colleagues take whoever is
// next, do it, and say how the customer was told: an action, its spending and its awareness are
// written in one change for each. Two colleagues never get the same customer, and nobody is given
// the same gesture twice: a piece moves on only from the version that was read, and a customer has
// one piece of an idea.
//
//   waiting --next--> taken --done--> done      waiting, taken --cancel--> cancelled
//                     taken --put back--> waiting      done --its action reversed--> cancelled
#pragma once

#include <span>
#include <vector>

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> PlanFulfilment(Services& services, const Request& request);
Result<Answer> TakeNextPiece(Services& services, const Request& request);
Result<Answer> FinishPiece(Services& services, const Request& request);
Result<Answer> TellPiece(Services& services, const Request& request);
Result<Answer> PutBackPiece(Services& services, const Request& request);
// What is not done yet; what it held is given back.
Result<Answer> CancelFulfilment(Services& services, const Request& request);

// The plans of an incident: queries for somebody's Read, and the list written from their answers.
std::vector<Query> FulfilmentsOfIncident(OrganisationId organisation, AnyId incident);
void WriteFulfilments(JsonWriter& out, std::span<const Rows> answers);

}  // namespace extramile::app
