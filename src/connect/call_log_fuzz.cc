// Any bytes at all as a mapping file and as a call log: no crash, and every row in exactly one
// place.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "connect/call_log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace extramile::connect;
  static const auto mapping = ParseColumnMapping(R"(
name = "fuzz"
separator = "comma"
header = false
zone = "Europe/London"
[columns]
date = 1
arrived = 2
queue_start = 3
queue_end = 4
outcome = 5
service_start = 6
service_end = 7
agent = 8
[times]
date_format = "YYMMDD"
century = 1900
zero_means_none = true
[outcomes]
answered = ["A"]
abandoned = ["H"]
)",
                                                 "fuzz.toml");
  if (!mapping) abort();
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)ParseColumnMapping(text, "input.toml");
  std::istringstream in(text);
  const auto log = ReadCallLog(in, *mapping);
  if (log && log->report.rows != log->report.clean + log->report.total_set_aside()) abort();
  if (log && log->report.clean != log->calls.size()) abort();
  return 0;
}
