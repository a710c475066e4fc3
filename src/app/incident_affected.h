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

// $1 organisation, $2 incident: one row for each customer, as WriteAffected reads them.
extern const Sql kAffected;
// The members `affected` and `progress` of the contract's IncidentFile.
void WriteAffected(JsonWriter& out, const Rows& rows);

// Of `service_case c`: true for the one of a customer's cases that counts.
#define EM_COUNTS_ONCE                                                                    \
  "not exists (select 1 from service_case d where d.organisation_id = c.organisation_id " \
  "and d.customer_id = c.customer_id and d.incident_id = c.incident_id and d.id < c.id)"

}  // namespace extramile::app
