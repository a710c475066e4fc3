// When may the record itself suggest that a gesture become routine? People may at any time; the
// system only if all of this holds:
//   impress  the customers who valued it are more than the base rate:  e >= 1/alpha of the kind
//   others   that others' service stays within tolerance is shown:     e >= 1/alpha
//   harm     nothing speaks for harm:                                  e <  1/alpha
// The base rate is fixed before the first use; alpha of the kind is a fixed share (1/20): of twenty
// kinds that are no better than the base rate, one is ever put forward at most, on average. Not
// e-BH over running maxima, whose error rate would not hold.
//
// With BettingEProcess and a base rate of one half, 1/20 means 7 of 7, 10 of 10, 13 of 15, 16 of
// 20, 23 of 30. (Any alpha from 1/20.5 to 1/18.6 means the same.)
//
// Pure, O(1).
//
//   const RoutineVerdict verdict = MayBecomeRoutine({.log_e_impress = valued.highest_log_e_value(),
//                                                    ...});
//   if (verdict.suggest) ...
#pragma once

namespace extramile::inference {

struct RoutineEvidence {
  double log_e_impress = 0;
  double log_e_others = 0;  // against "others' service is beyond tolerance"
  double log_e_harm = 0;    // the largest of the harm processes
};

struct RoutineRule {
  double alpha_impress = 0.05;
  double alpha_others = 0.05;
  double alpha_harm = 0.05;
};

struct RoutineVerdict {
  bool impresses = false;
  bool others_within_tolerance = false;
  bool harms = false;
  bool suggest = false;
};

RoutineVerdict MayBecomeRoutine(const RoutineEvidence& evidence, const RoutineRule& rule = {});

}  // namespace extramile::inference
