// Which gestures work, and what they do to others: what the record shows of each, for the people
// who decide about the catalogue.
//
//   which_gestures_work   a row a gesture: uses, customers who noticed and valued it, with an
//                         interval that holds however often one looks, the spread over customer
//                         segments, the cost, and how near it is to being suggested as routine
//   see_monitor           a row a gesture and team: the harm processes, the charts, the alarms
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> WhichGesturesWork(Services& services, const Request& request);
Result<Answer> SeeMonitor(Services& services, const Request& request);

}  // namespace extramile::app
