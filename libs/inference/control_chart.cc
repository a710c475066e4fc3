#include "inference/control_chart.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "inference/quadrature.h"

namespace extramile::inference {
namespace {

constexpr int kNodes = 64;

double NormalDensity(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }
double NormalDistribution(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

// Solves rows x = 1, each row holding its coefficients; Gauss with partial pivoting, in place.
std::vector<double> SolveForOnes(std::vector<std::vector<double>> rows) {
  const size_t n = rows.size();
  std::vector<double> x(n, 1);
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t row = column + 1; row < n; ++row) {
      if (std::abs(rows[row][column]) > std::abs(rows[pivot][column])) pivot = row;
    }
    std::swap(rows[column], rows[pivot]);
    std::swap(x[column], x[pivot]);
    for (size_t row = column + 1; row < n; ++row) {
      const double factor = rows[row][column] / rows[column][column];
      for (size_t k = column; k < n; ++k) rows[row][k] -= factor * rows[column][k];
      x[row] -= factor * x[column];
    }
  }
  for (size_t row = n; row-- > 0;) {
    for (size_t k = row + 1; k < n; ++k) x[row] -= rows[row][k] * x[k];
    x[row] /= rows[row][row];
  }
  return x;
}

// Run length L(u) of one side that stands at u: one step more, from 0 if the step ends at or below
// 0, else from where it ends inside (0, h):
//   L(u) = 1 + L(0) Phi(k - u - shift) + integral over (0, h) of L(y) phi(y - u + k - shift) dy
// Unknowns: L at 0, then at the nodes.
double OneSidedRunLength(const CusumDesign& design, double shift) {
  const auto nodes = GaussLegendre(kNodes);
  std::vector<double> at = {0};
  for (const QuadratureNode& node : nodes) at.push_back(node.at * design.limit);
  std::vector<std::vector<double>> rows(at.size(), std::vector<double>(at.size(), 0));
  for (size_t i = 0; i < at.size(); ++i) {
    rows[i][0] = -NormalDistribution(design.slack - at[i] - shift);
    for (size_t j = 1; j < at.size(); ++j) {
      rows[i][j] =
          -nodes[j - 1].weight * design.limit * NormalDensity(at[j] - at[i] + design.slack - shift);
    }
    rows[i][i] += 1;
  }
  return SolveForOnes(std::move(rows)).front();
}

}  // namespace

bool Cusum::Update(double z) {
  up_ = std::max(0.0, up_ + z - design_.slack);
  down_ = std::max(0.0, down_ - z - design_.slack);
  return up_ > design_.limit || down_ > design_.limit;
}

bool Ewma::Update(double z) {
  average_ += design_.weight * (z - average_);
  return std::abs(average_) > limit();
}

double Ewma::limit() const {
  return design_.width * std::sqrt(design_.weight / (2 - design_.weight));
}

double CusumRunLength(CusumDesign design, double shift) {
  // The two sides never stand above 0 so long together that they interact (Lucas and Crosier 1982).
  return 1 / (1 / OneSidedRunLength(design, shift) + 1 / OneSidedRunLength(design, -shift));
}

// L(u) = 1 + integral over (-c, c) of L(y) phi((y - (1 - w) u) / w - shift) / w dy, from u = 0.
double EwmaRunLength(EwmaDesign design, double shift) {
  const double limit = Ewma(design).limit();
  const auto nodes = GaussLegendre(kNodes);
  std::vector<double> at = {0};
  for (const QuadratureNode& node : nodes) at.push_back((2 * node.at - 1) * limit);
  std::vector<std::vector<double>> rows(at.size(), std::vector<double>(at.size(), 0));
  for (size_t i = 0; i < at.size(); ++i) {
    for (size_t j = 1; j < at.size(); ++j) {
      const double z = (at[j] - (1 - design.weight) * at[i]) / design.weight - shift;
      rows[i][j] = -nodes[j - 1].weight * 2 * limit / design.weight * NormalDensity(z);
    }
    rows[i][i] += 1;
  }
  return SolveForOnes(std::move(rows)).front();
}

}  // namespace extramile::inference
