// A made-up call log for the demonstration organisation and for machines without a real one.
//
// A small contact centre is simulated second by second: callers pass a menu, queue, give up or are
// served, agents come and go with the hour and need a moment after each call. Then the rows are
// soiled as real ones are: phantom calls, clocks that jump by three hours or run backwards, served
// calls without a server, lines twice or cut short. Columns are those of the "Anonymous Bank" log,
// read by demo/columns/generated.toml. No person, number or call in it is real.
//
// Deterministic on every machine: the same options give the same bytes, because chance is drawn and
// compared in integers only.
//
//   std::string text = GenerateCallLog({.seed = 1, .days = 21});     // demo/call-log/generated.tsv
#pragma once

#include <cstdint>
#include <string>

namespace extramile::connect {

struct DemoLogOptions {
  uint64_t seed = 1;
  int days = 21;           // from Monday 5 October 2026; at most 27, so that the month does not end
  int busy_percent = 100;  // of the usual number of calls
  bool dirty = true;       // soil the rows; the clean calls are the same either way
};

// Header and rows, tab-separated, sorted by telephone line. About 35 kB a day, 0.1 s for 21 days.
std::string GenerateCallLog(const DemoLogOptions& options = {});

}  // namespace extramile::connect
