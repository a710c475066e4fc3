// Accounts, from the machine itself: what the command line does directly on the database, for
// people who cannot sign in yet or no longer. Nothing of it is reachable over HTTP.
#pragma once

#include <string>

#include "app/people.h"
#include "app/use_case.h"

namespace extramile::app {

// The organisation with this short name. kNotFound "organisation-unknown".
Result<Organisation> FindOrganisationBySlug(Store& store, std::string_view slug);

// Adds a person on their own authority (the first ones are added by nobody else), and waits.
Result<PersonId> CreatePerson(Services& services, const Organisation& organisation,
                              const NewPerson& person);

// Gives a sign-in name a new password, ends its rest and its sessions, and waits. kNotFound
// "sign-in-name-unknown".
Result<void> ResetPassword(Services& services, std::string_view sign_in_name,
                           std::string_view password);

}  // namespace extramile::app
