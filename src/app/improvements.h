// Improvements: what incidents of one kind cost in gestures adds up, and above what the
// organisation's rules say it asks for the cause to be mended instead of the apology to be routine.
//
// Beside the proposal stand the five whys, who owns it, and what it was like before and is after:
// in words, and as the record counts it. A rule set says when by a decision `mend the cause` that
// reads `incident kind` {name, currency, incidents, gestures, cost, minutes} of twelve months and
// gives its reasons; a set without it raises nothing.
#pragma once

#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeImprovement(Services& services, const Request& request);
Result<Answer> ChangeImprovement(Services& services, const Request& request);

// Raises an improvement for each kind that the rules ask for, unless one is open; what was spent
// before the last one was decided does not count again. Waits until that is durable and answers how
// many. Nobody is named as the author: the record is. Safe at any time and from several processes.
Result<int> RaiseImprovements(Services& services, const Organisation& organisation, Instant now);

// What the incidents of a kind called for in twelve months, and the newest improvement put forward
// for it: a query for somebody's Read, by one of the incidents, and the contract's IncidentKind
// written from its answer.
Query KindQuery(const Request& request, AnyId incident);
void WriteKind(JsonWriter& out, const std::string& kind, const Rows& rows, Currency currency);

}  // namespace extramile::app
