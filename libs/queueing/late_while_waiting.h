// What one agent fewer does to customers who wait already: how much likelier each becomes late, by
// the places ahead and the time left until then.
//
// Both chances are known in closed form (erlang.h, StillWaiting), but cost a series for each
// customer. Here they stand on a grid, made once: by places ahead, and by the square root of the
// time left, in which they change at an even pace (a Poisson number's root varies by a half,
// however large the number). Between the grid's points they are interpolated through six, to within
// 1e-7; exact in the sense of gesture_table.h, unless the absence or a shift ends sooner than they
// would be late. Places behind the last one that can be reached in time make no difference; a queue
// of more than 512 such places counts as 512.
//
// A value; asking is safe from any number of threads and costs some 5 ns for each customer who may
// still be reached in time.
//
//   LateWhileWaiting late(rates, /*agents=*/20, /*threshold_s=*/120);
//   late.Extra(/*busy=*/19, waited_s, 0);   // customers, if one of the 20 goes away
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "queueing/birth_death_chain.h"

namespace extramile::queueing {

class LateWhileWaiting {
 public:
  LateWhileWaiting() = default;  // nobody is ever late
  LateWhileWaiting(const PoolRates& rates, int agents, double threshold_s);

  // Customers more that become late. `busy`: agents with a customer, the one who goes away not
  // counted. `waited_s`: of each customer, the longest first, up to `passed_s` ago.
  double Extra(int busy, std::span<const double> waited_s, double passed_s) const;

 private:
  double At(size_t place, double left_s) const;

  int agents_ = 0;
  double threshold_s_ = 0;
  size_t places_ = 0;
  size_t points_ = 0;
  double points_per_root_s_ = 0;
  std::vector<double> extra_;  // by place, then by point
};

}  // namespace extramile::queueing
