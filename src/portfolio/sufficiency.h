// Sufficiency: whether the evidence as a whole is enough (different customers, occasions, contexts,
// setting), and warnings about it. Findings say what there is and what is asked for; they recommend
// and never decide. Used by Cover() (coverage.h).
//
// Pure; O(rules x records).
#pragma once

#include <string>
#include <vector>

#include "portfolio/coverage.h"

namespace extramile::portfolio {

// REQUIRES: coverage.criteria is filled in.
std::vector<Finding> FindSufficiency(const Framework& framework, const Evidence& evidence,
                                     const Coverage& coverage, Instant now, const TimeZone& zone);
std::vector<std::string> FindWarnings(const Framework& framework, const Evidence& evidence,
                                      Instant now, const TimeZone& zone);

}  // namespace extramile::portfolio
