// `extramile check`: decides a stream of contexts by the rules of a folder; no server, no database.
//
// A context a line in (JSON, the check's contract), a decision a line out, in the same order. A
// line that cannot be decided gives {"line", "error": {"code", "message", "place"}} in its place.
// Empty lines are skipped. What has come is answered before it waits for more. Memory is bounded by
// the longest line that is read (1 MiB).
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace extramile::cli {

struct CheckCommand {
  std::string policy;     // a folder of .dmn files
  std::string time_zone;  // of now() and today(); empty is UTC
};

struct CheckTotals {
  int64_t lines = 0;
  int64_t refused = 0;
};

// `in` and `out` are open files. Errors: those of the rule files; kUnavailable where `in` cannot be
// read or `out` not be written.
Result<CheckTotals> CheckLines(const CheckCommand& command, int in, int out);

// From standard input to standard output; what a program exits with: 0, or 1 where a line was
// refused or the rules do not load.
int RunCheck(const CheckCommand& command);

}  // namespace extramile::cli
