// The real server for tests: every part of it in this process, on a free port of loopback, with two
// organisations whose people have one role each.
//
//   LiveServer server("sqlite");
//   Person lead = server.SignIn("north", "lead");
//   auto answer = server.Send(lead, "GET", "/api/v1/grants");
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/use_case.h"
#include "base/json_reader.h"
#include "connect/call_log_port.h"
#include "connect/chatwoot.h"
#include "connect/csv.h"
#include "connect/framework_files.h"
#include "connect/policy_files.h"
#include "http/client.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/site.h"
#include "support/postgres.h"

namespace extramile {

inline constexpr std::string_view kRoleNames[] = {"agent",    "lead", "manager", "learner",
                                                  "assessor", "iqa",  "eqa",     "admin"};

// How a request says who sends it: a session, an API token, or nobody.
struct Caller {
  std::string cookie;
  std::string csrf_token;
  std::string bearer;
};

struct LiveServerSettings {
  http::ServerSettings server = {};
  http::ApiSettings api = {.quick_threads = 2};
  PostgresServer* postgres =
      nullptr;  // for "postgresql": where its database is; null: the shared one
};

// A clock that tests move while the server reads it.
class MovableClock final : public Clock {
 public:
  explicit MovableClock(Instant now) : now_(now.micros) {}
  Instant Now() override { return {now_.load()}; }
  void Advance(int64_t micros) { now_ += micros; }

 private:
  std::atomic<int64_t> now_;
};

class LiveServer {
 public:
  // `database` is "sqlite" or "postgresql"; see SkipReason.
  explicit LiveServer(std::string_view database = "sqlite", LiveServerSettings settings = {});
  ~LiveServer();

  // Why the database cannot be used on this machine; empty where it can.
  static std::string SkipReason(std::string_view database);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  uint16_t port() const { return server_->port(); }
  MovableClock& clock() { return clock_; }
  app::Services& services() { return *services_; }
  void Stop();

  // The person of this organisation ("north", "south") with this one role.
  static std::string SignInName(std::string_view organisation, std::string_view role) {
    return std::string(role) + '@' + std::string(organisation);
  }
  static constexpr char kPassword[] = "correct horse battery";
  Caller SignIn(std::string_view organisation, std::string_view role);
  // An API token of this person's.
  Caller Token(const Caller& person, std::string_view scopes_json);

  // Sends with what the caller has; throws where no answer comes.
  http::ClientResponse Send(const Caller& caller, std::string_view method, std::string_view target,
                            std::optional<std::string> json = std::nullopt,
                            std::vector<std::pair<std::string, std::string>> headers = {});

 private:
  void AddOrganisation(const std::string& slug);

  std::filesystem::path folder_;
  MovableClock clock_;
  std::unique_ptr<app::Store> store_;
  std::unique_ptr<connect::PolicyFiles> policies_;
  std::unique_ptr<connect::FrameworkFiles> frameworks_;
  connect::CallLogPort call_logs_;
  connect::CsvReader tables_;
  connect::ChatwootReader helpdesk_;
  std::unique_ptr<app::Services> services_;
  http::Metrics metrics_;
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<http::Site> site_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
  std::unique_ptr<http::Client> client_;
};

// The "code" of a problem; empty for anything else.
std::string CodeOf(const http::ClientResponse& response);
// A member of a JSON answer as text; empty where absent.
std::string Member(const http::ClientResponse& response, std::string_view name);

}  // namespace extramile
