// "Do complaints come more often than they may?": a Bernoulli e-process for rare events.
//
// Null hypothesis: given all that came before, each trial is an event with probability at most p.
// The money is spread over the alternatives that events are 1.25, 1.5, 2, 3, 5 and 10 times as
// frequent as p (at most 95 %): a trial multiplies a stake by its likelihood ratio. An even spread
// over all probabilities, as in BettingEProcess, would lose nearly all its money before the first
// event where p is small.
//
// Error rate: P(the process ever reaches 1/alpha | null) <= alpha. p may differ from trial to trial
// but must be known before the trial. Source: Wald 1945 (likelihood ratios), mixed as in Robbins
// 1970. State: 9 doubles and two counts, trivially copyable. Update: O(1), 6 multiplications and
// one logarithm. Not synchronised.
//
//   RareEvents complaints;
//   for (const auto& action : actions) complaints.Update(action.complained, 0.02);
//   Reaches(complaints.highest_log_e_value(), 0.05);
#pragma once

#include <cmath>
#include <cstdint>

#include "inference/capital.h"

namespace extramile::inference {

class RareEvents {
 public:
  static constexpr size_t kAlternatives = 6;

  RareEvents();

  // Needs 0 < p < 0.95.
  void Update(bool event, double p);

  int64_t trials() const { return trials_; }
  int64_t events() const { return events_; }
  double log_e_value() const { return capital_.log_value; }
  double e_value() const { return std::exp(capital_.log_value); }
  double highest_log_e_value() const { return capital_.highest_log_value; }

 private:
  Capital<kAlternatives> capital_;
  int64_t trials_ = 0;
  int64_t events_ = 0;
};

}  // namespace extramile::inference
