// A picture of an evaluation: for each scored day, the mean wait that came and the one forecast, by
// half-hour.
#pragma once

#include <string>

#include "queueing/evaluate_forecast.h"

namespace extramile::cli {

// SVG 1.1, complete in itself; two days a row, all on one scale. It names dates and figures only.
std::string PlotEvaluation(const queueing::Evaluation& evaluation);

}  // namespace extramile::cli
