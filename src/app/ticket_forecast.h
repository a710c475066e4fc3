// What one agent away does to a team's tickets: which become late that would not have been, and how
// many hours longer they wait between them; by paired simulation of the coming days.
//
// It takes the tickets that wait as the live queue has them, each with when it came and when it is
// due, and the team's working hours with the work that a ticket takes and how many work on them
// (working_hours.h). Tickets come as often as in the last four weeks, at all hours, and are due
// as long after they come as those that wait. They are taken up in the order in which they came.
//
// A simulation takes some 50 ms and is kept for ten minutes, unless the backlog grows or shrinks by
// a fifth. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "app/queue_answer.h"
#include "app/queue_state.h"
#include "app/working_hours.h"

namespace extramile::app {

struct TicketEffect {
  bool decided = false;
  int64_t waiting = 0;  // tickets, now
  double extra_late = 0, extra_hours = 0;
  double extra_late_half_width = 0;                    // of a 95 % interval
  double late_share_before = 0, late_share_after = 0;  // of those due in the coming days

  // "About 2 tickets would be late that would not have been; ..."
  std::string Sentence() const;
};

// What was simulated for one team.
class TicketAnswers {
 public:
  std::mutex& simulating() { return simulating_; }
  std::optional<TicketEffect> Find(int64_t minutes, int64_t starts_in, const WorkingHours& hours,
                                   int64_t waiting, Instant now) const;
  void Keep(int64_t minutes, int64_t starts_in, std::shared_ptr<const WorkingHours> hours,
            Instant now, const TicketEffect& effect);

 private:
  struct Kept {
    std::shared_ptr<const WorkingHours> hours;
    Instant made_at;
    TicketEffect effect;
  };
  std::mutex simulating_;
  mutable std::mutex mutex_;
  std::map<std::pair<int64_t, int64_t>, Kept> kept_;  // guarded by mutex_
};

// Nothing where the queue knows no tickets, or nobody has said when the team works on them.
std::optional<TicketEffect> EffectOnTickets(TeamQueue& queue, const TimeZone& zone,
                                            const std::shared_ptr<const WorkingHours>& hours,
                                            const LiveQuestion& question);

// Undecided where the team does not work within five days of the start.
TicketEffect SimulateTickets(const LiveState& state, const TimeZone& zone,
                             const WorkingHours& hours, const LiveQuestion& question);

}  // namespace extramile::app
