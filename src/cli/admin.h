// What is done directly on the database, by whoever runs the machine: the first organisation, the
// first admin, a forgotten password. A running server need not be stopped for it.
#pragma once

#include <string>

#include "app/accounts.h"
#include "app/organisation.h"
#include "base/error.h"

namespace extramile::cli {

Result<void> AddOrganisation(const std::string& database, const app::NewOrganisation& wanted);

struct UserToAdd {
  std::string organisation;  // its short name
  std::string display_name;
  std::string sign_in_name;
  std::string roles;  // "admin lead"
  std::string team = "main";
};

// The password is asked for (AskPassword).
Result<void> AddUser(const std::string& database, const UserToAdd& user);
Result<void> ResetUser(const std::string& database, const std::string& sign_in_name);

// From EXTRAMILE_PASSWORD, else from the terminal without showing it, else the first line of
// standard input.
Result<std::string> AskPassword(const std::string& prompt);

// Signs in at the server, makes an API token that may read and write, and keeps it for later
// commands.
Result<void> SignInAndKeep(const std::string& server, const std::string& sign_in_name,
                           const std::string& organisation);

}  // namespace extramile::cli
