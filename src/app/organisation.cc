#include "app/organisation.h"

#include <algorithm>

namespace extramile::app {
namespace {

const Sql kInsertOrganisation = {
    "insert into organisation (id, slug, name, kind, time_zone, currency, policy_set, created_at) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kInsertHead = {
    "insert into organisation_head (organisation_id, event_seq) values ($1, 0)"};

Result<void> CheckSlug(std::string_view slug) {
  const bool plain = std::all_of(slug.begin(), slug.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (plain && !slug.empty() && slug.size() <= 63) return {};
  return Fail(ErrorKind::kInvalid, "slug-invalid",
              "An organisation's short name has 1 to 63 of a-z, 0-9 and hyphens.", "slug",
              "For example: corner-shop");
}

}  // namespace

Result<Organisation> CreateOrganisation(Services& services, const NewOrganisation& wanted) {
  EM_TRY(CheckSlug(wanted.slug));
  EM_ASSIGN(TimeZone zone, TimeZone::Find(wanted.time_zone));
  EM_ASSIGN(Currency currency, Currency::Parse(wanted.currency));
  const Instant now = services.clock.Now();
  Organisation organisation{OrganisationId::Make(now, services.random), wanted.name,
                            std::move(zone), currency, wanted.policy_set};
  WritePlan plan;
  plan.organisation = organisation.id;
  plan.recorded_at = now;
  plan.steps.push_back(
      {&kInsertOrganisation,
       {organisation.id, wanted.slug, wanted.name, wanted.kind, wanted.time_zone, wanted.currency,
        wanted.policy_set, now},
       Expect::kOneRow,
       Error{ErrorKind::kConflict, "organisation-exists",
             "There is an organisation of this short name.", "slug", "Choose another."}});
  plan.steps.push_back({&kInsertHead, {organisation.id}});
  EM_TRY(CommitAndWait(services.store, std::move(plan)));
  return organisation;
}

}  // namespace extramile::app
