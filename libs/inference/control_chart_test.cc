#include "inference/control_chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "inference/quadrature.h"

namespace extramile::inference {
namespace {

// Run lengths as the design note on other customers gives them (spc's xcusum.arl and xewma.arl).
TEST(RunLength, MeetsTheDesignsVectors) {
  EXPECT_NEAR(CusumRunLength({0.5, 4}, 0), 167.684, 5e-4);
  EXPECT_NEAR(CusumRunLength({0.5, 4}, 1), 8.383, 5e-4);
  EXPECT_NEAR(CusumRunLength({0.5, 5}, 0), 465.444, 5e-4);
  EXPECT_NEAR(CusumRunLength({0.5, 5}, 1), 10.376, 5e-4);
  EXPECT_NEAR(EwmaRunLength({0.1, 2.814}, 0), 499.580, 5e-4);
  EXPECT_NEAR(EwmaRunLength({0.1, 2.814}, 1), 10.331, 5e-4);
}

template <class Chart>
double SimulatedRunLength(const Chart& fresh, double shift, int runs, double* standard_error) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> z(shift, 1);
  double sum = 0, squares = 0;
  for (int run = 0; run < runs; ++run) {
    Chart chart = fresh;
    double length = 1;
    while (!chart.Update(z(random))) ++length;
    sum += length;
    squares += length * length;
  }
  const double mean = sum / runs;
  *standard_error = std::sqrt((squares / runs - mean * mean) / runs);
  return mean;
}

// The oracle: the charts themselves, fed with random numbers.
TEST(RunLength, IsHowLongTheChartsRun) {
  double error = 0;
  for (double shift : {0.0, 1.0, -1.0}) {
    const double cusum = SimulatedRunLength(Cusum({0.5, 4}), shift, 4000, &error);
    EXPECT_NEAR(cusum, CusumRunLength({0.5, 4}, shift), 4 * error) << shift;
    const double ewma = SimulatedRunLength(Ewma({0.2, 2.5}), shift, 4000, &error);
    EXPECT_NEAR(ewma, EwmaRunLength({0.2, 2.5}, shift), 4 * error) << shift;
  }
}

TEST(Cusum, AddsUpWhatIsBeyondTheSlack) {
  Cusum chart({.slack = 0.5, .limit = 2});
  EXPECT_FALSE(chart.Update(1.5));
  EXPECT_EQ(chart.up(), 1);
  EXPECT_FALSE(chart.Update(-0.2));
  EXPECT_NEAR(chart.up(), 0.3, 1e-12);
  EXPECT_TRUE(chart.Update(3));
  EXPECT_TRUE(chart.above());
  chart.Restart();
  EXPECT_TRUE(chart.Update(-3));
  EXPECT_FALSE(chart.above()) << "an alarm downwards is no harm";
}

TEST(Ewma, AveragesWithTheNewestWeightedMost) {
  Ewma chart({.weight = 0.1, .width = 2.814});
  chart.Update(1);
  chart.Update(0);
  EXPECT_NEAR(chart.average(), 0.09, 1e-12);
  EXPECT_NEAR(chart.limit(), 2.814 * std::sqrt(0.1 / 1.9), 1e-12);
}

TEST(GaussLegendre, IsExactForPolynomialsUpToItsDegree) {
  for (int n : {1, 2, 5, 16, 96}) {
    for (int degree = 0; degree < 2 * n; ++degree) {
      double integral = 0;
      for (const auto& node : GaussLegendre(n)) integral += node.weight * std::pow(node.at, degree);
      EXPECT_NEAR(integral * (degree + 1), 1, 1e-12) << n << " nodes, degree " << degree;
    }
  }
}

}  // namespace
}  // namespace extramile::inference
