#include "inference/choice.h"

#include <algorithm>

namespace extramile::inference {
namespace {

size_t Best(std::span<const double> values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

double Propensity(std::span<const double> values, const ChoiceRule& rule, size_t index) {
  const double by_chance = rule.explore / static_cast<double>(values.size());
  return by_chance + (index == Best(values) ? 1 - rule.explore : 0);
}

std::optional<Choice> ChooseFirst(std::span<const double> values, const ChoiceRule& rule,
                                  double uniform) {
  if (values.empty()) return std::nullopt;
  size_t index = Best(values);
  if (uniform < rule.explore) {
    const double place = uniform / rule.explore * static_cast<double>(values.size());
    index = std::min(static_cast<size_t>(place), values.size() - 1);
  }
  return Choice{index, Propensity(values, rule, index)};
}

double ValuePerMinuteOfOthers(double share_who_value_it, double minutes_of_others) {
  return share_who_value_it / std::max(1.0, minutes_of_others);
}

}  // namespace extramile::inference
