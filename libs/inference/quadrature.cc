#include "inference/quadrature.h"

#include <cmath>
#include <numbers>

namespace extramile::inference {

std::vector<QuadratureNode> GaussLegendre(int nodes) {
  std::vector<QuadratureNode> out(static_cast<size_t>(nodes));
  for (int i = 0; i < nodes; ++i) {
    double x = -std::cos(std::numbers::pi * (i + 0.75) / (nodes + 0.5));
    double slope = 0;
    for (int step = 0; step < 100; ++step) {
      double before = 1;
      double value = x;
      for (int degree = 2; degree <= nodes; ++degree) {
        const double next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = nodes * (x * value - before) / (x * x - 1);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    out[static_cast<size_t>(i)] = {(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)};
  }
  return out;
}

}  // namespace extramile::inference
