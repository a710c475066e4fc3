// The policy sets that organisations drafted and published: from their rows to compiled policies.
//
// No check waits for compiling. Whoever publishes compiles first and keeps the policy here by its
// hash; the commit raises the configuration's version; the next check reads the configuration anew
// and takes the policy from here: that is the swap. Another server process on the same database
// sees the version, has not compiled the set, decides by the one before for a moment (its hash is
// what the check records) and compiles it in the background: CompileAwaited, each second, and
// PreparePolicies, at start and each minute, for organisations nobody has asked about meanwhile.
// Only a process that has known no set of an organisation's at all compiles at once.
//
//   EM_ASSIGN(auto draft, LoadPolicySet(services, organisation, id));   // any state; may take long
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "app/policy.h"
#include "app/store.h"
#include "app/use_case.h"

namespace extramile::app {

struct Configuration;

// Compiled sets by hash, one for all organisations that published the same bytes: those in use, and
// the last few that were made. Thread-safe; costs a lock.
class PolicyLibrary {
 public:
  std::shared_ptr<const Policy> Find(const Sha256& hash);
  void Keep(std::shared_ptr<const Policy> policy);

 private:
  std::mutex mutex_;
  std::map<Sha256, std::weak_ptr<const Policy>> policies_;  // guarded by mutex_
  std::array<std::shared_ptr<const Policy>, 8> recent_;     // guarded by mutex_
  size_t next_ = 0;                                         // guarded by mutex_
};

// A draft, published or superseded set of the organisation, compiled: at once where the library
// has it, else in milliseconds to seconds. Errors: kNotFound; kUnavailable, a rule file's own,
// where a set that once loaded does so no longer.
Result<std::shared_ptr<const Policy>> LoadPolicySet(Services& services, OrganisationId organisation,
                                                    AnyId id);
Result<std::shared_ptr<const Policy>> LoadPolicySet(Services& services, OrganisationId organisation,
                                                    const Sha256& hash);
// The files of a set as they are stored.
Result<PolicyBundle> ReadBundle(const std::string& name, const std::string& files);
std::string FilesJson(const PolicyBundle& bundle);

Sha256 HashFrom(const Cell& cell);

// The set in force by this configuration: the published one, or the organisation's folder.
Result<std::shared_ptr<const Policy>> PolicyInForce(Services& services,
                                                    const Organisation& organisation,
                                                    const Configuration& configuration);

// The rule set with that hash; nullptr where it is not at hand. Thread-safe.
using PolicyByHash = std::function<std::shared_ptr<const Policy>(const Sha256&)>;
// Finds the set in force (may be null) and those that the organisation drafted or published.
PolicyByHash EarlierPolicies(Services& services, OrganisationId organisation,
                             std::shared_ptr<const Policy> in_force);

// Compiles what the configurations at hand wait for. Costs nothing where none does.
Result<void> CompileAwaited(Services& services);
// Compiles the published sets of every organisation. Both answer the first error, after everything
// was tried.
Result<void> PreparePolicies(Services& services);

}  // namespace extramile::app
