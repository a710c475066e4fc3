// Incidents: what let people down (people, systems or resources), and what the gestures it called
// for add up to.
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListIncidents(Services& services, const Request& request);
Result<Answer> ReportIncident(Services& services, const Request& request);

struct IncidentRecord {
  RecordHead head;
  std::string title;
  std::string cause;  // people | systems | resources
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
