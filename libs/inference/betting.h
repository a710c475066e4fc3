// "Is it better than the base rate?": a one-sided betting e-process for values in [0, 1].
//
// Null hypothesis: given all that came before, each value's mean is at most m. A gambler who stakes
// the fraction f of their money multiplies it by 1 + f (x/m - 1) >= 0, a fair or losing game under
// the null. Nobody knows the best f beforehand, so the money is spread evenly over all of [0, 1]
// (for successes and failures: over all success probabilities from m to 1), here on 16
// Gauss-Legendre nodes: exactly the even spread for the first 31 values, and a valid e-process for
// ever, since any fixed mixture is one. The value does not depend on the order of the values where
// m stays the same.
//
// Error rate: P(the process ever reaches 1/alpha | null) <= alpha. m may differ from value to value
// but must be known before the value is. Source: I. Waudby-Smith and A. Ramdas 2024, Estimating
// means of bounded random variables by betting, JRSS B 86(1), sections 4 and B.4 (diversified
// Kelly); T. Cover 1991, Universal portfolios.
//
// State: 19 doubles and a count, trivially copyable: replaying the same values gives the same
// state. Update: O(1), 16 multiplications and one logarithm. Not synchronised.
//
//   BettingEProcess better;
//   for (bool valued : uses) better.Update(valued ? 1 : 0, 0.5);
//   better.e_value() >= 20;                          // better than one in two: error rate 5 %
//
// For "is it below m?" give 1 - x and 1 - m.
#pragma once

#include <cmath>
#include <cstdint>

#include "inference/capital.h"

namespace extramile::inference {

class BettingEProcess {
 public:
  static constexpr size_t kBets = 16;

  BettingEProcess();

  // Needs 0 <= x <= 1 and 0 < m <= 1.
  void Update(double x, double m);

  int64_t count() const { return count_; }
  double log_e_value() const { return capital_.log_value; }
  double e_value() const { return std::exp(capital_.log_value); }
  // Since the process began: an alarm once raised is not taken back by later luck.
  double highest_log_e_value() const { return capital_.highest_log_value; }

 private:
  Capital<kBets> capital_;
  int64_t count_ = 0;
};

// What is reported of an e-process that reaches this: it would do so with probability at most alpha
// if nothing were the matter. Needs 0 < alpha < 1.
inline bool Reaches(double log_e_value, double alpha) { return log_e_value >= -std::log(alpha); }

}  // namespace extramile::inference
