// The event loop of the simulation: agents with skills, one queue for each skill, customers whose
// arrival, patience and handle time are given.
//
// A customer who comes goes to the first free agent with the skill, in the order in which the
// agents are given; else waits. An agent who becomes free takes, of the queues they have the skill
// for, the customer of the highest priority, among these the one who has waited longest. Who runs
// out of patience is taken out when the queue gets to them, at the moment their patience ended: no
// event is needed for it.
//
// An agent works from starts_s to ends_s, and is away from away_from_s to away_to_s. An absence
// begins with the customer in hand being done, whenever that would have been; one of length 0
// therefore frees the agent at that moment and nothing else, which makes it the fair opposite of a
// longer one. The end of the work is otherwise: the customer in hand is served to the end.
//
// Everything random is drawn by the caller, so that the same customers can be played twice. Arrays
// are kept between runs. Not thread-safe. A customer costs O(log agents + skills).
//
//   EventLoop loop(agents, /*priorities=*/{0, 0});
//   loop.Run(customers, 3600, [&](const LoopCustomer& who, double at_s, Left how) { ... });
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace extramile::queueing {

inline constexpr double kNever = std::numeric_limits<double>::infinity();
inline constexpr size_t kMostSkills = 32;

struct LoopCustomer {
  double arrives_s = 0;
  double patience_ends_s = kNever;
  double handle_s = 0;
  double due_s = kNever;  // of no concern to the loop
  uint32_t skill = 0;
};

struct LoopAgent {
  uint32_t skills = 1;  // bit k: has skill k
  double starts_s = -kNever, ends_s = kNever;
  double away_from_s = kNever, away_to_s = kNever;
  double busy_until_s = -kNever;  // with a customer from before the beginning
};

enum class Left { kServed, kGaveUp, kStillWaiting };

class EventLoop {
 public:
  // `priorities`, by skill: the larger, the sooner.
  explicit EventLoop(std::vector<int> priorities)
      : priorities_(std::move(priorities)), queues_(priorities_.size()) {}

  // Plays customers (in the order of arrival; who arrives before `begin_s` waits then) until
  // `until_s`, and tells `seen` when and how each left the queue: the moment service began, the
  // moment patience ended, or `until_s`. Returns how many agents were busy as their absence began.
  template <class Seen>
  int Run(std::span<const LoopAgent> agents, std::span<const LoopCustomer> customers,
          double begin_s, double until_s, Seen&& seen);

 private:
  struct Release {
    double at_s;
    uint32_t agent;
  };
  struct Queue {
    std::vector<uint32_t> waiting;  // indices of customers
    size_t head = 0;
  };

  void Begin(double begin_s);
  void Push(Release release);
  void ReplaceTop(Release release);
  void PopTop();
  void SinkTop(Release release);
  void SetIdle(uint32_t agent) { idle_[agent / 64] |= uint64_t{1} << agent % 64; }
  // The first free agent with the skill who is at work, or -1.
  int FreeAgent(uint32_t skill, double at_s);
  // The customer whom the agent should take, or -1.
  template <class Seen>
  int64_t Next(const LoopAgent& agent, double at_s, Seen& seen);
  // What an agent who is free at the moment does. `top`: their release is the heap's top.
  template <class Seen>
  void BecomeFree(uint32_t index, double at_s, bool top, Seen& seen);

  std::vector<int> priorities_;
  std::vector<Queue> queues_;
  std::span<const LoopAgent> agents_;
  std::span<const LoopCustomer> customers_;
  std::vector<Release> heap_;        // the soonest first
  std::vector<double> release_s_;    // by agent: the one release that counts
  std::vector<uint64_t> idle_;       // a bit for each agent
  std::vector<uint64_t> has_skill_;  // by skill, as many words as idle_
  std::vector<uint32_t> absences_;   // agents, by the beginning of their absence
};

template <class Seen>
int64_t EventLoop::Next(const LoopAgent& agent, double at_s, Seen& seen) {
  int64_t best = -1;
  for (uint32_t skills = agent.skills; skills != 0; skills &= skills - 1) {
    Queue& queue = queues_[static_cast<size_t>(std::countr_zero(skills))];
    while (queue.head < queue.waiting.size() &&
           customers_[queue.waiting[queue.head]].patience_ends_s <= at_s) {
      const LoopCustomer& gone = customers_[queue.waiting[queue.head++]];
      seen(gone, gone.patience_ends_s, Left::kGaveUp);
    }
    if (queue.head == queue.waiting.size()) continue;
    const int64_t first = queue.waiting[queue.head];
    if (best >= 0) {
      const LoopCustomer& a = customers_[static_cast<size_t>(first)];
      const LoopCustomer& b = customers_[static_cast<size_t>(best)];
      const int difference = priorities_[a.skill] - priorities_[b.skill];
      if (difference < 0 || (difference == 0 && a.arrives_s >= b.arrives_s)) continue;
    }
    best = first;
  }
  return best;
}

template <class Seen>
void EventLoop::BecomeFree(uint32_t index, double at_s, bool top, Seen& seen) {
  const LoopAgent& agent = agents_[index];
  double until_s = kNever;
  if (agent.away_from_s <= at_s && at_s < agent.away_to_s) {
    until_s = agent.away_to_s;
  } else if (at_s < agent.ends_s) {
    const int64_t next = Next(agent, at_s, seen);
    if (next >= 0) {
      const LoopCustomer& customer = customers_[static_cast<size_t>(next)];
      Queue& queue = queues_[customer.skill];
      if (++queue.head == queue.waiting.size()) queue.waiting.clear(), queue.head = 0;
      seen(customer, at_s, Left::kServed);
      until_s = at_s + customer.handle_s;
    } else {
      SetIdle(index);
    }
  }
  release_s_[index] = until_s;
  if (until_s == kNever) {
    if (top) PopTop();
  } else if (top) {
    ReplaceTop({until_s, index});
  } else {
    Push({until_s, index});
  }
}

template <class Seen>
int EventLoop::Run(std::span<const LoopAgent> agents, std::span<const LoopCustomer> customers,
                   double begin_s, double until_s, Seen&& seen) {
  agents_ = agents;
  customers_ = customers;
  Begin(begin_s);
  size_t arrival = 0;
  size_t absence = 0;
  int were_busy = 0;
  for (;;) {
    const double arrives = arrival < customers.size() ? customers[arrival].arrives_s : kNever;
    const double absent =
        absence < absences_.size() ? agents[absences_[absence]].away_from_s : kNever;
    const double released = heap_.empty() ? kNever : heap_[0].at_s;
    if (absent <= released && absent <= arrives) {
      if (absent > until_s) break;
      const uint32_t index = absences_[absence++];
      uint64_t& word = idle_[index / 64];
      const uint64_t bit = uint64_t{1} << index % 64;
      were_busy += release_s_[index] != kNever && agents[index].starts_s < absent;
      if ((word & bit) != 0 || release_s_[index] != kNever) {
        word &= ~bit;
        BecomeFree(index, absent, false, seen);
      }
    } else if (released <= arrives) {
      if (released > until_s) break;
      const Release top = heap_[0];
      if (release_s_[top.agent] != top.at_s) {
        PopTop();  // its customer was done sooner
      } else {
        BecomeFree(top.agent, top.at_s, true, seen);
      }
    } else {
      if (arrives > until_s) break;
      const LoopCustomer& customer = customers[arrival];
      const int agent = arrives < begin_s ? -1 : FreeAgent(customer.skill, arrives);
      if (agent >= 0) {
        seen(customer, arrives, Left::kServed);
        const auto index = static_cast<uint32_t>(agent);
        release_s_[index] = arrives + customer.handle_s;
        Push({release_s_[index], index});
      } else {
        queues_[customer.skill].waiting.push_back(static_cast<uint32_t>(arrival));
      }
      ++arrival;
    }
  }
  for (Queue& queue : queues_) {
    for (size_t i = queue.head; i < queue.waiting.size(); ++i) {
      const LoopCustomer& customer = customers[queue.waiting[i]];
      const bool gave_up = customer.patience_ends_s <= until_s;
      seen(customer, gave_up ? customer.patience_ends_s : until_s,
           gave_up ? Left::kGaveUp : Left::kStillWaiting);
    }
  }
  return were_busy;
}

}  // namespace extramile::queueing
