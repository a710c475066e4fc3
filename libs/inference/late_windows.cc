#include "inference/late_windows.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <type_traits>

namespace extramile::inference {

namespace {

// What is supposed of the spread before the first window, and for how many windows that counts: as
// if four independent customers had been seen in each.
constexpr double kSupposedSpread = 0.25;
constexpr double kSupposedWindows = 10;

}  // namespace

static_assert(std::is_trivially_copyable_v<LateWindows>);

LateWindows::LateWindows(Design design)
    : design_(design),
      cusum_(design.cusum),
      ewma_(design.ewma),
      spread_sum_(kSupposedSpread * kSupposedWindows),
      spread_windows_(kSupposedWindows) {}

void LateWindows::Update(const LateWindow& window) {
  assert(window.late >= 0 && window.late <= window.customers);
  if (window.customers == 0) return;
  const double share = static_cast<double>(window.late) / static_cast<double>(window.customers);
  const double forecast = std::clamp(window.forecast_share, kLeastForecast, kMostForecast);
  const double reasonable = std::min(forecast + design_.tolerance, (1 + kMostForecast) / 2);

  harmed_.Update(share, forecast);
  unreasonable_.Update(share, reasonable);
  within_tolerance_.Update(1 - share, 1 - reasonable);

  const double spread = spread_sum_ / spread_windows_;
  const double z = (share - forecast) / std::sqrt(spread * forecast * (1 - forecast));
  spread_sum_ += spread * z * z;
  spread_windows_ += 1;
  if (cusum_.Update(z)) {
    cusum_alarms_ += cusum_.above() ? 1 : 0;
    cusum_.Restart();
  }
  if (ewma_.Update(z)) {
    ewma_alarms_ += ewma_.average() > 0 ? 1 : 0;
    ewma_.Restart();
  }
}

}  // namespace extramile::inference
