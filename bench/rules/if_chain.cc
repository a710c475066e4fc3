#include "rules/if_chain.h"

#include <algorithm>

namespace extramile::bench {
namespace {

bool Has(std::span<const std::string_view> tags, std::string_view tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

constexpr int64_t kNewYear2026 = 20'454;  // days since 1970-01-01

// The five rows of the gesture number `kGesture`: what each is granted by amount, standing, tag and
// date. A template, so that every limit is a constant of its own comparison.
template <int kGesture>
int RowsOf(const ChainInput& x, std::string_view tag) {
  constexpr int64_t kFree = (10 + 5 * kGesture) * 100;
  constexpr int64_t kStanding = (50 + 20 * kGesture) * 100;
  constexpr int64_t kMost = (200 + 50 * kGesture) * 100;
  constexpr int64_t kDay = kNewYear2026 + 60 + 35 * kGesture;
  constexpr int kRow = 5 * kGesture;
  if (x.cents >= 0 && x.cents < kFree) return kRow;
  if (x.cents >= kFree && x.cents < kStanding && x.vip) return kRow + 1;
  if (x.cents >= kFree && x.cents < kStanding && !x.vip && Has(x.tags, "service_failure"))
    return kRow + 2;
  if (x.cents >= kStanding && x.cents <= kMost && Has(x.tags, tag) && x.day < kDay) return kRow + 3;
  if (x.cents >= kStanding && x.cents <= kMost && Has(x.tags, tag) && x.day >= kDay)
    return kRow + 4;
  return -1;
}

}  // namespace

int IfChain(const ChainInput& x) {
  if (x.gesture == "credit") return RowsOf<0>(x, "service_failure");
  if (x.gesture == "upgrade") return RowsOf<1>(x, "bereavement");
  if (x.gesture == "delivery") return RowsOf<2>(x, "loyal");
  if (x.gesture == "refund") return RowsOf<3>(x, "service_failure");
  if (x.gesture == "callback") return RowsOf<4>(x, "bereavement");
  if (x.gesture == "gift") return RowsOf<5>(x, "loyal");
  if (x.gesture == "waiver") return RowsOf<6>(x, "service_failure");
  if (x.gesture == "visit") return RowsOf<7>(x, "bereavement");
  return -1;
}

}  // namespace extramile::bench
