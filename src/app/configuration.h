// Configuration: what an organisation has decided beforehand and every check reads: grants,
// budgets, the gesture catalogue, what the current offer and each job role make routine, and the
// policy set that it published.
//
// It is read once per version and then shared, immutable, by all checks of the process. Whoever
// changes it says so (Change::ConfigurationChanged), which raises organisation_head.config_version;
// a check reads the version in its own snapshot, and its plan is refused as stale where the version
// has moved on by the time of writing. So a cached copy can be old, but never decide.
//
//   auto configuration = CurrentConfiguration(services, organisation);   // possibly old
//   ... one Read, kConfigurationVersion among its queries ...
//   if (configuration->version != version) configuration = LoadConfiguration(...), read again
//   GuardConfiguration(change, *configuration);
//
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/change.h"
#include "app/gestures.h"
#include "app/store.h"
#include "app/use_case.h"
#include "app/working_hours.h"
#include "desk/authority.h"
#include "desk/variant.h"

namespace extramile::app {

struct Policy;

struct Configuration {
  int64_t version = 0;
  std::vector<desk::Grant> grants;  // not revoked; dates are for the check to read
  std::vector<desk::Budget> budgets;
  std::map<std::string, GestureRecord, std::less<>> gestures;  // by code, retired ones too
  std::vector<desk::CatalogueGesture> active_gestures;         // by code
  std::optional<AnyId> offer;                                  // in force
  std::optional<int64_t> offer_number;
  std::vector<std::string> routine;                  // codes of gestures that the offer promises
  std::optional<int64_t> standard_minutes;           // the offer's strictest waiting standard
  std::map<AnyId, std::vector<std::string>> duties;  // by job role
  int64_t check_valid_minutes = 30;
  // Of teams that have said when they work on their tickets.
  std::map<std::string, std::shared_ptr<const WorkingHours>, std::less<>> working_hours;
  // The published set; null where there is none, and the organisation's folder is in force.
  std::shared_ptr<const Policy> policy;
  // The published set is another one, which this process has yet to compile (policy_library.h);
  // until then `policy` is the one before.
  bool awaits_policy = false;

  const GestureRecord* FindGesture(std::string_view code) const;
  bool IsRoutine(std::string_view code) const;
  std::shared_ptr<const WorkingHours> HoursOf(std::string_view team) const;
};

// $1 organisation: one row, the version in force.
extern const Sql kConfigurationVersion;
// $1 organisation: the hash of its published policy set; at most one row.
extern const Sql kPublishedPolicy;

// The copy at hand, which may be old, or a fresh one where there is none.
Result<std::shared_ptr<const Configuration>> CurrentConfiguration(Services& services,
                                                                  OrganisationId organisation);
// Reads it again (one snapshot) and keeps it.
Result<std::shared_ptr<const Configuration>> LoadConfiguration(Services& services,
                                                               OrganisationId organisation);

// The one in force now: the copy at hand if its version is still that of the database.
Result<std::shared_ptr<const Configuration>> FreshConfiguration(Services& services,
                                                                OrganisationId organisation);
// The organisations whose copy at hand awaits a policy.
std::vector<OrganisationId> AwaitingPolicies(Services& services);

// The plan fails as stale where the configuration has changed.
void GuardConfiguration(Change& change, const Configuration& configuration);

}  // namespace extramile::app
