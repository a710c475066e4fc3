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
const Sql kInsertIdentity = {
    "insert into identity (id, sign_in_name, password_hash, created_at) values ($1, $2, $3, $4) "
    "on conflict do nothing"};
const Sql kInsertMembership = {
    "insert into membership (id, identity_id, organisation_id, person_id, roles, valid_from) "
    "values ($1, $2, $3, $4, $5, $6)"};
const Sql kInsertPerson = {
    "insert into person (organisation_id, id, display_name, salt, team, occurred_at, recorded_at, "
    "recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $6, $2)"};

bool IsSlug(std::string_view slug) {
  return !slug.empty() && slug.size() <= 60 && std::all_of(slug.begin(), slug.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Error Taken(std::string_view what, std::string_view code) {
  return {ErrorKind::kConflict, std::string(code), "This " + std::string(what) + " is taken.", "",
          "Choose another one."};
}

}  // namespace

Result<CreatedOrganisation> CreateOrganisation(Services& services, const NewOrganisation& input,
                                               Instant now) {
  if (!IsSlug(input.slug)) {
    return Fail(ErrorKind::kInvalid, "slug-format", "This is not a short name for an organisation.",
                "/slug", "Use up to 60 lower-case letters, digits and hyphens.");
  }
  EM_ASSIGN(const TimeZone zone, TimeZone::Find(input.time_zone));
  EM_ASSIGN(const Currency currency, Currency::Parse(input.currency));

  const auto id = OrganisationId::Make(now, services.random);
  CreatedOrganisation out{
      {id, input.name, zone, currency, input.policy_set}, PersonId::Make(now, services.random), {}};
  const Request request{
      .organisation = out.organisation, .actor = {out.admin, Role::kAdmin}, .now = now};
  Change change(services, request);
  const AnyId identity = change.NewId();
  Bytes salt(16);
  services.random.Fill(salt);
  change.Guard(
      kInsertOrganisation,
      {id, input.slug, input.name, "both", input.time_zone, input.currency, input.policy_set, now},
      Taken("short name", "slug-taken"));
  change.Step(kInsertHead, {id});
  change.Guard(kInsertIdentity,
               {identity, input.admin_sign_in_name, input.admin_password_hash, now},
               Taken("sign-in name", "sign-in-name-taken"));
  change.Step(kInsertMembership,
              {change.NewId(), identity, id, out.admin, Roles(Role::kAdmin).ToString(), now});
  change.Step(kInsertPerson, {id, out.admin, input.admin_name, salt, input.admin_team, now});
  change.Event(
      {.kind = "organisation_created",
       .record_kind = "organisation",
       .record = {id.bytes},
       .occurred_at = now},
      [&](JsonWriter& body) {
        body.Key("policy_set").String(input.policy_set).Key("currency").String(input.currency);
      });
  out.plan = std::move(change).Take();
  return out;
}

}  // namespace extramile::app
