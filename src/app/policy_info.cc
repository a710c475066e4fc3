#include "app/policy_info.h"

#include "app/policy.h"
#include "app/record.h"

namespace extramile::app {
namespace {

Result<Answer> PolicyAnswer(Services& services, const Request& request) {
  EM_ASSIGN(const auto policy, services.policies.Current(request.organisation.policy_set));
  JsonWriter out;
  out.BeginObject();
  Put(out, "name", policy->name);
  Put(out, "hash", ToHex(policy->hash));
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
