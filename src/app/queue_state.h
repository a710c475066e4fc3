// The live queues: of each team whose telephone or ticket system tells of its contacts, the state
// as it is, for forecasts, for the page and for what a case says about the load.
//
// Events are rows (queue_event), taken once (queue_events.h); the state is a function of the set of
// them (queueing/live_queue.h). This process keeps a copy of each team's and reads what is missing:
// live_queue.version rises with each batch, a check reads it within its own snapshot and asks for a
// copy that is no older. So a restart loses nothing, and several processes see the same.
//
// A live queue counts as long as its newest event is no older than kSilentAfter; then nobody knows
// whether it is quiet or the feed is broken, and forecasts fall back to what is usual.
//
// Thread-safe. A copy that is recent costs a lock; a new batch one more read.
//
//   EM_ASSIGN(const auto queue, FindLiveQueue(services, organisation, team, version));
//   const auto state = queue->state();
//   if (state->IsFresh(now)) state->queue.waiting.size();
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/store.h"
#include "app/use_case.h"
#include "queueing/live_queue.h"

namespace extramile::app {

inline constexpr int64_t kSilentAfter = 10 * kMicrosPerMinute;

// Of events, since the queue was first told of; late ones and those out of order are among the
// accepted.
struct QueueCounts {
  int64_t accepted = 0, duplicate = 0, late = 0, out_of_order = 0, refused = 0;
};

struct LiveState {
  int64_t version = 0;  // of live_queue
  Instant newest;       // event; 1970 where none was accepted within the horizon
  Instant received_at;  // the last batch
  QueueCounts counts;
  queueing::QueueState queue;
  // What forecasts ask of `queue`, worked out once (Prepare): how long each customer who waits has
  // waited up to `newest`, the longest first; whether the agents on have different skills.
  std::vector<double> waited_s;
  bool skills_differ = false;

  bool IsFresh(Instant now) const { return now - newest <= kSilentAfter; }
  // Tickets are told of more seldom, and wait over a weekend.
  bool KnowsTickets(Instant now) const {
    return !queue.tickets_entered.empty() && now - newest <= 4 * kMicrosPerDay;
  }
  void Prepare();
};

// quiet: nobody waits, and a third of the agents are free. busy: somebody has waited for more than
// two minutes, or as many wait as agents are on. normal: else. Nothing where the state is not
// fresh.
std::optional<std::string> LoadOf(const LiveState& state, Instant now);

class LiveTables;  // app/queue_forecast.h
std::shared_ptr<LiveTables> NewLiveTables();
class TicketAnswers;  // app/ticket_forecast.h
std::shared_ptr<TicketAnswers> NewTicketAnswers();

class TeamQueue {
 public:
  explicit TeamQueue(std::string team) : team_(std::move(team)) {}
  const std::string& team() const { return team_; }
  // What forecasts made from it.
  LiveTables& tables() const { return *tables_; }
  TicketAnswers& tickets() const { return *tickets_; }

  // Reads the batches that are missing, unless `version` and all before it are there already.
  Result<void> CatchUp(Services& services, OrganisationId organisation, int64_t version);
  std::shared_ptr<const LiveState> state() const;
  // How `event` would arrive, if those of `since` had come before it.
  queueing::Arrival Judge(const queueing::QueueEvent& event,
                          const queueing::LiveQueue& since) const;
  // Nothing where no such contact is known.
  std::optional<bool> IsTicket(const std::string& contact) const;

 private:
  const std::string team_;
  const std::shared_ptr<LiveTables> tables_ = NewLiveTables();
  const std::shared_ptr<TicketAnswers> tickets_ = NewTicketAnswers();
  mutable std::mutex mutex_;
  int64_t version_ = 0;                                                     // guarded by mutex_
  queueing::LiveQueue queue_;                                               // guarded by mutex_
  std::shared_ptr<const LiveState> state_ = std::make_shared<LiveState>();  // guarded by mutex_
};

// Every live queue that this process was asked about.
class LiveQueues {
 public:
  std::shared_ptr<TeamQueue> Find(OrganisationId organisation, const std::string& team);
  std::vector<std::pair<OrganisationId, std::shared_ptr<TeamQueue>>> All() const;
  QueueCounts Counts() const;  // summed over the queues, as far as this process has read them

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<OrganisationId, std::string>, std::shared_ptr<TeamQueue>> queues_;
};

// How an id of the sender's is kept: who reads it learns nothing. Empty stays empty.
std::string HiddenQueueId(const Organisation& organisation, const std::string& id);

// The team's queue, no older than `version` (of live_queue); null where that is absent: nobody
// tells of this queue. Errors: the store's.
Result<std::shared_ptr<TeamQueue>> FindLiveQueue(Services& services, OrganisationId organisation,
                                                 const std::string& team,
                                                 std::optional<int64_t> version);

// Reads what has come since.
Result<void> CatchUpNow(Services& services, OrganisationId organisation, TeamQueue& queue);

// $1 organisation, $2 team: the version, at most one row.
extern const Sql kLiveVersion;
// $1 organisation: team and version of each live queue, by team.
extern const Sql kLiveVersions;

// Drops what is older than the horizon. Waits until it is durable.
Result<void> ForgetOldQueueEvents(Store& store, OrganisationId organisation, Instant now);

}  // namespace extramile::app
