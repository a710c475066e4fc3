// The API: from a request to its use case, to the store, to the answer.
//
// On the server's thread the route is found and the rest is put on a lane of worker threads (a full
// lane answers 503 at once). There, in this order: who is calling, may they (session word against
// forged requests, role, scope), the version they saw (If-Match), the body as JSON, the
// Idempotency-Key, the use case. Its plan goes to the store and the worker is free again: nobody
// waits for a commit; the store's callback sends the answer, or lets the use case decide once more
// where what it had read changed meanwhile.
//
// An Api outlives its requests: Drain it before its services go. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "app/use_case.h"
#include "http/handler.h"
#include "http/metrics.h"

namespace extramile::http {

struct ApiSettings {
  size_t quick_threads = 4;
  size_t slow_threads = 2;    // so many passwords are hashed at once
  size_t max_waiting = 2000;  // on the quick lane; a tenth of it on the slow one
  std::chrono::milliseconds keep_callers = std::chrono::seconds(5);
  bool secure_cookie = false;  // always; else where a proxy says X-Forwarded-Proto: https
};

class Api final : public Handler {
 public:
  Api(app::Services& services, Metrics& metrics, const ApiSettings& settings);
  ~Api() override;

  size_t BodyLimit(std::string_view method, std::string_view path) const override;
  void Handle(HttpRequest request, Done done) override;

  // Runs a job on the slow lane; false when it is full.
  bool RunSlowly(std::function<void()> job);
  // Finishes what was taken and takes no more. The store must still run.
  void Drain();

 private:
  class Call;
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace extramile::http
