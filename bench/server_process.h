// `extramile serve` as a process of its own, for benchmarks that ask it through HTTP.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/serve.h"
#include "http/client.h"

namespace extramile::bench {

// A process with its output in a file, its syncs delayed where asked; ends with the object.
class Process {
 public:
  struct SyncDelay {
    std::string library;  // libsync_delay.so
    int us = 0;
  };
  Process(std::vector<std::string> command, const std::filesystem::path& out,
          const SyncDelay& delay);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Processor time that it has used, in all its threads.
  double CpuSeconds() const;
  int Wait();

 private:
  pid_t pid_ = 0;
};

struct RunningServer {
  uint16_t port = 0;
  std::unique_ptr<Process> process;
  std::unique_ptr<http::Client> client;
};

// Serves the database on a free port of loopback, its log in `folder`; returns when it is ready.
Result<RunningServer> StartServer(const std::string& program, const std::string& database,
                                  const std::filesystem::path& folder,
                                  const Process::SyncDelay& delay = {});

// The header lines of a request of theirs.
Result<std::string> SignIn(http::Client& client, const std::string& name,
                           const std::string& password);

// What the server opens, in this process.
Result<std::unique_ptr<cli::World>> OpenWorld(const std::string& database);

}  // namespace extramile::bench
