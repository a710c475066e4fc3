#include "queueing/birth_death_chain.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr double kTruncation = 1e-12;         // of a Poisson sum
constexpr double kNegligible = 1e-17;         // a weight that no longer changes a sum
constexpr double kMostEventsAtOnce = 10'000;  // bounds the memory of waiting_
constexpr double kSlowestRate = 1e-9;         // where nothing can happen at all
constexpr double kImpossible = 1e-12;

// Compiled twice where the compiler can, and chosen at start-up by what the processor has. Without
// fused multiply-add both give the same bits, so that a forecast does not depend on the machine.
#if defined(__x86_64__) && defined(__OPTIMIZE__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define EXTRAMILE_WIDE_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define EXTRAMILE_WIDE_CLONES
#endif

// One step of the uniformised chain. Every state gathers from its neighbours, so that the loop
// vectorises.
EXTRAMILE_WIDE_CLONES
void Step(size_t states, const double* __restrict p, const double* __restrict stay, double up,
          const double* __restrict down, double* __restrict next) {
  for (size_t j = 0; j < states; ++j)
    next[j] = p[j] * stay[j] + p[j - 1] * up + p[j + 1] * down[j + 1];
}

EXTRAMILE_WIDE_CLONES
void AddScaled(size_t states, double weight, const double* __restrict p, double* __restrict sum) {
  for (size_t j = 0; j < states; ++j) sum[j] += weight * p[j];
}

// The sums of p[m] a[m] and of p[m] b[m]. Four of each side by side, because one chain of additions
// would wait for itself.
struct TwoSums {
  double a, b;
};
EXTRAMILE_WIDE_CLONES
TwoSums TwoDots(size_t size, const double* __restrict p, const double* __restrict a,
                const double* __restrict b) {
  using Lanes = double
      __attribute__((vector_size(32)));  // of g++ and clang; two halves where there is no AVX
  Lanes of_a[2] = {};
  Lanes of_b[2] = {};
  size_t m = 0;
  for (; m + 8 <= size; m += 8) {
    Lanes at[6];
    for (size_t half = 0; half < 2; ++half) {
      std::memcpy(&at[half], p + m + 4 * half, sizeof(Lanes));
      std::memcpy(&at[2 + half], a + m + 4 * half, sizeof(Lanes));
      std::memcpy(&at[4 + half], b + m + 4 * half, sizeof(Lanes));
      of_a[half] += at[half] * at[2 + half];
      of_b[half] += at[half] * at[4 + half];
    }
  }
  const Lanes sum_a = of_a[0] + of_a[1];
  const Lanes sum_b = of_b[0] + of_b[1];
  TwoSums sums{(sum_a[0] + sum_a[1]) + (sum_a[2] + sum_a[3]),
               (sum_b[0] + sum_b[1]) + (sum_b[2] + sum_b[3])};
  for (; m < size; ++m) {
    sums.a += p[m] * a[m];
    sums.b += p[m] * b[m];
  }
  return sums;
}

}  // namespace

BirthDeathChain::BirthDeathChain(const PoolRates& rates, const std::vector<double>& in_system)
    : rates_(rates), states_(in_system.size()) {
  for (auto* array : {&p_, &next_, &end_, &stay_, &down_}) array->assign(states_ + 2, 0);
  std::copy(in_system.begin(), in_system.end(), p_.begin() + 1);
  places_.resize(states_);
  std::iota(places_.begin(), places_.end(), 0.0);
}

double BirthDeathChain::OutRate(size_t j) const {
  const auto n = static_cast<size_t>(agents_);
  return static_cast<double>(std::min(j, n)) * rates_.service_per_s +
         (j > n ? static_cast<double>(j - n) * rates_.leave_per_s : 0);
}

