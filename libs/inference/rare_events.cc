#include "inference/rare_events.h"

#include <algorithm>
#include <cassert>
#include <type_traits>

namespace extramile::inference {
namespace {

constexpr std::array<double, RareEvents::kAlternatives> kTimesAsFrequent = {1.25, 1.5, 2, 3, 5, 10};
constexpr double kMostFrequent = 0.95;

}  // namespace

static_assert(std::is_trivially_copyable_v<RareEvents>);

RareEvents::RareEvents()
    : capital_([] {
        std::array<double, kAlternatives> shares;
        shares.fill(1.0 / kAlternatives);
        return shares;
      }()) {}

void RareEvents::Update(bool event, double p) {
  assert(p > 0 && p < kMostFrequent);
  capital_.Multiply([&](size_t i) {
    const double alternative = std::min(kTimesAsFrequent[i] * p, kMostFrequent);
    return event ? alternative / p : (1 - alternative) / (1 - p);
  });
  ++trials_;
  events_ += event ? 1 : 0;
}

}  // namespace extramile::inference
