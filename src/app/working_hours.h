// When a team works on its tickets: the hours of each weekday in the organisation's own time zone,
// the work that a ticket takes, and how many of the team do it at a time. A manager sets it; it is
// part of the configuration that checks read.
//
// Use cases; and OpenFrom, pure.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/store.h"
#include "app/use_case.h"
#include "queueing/forecast.h"

namespace extramile::app {

struct WorkingHours {
  struct Stretch {
    int from_minute = 0, to_minute = 0;  // of the local day
  };
  std::string team;
  std::array<std::vector<Stretch>, 7> days;  // Monday first; in order and apart
  int64_t ticket_minutes = 0;
  int64_t agents = 0;
};

// $1 organisation: of each team that has said so, by team.
extern const Sql kWorkingHours;
Result<WorkingHours> WorkingHoursFrom(const Row& row);

// The hours from `now` on, for so long.
std::vector<queueing::OpenHours> OpenFrom(const WorkingHours& hours, const TimeZone& zone,
                                          Instant now, double seconds);

Result<Answer> ListWorkingHours(Services& services, const Request& request);
// Of one team; what was set before is replaced.
Result<Answer> SetWorkingHours(Services& services, const Request& request);

}  // namespace extramile::app
