#include "inference/shrinkage.h"

#include <algorithm>
#include <cmath>

#include "inference/quadrature.h"

namespace extramile::inference {
namespace {

constexpr int kNodes = 96;
constexpr double kLikeness[] = {1, 2, 4, 8, 16, 32, 64, 128};

double LogGamma(double x) {
  int sign = 0;
  return lgamma_r(x, &sign);
}
double LogBeta(double a, double b) { return LogGamma(a) + LogGamma(b) - LogGamma(a + b); }

// One point of the grid over (m, k), with its unnormalised posterior weight.
struct Point {
  double share, likeness, log_weight;
};

std::vector<Point> Posterior(std::span<const Tally> gestures, const GeneralShare& general) {
  std::vector<Point> points;
  for (const QuadratureNode& node : GaussLegendre(kNodes)) {
    const double prior = std::log(node.weight) +
                         (general.strength * general.mean - 1) * std::log(node.at) +
                         (general.strength * (1 - general.mean) - 1) * std::log1p(-node.at);
    for (const double likeness : kLikeness) {
      const double a = likeness * node.at;
      const double b = likeness * (1 - node.at);
      const double log_prior_beta = LogBeta(a, b);
      double log_weight = prior;
      for (const Tally& tally : gestures) {
        if (tally.trials == 0) continue;
        log_weight += LogBeta(a + static_cast<double>(tally.successes),
                              b + static_cast<double>(tally.trials - tally.successes)) -
                      log_prior_beta;
      }
      points.push_back({node.at, likeness, log_weight});
    }
  }
  return points;
}

}  // namespace

FamilyEstimate Shrink(std::span<const Tally> gestures, const GeneralShare& general) {
  const std::vector<Point> points = Posterior(gestures, general);
  const double largest =
      std::max_element(points.begin(), points.end(), [](const Point& a, const Point& b) {
        return a.log_weight < b.log_weight;
      })->log_weight;
  FamilyEstimate out;
  out.gestures.resize(gestures.size(), 0);
  double total = 0;
  for (const Point& point : points) {
    const double weight = std::exp(point.log_weight - largest);
    total += weight;
    out.family += weight * point.share;
    for (size_t i = 0; i < gestures.size(); ++i) {
      out.gestures[i] +=
          weight * (static_cast<double>(gestures[i].successes) + point.likeness * point.share) /
          (static_cast<double>(gestures[i].trials) + point.likeness);
    }
  }
  out.family /= total;
  for (double& mean : out.gestures) mean /= total;
  return out;
}

}  // namespace extramile::inference
