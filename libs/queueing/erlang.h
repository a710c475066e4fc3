// Steady states of one pool of alike agents: Erlang B (customers are turned away), Erlang C (they
// wait for ever) and Erlang A (M/M/n+M: they wait until their patience ends).
//
// Offered load is arrivals x handle time, in erlangs. All functions are pure; a cost of O(agents +
// longest likely queue). Sources: A. K. Erlang 1917 (B, C); C. Palm 1957 and O. Garnett, A.
// Mandelbaum, M. Reiman 2002 (A).
//
//   ErlangC(14, 10.0);                                             // 0.174: the probability of
//   having to wait EM_ASSIGN(SteadyState s, SteadyStateOf({.arrivals_per_s = 100 / 1800.0,
//   .handle_mean_s = 180,
//                                           .patience_mean_s = 300, .agents = 14}));
//   1 - s.ProbabilityOfWaitOver(20);                               // 0.917: the service level at
//   20 s
#pragma once

#include <cmath>
#include <vector>

#include "base/error.h"

namespace extramile::queueing {

// The probability that all agents are busy and the customer is turned away. Needs agents >= 0,
// offered load >= 0.
double ErlangB(int agents, double offered_load);
// The probability of having to wait when nobody gives up; 1 where the load is as large as the
// number of agents.
double ErlangC(int agents, double offered_load);

struct PoolInput {
  double arrivals_per_s = 0;
  double handle_mean_s = 0;
  double patience_mean_s = 0;  // infinity: nobody gives up
  int agents = 0;
};

class SteadyState {
 public:
  double p_wait = 0;       // an arriving customer finds every agent busy
  double p_abandon = 0;    // gives up
  double mean_wait_s = 0;  // over all customers, those who give up included
  double utilisation = 0;  // share of an agent's time spent with customers

  // The share of all customers who wait longer than this, be it that they are then served or give
  // up. Seconds >= 0.
  double ProbabilityOfWaitOver(double seconds) const;
  // The service level: the share of all customers who are answered within this time. Not simply one
  // less the above: some give up before. Cost: 128 of the above.
  double ServiceLevel(double seconds) const;
  // The wait that this share of customers stays within (0.9: the 90th percentile). 0 <= share < 1.
  double WaitPercentile(double share) const;
  // The probabilities of 0, 1, 2 ... customers in the system (waiting or served), until the rest is
  // below 1e-16.
  const std::vector<double>& in_system() const { return in_system_; }

 private:
  friend Result<SteadyState> SteadyStateOf(const PoolInput& input);
  PoolInput input_;
  std::vector<double> in_system_;
};

// Errors, kInvalid: "pool-input" for figures that make no sense; "pool-unstable" where nobody gives
// up and arrivals are not below what the agents can serve; kTooLarge "pool-too-large" beyond a
// million customers in the system.
Result<SteadyState> SteadyStateOf(const PoolInput& input);

// The probabilities that a customer with 0, 1, ... size-1 customers ahead in the queue is still
// ahead of the service after `seconds`, if they do not give up themselves: places ahead empty at
// rate service_per_s (all agents together) + leave_per_s for each customer still ahead. Writes size
// values. Cost O(size).
void StillWaiting(double service_per_s, double leave_per_s, double seconds,
                  std::vector<double>& out);

// A term of a series that begins with exp(log_first), which may be too small for a double, and
// grows by factors: kept as a logarithm until it is large enough to matter.
class GrowingTerm {
 public:
  explicit GrowingTerm(double log_first) : log_(log_first) { Surface(); }
  void Times(double factor) {
    if (value_ > 0) {
      value_ *= factor;
    } else {
      log_ += std::log(factor);
      Surface();
    }
  }
  double value() const { return value_; }

 private:
  void Surface() { value_ = log_ > -650 ? std::exp(log_) : 0; }
  double log_;
  double value_ = 0;
};

}  // namespace extramile::queueing
