// `extramile call`: every operation of the API from the command line.
//
//   extramile call open_case_now --reason "card has not arrived"
//   extramile call check_idea --id 0193... --late:json false
//   extramile call note_feedback --id 0193... --words.text "Thank you" --roles[] agent
//
// A flag that is a parameter of the path goes there; on a GET the others are the query, else
// members of the body. A value that looks like JSON's numbers, true, false or null is one, with the
// digits that were typed (0.1 stays 0.1); all else is a string. `--name:json` takes any JSON,
// `--a.b` a member of a member, `--name[]` an item of a list. Hyphens in names read as underscores.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/api_client.h"

namespace extramile::cli {

// From an operation's name and its flags. Errors: kInvalid "operation-unknown", "flag-..." naming
// the flag.
Result<ApiCall> ReadCall(const std::string& operation, std::span<const std::string> flags);

// Every operation with its method, address and the roles that it takes, a line each.
std::string ListOperations();

}  // namespace extramile::cli
