// Figures about the running server in Prometheus' text form: requests by operation and status,
// their durations, how many are under way, what waits for a thread, commits and their durations.
//
// Labels are names of our own (operations), never anything a client chose. Thread-safe; counting a
// request costs two map look-ups under a lock. prometheus-cpp is behind this header.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace extramile::http {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void CountRequest(std::string_view operation, int status, double seconds);
  void CountCommit(bool ok, double seconds);
  void RequestBegins();
  void RequestEnds();
  // Asked whenever the figures are read.
  void Watch(const std::string& name, const std::string& help, std::function<double()> figure);

  std::string Text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace extramile::http
