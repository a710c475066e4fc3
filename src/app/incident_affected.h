// Whom an incident hit: the cases tied to it, each customer once.
//
// A case is tied when it is opened or changed with the incident; here the others are found and
// tied, and a case is opened for customers who have none (nobody has spoken with them yet). A
// customer with several cases counts once, by the earliest.
#pragma once

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

// Cases that may belong to it: ?reason, ?channel, ?team, ?from and ?to (when they were opened).
Result<Answer> FindAffected(Services& services, const Request& request);
// From cases, customers, references (JSON), or a table of customers (CSV).
Result<Answer> AddAffected(Services& services, const Request& request);
// Until their piece is under way.
Result<Answer> RemoveAffected(Services& services, const Request& request);

// Together, everybody; the page, the check and the plan take no more.
inline constexpr size_t kMostAffected = 2000;

// $1 organisation, $2 incident: its cases with their pieces, as WriteAffected reads them: each
// customer once, by the earliest case and the newest piece. (That is not asked of the database:
// SQLite looks for "the first of" along the primary key, through every case there is.)
extern const Sql kAffected;
// The members `affected` and `progress` of the contract's IncidentFile.
void WriteAffected(JsonWriter& out, const Rows& rows);

}  // namespace extramile::app
