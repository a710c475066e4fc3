#include "app/policy_library.h"

#include <algorithm>

#include "app/caller.h"
#include "app/configuration.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

namespace extramile::app {
namespace {

const Sql kSetById = {
    "select name, content_hash, files from policy_set where organisation_id = $1 and id = $2"};
const Sql kSetByHash = {
    "select name, content_hash, files from policy_set where organisation_id = $1 and "
    "content_hash = $2"};

// Escaping makes a file's text longer, at worst six times.
constexpr JsonLimits kStoredFiles = {.max_bytes = 7 * kMostPolicyBytes};

// It loaded when it was drafted: nobody who asks for a check can mend it now.
Error NoLongerLoads(Error error) {
  error.kind = ErrorKind::kUnavailable;
  error.advice = "This version of extramile does not load the set: publish another, or roll back.";
  return error;
}

Result<std::shared_ptr<const Policy>> Compiled(Services& services, const Rows& rows) {
  if (rows.empty()) return Fail(Request::NotFoundError("policy set"));
  const Row& row = rows.front();
  if (auto kept = services.policy_library->Find(HashFrom(row[1]))) return kept;
  EM_ASSIGN(const PolicyBundle bundle, ReadBundle(row[0].Text(), row[2].Text()));
  auto policy = CompilePolicy(bundle);
  if (!policy) return Fail(NoLongerLoads(std::move(policy).error()));
  services.policy_library->Keep(*policy);
  return policy;
}

Result<void> Prepare(Services& services, OrganisationId organisation) {
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation, kPublishedPolicy, {organisation}));
  if (rows.empty()) return {};
  const Sha256 hash = HashFrom(rows.front().front());
  EM_ASSIGN(const auto configuration, CurrentConfiguration(services, organisation));
  if (configuration->policy && configuration->policy->hash == hash) return {};
  EM_TRY(LoadPolicySet(services, organisation, hash));
  EM_TRY(LoadConfiguration(services, organisation));
  return {};
}

}  // namespace

std::shared_ptr<const Policy> PolicyLibrary::Find(const Sha256& hash) {
  const std::lock_guard lock(mutex_);
  const auto found = policies_.find(hash);
  return found == policies_.end() ? nullptr : found->second.lock();
}

void PolicyLibrary::Keep(std::shared_ptr<const Policy> policy) {
  const std::lock_guard lock(mutex_);
  std::erase_if(policies_, [](const auto& entry) { return entry.second.expired(); });
  policies_[policy->hash] = policy;
  recent_[next_++ % recent_.size()] = std::move(policy);
}

std::shared_ptr<PolicyLibrary> NewPolicyLibrary() { return std::make_shared<PolicyLibrary>(); }

Result<std::shared_ptr<const Policy>> LoadPolicySet(Services& services, OrganisationId organisation,
                                                    AnyId id) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation, kSetById, {organisation, id}));
  return Compiled(services, rows);
}

Result<std::shared_ptr<const Policy>> LoadPolicySet(Services& services, OrganisationId organisation,
                                                    const Sha256& hash) {
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation, kSetByHash, {organisation, hash}));
  return Compiled(services, rows);
}

Result<PolicyBundle> ReadBundle(const std::string& name, const std::string& files) {
  EM_ASSIGN(const JsonValue stored, ParseJson(files, kStoredFiles));
  std::vector<PolicyFile> read;
  for (const JsonValue& file : stored.items) {
    ObjectReader in(file);
    read.push_back({in.String("name"), in.String("text", {0, kMostPolicyFileBytes})});
    EM_TRY(in.Finish());
  }
  return MakeBundle(name, std::move(read));
}

std::string FilesJson(const PolicyBundle& bundle) {
  JsonWriter json;
  json.BeginArray();
  for (const PolicyFile& file : bundle.files) {
    json.BeginObject().Key("name").String(file.name).Key("text").String(file.text).EndObject();
  }
  json.EndArray();
  return std::move(json).Take();
}

Sha256 HashFrom(const Cell& cell) {
  Sha256 hash{};
  const Bytes& bytes = cell.Blob();
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

Result<std::shared_ptr<const Policy>> PolicyInForce(Services& services,
                                                    const Organisation& organisation,
                                                    const Configuration& configuration) {
  if (configuration.policy) return configuration.policy;
  return services.policies.Current(organisation.policy_set);
}

PolicyByHash EarlierPolicies(Services& services, OrganisationId organisation,
                             std::shared_ptr<const Policy> in_force) {
  return [&services, organisation,
          in_force = std::move(in_force)](const Sha256& hash) -> std::shared_ptr<const Policy> {
    if (in_force && in_force->hash == hash) return in_force;
    return LoadPolicySet(services, organisation, hash).value_or(nullptr);
  };
}

Result<void> CompileAwaited(Services& services) {
  Result<void> first;
  for (const OrganisationId organisation : AwaitingPolicies(services)) {
    auto prepared = Prepare(services, organisation);
    if (!prepared && first) first = std::move(prepared);
  }
  return first;
}

Result<void> PreparePolicies(Services& services) {
  EM_ASSIGN(const auto organisations, ListOrganisations(services.store));
  Result<void> first;
  for (const OrganisationId organisation : organisations) {
    auto prepared = Prepare(services, organisation);
    if (!prepared && first) first = std::move(prepared);
  }
  return first;
}

}  // namespace extramile::app
