// Incidents: what let people down (people, systems or resources), whom it hit, and what the
// gestures it called for add up to.
//
// An incident is handled once for everybody: find those affected (incident_affected.h), propose one
// gesture for all and have it checked and agreed to as one (ideas.h, checks.h, consultations.h with
// the incident as subject), then do it piece by piece at a pace that other customers can bear
// (incident_fulfilment.h). Incidents of one kind add up over twelve months, and ask for their cause
// to be mended where the rules say so (improvements.h).
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListIncidents(Services& services, const Request& request);
Result<Answer> ReportIncident(Services& services, const Request& request);
Result<Answer> SeeIncident(Services& services, const Request& request);
Result<Answer> CloseIncident(Services& services, const Request& request);

struct IncidentRecord {
  RecordHead head;
  std::string title;
  std::string cause;  // people | systems | resources
  std::string kind;   // a short label, in lower case: incidents alike add up under it
  std::string team;   // whose customers, budget and queue
  std::optional<Instant> closed_at;
  int64_t cases = 0;
  int64_t gestures = 0;
  int64_t gesture_cost = 0;  // minor units
};

// $1 organisation, $2 incident.
extern const Sql kIncidentById;
IncidentRecord IncidentFrom(const Row& row);

// The contract's Incident.
void WriteIncident(JsonWriter& out, const IncidentRecord& incident, Currency currency);

}  // namespace extramile::app
