#include "app/create_organisation.h"

#include <algorithm>

#include "app/change.h"

namespace extramile::app {
namespace {

const Sql kInsertOrganisation = {
    "insert into organisation (id, slug, name, kind, time_zone, currency, policy_set, created_at) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"};
const Sql kInsertHead = {
    "insert into organisation_head (organisation_id, event_seq, config_version) values ($1, 0, 1)"};

bool IsSlug(std::string_view slug) {
  return !slug.empty() && slug.size() <= 60 && std::all_of(slug.begin(), slug.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

Result<CreatedOrganisation> CreateOrganisation(Services& services, const NewOrganisation& wanted) {
  if (!IsSlug(wanted.slug)) {
    return Fail(ErrorKind::kInvalid, "slug-format", "This is not a short name for an organisation.",
                "/slug", "Use up to 60 lower-case letters, digits and hyphens.");
  }
  EM_ASSIGN(const TimeZone zone, TimeZone::Find(wanted.time_zone));
  EM_ASSIGN(const Currency currency, Currency::Parse(wanted.currency));

  const Instant now = services.clock.Now();
  const auto id = OrganisationId::Make(now, services.random);
  CreatedOrganisation out{{id, wanted.name, zone, currency, wanted.policy_set},
                          PersonId::Make(now, services.random)};
  const Request request{
      .organisation = out.organisation, .actor = {out.admin, wanted.admin.roles}, .now = now};
  Change change(services, request);
  change.Guard(kInsertOrganisation,
               {id, wanted.slug, wanted.name, "both", wanted.time_zone, wanted.currency,
                wanted.policy_set, now},
               {ErrorKind::kConflict, "slug-taken", "An organisation has this short name already.",
                "/slug", "Choose another one."});
  change.Step(kInsertHead, {id});
  change.Event(
      {.kind = "organisation_created",
       .record_kind = "organisation",
       .record = {id.bytes},
       .occurred_at = now},
      [&](JsonWriter& body) {
        body.Key("policy_set").String(wanted.policy_set).Key("currency").String(wanted.currency);
      });
  RecordNewPerson(change, services, request, wanted.admin, out.admin);
  EM_TRY(CommitAndWait(services.store, std::move(change).Take()));
  return out;
}

}  // namespace extramile::app
