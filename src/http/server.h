// The server: connections, and nothing of what is said on them. HTTP/1.1 with keep-alive on plain
// TCP (a proxy in front speaks TLS), by Boost.Beast and C++20 coroutines, all behind this header.
//
//   Server server(site, {.address = "127.0.0.1", .port = 8080});
//   EM_TRY(server.Listen());
//   server.Run();       // until Stop(), or SIGTERM with handle_signals
//
// A client that dawdles is cut off: over the header after `header_timeout` and over the body after
// `body_timeout` (408), while being written to after `write_timeout`. A request that is too long
// gets 413 or 431, one that cannot be understood 400, each with a reason. Stopping takes no new
// connection, closes the idle ones, finishes what is under way and then returns from Run.
//
// Time limits are looked at five times a second by one timer for all connections, so that a request
// costs no timer of its own. Stop may be called from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/handler.h"
#include "http/metrics.h"

namespace extramile::http {

struct ServerSettings {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;  // 0: any free one
  int threads = 1;       // that serve connections; computing has threads of its own
  size_t max_connections = 4096;
  uint32_t max_header = 16 * 1024;
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds write_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(30);
  bool handle_signals = false;  // SIGTERM and SIGINT stop, SIGHUP calls on_hangup
  std::function<void()> on_hangup = {};
  std::chrono::milliseconds tick_every = std::chrono::minutes(1);
  std::function<void()> on_tick = {};  // on a connection's thread: must not wait
};

bool IsLoopback(const std::string& address);

class Server {
 public:
  Server(Handler& handler, Metrics& metrics, ServerSettings settings);
  ~Server();

  // Errors: kInvalid "listen-address", kUnavailable "listen-failed".
  Result<void> Listen();
  uint16_t port() const;  // after Listen
  // Serves until stopped; on the calling thread and settings.threads - 1 more.
  void Run();
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace extramile::http
