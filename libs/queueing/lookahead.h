// The chance that a customer in the queue still waits after some time, looking through coming
// changes of the number of agents.
//
// Places ahead empty as a pure death chain with rates c + m v (c: all agents' service, v: one
// customer's giving up, m: customers ahead), which has a closed form (erlang.h, StillWaiting) while
// the number of agents stays; across a change one more step of that chain is taken, whose
// transition probabilities are negative binomial.
#pragma once

#include <vector>

#include "queueing/birth_death_chain.h"

namespace extramile::queueing {

// When the number of agents changes, or agents are freed; in seconds from the beginning of the
// path.
struct Change {
  double at_s = 0;
  int agents = 0;  // from then on
  int freed = 0;
  int pulled = 0;  // places by which the queue moves up at that moment
};

class Lookahead {
 public:
  // `changes` in order of time; kept by reference.
  Lookahead(const PoolRates& rates, const std::vector<Change>& changes, size_t places);

  // By the customers ahead: the chance that one who is in the queue at `at_s`, with `agents`
  // serving then, is still there `seconds` later, neither served nor gone. Valid until the next
  // call. Cost: places squared for each change in sight.
  const std::vector<double>& From(double at_s, int agents, double seconds);

 private:
  void MoveUp(int places);
  void BackOver(int agents, double seconds);

  PoolRates rates_;
  const std::vector<Change>& changes_;
  std::vector<double> chance_, work_;
  std::vector<double> inverse_;  // 1/k
};

}  // namespace extramile::queueing