void BirthDeathChain::SetRates(double arrivals_per_s, int agents) {
  if (arrivals_per_s == arrivals_ && agents == agents_) return;
  arrivals_ = arrivals_per_s;
  agents_ = agents;
  rate_ =
      std::max(arrivals_ + OutRate(states_ - 1), kSlowestRate);  // the last state is the fastest
  up_ = arrivals_ / rate_;
  for (size_t j = 0; j < states_; ++j) {
    down_[j + 1] = OutRate(j) / rate_;
    stay_[j + 1] = 1 - down_[j + 1] - (j + 1 < states_ ? up_ : 0);
  }
}

double BirthDeathChain::LongestStepS() const { return kMostEventsAtOnce / rate_; }

void BirthDeathChain::Advance(double seconds, const std::vector<double>* weights) {
  const double events = rate_ * seconds;
  const auto most = static_cast<size_t>(events + 10 * std::sqrt(events) + 30);
  const auto first_queue = static_cast<size_t>(agents_) + 1;  // the array's index of state `agents`
  const size_t places = states_ - static_cast<size_t>(agents_);
  GrowingTerm exactly(-events);       // P(k events)
  double more = 1 - exactly.value();  // P(more than k events)
  const double* weight_by_place = weights ? weights->data() : places_.data();
  double weighted = 0;
  double edge = 0;
  waiting_.clear();
  for (size_t k = inverse_.size(); k <= most; ++k)
    inverse_.push_back(1.0 / static_cast<double>(k + 1));
  std::fill(end_.begin(), end_.end(), 0);
  for (size_t k = 0;; ++k) {
    const TwoSums sums = TwoDots(places, p_.data() + first_queue, places_.data(), weight_by_place);
    waiting_.push_back(sums.a);
    weighted += more * sums.b;
    edge += more * p_[states_];
    if (exactly.value() > kNegligible)
      AddScaled(states_, exactly.value(), p_.data() + 1, end_.data() + 1);
    if (more < kTruncation || k == most) break;
    Step(states_, p_.data() + 1, stay_.data() + 1, up_, down_.data() + 1, next_.data() + 1);
    p_.swap(next_);
    exactly.Times(events * inverse_[k]);
    more = std::max(more - exactly.value(), 0.0);
  }
  p_.swap(end_);
  weighted_time_ = weighted / rate_;
  time_at_edge_ = edge / rate_;
}

double BirthDeathChain::WaitingUpTo(double seconds) const {
  const double events = rate_ * seconds;
  GrowingTerm exactly(-events);
  double more = 1 - exactly.value();
  double sum = 0;
  for (size_t k = 0; k < waiting_.size() && more > kTruncation; ++k) {
    sum += more * waiting_[k];
    exactly.Times(events * inverse_[k]);
    more -= exactly.value();
  }
  return sum / rate_;
}

double BirthDeathChain::Free(int freed) {
  double norm = 0;
  std::fill(next_.begin(), next_.end(), 0);
  const auto by = static_cast<size_t>(freed);
  for (size_t j = by; j < states_; ++j) {
    const double busy = static_cast<double>(std::min(j, static_cast<size_t>(agents_)));
    double share = 1;
    for (int k = 0; k < freed; ++k) share *= (busy - k) / (agents_ - k);
    norm += next_[j - by + 1] = p_[j + 1] * share;
  }
  if (norm < kImpossible) return 1;
  for (double& probability : next_) probability /= norm;
  p_.swap(next_);
  return norm;
}

void BirthDeathChain::TakeAway(int from_agents, int to_agents) {
  for (int agents = from_agents; agents > to_agents; --agents) {
    std::fill(next_.begin(), next_.end(), 0);
    for (size_t j = 0; j < states_; ++j) {
      const double busy = static_cast<double>(std::min(j, static_cast<size_t>(agents))) / agents;
      next_[j + 1] += p_[j + 1] * (1 - busy);
      if (j > 0) next_[j] += p_[j + 1] * busy;
    }
    p_.swap(next_);
  }
}

}  // namespace extramile::queueing
