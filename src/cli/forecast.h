// `extramile forecast`: the forecast of other customers' waiting, tried on a call log. Needs no
// server and no database.
//
//   extramile forecast evaluate --log calls.tsv --columns calls.toml --plot calls.svg
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "base/error.h"

namespace extramile::cli {

struct ForecastToEvaluate {
  std::filesystem::path log;
  std::filesystem::path columns;
  bool json = false;
  std::filesystem::path plot;  // empty: none
  std::string days;            // a name under [days]; empty: the kind with the most days
  std::string hours;           // "7-24"; empty: those in which calls come
  int training_days = 0;       // 0: half of them
  bool splits = false;         // also other divisions into training and scoring
};

// Replays the log (queueing/evaluate_forecast.h) and prints how far the forecasts were off.
Result<void> EvaluateForecastOf(const ForecastToEvaluate& what, std::ostream& out);

}  // namespace extramile::cli
