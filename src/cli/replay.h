// `extramile replay`: every stored check asked again under a draft of the rules, straight on the
// database, while the server goes on. See app/replay.h.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/replay.h"

namespace extramile::cli {

struct ReplayCommand {
  std::string policy;        // the draft: a folder of .dmn files
  std::string database;      // sqlite:PATH or postgresql://...
  std::string organisation;  // its short name
  std::string since;     // a day in the organisation's calendar, or a time; empty: from the first
  std::string policies;  // where the rules in force stand
  int threads = 2;
  bool full = false;  // ask also what the draft leaves as it was
};

struct Replayed {
  app::ReplayReport report;
  Currency currency;
  double seconds = 0;
};

// Errors: those of the rule files and of the database; kInvalid "since-invalid".
Result<Replayed> Replay(const ReplayCommand& command);

// Adds the command; what it exits with goes to `exit_code`.
void AddReplay(CLI::App& app, int& exit_code);

}  // namespace extramile::cli
