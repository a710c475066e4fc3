// Gauss-Legendre nodes and weights on [0, 1]: sum of weight x f(node) is the integral of f, exactly
// for polynomials of degree up to 2n - 1. The mixtures over bets, the run lengths of control charts
// and the hierarchical posterior are integrals of this kind.
//
// Pure; O(n^2) to make. Source: Abramowitz and Stegun 25.4.29; Newton's method from Tricomi's
// start.
//
//   double third = 0;
//   for (const QuadratureNode& node : GaussLegendre(8)) third += node.weight * node.at * node.at;
#pragma once

#include <vector>

namespace extramile::inference {

struct QuadratureNode {
  double at = 0;  // in (0, 1), ascending
  double weight = 0;
};

// Needs nodes >= 1.
std::vector<QuadratureNode> GaussLegendre(int nodes);

}  // namespace extramile::inference
