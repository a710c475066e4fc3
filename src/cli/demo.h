// `extramile demo`: walks the whole loop through the HTTP API of a fresh server and says what
// happened; with --vary, changes one thing at a time and says what moved.
#pragma once

#include <filesystem>

#include "cli/demo_world.h"

namespace extramile::cli {

struct DemoCommand {
  DemoSettings settings;
  std::filesystem::path other_log, other_columns;  // for --vary: another call log
  bool vary = false;
  bool json = false;
};

// The process's exit code: 0, or 1 after a step that did not hold.
int RunDemo(const DemoCommand& command);

}  // namespace extramile::cli
