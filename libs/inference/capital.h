// Capital: the money of N gamblers who play the same game with different bets, and what they own
// together. An e-process is such a sum: if the game is fair or worse, the money together is, on
// average, never more than at the start (1), so that it ever reaches 1/alpha with probability at
// most alpha, however often anyone looks (Ville 1939; Shafer 2021, Testing by betting).
//
// INVARIANT: money[i] x exp(log_scale) is gambler i's money; log_value is the logarithm of the sum,
// highest_log_value the largest it has been (0 at the start, when the sum is 1).
// Trivially copyable: its fields are the whole state, to keep or to send. Update: O(N), one
// logarithm. Not synchronised.
//
//   Capital<2> capital({0.5, 0.5});
//   capital.Multiply([&](size_t i) { return 1 + bet[i] * (x - fair); });
//   if (capital.highest_log_value >= std::log(20)) ...   // surprising at the 5 % level
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace extramile::inference {

template <size_t N>
struct Capital {
  std::array<double, N> money{};
  double log_scale = 0;
  double log_value = 0;
  double highest_log_value = 0;

  Capital() = default;
  // The shares at the start; they sum to 1.
  explicit Capital(const std::array<double, N>& shares) : money(shares) {}

  // factor(i) >= 0 is what gambler i's money is multiplied by.
  template <class Factor>
  void Multiply(Factor factor) {
    double total = 0;
    for (size_t i = 0; i < N; ++i) {
      money[i] *= factor(i);
      total += money[i];
    }
    log_value = std::log(total) + log_scale;
    if (log_value > highest_log_value) highest_log_value = log_value;
    if (total > kLargest || total < 1 / kLargest) Rescale(total);
  }

 private:
  static constexpr double kLargest = 1e100;
  void Rescale(double total) {
    if (!(total > 0)) return;  // everybody is ruined, and stays so
    for (double& amount : money) amount /= total;
    log_scale = log_value;
  }
};

}  // namespace extramile::inference
