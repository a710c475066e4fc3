#include "queueing/wait_forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "queueing/birth_death_chain.h"
#include "queueing/gaussian_closure.h"
#include "queueing/pool_forecast.h"

namespace extramile::queueing {
namespace {

// The belief before the day: log-normal about the usual, from half to nearly twice of it. These
// figures are not fitted to any log; docs/design/forecast-evaluation.md shows how little depends on
// them.
constexpr double kLeastFactor = 0.5;
constexpr double kMostFactor = 1.8;
constexpr double kSpread = 0.3;        // standard deviation of the logarithm
constexpr double kPersistence = 0.92;  // correlation from one quarter-hour to the next
// How far a quarter's mean wait lies from the model's: in units of the usual wait, and of its own.
constexpr double kNoiseOfUsual = 0.2;
constexpr double kNoiseOfOwn = 0.5;
// Means of few callers lean on the hour's usual mean as if so many more had been.
constexpr double kLeanCalls = 1;
constexpr double kPriorHalfHours = 10;
constexpr int kReweightings = 50;

// The mean wait, over a stretch, of those who arrive in it.
double MeanWaitOver(double seconds, double arrivals_per_s, double capacity, double handle_s,
                    double patience_s, int waiting, int in_service) {
  const int agents = std::max(1, static_cast<int>(std::lround(capacity)));
  // A capacity between two whole numbers: whole agents of a little less or more speed.
  const PoolRates rates{capacity / agents / handle_s, 1 / patience_s};
  const int in_system = waiting > 0 ? agents + waiting : std::min(in_service, agents);
  if (agents > kMostAgentsExactly) {
    const auto path =
        FollowPathClosed({{.seconds = seconds, .arrivals_per_s = arrivals_per_s, .agents = agents}},
                         rates, {.rule = LateRule::kNotCounted, .stretch_s = seconds},
                         {.mean = static_cast<double>(in_system), .variance = 0});
    return path.arrivals > 0 ? path.total_wait_s() / path.arrivals : 0;
  }
  const double serve = agents * rates.service_per_s;
  const double surplus = std::max(0.0, arrivals_per_s - serve) * std::min(seconds, patience_s);
  const double spread = std::sqrt(arrivals_per_s * std::min(seconds, patience_s));
  const auto places = static_cast<size_t>(waiting + surplus + 5 * spread + 12);
  std::vector<double> start(static_cast<size_t>(agents) + places, 0);
  start[static_cast<size_t>(in_system)] = 1;
  // Who finds m ahead waits until m + 1 have left or their own patience ends: the rate out of the
  // queue is serve + k leave with k in it, so that P(gives up) = (m+1) leave / (serve + (m+1)
  // leave), and the mean wait is that share of the patience.
  std::vector<double> wait(places + 1);
  for (size_t m = 0; m < wait.size(); ++m) {
    const double ahead = static_cast<double>(m + 1);
    wait[m] = ahead / (serve + ahead * rates.leave_per_s);
  }
  BirthDeathChain chain(rates, start);
  chain.SetRates(arrivals_per_s, agents);
  const int steps = 1 + static_cast<int>(seconds / chain.LongestStepS());
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    chain.Advance(seconds / steps, &wait);
    sum += chain.WeightedTime();
  }
  return sum / seconds;
}

// Gaussian elimination with pivots; a singular direction gets 0.
std::array<double, kWaitSigns> Solve(std::array<std::array<double, kWaitSigns>, kWaitSigns> a,
                                     std::array<double, kWaitSigns> b) {
  for (size_t k = 0; k < kWaitSigns; ++k) {
    size_t pivot = k;
    for (size_t i = k + 1; i < kWaitSigns; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    if (std::abs(a[k][k]) < 1e-12) continue;
    for (size_t i = k + 1; i < kWaitSigns; ++i) {
      const double by = a[i][k] / a[k][k];
      for (size_t j = k; j < kWaitSigns; ++j) a[i][j] -= by * a[k][j];
      b[i] -= by * b[k];
    }
  }
  std::array<double, kWaitSigns> x{};
  for (size_t k = kWaitSigns; k-- > 0;) {
    double rest = b[k];
    for (size_t j = k + 1; j < kWaitSigns; ++j) rest -= a[k][j] * x[j];
    x[k] = std::abs(a[k][k]) < 1e-12 ? 0 : rest / a[k][k];
  }
  return x;
}

}  // namespace

WaitTracker::WaitTracker(const WaitProfile& profile) : profile_(profile) {
  const double low = std::log(kLeastFactor);
  const double high = std::log(kMostFactor);
  std::array<double, kFactors> log_factor{};
  for (size_t i = 0; i < kFactors; ++i) {
    log_factor[i] = low + (high - low) * static_cast<double>(i) / (kFactors - 1);
    factor_[i] = std::exp(log_factor[i]);
  }
  const auto bell = [](double off, double spread) {
    return std::exp(-0.5 * off * off / (spread * spread));
  };
  const auto normalise = [](std::array<double, kFactors>& p) {
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& x : p) x /= sum;
  };
  const double fresh = kSpread * std::sqrt(1 - kPersistence * kPersistence);
  for (size_t i = 0; i < kFactors; ++i) {
    belief_[i] = bell(log_factor[i], kSpread);
    for (size_t j = 0; j < kFactors; ++j) {
      drift_[i][j] = bell(log_factor[j] - kPersistence * log_factor[i], fresh);
    }
    normalise(drift_[i]);
  }
  normalise(belief_);
}

