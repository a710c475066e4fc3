// Which of the allowed ideas to show first, and with what probability it was going to be that one.
//
// Normally the best by value. With exploration on, a fixed share of the time any of them, all
// alike, so that those seldom tried are tried; the probability with which each could have come
// first (its propensity) is returned and must be stored with the choice: only so can what was
// chosen by chance be told from what was chosen for a reason, and weighed later (inverse propensity
// weighting; D. Horvitz and D. Thompson 1952, JASA 47).
//
// Pure; the random number is the caller's. O(ideas).
//
//   const auto first = ChooseFirst(values, {.explore = 0.1}, uniform);
//   first.index; first.propensity;
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace extramile::inference {

struct ChoiceRule {
  double explore = 0;  // the share of choices left to chance, in [0, 1]
};

struct Choice {
  size_t index = 0;
  double propensity = 1;  // > 0
};

// The probability that value `index` is chosen: 1 - explore for the best (the first of equals), and
// an equal part of `explore` for each.
double Propensity(std::span<const double> values, const ChoiceRule& rule, size_t index);

// `uniform` in [0, 1). Nothing if there are no values.
std::optional<Choice> ChooseFirst(std::span<const double> values, const ChoiceRule& rule,
                                  double uniform);

// How much a gesture is worth for what it takes from others: the share of customers who will value
// it, per predicted minute of others' waiting; the first minute is free, so that gestures which
// cost others nothing are ranked by their worth.
double ValuePerMinuteOfOthers(double share_who_value_it, double minutes_of_others);

}  // namespace extramile::inference
