#include "app/effect_statistics.h"

#include <array>
#include <cmath>

namespace extramile::app {
namespace {

// Student's t, one-sided 95 %, for 1 to 30 degrees of freedom; beyond, Cornish and Fisher's first
// terms, good to three digits there.
double StudentT95(int64_t degrees) {
  static constexpr std::array<double, 30> kTable = {
      6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812,
      1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.740, 1.734, 1.729, 1.725,
      1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697};
  if (degrees <= 30) return kTable[static_cast<size_t>(degrees) - 1];
  constexpr double kZ = 1.644854;
  return kZ + (kZ * kZ * kZ + kZ) / (4 * static_cast<double>(degrees));
}

}  // namespace

UsualWaits WhatIsUsual(const std::vector<WindowOfCalls>& earlier) {
  UsualWaits out;
  double waits = 0, roots = 0, squares = 0;
  int64_t calls = 0;
  for (const WindowOfCalls& window : earlier) {
    if (window.calls == 0) continue;
    ++out.days;
    calls += window.calls;
    waits += window.mean_wait_s * static_cast<double>(window.calls);
    roots += std::sqrt(window.mean_wait_s);
    squares += window.mean_wait_s;
  }
  if (calls > 0) out.mean_wait_s = waits / static_cast<double>(calls);
  if (out.days < kFewestComparableDays) return out;
  const auto k = static_cast<double>(out.days);
  const double mean = roots / k;
  const double variance = std::max(0.0, (squares - k * mean * mean) / (k - 1));
  const double limit = mean + StudentT95(out.days - 1) * std::sqrt(variance * (1 + 1 / k));
  out.limit_s = limit * limit;
  return out;
}

EffectVerdict JudgeEffect(double mean_wait_s, int64_t calls, const UsualWaits& usual,
                          const std::optional<double>& standard_s) {
  if (calls == 0) return {true, true};
  EffectVerdict out;
  if (usual.limit_s) out.unaffected = mean_wait_s <= *usual.limit_s;
  if (out.unaffected == true || (standard_s && mean_wait_s <= *standard_s)) {
    out.not_unreasonably = true;
  } else if (out.unaffected == false) {
    out.not_unreasonably = false;
  }
  return out;
}

}  // namespace extramile::app
