#include "app/policy_info.h"

#include "app/configuration.h"
#include "app/policy_library.h"
#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kSetOfHash = {
    "select id from policy_set where organisation_id = $1 and content_hash = $2"};

Result<Answer> PolicyAnswer(Services& services, const Request& request) {
  const OrganisationId organisation = request.organisation.id;
  EM_ASSIGN(const auto configuration, FreshConfiguration(services, organisation));
  EM_ASSIGN(const auto policy, PolicyInForce(services, request.organisation, *configuration));
  std::optional<AnyId> set;
  if (configuration->policy) {
    EM_ASSIGN(const Rows rows,
              ReadOne(services.store, organisation, kSetOfHash, {organisation, policy->hash}));
    if (!rows.empty()) set = rows.front().front().Identifier<AnyId>();
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "name", policy->name);
  Put(out, "hash", ToHex(policy->hash));
  Put(out, "set", set);
  Put(out, "files", policy->files);
  out.Key("decisions").BeginArray();
  for (std::string_view decision : policy->model.decisions()) out.String(decision);
  out.EndArray();
  Put(out, "rules", policy->rules);
  out.EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace

Result<Answer> SeePolicy(Services& services, const Request& request) {
  return PolicyAnswer(services, request);
}

Result<Answer> ReloadPolicy(Services& services, const Request& request) {
  EM_TRY(services.policies.Reload());
  return PolicyAnswer(services, request);
}

}  // namespace extramile::app
