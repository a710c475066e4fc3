#include "queueing/gaussian_closure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "queueing/lookahead.h"

namespace extramile::queueing {
namespace {

constexpr double kInstant = 1e-9;
constexpr double kLongestStepS = 15;
constexpr double kLeastVariance = 1e-6;
constexpr double kTails = 5;  // standard deviations beyond which nothing is counted

double Below(double z) { return 0.5 * std::erfc(-z * M_SQRT1_2); }
double Density(double z) { return std::exp(-0.5 * z * z) * 0.5 * M_SQRT1_2 * M_2_SQRTPI; }

// Mean, variance, and the waiting so far.
using State = std::array<double, 3>;

struct Moments {
  double all_busy;  // P(X > n)
  double queue;     // E[(X - n)+]
  double busy;      // E[min(X, n)]
};

Moments MomentsOf(const State& x, int agents) {
  const double sigma = std::sqrt(std::max(x[1], kLeastVariance));
  const double z = (x[0] - agents) / sigma;
  Moments m;
  m.all_busy = Below(z);
  m.queue = (x[0] - agents) * m.all_busy + sigma * Density(z);
  m.busy = x[0] - m.queue;
  return m;
}

class ClosedWalk {
 public:
  ClosedWalk(const std::vector<Piece>& pieces, const PoolRates& rates, const PathOptions& options,
             const NormalState& start)
      : pieces_(pieces),
        rates_(rates),
        options_(options),
        changes_(ChangesOf(pieces)),
        x_{start.mean, start.variance, 0} {
    double counted = 0;
    for (const Piece& piece : pieces) counted += piece.counted ? piece.seconds : 0;
    cost_.wait_s.assign(static_cast<size_t>(std::ceil(counted / options.stretch_s - kInstant)), 0);
  }

  PathCost Run(const std::vector<WaitingCustomer>& waiting) {
    AddWaiting(waiting);
    for (size_t i = 0; i < pieces_.size(); ++i) {
      Enter(i);
      const double end = now_ + pieces_[i].seconds;
      while (end - now_ > kInstant) StepTo(std::min(end, NextStop()), pieces_[i]);
    }
    return std::move(cost_);
  }

 private:
  void AddWaiting(const std::vector<WaitingCustomer>& waiting) {
    if (options_.rule == LateRule::kNotCounted) return;
    for (const WaitingCustomer& customer : waiting) {
      if (customer.ahead < 0) continue;
      const double left = options_.late_threshold_s - customer.waited_s;
      if (left <= 0) {
        cost_.late_before += 1;
        continue;
      }
      Lookahead ahead(rates_, changes_, static_cast<size_t>(customer.ahead) + 1);
      cost_.late_before += ahead.From(0, pieces_[0].agents, left).back();
    }
  }

  // As BirthDeathChain::Free and TakeAway, for the mean.
  void Enter(size_t i) {
    const int before = i > 0 ? pieces_[i - 1].agents : pieces_[i].agents;
    const int freed = pieces_[i].freed;
    if (freed > 0) {
      const Moments m = MomentsOf(x_, before);
      // Moments at which many are busy see more of them done; then those who are, are gone.
      if (m.busy > 0) x_[0] += freed * (x_[1] * (1 - m.all_busy) / m.busy - 1);
    }
    const int leaving = before - freed - pieces_[i].agents;
    if (leaving > 0) x_[0] -= leaving * MomentsOf(x_, before).busy / std::max(before, 1);
    x_[0] = std::max(x_[0], 0.0);
  }

  // Steps end with a stretch; they are short where the distribution is narrow still.
  double NextStop() const {
    const double narrow = std::sqrt(std::max(x_[1], 0.0)) < 1 ? 0.1 : 1;
    double step = kLongestStepS * narrow;
    const double in_stretch = std::fmod(counted_s_ + kInstant, options_.stretch_s);
    return now_ + std::min(step, options_.stretch_s - in_stretch + kInstant);
  }

