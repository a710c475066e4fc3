// Where does the mean lie? Intervals that hold however often anyone looks.
//
// ConfidenceSequence: hedged capital for values in [0, 1] with a common conditional mean (Waudby-
// Smith and Ramdas 2024, JRSS B 86(1), section 4.3, theorem 3). For each candidate mean m one
// gambler bets that the mean is above, one that it is below, with stakes that follow the variance
// seen so far (predictable plug-in); m is ruled out once either has made 2/alpha of 1. Both
// capitals are monotone in m, so what is left is an interval; candidates stand 1/200 apart, and the
// ends are those ruled out last, so that the grid widens the interval and never falsifies it. The
// interval only ever narrows. A mean that moves can empty it: `empty` says so, the ends then stay.
//
// Error rate: P(the interval ever misses the mean) <= alpha. State: about 3 kB, trivially copyable.
// Update: O(candidates still inside the interval), at most 201. Not synchronised.
//
// BernoulliInterval: the same promise for successes out of trials, from the counts alone: the
// beta-binomial mixture (Howard, Ramdas, McAuliffe, Sekhon 2021, Annals of Statistics 49(2),
// proposition 7 with a two-sided mixture; the reference implementation is confseq's
// bernoulli_confidence_interval). Narrower than the above for successes and failures. Cost: about
// 100 evaluations of the logarithm of the gamma function.
//
// NormalMixtureBound: the one-sided normal mixture boundary for sums of sub-Gaussian values (the
// same paper, proposition 6).
//
//   ConfidenceSequence scores(0.05);
//   for (double csat : csats) scores.Update((csat - 1) / 4);
//   const Interval mean = scores.interval();             // of the mean score, 0 to 1
//   BernoulliInterval(700, 1000, 0.05, 100);             // [0.651629, 0.745949]
#pragma once

#include <array>
#include <cstdint>

namespace extramile::inference {

struct Interval {
  double lower = 0;
  double upper = 1;
};

class ConfidenceSequence {
 public:
  static constexpr int kCells = 200;

  // Needs 0 < alpha < 1.
  explicit ConfidenceSequence(double alpha = 0.05);

  // Needs 0 <= x <= 1.
  void Update(double x);

  Interval interval() const;
  bool empty() const { return empty_; }
  int64_t count() const { return count_; }
  double mean() const { return count_ == 0 ? 0.5 : sum_ / static_cast<double>(count_); }

 private:
  double Stake() const;

  double ruled_out_at_;  // 2/alpha
  double log_two_over_alpha_;
  int64_t count_ = 0;
  double sum_ = 0;
  double squares_ = 0;  // of (value - running mean), as the plug-in variance wants them
  int lowest_ = 0;      // candidates lowest_ .. highest_ are not ruled out
  int highest_ = kCells;
  bool empty_ = false;
  std::array<double, kCells + 1> above_;  // capital of who bets that the mean is above i/kCells
  std::array<double, kCells + 1> below_;
};

// Needs 0 <= successes <= trials, 0 < alpha < 1, narrowest_at > 0: the number of trials at which
// the interval is to be narrowest for its kind (t_opt in the source).
Interval BernoulliInterval(int64_t successes, int64_t trials, double alpha, double narrowest_at);

// A sum whose intrinsic time is `variance` stays below this for ever with probability 1 - alpha.
// Tightest at variance `narrowest_at`. Needs all above 0, alpha < 0.5. Cost: 60 evaluations of the
// normal distribution.
double NormalMixtureBound(double variance, double alpha, double narrowest_at);

}  // namespace extramile::inference
