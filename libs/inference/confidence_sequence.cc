#include "inference/confidence_sequence.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace extramile::inference {
namespace {

constexpr int kCells = ConfidenceSequence::kCells;
constexpr double kBoldest = 0.5;  // no stake risks more than this share of the capital

// Per candidate: the largest stakes allowed above and below it.
struct Limits {
  std::array<double, kCells + 1> above, below;
};
const Limits& StakeLimits() {
  static const Limits limits = [] {
    Limits out;
    for (int i = 0; i <= kCells; ++i) {
      const double m = static_cast<double>(i) / kCells;
      out.above[static_cast<size_t>(i)] = kBoldest / m;  // infinite at 0, where nothing is at risk
      out.below[static_cast<size_t>(i)] = kBoldest / (1 - m);
    }
    return out;
  }();
  return limits;
}

double LogBeta(double a, double b) {
  int sign = 0;
  return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

// The variance of the mixing distribution is best at this share of the time at which the boundary
// is to be tightest (Howard et al. 2021, section 3.5).
double BestMixtureShare(double alpha) {
  const double twice_log = -2 * std::log(alpha);
  return 1 / (twice_log + std::log1p(twice_log));
}

// The mixture is tuned for this level whatever level is asked for, as confseq does, so that
// intervals of different levels nest.
constexpr double kTunedFor = 0.05;

double Bisect(double inside, double outside, const auto& is_inside) {
  for (int i = 0; i < 100 && std::abs(outside - inside) > 1e-12; ++i) {
    const double middle = (inside + outside) / 2;
    (is_inside(middle) ? inside : outside) = middle;
  }
  return outside;
}

}  // namespace

static_assert(std::is_trivially_copyable_v<ConfidenceSequence>);

ConfidenceSequence::ConfidenceSequence(double alpha)
    : ruled_out_at_(2 / alpha), log_two_over_alpha_(std::log(2 / alpha)), squares_(0.25) {
  assert(alpha > 0 && alpha < 1);
  above_.fill(1);
  below_.fill(1);
}

double ConfidenceSequence::Stake() const {
  const auto next = static_cast<double>(count_ + 1);
  const double variance = squares_ / next;
  return std::sqrt(2 * log_two_over_alpha_ / (variance * next * std::log1p(next)));
}

void ConfidenceSequence::Update(double x) {
  assert(x >= 0 && x <= 1);
  const double stake = Stake();
  ++count_;
  sum_ += x;
  const double running_mean = (0.5 + sum_) / static_cast<double>(count_ + 1);
  squares_ += (x - running_mean) * (x - running_mean);
  if (empty_) return;

  const Limits& limits = StakeLimits();
  for (int i = lowest_; i <= highest_; ++i) {
    const auto at = static_cast<size_t>(i);
    const double lead = x - static_cast<double>(i) / kCells;
    above_[at] *= 1 + std::min(stake, limits.above[at]) * lead;
    below_[at] *= 1 - std::min(stake, limits.below[at]) * lead;
  }
  int low = lowest_;
  int high = highest_;
  while (low <= high && above_[static_cast<size_t>(low)] >= ruled_out_at_) ++low;
  while (high >= low && below_[static_cast<size_t>(high)] >= ruled_out_at_) --high;
  empty_ = low > high;
  if (!empty_) {
    lowest_ = low;
    highest_ = high;
  }
}

Interval ConfidenceSequence::interval() const {
  return {std::max(0, lowest_ - 1) / static_cast<double>(kCells),
          std::min(kCells, highest_ + 1) / static_cast<double>(kCells)};
}

Interval BernoulliInterval(int64_t successes, int64_t trials, double alpha, double narrowest_at) {
  assert(successes >= 0 && successes <= trials && narrowest_at > 0);
  const auto won = static_cast<double>(successes);
  const auto lost = static_cast<double>(trials - successes);
  // The prior for "the mean is not p" is a beta distribution with mean p worth this many trials.
  const double worth = std::max(narrowest_at * BestMixtureShare(kTunedFor) - 1, 1e-3);
  const double threshold = -std::log(alpha);
  const auto is_inside = [&](double p) {
    const double a = worth * p;
    const double b = worth * (1 - p);
    const double log_e =
        LogBeta(a + won, b + lost) - LogBeta(a, b) - won * std::log(p) - lost * std::log1p(-p);
    return log_e < threshold;
  };
  const double centre = trials == 0 ? 0.5 : won / (won + lost);
  Interval out;
  if (successes > 0) out.lower = Bisect(centre, 0, is_inside);
  if (successes < trials) out.upper = Bisect(centre, 1, is_inside);
  return out;
}

double NormalMixtureBound(double variance, double alpha, double narrowest_at) {
  assert(variance > 0 && narrowest_at > 0 && alpha > 0 && alpha < 0.5);
  // One-sided: half of the normal mixture, tuned as the two-sided one is for twice the level.
  const double rho = narrowest_at * BestMixtureShare(2 * kTunedFor);
  const auto is_inside = [&](double sum) {
    const double total = variance + rho;
    const double above_zero = std::erfc(-sum / std::sqrt(2 * total)) / 2;
    return 0.5 * std::log(4 * rho / total) + sum * sum / (2 * total) + std::log(above_zero) <
           -std::log(alpha);
  };
  double outside = std::sqrt(variance);
  while (is_inside(outside)) outside *= 2;
  return Bisect(0, outside, is_inside);
}

}  // namespace extramile::inference
