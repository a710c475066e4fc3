#include "queueing/lookahead.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr double kNegligible = 1e-18;

}  // namespace

Lookahead::Lookahead(const PoolRates& rates, const std::vector<Change>& changes, size_t places)
    : rates_(rates), changes_(changes), chance_(places), work_(places), inverse_(places) {
  for (size_t k = 1; k < places; ++k) inverse_[k] = 1 / static_cast<double>(k);
}

const std::vector<double>& Lookahead::From(double at_s, int agents, double seconds) {
  const double until = at_s + seconds;
  size_t first = 0;
  while (first < changes_.size() && changes_[first].at_s <= at_s) ++first;
  size_t last = first;
  while (last < changes_.size() && changes_[last].at_s < until) ++last;
  const auto agents_before = [&](size_t i) { return i > first ? changes_[i - 1].agents : agents; };
  const auto time_before = [&](size_t i) { return i > first ? changes_[i - 1].at_s : at_s; };

  // From the end backwards: what is left after the last change, then over each change.
  StillWaiting(agents_before(last) * rates_.service_per_s, rates_.leave_per_s,
               until - time_before(last), chance_);
  for (size_t i = last; i-- > first;) {
    MoveUp(changes_[i].pulled);
    BackOver(agents_before(i), changes_[i].at_s - time_before(i));
  }
  const double patient = std::exp(-rates_.leave_per_s * seconds);
  for (double& chance : chance_) chance *= patient;
  return chance_;
}

void Lookahead::MoveUp(int places) {
  if (places <= 0) return;
  const size_t by = std::min(static_cast<size_t>(places), chance_.size());
  std::copy_backward(chance_.begin(), chance_.end() - static_cast<std::ptrdiff_t>(by),
                     chance_.end());
  std::fill_n(chance_.begin(), by, 0);
}

// chance(m) becomes the sum over l <= m of P(m ahead -> l ahead in `seconds`) chance(l).
void Lookahead::BackOver(int agents, double seconds) {
  const double c = agents * rates_.service_per_s;
  const double v = rates_.leave_per_s;
  const double growth = v > 0 ? std::expm1(v * seconds) / v : seconds;
  for (size_t m = 0; m < chance_.size(); ++m) {
    GrowingTerm term(-(c + static_cast<double>(m) * v) * seconds);
    double sum = term.value() * chance_[m];
    for (size_t l = m; l-- > 0;) {
      const double factor = (c + static_cast<double>(l + 1) * v) * growth * inverse_[m - l];
      term.Times(factor);
      sum += term.value() * chance_[l];
      if (factor < 1 && term.value() < kNegligible) break;  // the rest is smaller still
    }
    work_[m] = sum;
  }
  chance_.swap(work_);
}

}  // namespace extramile::queueing
