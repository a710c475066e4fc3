// Loads an organisation from a file such as demo/organisation.json: its people, then a list of
// operations of the API, run as those people through the same use cases as anyone else's, so that
// the record of the demonstration is a real one.
//
//   {"organisation": {slug, name, time_zone, currency, policy_set}, "password": ..., "people":
//   [{key, display_name, ...}],
//    "steps": [{"as": key, "do": operation, "id"?, "if_match"?, "with"?: body, "keep"?: name}]}
//
// In a step's body "{name.member}" is a member of what an earlier step kept ("{amira}" is Amira's
// id), "@columns/x.toml" the text of a file beside the seed, and "@shift-to-now" the whole weeks,
// in days, that bring the step's call log up to now.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/use_case.h"
#include "base/error.h"
#include "base/json_reader.h"
#include "cli/story.h"

namespace extramile::cli {

struct SeedPerson {
  std::string key, display_name, sign_in_name, team;
  std::vector<std::string> roles;
};

struct Seed {
  std::filesystem::path folder;
  std::string slug, name, time_zone, currency, policy_set;
  std::string password;            // everybody's
  std::vector<SeedPerson> people;  // the first is the admin who adds the others
  JsonValue steps;
};

Result<Seed> ReadSeed(const std::filesystem::path& file);
Result<std::string> ReadFile(const std::filesystem::path& path,
                             size_t max_bytes = size_t{64} << 20);

// Whole weeks, in days, after which the log's last call lies before `now`.
Result<int64_t> DaysToNow(std::string_view columns, std::string_view log, Instant now);

// Adds everybody but the first through add_person, keeping each id under the person's key, then
// runs the steps. The story's caller must know how to act as each key.
Result<void> TellSeed(const Seed& seed, Story& story, Instant now);

// Creates the seed's organisation with its first person, an admin, and nothing else.
struct SeedOrganisation {
  app::Organisation organisation;
  app::Actor admin;
};
Result<SeedOrganisation> CreateSeedOrganisation(app::Services& services, const Seed& seed);

// Creates it and tells the seed in process. False where the organisation was there already.
Result<bool> LoadSeed(app::Services& services, const Seed& seed);

}  // namespace extramile::cli
