// Write load for the tests that break something underneath: threads that commit until they are told
// to stop, and an account of what was acknowledged.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/store.h"
#include "store/test_database.h"

namespace extramile::store {

class Load {
 public:
  // `counts` is asked after each answer whether an acknowledgement counts: false once the disk has
  // crashed.
  Load(
      app::Store& store, OrganisationId organisation,
      std::function<bool()> counts = [] { return true; });
  ~Load() { Stop(); }

  void WaitForAcknowledged(size_t count);  // since this load began
  void Stop();

  std::set<std::string> acknowledged() const;
  // The codes of the errors that plans were answered with, and how often.
  std::map<std::string, int> errors() const;

 private:
  void Run();

  app::Store& store_;
  const OrganisationId organisation_;
  const std::function<bool()> counts_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::set<std::string> acknowledged_;
  std::map<std::string, int> errors_;
  std::vector<std::thread> threads_;
};

// A gesture, an event and an outbox row.
app::WritePlan LoadPlan(OrganisationId organisation, const std::string& code);

// What of `acknowledged` is not there.
size_t CountLost(app::Store& store, OrganisationId organisation,
                 const std::set<std::string>& acknowledged);
// Plans stand whole or not at all: as many gestures as events as outbox rows, and the record
// without a gap.
void ExpectNothingHalfWritten(app::Store& store, OrganisationId organisation);

}  // namespace extramile::store
