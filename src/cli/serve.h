// `extramile serve`: opens everything, serves until SIGTERM or SIGINT, finishes what is under way.
// SIGHUP reads the rules again.
#pragma once

#include <memory>

#include "app/policy.h"
#include "app/use_case.h"
#include "cli/settings.h"
#include "connect/call_log_port.h"
#include "connect/chatwoot.h"
#include "connect/csv.h"
#include "connect/framework_files.h"
#include "connect/policy_files.h"

namespace extramile::cli {

// What the use cases reach, opened as the settings say.
class World {
 public:
  static Result<std::unique_ptr<World>> Open(const Settings& settings);

  app::Services& services() { return *services_; }

 private:
  World() = default;

  std::unique_ptr<Clock> test_clock_;
  std::unique_ptr<app::Store> store_;
  std::unique_ptr<connect::PolicyFiles> policies_;
  std::unique_ptr<connect::FrameworkFiles> frameworks_;
  connect::CallLogPort call_logs_;
  connect::CsvReader tables_;
  connect::ChatwootReader helpdesk_;
  std::unique_ptr<app::Services> services_;
};

// Serves until told to stop. Prints where it serves, and who may sign in when it just loaded the
// demonstration organisation.
Result<void> Serve(const Settings& settings);

}  // namespace extramile::cli
