// Who waits already: the grid says what the closed form says of each.
#include "queueing/late_while_waiting.h"

#include <gtest/gtest.h>

#include <cmath>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

// Customer by customer, from the series.
double Slowly(const PoolRates& rates, int agents, double threshold_s, int busy,
              const std::vector<double>& waited_s) {
  double extra = 0;
  for (size_t i = 0; i < waited_s.size(); ++i) {
    const double left = threshold_s - waited_s[i];
    const auto late_with = [&](int serving) {
      const int ahead = busy + static_cast<int>(i) - serving;
      if (ahead < 0) return 0.0;
      if (left <= 0) return 1.0;
      std::vector<double> still(static_cast<size_t>(ahead) + 1);
      StillWaiting(serving * rates.service_per_s, rates.leave_per_s, left, still);
      return still.back() * std::exp(-rates.leave_per_s * left);
    };
    extra += late_with(std::max(0, agents - 1)) - late_with(agents);
  }
  return extra;
}

std::vector<double> Crowd(int count, double longest_s) {
  std::vector<double> waits;
  for (int i = 0; i < count; ++i) waits.push_back(longest_s * (1 - double(i) / count));
  return waits;
}

TEST(LateWhileWaiting, SaysWhatTheClosedFormSays) {
  struct Pool {
    int agents;
    double handle_s, patience_s, threshold_s;
  };
  for (const Pool& pool : {Pool{20, 300, 600, 120}, Pool{1, 300, 600, 120}, Pool{50, 60, 90, 20},
                           Pool{8, 240, INFINITY, 3600}, Pool{3, 1200, 300, 60}}) {
    const PoolRates rates = {1 / pool.handle_s, 1 / pool.patience_s};
    const LateWhileWaiting late(rates, pool.agents, pool.threshold_s);
    for (int count : {0, 1, 2, 5, 20, 200}) {
      for (double longest : {0.3, 0.7, 1.2}) {
        const auto waits = Crowd(count, longest * pool.threshold_s);
        const double slowly = Slowly(rates, pool.agents, pool.threshold_s, pool.agents - 1, waits);
        EXPECT_NEAR(late.Extra(pool.agents - 1, waits, 0), slowly, 1e-7 * std::max(1, count))
            << pool.agents << " agents, " << count << " waiting";
      }
    }
  }
}

TEST(LateWhileWaiting, AFreeAgentTakesTheFirstAtOnce) {
  const PoolRates rates = {1.0 / 300, 1.0 / 600};
  const LateWhileWaiting late(rates, 5, 120);
  const std::vector<double> waits = {90, 60, 30};
  EXPECT_EQ(late.Extra(1, waits, 0), 0);
  for (int busy : {2, 3, 4}) {
    EXPECT_NEAR(late.Extra(busy, waits, 0), Slowly(rates, 5, 120, busy, waits), 1e-7);
  }
  // Whose clock runs ahead has not waited yet.
  EXPECT_NEAR(late.Extra(4, std::vector<double>{-20.0}, 0), late.Extra(4, std::vector{0.0}, 0),
              1e-12);
  EXPECT_EQ(LateWhileWaiting().Extra(3, waits, 0), 0);
}

}  // namespace
}  // namespace extramile::queueing