std::array<double, WaitTracker::kFactors> WaitTracker::MeanWaits(double seconds,
                                                                 double arrivals_per_s) const {
  const auto h = static_cast<size_t>(std::clamp(now_.now_s / kHalfHourS, 0.0, kHalfHours - 1.0));
  const int waiting = now_.Waiting();
  const int in_service = now_.InService();
  std::array<double, kFactors> waits;
  for (size_t i = 0; i < kFactors; ++i) {
    waits[i] =
        MeanWaitOver(seconds, arrivals_per_s, profile_.capacity[h] * factor_[i],
                     profile_.handle_mean_s[h], profile_.patience_mean_s, waiting, in_service);
  }
  return waits;
}

void WaitTracker::Drift() {
  std::array<double, kFactors> next{};
  for (size_t i = 0; i < kFactors; ++i) {
    for (size_t j = 0; j < kFactors; ++j) next[j] += belief_[i] * drift_[i][j];
  }
  belief_ = next;
}

void WaitTracker::Observe(const DaySoFar& now) {
  const double seconds = now.now_s - now_.now_s;
  const MeanWait seen = WaitOfThoseEntering(now, now_.now_s, now.now_s);
  if (begun_ && seen.calls > 0) {
    const auto waits = MeanWaits(seconds, seen.calls / seconds);
    double sum = 0;
    for (size_t i = 0; i < kFactors; ++i) {
      const double noise = kNoiseOfUsual * profile_.mean_wait_s + kNoiseOfOwn * waits[i] + 1e-9;
      belief_[i] *= std::exp(-std::abs(seen.mean_s() - waits[i]) / noise) / noise;
      sum += belief_[i];
    }
    for (double& p : belief_) p /= sum;
  }
  if (begun_) Drift();
  now_ = now;
  begun_ = true;
}

WaitSigns WaitTracker::Signs() const {
  const auto h = static_cast<size_t>(std::clamp(now_.now_s / kHalfHourS, 0.0, kHalfHours - 1.0));
  const auto waits = MeanWaits(kHalfHourS, profile_.arrivals_per_s[h] * profile_.DayFactor(now_));
  const double usual = profile_.hour_mean_wait_s[h];
  const auto recent = [&](double seconds) {
    const MeanWait mean = WaitOfThoseEntering(now_, now_.now_s - seconds, now_.now_s);
    return (mean.sum_s + kLeanCalls * usual) / (mean.calls + kLeanCalls);
  };
  WaitSigns signs;
  signs.seconds = {std::inner_product(waits.begin(), waits.end(), belief_.begin(), 0.0),
                   recent(900), recent(3600)};
  return signs;
}

double WaitTracker::CapacityFactor() const {
  return std::inner_product(factor_.begin(), factor_.end(), belief_.begin(), 0.0);
}

double WaitBlend::Forecast(const WaitSigns& signs) const {
  return std::max(0.0,
                  std::inner_product(weights.begin(), weights.end(), signs.seconds.begin(), 0.0));
}

WaitBlend FitWaitBlend(const std::vector<WaitExample>& examples) {
  constexpr double kEqualShare = 1.0 / kWaitSigns;
  WaitBlend blend;
  blend.weights.fill(kEqualShare);
  double scale = 0;
  for (const WaitExample& example : examples) scale += example.wait_s;
  // An error this small counts as squared, so that no example weighs without bound.
  const double small =
      1e-9 + 0.02 * scale / std::max<double>(1, static_cast<double>(examples.size()));
  for (int round = 0; round < kReweightings; ++round) {
    std::array<std::array<double, kWaitSigns>, kWaitSigns> a{};
    std::array<double, kWaitSigns> b{};
    for (const WaitExample& example : examples) {
      const auto& x = example.signs.seconds;
      const double fit = std::inner_product(x.begin(), x.end(), blend.weights.begin(), 0.0);
      const double weight = 1 / std::max(small, std::abs(example.wait_s - fit));
      for (size_t i = 0; i < kWaitSigns; ++i) {
        b[i] += weight * x[i] * example.wait_s;
        for (size_t j = 0; j < kWaitSigns; ++j) a[i][j] += weight * x[i] * x[j];
      }
    }
    const double share =
        kPriorHalfHours / std::max<double>(1, static_cast<double>(examples.size()));
    for (size_t i = 0; i < kWaitSigns; ++i) {
      const double prior = share * a[i][i] + 1e-9;
      a[i][i] += prior;
      b[i] += prior * kEqualShare;
    }
    blend.weights = Solve(a, b);
  }
  return blend;
}

}  // namespace extramile::queueing
