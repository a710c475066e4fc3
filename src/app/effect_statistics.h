// Did other customers wait longer than usual in this window?
//
// The window's mean wait is held against the mean waits of the same hours on earlier days of the
// same kind: days, not customers, are compared, because waits of customers who queue together
// depend on one another, and a test that takes them one by one would find harm where there is none.
//
// Mean waits are skewed, so their square roots are compared: with k earlier windows of mean r and
// standard deviation s (of square roots), a new ordinary window stays below
// r + t(k-1, 95 %) s sqrt(1 + 1/k) in 95 of 100 cases (a one-sided prediction limit for one new
// observation; Hahn and Meeker, Statistical Intervals, 1991, section 4.8). Above it the window is
// called worse than usual; with fewer than five earlier windows nothing is said.
//
// Pure; O(k).
//
//   const UsualWaits usual = WhatIsUsual({{41, 18}, {35, 20}, ...});
//   if (usual.limit_s && mean_wait_s <= *usual.limit_s) ...   // no worse than usual
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace extramile::app {

inline constexpr int64_t kFewestComparableDays = 5;

// One window on one day: its calls' mean wait, and how many calls there were.
struct WindowOfCalls {
  double mean_wait_s = 0;
  int64_t calls = 0;
};

struct UsualWaits {
  int64_t days = 0;                   // with at least one call
  std::optional<double> mean_wait_s;  // of all their calls together
  std::optional<double> limit_s;      // what 95 of 100 ordinary windows stay below
};

// Windows without calls are left out.
UsualWaits WhatIsUsual(const std::vector<WindowOfCalls>& earlier);

struct EffectVerdict {
  std::optional<bool> unaffected;        // no worse than usual; unknown where nothing is usual yet
  std::optional<bool> not_unreasonably;  // unaffected, or within the offer's own standard
};

// `calls` 0: nobody else was there, so nobody was affected.
EffectVerdict JudgeEffect(double mean_wait_s, int64_t calls, const UsualWaits& usual,
                          const std::optional<double>& standard_s);

}  // namespace extramile::app
