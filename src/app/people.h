// The people of an organisation: list_people, add_person, change_person.
//
// A person is three rows: `person` (their name, erasable, and team) in the organisation's own
// tables; `membership` (roles and dates) and `identity` (sign-in name and password) in the
// directory. Somebody who is disabled keeps their record and can no longer sign in. An organisation
// always keeps one admin.
#pragma once

#include "app/change.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListPeople(Services& services, const Request& request);
Result<Answer> AddPerson(Services& services, const Request& request);
Result<Answer> ChangePerson(Services& services, const Request& request);

// The roles' words as an array.
void WriteRoles(JsonWriter& out, Roles roles);

struct NewPerson {
  std::string display_name;
  Roles roles;
  std::string team = "main";
  std::optional<AnyId> job_role;
  // Both or neither: somebody without them is on record and cannot sign in.
  std::optional<std::string> sign_in_name;
  std::optional<std::string> password_hash;
  // Somebody who signs in already, at another organisation: instead of the two above.
  std::optional<AnyId> identity;
};

// Adds the steps and the event of a new person to `change`: add_person, the first admin and the
// demonstration organisation are written by this. `person` is their id, or nil for a new one. A
// sign-in name that is taken fails the plan with kConflict "sign-in-name-taken".
PersonId RecordNewPerson(Change& change, Services& services, const Request& request,
                         const NewPerson& person, PersonId id = {});

}  // namespace extramile::app
