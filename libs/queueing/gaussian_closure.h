// The number of customers in a large pool as a normal distribution moved through time: two ordinary
// differential equations, for its mean and its variance.
//
// With X customers, n agents, arrivals at rate a, services at rate s each and leaving at rate l for
// each who waits, the mean changes by a - s E[min(X, n)] - l E[(X - n)+], and the variance by the
// sum of the rates less twice the covariance of X with the drift, which for a normal X is the
// variance times the mean slope (Stein's identity). What is left out is skewness: the cost of a
// gesture comes within 10 % of the exact transient above some 50 agents
// (W. A. Massey and J. Pender 2013 for such closures).
//
// Pure. A path costs some hundred steps of a fourth-order Runge-Kutta method, whatever the number
// of agents; counting who is late adds O(longest queue) at each.
#pragma once

#include <vector>

#include "queueing/transient.h"

namespace extramile::queueing {

// As FollowPath (transient.h), from `in_system` customers, or from the usual state of the first
// piece where that is given as mean and variance. Customers who wait at the beginning are judged as
// there. `overflow` is 0.
struct NormalState {
  double mean = 0;
  double variance = 0;
};
PathCost FollowPathClosed(const std::vector<Piece>& pieces, const PoolRates& rates,
                          const PathOptions& options, const NormalState& in_system,
                          const std::vector<WaitingCustomer>& waiting = {});

}  // namespace extramile::queueing
