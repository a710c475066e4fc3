#include "inference/betting.h"

#include <array>
#include <cassert>
#include <type_traits>

#include "inference/quadrature.h"

namespace extramile::inference {
namespace {

struct Bets {
  std::array<double, BettingEProcess::kBets> fractions;
  std::array<double, BettingEProcess::kBets> shares;
};

const Bets& EvenSpread() {
  static const Bets bets = [] {
    Bets out;
    const auto nodes = GaussLegendre(BettingEProcess::kBets);
    for (size_t i = 0; i < nodes.size(); ++i) {
      out.fractions[i] = nodes[i].at;
      out.shares[i] = nodes[i].weight;
    }
    return out;
  }();
  return bets;
}

}  // namespace

static_assert(std::is_trivially_copyable_v<BettingEProcess>);

BettingEProcess::BettingEProcess() : capital_(EvenSpread().shares) {}

void BettingEProcess::Update(double x, double m) {
  assert(x >= 0 && x <= 1 && m > 0 && m <= 1);
  const double gain = x / m - 1;
  const auto& fractions = EvenSpread().fractions;
  capital_.Multiply([&](size_t i) { return 1 + fractions[i] * gain; });
  ++count_;
}

}  // namespace extramile::inference
