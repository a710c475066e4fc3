// The number of customers in one pool (waiting or served) as a birth-death chain, moved through
// time by uniformisation.
//
// Over a step with constant rates the chain is watched at the events of a Poisson process that is
// fast enough for every state (A. Jensen 1953). Between two such events it moves by one tridiagonal
// matrix; the distribution after s seconds is the sum of its powers weighted with the Poisson
// probabilities of so many events, and time integrals are the same sum weighted with the
// probabilities of more events, divided by their rate. Nothing is discretised; sums are cut off
// below 1e-12.
//
// The state space is finite: arrivals in its last state are lost, and TimeAtEdge() tells how much
// that matters. Not thread-safe. A step costs O(events x states), and events are about rate() x
// seconds.
#pragma once

#include <cstddef>
#include <vector>

namespace extramile::queueing {

struct PoolRates {
  double service_per_s = 0;  // of one agent
  double leave_per_s = 0;    // of one waiting customer; 0: nobody gives up
};

class BirthDeathChain {
 public:
  // Probabilities of 0, 1, ... customers; their number is the size of the state space, larger than
  // any number of agents.
  BirthDeathChain(const PoolRates& rates, const std::vector<double>& in_system);

  void SetRates(double arrivals_per_s, int agents);
  double LongestStepS() const;  // that Advance may be asked for

  // Moves on by `seconds`. `weights`, by the number of customers ahead of one who arrives (a
  // state with a free agent has none), may be null.
  void Advance(double seconds, const std::vector<double>* weights);
  // Of the last Advance: customer-seconds waited from its beginning to `seconds` after it ...
  double WaitingUpTo(double seconds) const;
  // ... the integral of the weights of the state over time ...
  double WeightedTime() const { return weighted_time_; }
  // ... and seconds spent in the last state.
  double TimeAtEdge() const { return time_at_edge_; }

  // The state as seen by a moment at which `freed` agents (of `agents`, as last set) have just
  // finished with a customer: P'(j - freed) in proportion to P(j) x the share of choices of that
  // many agents that are all busy. Returns the mean of that share, or 1 (and changes nothing) where
  // it is 0: nobody is ever busy.
  double Free(int freed);
  // Agents leave one by one, each busy one together with the customer in hand.
  void TakeAway(int from_agents, int to_agents);

  size_t states() const { return states_; }
  double probability(size_t j) const { return p_[j + 1]; }

 private:
  double OutRate(size_t j) const;

  PoolRates rates_;
  size_t states_;
  double arrivals_ = -1;
  int agents_ = -1;
  double rate_ = 0;  // of the Poisson process of events
  double up_ = 0;    // the chance that an event is an arrival
  // By state, with a zero before the first and after the last: probabilities, two work arrays, and
  // the chances that an event changes nothing or takes a customer out.
  std::vector<double> p_, next_, end_, stay_, down_;
  std::vector<double> places_;  // 0, 1, 2 ...
  std::vector<double>
      inverse_;  // 1, 1/2, 1/3 ...: a division would be the slowest step of a Poisson sum
  std::vector<double> waiting_;  // expected number waiting at each event of the last Advance
  double weighted_time_ = 0, time_at_edge_ = 0;
};

}  // namespace extramile::queueing
