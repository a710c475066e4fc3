// A team's queue as it is, from the events that its telephone or ticket system sends: who waits
// since when, who is being served, which agents are on.
//
// Events come late, twice and in the wrong order. The state is therefore a function of the set of
// events, never of the order in which they came: of each customer's contact and of each agent the
// latest word counts, by the moment at which it happened, then by what it was (entered < answered <
// left, off < on), then by the event's id. Taking an event is commutative and idempotent; a test
// holds every order against a slow oracle.
//
// - A contact waits from its last `entered`, is served from its last `answered`, is gone once it
//   `left` (hung up, gave up, or done).
// - An agent who goes off takes the customer in hand along, who no longer counts as served here.
// - How many agents are on is known only where somebody said so: by agent_on and agent_off. Who
//   answers somebody without such a word counts as serving.
// - What is older than the horizon is forgotten, and too old to be taken.
// - Tickets wait for days and are due at a time: a contact is one as soon as any event on it says
// so.
//   They have a horizon of their own, and who works on one still answers the telephone.
//
// A value; not thread-safe. Taking an event costs two look-ups in a hash table, the state one pass
// over the contacts and agents of the horizon.
//
//   LiveQueue queue;
//   queue.Take({.id = "e1", .kind = QueueEventKind::kEntered, .at = at, .contact = "c1"});
//   QueueState state = queue.StateAt(now);   // state.waiting
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace extramile::queueing {

// Of contacts, then of agents; a later one wins over an earlier one of the same moment.
enum class QueueEventKind { kEntered, kAnswered, kLeft, kAgentOff, kAgentOn };
std::string_view QueueEventName(QueueEventKind kind);  // "entered" ... "agent_on"
std::optional<QueueEventKind> ParseQueueEvent(std::string_view name);

// Ids are opaque: nothing here asks what they stand for.
struct QueueEvent {
  std::string id;  // the sender's own, the same when it is sent again
  QueueEventKind kind = QueueEventKind::kEntered;
  Instant at;           // when it happened
  std::string contact;  // of entered, answered and left
  std::string agent;    // of agent_on and agent_off; of answered where known
  // Of entered: what is asked for, where known. Of agent_on: what the agent serves, a skill a line;
  // empty where nobody said, which means all.
  std::string skill;
  bool ticket = false;         // the contact is one
  std::optional<Instant> due;  // of entered, of a ticket
  bool about_agent() const { return kind >= QueueEventKind::kAgentOff; }
};

struct WaitingContact {
  Instant since;
  std::string skill;
  auto operator<=>(const WaitingContact&) const = default;
};

struct WaitingTicket {
  Instant due, since;
  auto operator<=>(const WaitingTicket&) const = default;
};

struct AgentOn {
  std::string id;
  std::vector<std::string> skills;  // in order; empty: all
  bool serving = false;
};

struct QueueState {
  std::vector<WaitingContact> waiting;  // longest first; tickets apart
  std::vector<Instant> served_since;    // longest first
  int serving = 0;                      // agents who serve somebody: one with two chats is one
  std::optional<int> agents_on;         // where anybody said who is
  std::vector<AgentOn> on;              // they, by id
  std::vector<WaitingTicket> tickets;   // that nobody has taken up, the one due first first
  int tickets_in_hand = 0;
  std::vector<Instant> tickets_entered;  // of all that are remembered, in order
  double tickets_due_after_s = 0;        // on average, of those waiting
};

// How an event fits what was known before it.
enum class Arrival {
  kInOrder,     // the newest of the team
  kLate,        // older than the team's newest, and yet the latest word on its contact or agent
  kOutOfOrder,  // a later word on its contact or agent was there first: it changes nothing now
  kDuplicate,   // its id was there already
};

class LiveQueue {
 public:
  static constexpr int64_t kHorizon = kMicrosPerDay;
  static constexpr int64_t kTicketHorizon = 60 * kMicrosPerDay;

  void Take(const QueueEvent& event);
  // How `event` would arrive, if the events of `since` had been taken before it too.
  Arrival Judge(const QueueEvent& event, const LiveQueue& since) const;
  // Tickets so much longer as their horizon is.
  void ForgetBefore(Instant then);
  // Nothing where no such contact is remembered.
  std::optional<bool> IsTicket(const std::string& contact) const;

  // From the events of the horizon before `now`.
  QueueState StateAt(Instant now) const;
  // When the newest event happened; 1970 where there is none.
  Instant newest() const { return newest_; }
  size_t events() const { return seen_.size(); }

 private:
  struct Word {
    Instant at;
    QueueEventKind kind;
    std::string id;
    std::string agent;  // of answered
    std::string skill;  // of entered and agent_on
    std::optional<Instant> due;
    bool operator<(const Word& other) const;
  };
  using Words = std::unordered_map<std::string, Word>;
  const Words& WordsOf(const QueueEvent& event) const {
    return event.about_agent() ? agents_ : contacts_;
  }
  const Word* LatestOn(const QueueEvent& event) const;
  static void AddTicket(QueueState& state, const Word& word);
  bool TookTheCustomerAlong(const Word& answered) const;

  Words contacts_, agents_;                            // the latest on each
  std::unordered_map<std::string, Instant> last_off_;  // of agents
  std::unordered_map<std::string, Instant> tickets_;   // when they entered, where that is known
  struct Seen {
    Instant at;
    bool ticket;
  };
  std::unordered_map<std::string, Seen> seen_;
  Instant newest_;
};

}  // namespace extramile::queueing
