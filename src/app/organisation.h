// Making an organisation: itself, in the directory, and the head that numbers its events. Its first
// person is added with CreatePerson (accounts.h). Used by the command line, the demonstration and
// tests; not reachable over HTTP.
#pragma once

#include <string>

#include "app/use_case.h"

namespace extramile::app {

struct NewOrganisation {
  std::string slug;  // its short name: a-z, 0-9 and hyphens; unique
  std::string name;
  std::string kind = "employer";  // employer, centre, both
  std::string time_zone = "Europe/London";
  std::string currency = "GBP";
  std::string policy_set = "uk-starter";
};

// Writes it, and waits. Errors: kInvalid for a word that is none; kConflict "organisation-exists".
Result<Organisation> CreateOrganisation(Services& services, const NewOrganisation& wanted);

}  // namespace extramile::app
