// Improvements: what incidents of one kind cost in gestures adds up, and above what the
// organisation's rules say it asks for the cause to be mended instead of the apology to be routine.
#pragma once

#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

// What the incidents of a kind called for in twelve months: a query for somebody's Read, by one of
// the incidents, and the contract's IncidentKind written from its answer.
Query KindQuery(const Request& request, AnyId incident);
void WriteKind(JsonWriter& out, const std::string& kind, const Rows& rows, Currency currency);

}  // namespace extramile::app
