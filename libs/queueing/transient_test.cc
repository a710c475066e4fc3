// The exact transient against the design note's table, a dense integration of the same equations,
// and itself.
#include "queueing/transient.h"

#include <gtest/gtest.h>

#include <cmath>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr PoolRates kRates{1 / 300.0, 1 / 600.0};

std::vector<double> Certain(size_t customers, size_t states) {
  std::vector<double> p(states, 0);
  p[customers] = 1;
  return p;
}

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
    const auto n = static_cast<size_t>(row.agents);
    const auto start = Certain(n - 1, n + 200);
    const PathOptions options{
        .late_threshold_s = 120, .rule = LateRule::kOfferedFrozen, .stretch_s = 300};
    const auto with = FollowPath({{720, arrivals, row.agents - 1}, {2880, arrivals, row.agents}},
                                 kRates, options, start);
    const auto without = FollowPath({{3600, arrivals, row.agents}}, kRates, options, start);
    EXPECT_NEAR((with.total_wait_s() - without.total_wait_s()) / 60, row.extra_wait_min, 5e-5);
    EXPECT_NEAR(with.abandoned - without.abandoned, row.extra_abandoned, 5e-5);
    EXPECT_NEAR(with.late - without.late, row.extra_late, 5e-5);
  }
}

// The slow, obvious reference: the chain's differential equations and those of a customer's place
// in the queue, both stepped by Runge and Kutta's method in small steps, with arrivals summed by
// the trapezium rule.
class Dense {
 public:
  Dense(std::vector<Piece> pieces, PoolRates rates, double threshold_s)
      : pieces_(std::move(pieces)), rates_(rates), threshold_(threshold_s) {}

  struct Cost {
    double wait_s = 0, late = 0;
  };

  Cost Run(std::vector<double> p) const {
    Cost cost;
    double at = 0;
    for (const Piece& piece : pieces_) {
      const int steps = static_cast<int>(std::lround(piece.seconds / kStepS));
      for (int s = 0; s <= steps; ++s) {
        const double weight = (s == 0 || s == steps ? 0.5 : 1) * kStepS;
        // At the end of a piece an arrival still belongs to it.
        const auto chance =
            StillThere(std::min(at + s * kStepS, at + piece.seconds - 1e-6), p.size());
        for (size_t j = static_cast<size_t>(piece.agents), m = 0; j < p.size(); ++j, ++m) {
          cost.wait_s += weight * static_cast<double>(m) * p[j];
          cost.late += weight * piece.arrivals_per_s * p[j] * chance[m];
        }
        if (s < steps) p = Stepped(p, [&](const std::vector<double>& x) { return Flow(x, piece); });
      }
      at += piece.seconds;
    }
    return cost;
  }

 private:
  static constexpr double kStepS = 1;

  template <class F>
  static std::vector<double> Stepped(const std::vector<double>& x, F slope) {
    const auto moved = [&](const std::vector<double>& by, double h) {
      std::vector<double> y = x;
      for (size_t i = 0; i < y.size(); ++i) y[i] += h * by[i];
      return y;
    };
    const auto a = slope(x);
    const auto b = slope(moved(a, kStepS / 2));
    const auto c = slope(moved(b, kStepS / 2));
    const auto d = slope(moved(c, kStepS));
    std::vector<double> y = x;
    for (size_t i = 0; i < y.size(); ++i) y[i] += kStepS / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
    return y;
  }

  std::vector<double> Flow(const std::vector<double>& p, const Piece& piece) const {
    std::vector<double> flow(p.size(), 0);
    for (size_t j = 0; j < p.size(); ++j) {
      const double busy = std::min<double>(static_cast<double>(j), piece.agents);
      const double out =
          busy * rates_.service_per_s + (static_cast<double>(j) - busy) * rates_.leave_per_s;
      if (j + 1 < p.size()) {
        flow[j] -= piece.arrivals_per_s * p[j];
        flow[j + 1] += piece.arrivals_per_s * p[j];
      }
      if (j > 0) {
        flow[j] -= out * p[j];
        flow[j - 1] += out * p[j];
      }
    }
    return flow;
  }

  int AgentsAt(double t) const {
    double at = 0;
    for (const Piece& piece : pieces_) {
      if (t < at + piece.seconds) return piece.agents;
      at += piece.seconds;
    }
    return pieces_.back().agents;
  }

  // By customers ahead, backwards from a threshold after `t`: still there, having neither given up
  // nor been served.
  std::vector<double> StillThere(double t, size_t places) const {
    std::vector<double> chance(places, 1);
    const int steps = static_cast<int>(std::lround(threshold_ / kStepS));
    for (int s = steps; s-- > 0;) {
      const int agents = AgentsAt(t + s * kStepS);
      const int later = AgentsAt(t + (s + 1) * kStepS);
      for (int pulled = agents; pulled < later; ++pulled) {
        chance.insert(chance.begin(), 0);
        chance.pop_back();
      }
      chance = Stepped(chance, [&](const std::vector<double>& x) {
        std::vector<double> slope(x.size());
        for (size_t m = 0; m < x.size(); ++m) {
          const double ahead =
              agents * rates_.service_per_s + static_cast<double>(m) * rates_.leave_per_s;
          slope[m] = ahead * ((m > 0 ? x[m - 1] : 0) - x[m]) - rates_.leave_per_s * x[m];
        }
        return slope;
      });
    }
    return chance;
  }

