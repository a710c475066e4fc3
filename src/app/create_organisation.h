// Creates an organisation with its first person, an admin: what the first start and `extramile
// user` do, never a route.
#pragma once

#include <string>

#include "app/people.h"
#include "app/use_case.h"
#include "base/error.h"

namespace extramile::app {

struct NewOrganisation {
  std::string slug;  // lower-case letters, digits and hyphens; unique in the directory
  std::string name;
  std::string time_zone = "Europe/London";  // IANA
  std::string currency = "GBP";             // ISO 4217
  std::string policy_set = "uk-starter";    // a folder of rule files
  NewPerson admin;
};

struct CreatedOrganisation {
  Organisation organisation;
  PersonId admin;
};

// Writes it in one plan, and waits. Errors: kInvalid for a slug, zone or currency that does not
// exist; kConflict "slug-taken", "sign-in-name-taken".
Result<CreatedOrganisation> CreateOrganisation(Services& services, const NewOrganisation& wanted);

}  // namespace extramile::app
