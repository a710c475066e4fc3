#include "app/accounts.h"

#include "app/caller.h"
#include "app/password.h"

namespace extramile::app {
namespace {

const Sql kFindSlug = {
    "select id, name, time_zone, currency, policy_set from organisation where slug = $1"};
const Sql kFindIdentity = {"select id from identity where sign_in_name = $1"};
const Sql kSetPassword = {
    "update identity set password_hash = $2, failed_attempts = 0, locked_until = null where id = "
    "$1"};
const Sql kEndSessions = {
    "update session set revoked_at = $2 where revoked_at is null and membership_id in "
    "(select id from membership where identity_id = $1)"};

}  // namespace

Result<Organisation> FindOrganisationBySlug(Store& store, std::string_view slug) {
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kFindSlug, {slug}));
  if (!rows.empty()) return ReadOrganisation(rows[0], 0);
  return Fail(ErrorKind::kNotFound, "organisation-unknown",
              "There is no organisation of this short name.", std::string(slug),
              "Add it with: extramile organisation add");
}

Result<PersonId> CreatePerson(Services& services, const Organisation& organisation,
                              const NewPerson& person) {
  const Instant now = services.clock.Now();
  const PersonId id = PersonId::Make(now, services.random);
  const Request request{.organisation = organisation, .actor = {id, person.roles}, .now = now};
  Change change(services, request);
  RecordNewPerson(change, services, request, person, id);
  EM_TRY(CommitAndWait(services.store, std::move(change).Take()));
  return id;
}

Result<void> ResetPassword(Services& services, std::string_view sign_in_name,
                           std::string_view password) {
  EM_TRY(CheckNewPassword(password, "password"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, {}, kFindIdentity, {sign_in_name}));
  if (rows.empty()) {
    return Fail(ErrorKind::kNotFound, "sign-in-name-unknown", "Nobody has this sign-in name.", "",
                "Add the person with: extramile user add");
  }
  EM_ASSIGN(const std::string hash, HashPassword(password));
  WritePlan plan;
  plan.recorded_at = services.clock.Now();
  plan.steps.push_back({&kSetPassword, {rows[0][0], hash}});
  plan.steps.push_back({&kEndSessions, {rows[0][0], plan.recorded_at}});
  EM_TRY(CommitAndWait(services.store, std::move(plan)));
  return {};
}

}  // namespace extramile::app