  std::vector<Piece> pieces_;
  PoolRates rates_;
  double threshold_;
};

TEST(Transient, AgreesWithADenseIntegration) {
  // Late customers look through both moments at which agents come.
  const std::vector<Piece> pieces = {{90, 0.03, 1}, {40, 0.03, 2}, {120, 0.035, 4}};
  for (double leave : {1 / 600.0, 0.0}) {
    SCOPED_TRACE(leave);
    const PoolRates rates{1 / 90.0, leave};
    const auto exact = FollowPath(pieces, rates, {.late_threshold_s = 60}, Certain(2, 30));
    const auto dense = Dense(pieces, rates, 60).Run(Certain(2, 30));
    EXPECT_NEAR(exact.total_wait_s(), dense.wait_s, 2e-4 * dense.wait_s);
    // The reference notices changes a step of a second late, in a threshold of sixty.
    EXPECT_NEAR(exact.late, dense.late, 5e-3 * dense.late);
  }
}

TEST(Transient, StaysInTheSteadyState) {
  const auto usual = SteadyStateOf({19 / 300.0, 300, 600, 20});
  ASSERT_TRUE(usual);
  auto start = usual->in_system();
  start.resize(start.size() + 40, 0);
  const auto cost = FollowPath({{3600, 19 / 300.0, 20}}, kRates, {.late_threshold_s = 120}, start);
  EXPECT_NEAR(cost.total_wait_s(), usual->mean_wait_s * cost.arrivals, 1e-8 * cost.total_wait_s());
  EXPECT_NEAR(cost.late, usual->ProbabilityOfWaitOver(120) * cost.arrivals, 1e-8);
  EXPECT_NEAR(cost.abandoned, usual->p_abandon * cost.arrivals, 1e-8);
  for (double wait_s : cost.wait_s) EXPECT_NEAR(wait_s, usual->mean_wait_s * 19, 1e-6);
}

TEST(Transient, DoesNotDependOnHowTimeIsCut) {
  const std::vector<Piece> whole = {{1000, 0.07, 19}, {2600, 0.06, 20}};
  const std::vector<Piece> cut = {
      {130, 0.07, 19}, {870, 0.07, 19}, {0.5, 0.06, 20}, {1099.5, 0.06, 20}, {1500, 0.06, 20}};
  const auto a = FollowPath(whole, kRates, {.late_threshold_s = 120}, Certain(25, 120));
  const auto b = FollowPath(cut, kRates, {.late_threshold_s = 120}, Certain(25, 120));
  EXPECT_NEAR(a.late, b.late, 1e-7);
  EXPECT_NEAR(a.abandoned, b.abandoned, 1e-9);
  ASSERT_EQ(a.wait_s.size(), 12u);
  ASSERT_EQ(b.wait_s.size(), 12u);
  for (size_t i = 0; i < 12; ++i) EXPECT_NEAR(a.wait_s[i], b.wait_s[i], 1e-6) << i;
}

TEST(Transient, LosesNothingInLongSteps) {
  // More events than fit into one exp(-events), and more than one Advance takes.
  const PoolRates rates{1 / 20.0, 1 / 40.0};
  const auto usual = SteadyStateOf({24, 20, 40, 500});
  ASSERT_TRUE(usual);
  auto start = usual->in_system();
  start.resize(start.size() + 60, 0);
  const auto cost = FollowPath({{600, 24, 500}}, rates, {.late_threshold_s = 10}, start);
  EXPECT_NEAR(cost.total_wait_s(), usual->mean_wait_s * cost.arrivals, 1e-7 * cost.total_wait_s());
  EXPECT_NEAR(cost.late, usual->ProbabilityOfWaitOver(10) * cost.arrivals, 1e-6);
}

TEST(Transient, KnowsWhenItsStateSpaceIsTooSmall) {
  const auto cost = FollowPath({{3600, 0.2, 5}}, kRates, {.late_threshold_s = 120}, Certain(5, 20));
  EXPECT_GT(cost.overflow, 1);
}

TEST(Transient, SeesWhoWaitsAlready) {
  // One agent, nobody arrives: the first in the queue waits for one service, the second for two,
  // unless their patience ends.
  const std::vector<Piece> pieces = {{3600, 0, 1}};
  const std::vector<WaitingCustomer> waiting = {{0, 0}, {1, 60}, {2, 130}};
  const PoolRates patient{1 / 300.0, 0};
  const auto cost = FollowPath(pieces, patient, {.late_threshold_s = 120}, Certain(4, 6), waiting);
  const double first = std::exp(-120 / 300.0);
  const double second = std::exp(-60 / 300.0) * (1 + 60 / 300.0);
  EXPECT_NEAR(cost.late_before, first + second + 1, 1e-12);
}

}  // namespace
}  // namespace extramile::queueing
