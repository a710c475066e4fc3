// The exact transient of one pool of alike agents: M(t)/M/n(t)+M, first come first served.
//
// The number of customers in the system is a birth-death chain. Over a piece of time with constant
// rates its distribution, and the time it spends in each state, follow by uniformisation (A. Jensen
// 1953): the chain is watched at the events of a Poisson process fast enough for every state, and
// what happens between those events is a weighted sum of powers of one tridiagonal matrix. There is
// no discretisation error; truncation of sums is kept below 1e-11.
//
// Late customers: one who arrives at t and finds m customers waiting ahead is still waiting after T
// with a probability that is known in closed form where the number of agents stays as it is between
// t and t + T (erlang.h, StillWaiting), and by one more step of a pure death chain where it changes
// in between; those few minutes are integrated by Gauss-Legendre.
//
// Pure, no shared state. Cost: O(events x states), events about (arrivals + n x service) x time.
#pragma once

#include <vector>

namespace extramile::queueing {

struct PoolRates {
  double service_per_s = 0;  // of one agent
  double leave_per_s = 0;    // of one waiting customer; 0: nobody gives up
};

// A stretch of time within which nothing changes. Where fewer agents are there than in the piece
// before, those who left took the customer in hand with them (served outside the pool, nobody
// else's wait); where there are more, they begin with the head of the queue.
struct Piece {
  double seconds = 0;
  double arrivals_per_s = 0;
  int agents = 0;
  // So many agents have just finished with a customer as this piece begins: the state is the one
  // that such a moment sees, P'(j - freed) in proportion to P(j) x (ways to choose them among the
  // busy). Whether they go on (agents as before) or go away (fewer agents) is for `agents` to say.
  int freed = 0;
  bool counted = true;  // false: a run-up before the horizon, whose waiting is not counted
};

enum class LateRule {
  kNotCounted,
  kWaited,  // customers who really wait longer than T, be it that they are then served or give up
  kOfferedFrozen,  // arrivals at whom a wait over T stares if nobody came or went: patience of
                   // their own and later changes of the number of agents are ignored. The meaning
                   // of the third column of the design note's table.
};

// One customer who waits already at the beginning.
struct WaitingCustomer {
  int ahead = 0;  // customers waiting before this one; negative: served at once
  double waited_s = 0;
};

struct PathCost {
  std::vector<double> wait_s;  // customer-seconds of waiting within each piece
  double arrivals = 0;         // in counted pieces
  double abandoned = 0;        // in counted pieces
  double late = 0;             // of the arrivals in counted pieces
  double late_before =
      0;  // of the arrivals in uncounted pieces and of the customers waiting at the beginning
  double overflow =
      0;  // arrivals lost because the state space was too small: a measure of the error
};

// Follows the chain from `in_system` (probabilities of 0 ... in_system.size()-1 customers; the size
// is the state space, larger than the number of agents of every piece) through the pieces.
// `late_threshold_s` above 0.
PathCost FollowPath(const std::vector<Piece>& pieces, const PoolRates& rates,
                    double late_threshold_s, LateRule rule, std::vector<double> in_system,
                    const std::vector<WaitingCustomer>& waiting = {});

}  // namespace extramile::queueing