  State Slope(const State& x, const Piece& piece) const {
    const Moments m = MomentsOf(x, piece.agents);
    const double out = rates_.service_per_s * m.busy + rates_.leave_per_s * m.queue;
    const double pull = rates_.service_per_s * (1 - m.all_busy) + rates_.leave_per_s * m.all_busy;
    return {piece.arrivals_per_s - out, piece.arrivals_per_s + out - 2 * x[1] * pull, m.queue};
  }

  void StepTo(double until, const Piece& piece) {
    const double h = until - now_;
    const auto moved = [&](const State& slope, double by) {
      State x = x_;
      for (size_t k = 0; k < x.size(); ++k) x[k] += by * slope[k];
      return x;
    };
    const State k1 = Slope(x_, piece);
    const State k2 = Slope(moved(k1, h / 2), piece);
    const State k3 = Slope(moved(k2, h / 2), piece);
    const State k4 = Slope(moved(k3, h), piece);
    State sum;
    for (size_t k = 0; k < sum.size(); ++k) sum[k] = (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k]) / 6;
    const double waited = h * sum[2];
    CountLate(moved(sum, h / 2), now_ + h / 2, h, piece);
    x_ = moved(sum, h);
    x_[1] = std::max(x_[1], 0.0);
    now_ = until;
    if (!piece.counted) return;
    const auto stretch = std::min(static_cast<size_t>((counted_s_ + kInstant) / options_.stretch_s),
                                  cost_.wait_s.size() - 1);
    cost_.wait_s[stretch] += waited;
    cost_.arrivals += piece.arrivals_per_s * h;
    cost_.abandoned += rates_.leave_per_s * waited;
    counted_s_ += h;
  }

  // Arrivals of this step who will be late, by the customers ahead of them.
  void CountLate(const State& x, double at_s, double seconds, const Piece& piece) {
    if (options_.rule == LateRule::kNotCounted) return;
    const double sigma = std::sqrt(std::max(x[1], kLeastVariance));
    const double most = x[0] + kTails * sigma - piece.agents;
    if (most < 0) return;
    const auto places = static_cast<size_t>(most) + 2;
    const std::vector<double>& chance = ChanceOfLate(at_s, piece.agents, places);
    double late = 0;
    double below = Below((piece.agents - 0.5 - x[0]) / sigma);
    for (size_t m = 0; m < places; ++m) {
      const double to = Below((piece.agents + static_cast<double>(m) + 0.5 - x[0]) / sigma);
      late += chance[m] * (to - below);
      below = to;
    }
    late *= piece.arrivals_per_s * seconds;
    (piece.counted ? cost_.late : cost_.late_before) += late;
  }

  // By the customers ahead; what it was where no change of agents is in sight.
  const std::vector<double>& ChanceOfLate(double at_s, int agents, size_t places) {
    const bool in_sight = std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.at_s > at_s && change.at_s < at_s + options_.late_threshold_s;
    });
    if (!in_sight && agents == chance_agents_ && places <= chance_.size()) return chance_;
    Lookahead ahead(rates_, changes_, in_sight ? places : 2 * places);
    chance_ = ahead.From(at_s, agents, options_.late_threshold_s);
    chance_agents_ = in_sight ? -1 : agents;
    return chance_;
  }

  const std::vector<Piece>& pieces_;
  PoolRates rates_;
  PathOptions options_;
  std::vector<Change> changes_;
  State x_;
  std::vector<double> chance_;
  int chance_agents_ = -1;
  double now_ = 0;
  double counted_s_ = 0;
  PathCost cost_;
};

}  // namespace

PathCost FollowPathClosed(const std::vector<Piece>& pieces, const PoolRates& rates,
                          const PathOptions& options, const NormalState& in_system,
                          const std::vector<WaitingCustomer>& waiting) {
  return ClosedWalk(pieces, rates, options, in_system).Run(waiting);
}

}  // namespace extramile::queueing
