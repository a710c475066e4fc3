#include "queueing/late_while_waiting.h"

#include <algorithm>
#include <cmath>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr size_t kMostPlaces = 512;
constexpr double kMostPoints = 512;
constexpr double kStep = 0.06;         // of the root of the customers whom all agents serve
constexpr double kNegligible = 1e-10;  // chance of being reached in time
constexpr size_t kThrough = 6;         // points of an interpolation

// Lagrange's polynomials through 0, 1 ... 5.
double Through(const double* y, double x) {
  const double a = x, b = x - 1, c = x - 2, d = x - 3, e = x - 4, f = x - 5;
  const double ab = a * b, cd = c * d, ef = e * f;
  return cd * ef * (a * y[1] * (1.0 / 24) - b * y[0] * (1.0 / 120)) +
         ab * ef * (c * y[3] - d * y[2]) * (1.0 / 12) +
         ab * cd * (e * y[5] * (1.0 / 120) - f * y[4] * (1.0 / 24));
}

}  // namespace

LateWhileWaiting::LateWhileWaiting(const PoolRates& rates, int agents, double threshold_s)
    : agents_(agents), threshold_s_(threshold_s) {
  const double with = std::max(0, agents - 1) * rates.service_per_s;
  const double without = agents * rates.service_per_s;
  std::vector<double> later_with(kMostPlaces), later_without(kMostPlaces);
  StillWaiting(without, rates.leave_per_s, threshold_s, later_without);
  while (places_ < kMostPlaces && later_without[places_] < 1 - kNegligible) ++places_;
  places_ = std::min(places_ + 2, kMostPlaces);
  const double root = std::sqrt((without + rates.leave_per_s) * threshold_s);
  const double cells =
      std::clamp(std::ceil(root / kStep), static_cast<double>(kThrough) - 1, kMostPoints);
  points_ = static_cast<size_t>(cells) + 1;
  points_per_root_s_ = cells / std::sqrt(threshold_s);

  extra_.resize(places_ * points_);
  later_with.resize(places_);
  later_without.resize(places_);
  for (size_t k = 0; k < points_; ++k) {
    const double left = std::pow(static_cast<double>(k) / points_per_root_s_, 2);
    StillWaiting(with, rates.leave_per_s, left, later_with);
    StillWaiting(without, rates.leave_per_s, left, later_without);
    const double patient = std::exp(-rates.leave_per_s * left);
    for (size_t place = 0; place < places_; ++place) {
      // The place without the gesture is one nearer; the first is served at once.
      const double before = place > 0 ? later_without[place - 1] : 0;
      extra_[place * points_ + k] = patient * (later_with[place] - before);
    }
  }
}

double LateWhileWaiting::At(size_t place, double left_s) const {
  const double at = std::sqrt(left_s) * points_per_root_s_;
  const auto cell = static_cast<size_t>(at);
  const size_t first = std::min(cell - std::min<size_t>(cell, 2), points_ - kThrough);
  return Through(&extra_[place * points_ + first], at - static_cast<double>(first));
}

double LateWhileWaiting::Extra(int busy, std::span<const double> waited_s, double passed_s) const {
  const int first_place = busy - (agents_ - 1);  // below 0: a free agent takes them at once
  double extra = 0;
  for (auto i = static_cast<size_t>(std::max(0, -first_place)); i < waited_s.size(); ++i) {
    const size_t place = static_cast<size_t>(static_cast<int>(i) + first_place);
    if (place >= places_) break;
    const double left = threshold_s_ - waited_s[i] - passed_s;
    // Who is late already is so either way, but for the one whom the agent would have taken.
    if (left > 0 || place == 0) extra += At(place, std::clamp(left, 0.0, threshold_s_));
  }
  return extra;
}

}  // namespace extramile::queueing
