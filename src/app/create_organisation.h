// Creates an organisation with its first person, an admin: what the first start and `extramile
// user` do, never a route.
#pragma once

#include <string>

#include "app/store.h"
#include "app/use_case.h"
#include "base/error.h"

namespace extramile::app {

struct NewOrganisation {
  std::string slug;  // lower case letters, digits and hyphens; unique in the directory
  std::string name;
  std::string time_zone;   // IANA
  std::string currency;    // ISO 4217
  std::string policy_set;  // a folder of rule files
  std::string admin_name;
  std::string admin_sign_in_name;
  std::string admin_password_hash;  // as HashPassword made it
  std::string admin_team;
};

struct CreatedOrganisation {
  Organisation organisation;
  PersonId admin;
  WritePlan plan;  // to be committed by the caller
};

// Errors: kInvalid for a slug, zone or currency that does not exist. A slug or sign-in name that is
// taken fails the commit with kConflict.
Result<CreatedOrganisation> CreateOrganisation(Services& services, const NewOrganisation& input,
                                               Instant now);

}  // namespace extramile::app
