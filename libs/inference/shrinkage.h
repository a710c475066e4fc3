// What share of customers will value a gesture, when some gestures have been tried three times and
// others three hundred: a hierarchical estimate that shrinks each gesture towards its family, and
// the family towards a general share, the more the less is known.
//
// Model: gesture i of a family is valued with probability p_i; p_i ~ Beta(k m, k (1 - m)) around
// the family's share m; k, how alike the gestures of the family are, is one of 1, 2, 4, ..., 128
// with equal weight; m ~ Beta(s g, s (1 - g)) around the general share g, worth s trials. The
// posterior means are integrals over m (96 Gauss-Legendre nodes) and k (a sum), exact in p_i.
// Source: A. Gelman et al., Bayesian Data Analysis, section 5.3 (hierarchical binomial model).
//
// Estimates from what staff chose to do are confounded with why they chose it: an order of merit,
// not an effect. Pure; O(768 x gestures), about 0.2 ms a gesture.
//
//   const FamilyEstimate family = Shrink({{3, 3}, {140, 200}}, {.mean = 0.6});
//   family.gestures[0];   // above .7, far below 1
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace extramile::inference {

struct Tally {
  int64_t successes = 0;
  int64_t trials = 0;
};

struct GeneralShare {
  double mean = 0.5;    // in (0, 1)
  double strength = 2;  // worth this many trials; > 0
};

struct FamilyEstimate {
  double family = 0;             // posterior mean of the family's share
  std::vector<double> gestures;  // posterior mean of each gesture's, in the order given
};

// Needs 0 <= successes <= trials for each.
FamilyEstimate Shrink(std::span<const Tally> gestures, const GeneralShare& general = {});

}  // namespace extramile::inference
