// An approver's authority: a sign-off holds it, never the proposer's.
#pragma once

#include <string>

#include "app/change.h"
#include "app/situation.h"
#include "desk/authority.h"

namespace extramile::app {

struct Approver {
  desk::Holder holder;
  desk::Rank rank = desk::Rank::kNone;
  bool alias_of_proposer = false;      // the same identity under another name here
  const desk::Grant* grant = nullptr;  // to approve this kind; lives with the configuration
  desk::Allowance left;
  desk::Accounts accounts;  // the situation's, and the approver's own
};

// Reads who that is and what they may approve (one snapshot). kNotFound where there is no such
// person in force here.
Result<Approver> ReadApprover(Services& services, const Request& request,
                              const Situation& situation, PersonId person, PersonId proposer);

// The change stands only while the approval is still the one that was read: it may be taken back,
// or answered otherwise, between reading and writing.
void GuardApproval(Change& change, const Request& request, const Approval& approval);

// The roles that a person has here now; none where they have left.
Result<Roles> ReadRolesOf(Store& store, const Organisation& organisation, PersonId person,
                          Instant now);

}  // namespace extramile::app
