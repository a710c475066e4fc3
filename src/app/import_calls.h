// A call log becomes calls and a calibration: what every forecast and every computed effect of the
// team rests on from then on.
//
// The log is read by the CallLogReader port; here its times are moved by whole local days where
// asked, cut to [from, until), and added to the team's calls. A call that is there already (same
// moment, same content) is not added again, so logs may overlap; the same log with the same wishes
// a second time is answered from the first import and changes nothing. The calibration is made from
// the latest quarter of a year of the team's calls. Agents' names are replaced by pseudonyms before
// anything is stored. A dry run goes the whole way, the calibration with it, and stores nothing.
//
// Cost: linear in the calls of the log and of that quarter; 33,000 calls take about a second.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ImportCalls(Services& services, const Request& request);

}  // namespace extramile::app
