// The port through which a call log's text becomes clean calls. app knows neither the mapping's
// syntax nor the importer (connect does); it needs the calls, and every row that is none counted
// under its reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "queueing/calibration.h"

namespace extramile::app {

// Rows of the log that are no clean call, by reason. Never a row's content.
struct DirtyRows {
  std::string reason;  // a plain phrase
  int64_t rows = 0;
  int64_t example_row = 0;  // the line of the first
};

struct ReadCalls {
  std::vector<queueing::Call> calls;  // in the order of the log
  int64_t rows_read = 0;              // clean and dirty together
  std::vector<DirtyRows> dirty;
  std::string zone;  // IANA name of the log's local time
  std::vector<queueing::DayClass> day_classes;
};

class CallLogReader {
 public:
  virtual ~CallLogReader() = default;
  // `columns`: the mapping file's text; `log`: the log's. Thread-safe. Errors: kInvalid or
  // kMalformed with the place in the file, kTooLarge beyond the reader's limits.
  virtual Result<ReadCalls> Read(std::string_view columns, std::string_view log) = 0;
};

}  // namespace extramile::app
