#include "app/caller.h"

#include <sodium.h>

#include <array>
#include <limits>

namespace extramile::app {
namespace {

// A membership counts while it is valid and its identity is not disabled.
#define EM_ORGANISATION_CELLS "o.id, o.name, o.time_zone, o.currency, o.policy_set"
#define EM_MEMBER_NOW                                                   \
  "join membership m on m.id = t.membership_id "                        \
  "join identity i on i.id = m.identity_id "                            \
  "join organisation o on o.id = m.organisation_id "                    \
  "where t.token_hash = $1 and t.revoked_at is null "                   \
  "and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2) " \
  "and i.disabled_at is null "

const Sql kFindSession = {
    "select " EM_ORGANISATION_CELLS
    ", m.person_id, m.roles, t.csrf_token, t.expires_at from session t " EM_MEMBER_NOW
    "and t.expires_at > $2"};
const Sql kFindToken = {
    "select " EM_ORGANISATION_CELLS
    ", m.person_id, m.roles, t.scopes, t.expires_at from api_token t " EM_MEMBER_NOW
    "and (t.expires_at is null or t.expires_at > $2)"};
const Sql kFindOrganisation = {"select " EM_ORGANISATION_CELLS
                               " from organisation o where o.id = $1"};
const Sql kListOrganisations = {"select id from organisation order by id"};
const Sql kListPolicySets = {"select distinct policy_set from organisation order by policy_set"};

#undef EM_ORGANISATION_CELLS
#undef EM_MEMBER_NOW

bool HasWord(std::string_view words, std::string_view word) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

Result<Caller> ReadCaller(const Row& row) {
  EM_ASSIGN(Organisation organisation, ReadOrganisation(row, 0));
  EM_ASSIGN(Roles roles, Roles::Parse(row[6].Text()));
  Caller caller;
  caller.organisation = std::make_shared<const Organisation>(std::move(organisation));
  caller.actor = {row[5].Identifier<PersonId>(), roles};
  caller.expires_at =
      row[8].is_null() ? Instant{std::numeric_limits<int64_t>::max()} : row[8].Time();
  return caller;
}

}  // namespace

std::string NewSecret(RandomSource& random, std::string_view prefix) {
  std::array<uint8_t, 32> bytes;
  random.Fill(bytes);
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(32, kVariant)> text;
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  return std::string(prefix) + text.data();
}

Sha256 HashOfSessionToken(std::string_view token) {
  return HashWithDomain("extramile session v1", token);
}

Sha256 HashOfApiToken(std::string_view token) {
  return HashWithDomain("extramile api token v1", token);
}

Result<std::optional<Caller>> FindBySession(Store& store, Instant now, std::string_view token) {
  const Sha256 hash = HashOfSessionToken(token);
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kFindSession, {hash, now}));
  if (rows.empty()) return std::nullopt;
  EM_ASSIGN(Caller caller, ReadCaller(rows[0]));
  caller.session = SessionOfRequest{hash, rows[0][7].Text()};
  return caller;
}

Result<std::optional<Caller>> FindByToken(Store& store, Instant now, std::string_view token) {
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kFindToken, {HashOfApiToken(token), now}));
  if (rows.empty()) return std::nullopt;
  EM_ASSIGN(Caller caller, ReadCaller(rows[0]));
  caller.may_read = HasWord(rows[0][7].Text(), "read");
  caller.may_write = HasWord(rows[0][7].Text(), "write");
  return caller;
}

Result<std::optional<Organisation>> FindOrganisation(Store& store, OrganisationId id) {
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kFindOrganisation, {id}));
  if (rows.empty()) return std::nullopt;
  EM_ASSIGN(Organisation organisation, ReadOrganisation(rows[0], 0));
  return organisation;
}

Result<std::vector<OrganisationId>> ListOrganisations(Store& store) {
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kListOrganisations, {}));
  std::vector<OrganisationId> ids;
  for (const Row& row : rows) ids.push_back(row[0].Identifier<OrganisationId>());
  return ids;
}

Result<std::vector<std::string>> ListPolicySets(Store& store) {
  EM_ASSIGN(const Rows rows, ReadOne(store, {}, kListPolicySets, {}));
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row[0].Text());
  return names;
}

Result<Organisation> ReadOrganisation(const Row& row, size_t at) {
  EM_ASSIGN(TimeZone zone, TimeZone::Find(row[at + 2].Text()));
  EM_ASSIGN(Currency currency, Currency::Parse(row[at + 3].Text()));
  return Organisation{row[at].Identifier<OrganisationId>(), row[at + 1].Text(), std::move(zone),
                      currency, row[at + 4].Text()};
}

}  // namespace extramile::app
