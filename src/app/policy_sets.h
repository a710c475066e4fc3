// The policy sets of an organisation: bundles of rules and examples, kept with all their versions.
//
//   draft ------> published -----> superseded
//     replaced       ^                 |
//     as often       +---- rolled back to
//     as one likes
//
// A draft loads and holds every decision that a check asks for, or is refused with file, table and
// cell. Publishing needs every example to pass and the analysis to have been read: whoever
// publishes names the hash of the findings that check_policy_set showed. From then on the set never
// changes. Exactly one set is in force, or none: then the folder in the organisation's settings is.
// What is in force is swapped without a check waiting: app/policy_library.h.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

inline constexpr int64_t kMostPolicyDrafts = 20;  // of an organisation at a time

Result<Answer> ListPolicySets(Services& services, const Request& request);
Result<Answer> SeePolicySet(Services& services, const Request& request);
// Runs the examples and analyses the tables; writes nothing. May take long.
Result<Answer> CheckPolicySet(Services& services, const Request& request);

// These compile, and may take long.
Result<Answer> DraftPolicySet(Services& services, const Request& request);
Result<Answer> ReplacePolicyDraft(Services& services, const Request& request);
Result<Answer> PublishPolicySet(Services& services, const Request& request);
Result<Answer> RollBackPolicySet(Services& services, const Request& request);

}  // namespace extramile::app
