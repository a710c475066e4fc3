// Who is calling: from the secret in a session cookie or in an Authorization header to a person of
// one organisation, their roles and what this way in allows.
//
// Secrets are 32 random bytes in base64url, an API token with "emt_" in front so that scanners of
// published code know it. The store keeps only their SHA-256. A secret that is unknown, expired or
// revoked, and one whose person has left, all find nobody, and the answer does not tell which.
//
// FindBySession and FindByToken read the directory (one query); http keeps what they find for a few
// seconds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/use_case.h"

namespace extramile::app {

struct Caller {
  std::shared_ptr<const Organisation> organisation;
  Actor actor;
  std::optional<SessionOfRequest> session;  // by cookie; nullopt by API token
  bool may_read = true;
  bool may_write = true;
  Instant expires_at;  // of the session or token; far away where it has no end
};

// A new secret, as the client gets it.
std::string NewSecret(RandomSource& random, std::string_view prefix = "");
Sha256 HashOfSessionToken(std::string_view token);
Sha256 HashOfApiToken(std::string_view token);

// nullopt: nobody. Errors are the store's.
Result<std::optional<Caller>> FindBySession(Store& store, Instant now, std::string_view token);
Result<std::optional<Caller>> FindByToken(Store& store, Instant now, std::string_view token);

// The organisation with this id, or nullopt: for routes that name it themselves (webhooks).
Result<std::optional<Organisation>> FindOrganisation(Store& store, OrganisationId id);
Result<std::vector<OrganisationId>> ListOrganisations(Store& store);
// The policy sets that organisations name, each once.
Result<std::vector<std::string>> ListPolicySets(Store& store);

// Organisation from the cells (id, name, time_zone, currency, policy_set) of `row` from `at`.
Result<Organisation> ReadOrganisation(const Row& row, size_t at);

}  // namespace extramile::app
