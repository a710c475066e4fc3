// The exact transient of one pool of alike agents: M(t)/M/n(t)+M, first come first served.
//
// The distribution of the number of customers is followed exactly through pieces of time with
// constant rates (birth_death_chain.h). Late customers: one who arrives and finds m customers
// waiting ahead is still waiting after T with a chance that is known in closed form where the
// number of agents stays as it is until then, and by one more step where it changes in between
// (lookahead.h); those few minutes are integrated by Gauss-Legendre with six points.
//
// Pure, no shared state. Cost: O(events x states); events about (arrivals + agents x service +
// longest queue x leave) x time.
#pragma once

#include <vector>

#include "queueing/birth_death_chain.h"
#include "queueing/lookahead.h"

namespace extramile::queueing {

// A stretch of time within which nothing changes. Where fewer agents are there than in the piece
// before, those who left took the customer in hand with them (served outside the pool, nobody
// else's wait); where there are more, they begin with the head of the queue.
struct Piece {
  double seconds = 0;
  double arrivals_per_s = 0;
  int agents = 0;
  // So many agents have just finished with a customer as this piece begins: the state is the one
  // that such a moment sees (BirthDeathChain::Free). Whether they go on (agents as before) or go
  // away (fewer agents) is for `agents` to say.
  int freed = 0;
  bool counted =
      true;  // false: a run-up before the horizon, whose waiting and arrivals are not counted
};

enum class LateRule {
  kNotCounted,
  kWaited,  // customers who really wait longer than T, be it that they are then served or give up
  kOfferedFrozen,  // arrivals whom a wait over T faces if nobody gave up or changed the number of
                   // agents from then on except the customers ahead: the meaning of the third
                   // column of the design note's table
};

// One customer who waits already at the beginning.
struct WaitingCustomer {
  int ahead = 0;  // customers waiting before this one; negative: served at once
  double waited_s = 0;
};

struct PathCost {
  std::vector<double> wait_s;  // customer-seconds of waiting in each stretch of the counted time
  double arrivals = 0;         // in counted pieces
  double abandoned = 0;        // in counted pieces
  double late = 0;             // of the arrivals in counted pieces
  double late_before =
      0;  // of the arrivals in uncounted pieces and of those waiting at the beginning
  double overflow =
      0;  // arrivals lost because the state space was too small: a measure of the error

  double total_wait_s() const;
};

struct PathOptions {
  double late_threshold_s = 120;  // above 0
  LateRule rule = LateRule::kWaited;
  double stretch_s = 300;
};

// What customers who wait through the pieces will meet.
std::vector<Change> ChangesOf(const std::vector<Piece>& pieces);

// Follows the chain from `in_system` (probabilities of 0 ... size-1 customers; the size is the
// state space, larger than the number of agents of every piece) through the pieces. Uncounted
// pieces come first.
PathCost FollowPath(const std::vector<Piece>& pieces, const PoolRates& rates,
                    const PathOptions& options, const std::vector<double>& in_system,
                    const std::vector<WaitingCustomer>& waiting = {});

}  // namespace extramile::queueing
