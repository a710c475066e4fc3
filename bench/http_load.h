// A closed-loop HTTP load: each client has one keep-alive connection and sends its next request
// when the last answer is in. One thread and epoll, plain sockets, so that the client costs as
// little of the machine as it can. Loopback only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace extramile::bench {

struct LoadPlan {
  uint16_t port = 0;
  // One list a client, each a whole HTTP/1.1 request; a client walks its list round and round.
  std::vector<std::vector<std::string>> requests = {};
  double warm_up_s = 0.5;
  double measure_s = 3;
  int expected_status = 201;
};

struct LoadResult {
  double per_second = 0;
  double p50_ms = 0, p99_ms = 0, max_ms = 0;
  int64_t answers = 0;           // while measuring
  int64_t all_answers = 0;       // with the warm-up
  int64_t unexpected = 0;        // of another status than expected
  std::string first_unexpected;  // status line and body of the first of them
};

Result<LoadResult> RunLoad(const LoadPlan& plan);

}  // namespace extramile::bench
