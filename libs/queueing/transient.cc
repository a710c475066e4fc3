#include "queueing/transient.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr double kTruncation = 1e-12;      // of a Poisson sum
constexpr double kMostEventsAtOnce = 500;  // e^-500 is still a normal number
constexpr double kImpossible = 1e-12;

// Abscissae and weights of Gauss-Legendre quadrature with six points on [0, 1] (Abramowitz and
// Stegun 25.4.30, shifted).
constexpr std::array<double, 6> kNodes = {0.033765242898423975, 0.16939530676686776,
                                          0.38069040695840156,  0.61930959304159849,
                                          0.83060469323313224,  0.96623475710157603};
constexpr std::array<double, 6> kWeights = {0.085662246189585178, 0.18038078652406930,
                                            0.23395696728634552,  0.23395696728634552,
                                            0.18038078652406930,  0.085662246189585178};

// One step of the uniformised chain, and its share of two sums. Gathering form: every state reads
// its neighbours, so that the loop vectorises. The arrays have a zero before the first state and
// after the last.
void StepChain(size_t states, const double* __restrict p, const double* __restrict stay, double up,
               const double* __restrict down, double end_weight, double time_weight,
               double* __restrict next, double* __restrict end, double* __restrict time) {
  for (size_t j = 0; j < states; ++j) {
    end[j] += end_weight * p[j];
    time[j] += time_weight * p[j];
    next[j] = p[j] * stay[j] + p[j - 1] * up + p[j + 1] * down[j + 1];
  }
}

// The birth-death chain of the pool, advanced through stretches with constant rates.
class Chain {
 public:
  Chain(const PoolRates& rates, std::vector<double> in_system)
      : rates_(rates), states_(in_system.size()) {
    for (auto* array : {&p_, &next_, &end_, &time_, &stay_, &down_}) array->assign(states_ + 2, 0);
    std::copy(in_system.begin(), in_system.end(), p_.begin() + 1);
  }

  void SetRates(double arrivals_per_s, int agents) {
    if (arrivals_per_s == arrivals_ && agents == agents_) return;
    arrivals_ = arrivals_per_s;
    agents_ = agents;
    const auto out_rate = [&](size_t j) {
      const auto n = static_cast<size_t>(agents);
      return static_cast<double>(std::min(j, n)) * rates_.service_per_s +
             (j > n ? static_cast<double>(j - n) * rates_.leave_per_s : 0);
    };
    event_rate_ = 0;
    for (size_t j : {size_t(agents), states_ - 1}) {
      event_rate_ = std::max(event_rate_, arrivals_per_s + out_rate(j));
    }
    if (event_rate_ == 0) return;
    up_ = arrivals_per_s / event_rate_;
    for (size_t j = 0; j < states_; ++j) {
      down_[j + 1] = out_rate(j) / event_rate_;
      stay_[j + 1] = 1 - down_[j + 1] - (j + 1 < states_ ? up_ : 0);
    }
  }

  // Moves on by `seconds`; afterwards time() holds the expected seconds spent in each state.
  void Advance(double seconds) {
    std::fill(time_.begin(), time_.end(), 0);
    if (event_rate_ == 0) {
      for (size_t j = 1; j <= states_; ++j) time_[j] = seconds * p_[j];
      return;
    }
    const int chunks = 1 + static_cast<int>(event_rate_ * seconds / kMostEventsAtOnce);
    for (int i = 0; i < chunks; ++i) AdvanceChunk(seconds / chunks);
  }

  // `freed` agents have just finished with a customer; returns how likely that was (the norm of the
  // condition).
  double Condition(int freed) {
    double norm = 0;
    std::fill(next_.begin(), next_.end(), 0);
    for (size_t j = static_cast<size_t>(freed); j < states_; ++j) {
      const double busy = static_cast<double>(std::min(j, static_cast<size_t>(agents_)));
      double ways = 1;
      for (int k = 0; k < freed; ++k) ways *= (busy - k) / (agents_ - k);
      norm += next_[j - static_cast<size_t>(freed) + 1] = p_[j + 1] * ways;
    }
    if (norm < kImpossible) return 1;  // nobody is ever busy: an idle agent goes
    for (size_t j = 1; j <= states_; ++j) p_[j] = next_[j] / norm;
    return norm;
  }

  // Agents leave one by one, each busy one with the customer in hand.
  void Shrink(int from, int to) {
    for (int agents = from; agents > to; --agents) {
      std::fill(next_.begin(), next_.end(), 0);
      for (size_t j = 0; j < states_; ++j) {
        const double busy = static_cast<double>(std::min(j, static_cast<size_t>(agents))) / agents;
        next_[j + 1] += p_[j + 1] * (1 - busy);
        if (j > 0) next_[j] += p_[j + 1] * busy;
      }
      p_.swap(next_);
    }
  }

  size_t states() const { return states_; }
  double probability(size_t j) const { return p_[j + 1]; }
  double time(size_t j) const { return time_[j + 1]; }

 private:
  void AdvanceChunk(double seconds) {
    const double events = event_rate_ * seconds;
    const int most = static_cast<int>(events + 10 * std::sqrt(events) + 30);
    double weight = std::exp(-events);  // P(k events)
    double beyond = 1 - weight;         // P(more than k events)
    std::fill(end_.begin(), end_.end(), 0);
    for (int k = 0;; ++k) {
      const bool last = beyond < kTruncation || k == most;
      StepChain(states_, p_.data() + 1, stay_.data() + 1, up_, down_.data() + 1, weight,
                std::max(beyond, 0.0) / event_rate_, next_.data() + 1, end_.data() + 1,
                time_.data() + 1);
      if (last) break;
      p_.swap(next_);
      weight *= events / (k + 1);
      beyond -= weight;
    }
    p_.swap(end_);
  }

  PoolRates rates_;
  size_t states_;
  double arrivals_ = -1;
  int agents_ = -1;
  double event_rate_ = 0;
  double up_ = 0;
  std::vector<double> p_, next_, end_, time_, stay_, down_;
};

// When the number of agents changes, or somebody is freed, in seconds from the beginning of the
// path.
struct Change {
  double at_s = 0;
  int agents = 0;  // from then on
  int freed = 0;
  int pulled = 0;  // places by which the queue moves up at that moment
};

std::vector<Change> ChangesOf(const std::vector<Piece>& pieces) {
  std::vector<Change> changes;
  double at = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const int before = i > 0 ? pieces[i - 1].agents : pieces[i].agents;
    const int after = pieces[i].agents;
    if (i > 0 && (before != after || pieces[i].freed > 0)) {
      // Freed agents who stay each take one from the queue, as do agents who come.
      const int pulled = std::max(0, after - before + pieces[i].freed);
      changes.push_back({at, after, pieces[i].freed, pulled});
    }
    at += pieces[i].seconds;
  }
  return changes;
}

// The chance to be still waiting T after an arrival, by the customers ahead, looking through the
// coming changes.
class Lookahead {
 public:
  Lookahead(const PoolRates& rates, const std::vector<Change>& changes, size_t places)
      : rates_(rates), changes_(changes), chance_(places), work_(places) {}

  // For someone in the queue at `at_s`, with `agents` serving then, for `seconds` more.
  const std::vector<double>& From(double at_s, int agents, double seconds) {
    const double until = at_s + seconds;
    size_t first = 0;
    while (first < changes_.size() && changes_[first].at_s <= at_s) ++first;
    size_t last = first;
    while (last < changes_.size() && changes_[last].at_s < until) ++last;
    const int agents_at_end = last > first ? changes_[last - 1].agents : agents;
    const double last_change = last > first ? changes_[last - 1].at_s : at_s;
    StillWaiting(agents_at_end * rates_.service_per_s, rates_.leave_per_s, until - last_change,
                 chance_);
    for (size_t i = last; i-- > first;) {
      const double since = i > first ? changes_[i - 1].at_s : at_s;
      MoveUp(changes_[i].pulled);
      BackOver(i > first ? changes_[i - 1].agents : agents, changes_[i].at_s - since);
    }
    const double patient = std::exp(-rates_.leave_per_s * seconds);
    for (double& chance : chance_) chance *= patient;
    return chance_;
  }

 private:
  void MoveUp(int places) {
    if (places <= 0) return;
    const size_t by = std::min(static_cast<size_t>(places), chance_.size());
    std::copy_backward(chance_.begin(), chance_.end() - static_cast<std::ptrdiff_t>(by),
                       chance_.end());
    std::fill_n(chance_.begin(), by, 0);
  }

  // chance(m) becomes the sum over l <= m of P(m ahead -> l ahead in `seconds`) chance(l): a pure
  // death chain with rates c + m v, whose transition probabilities are negative binomial.
  void BackOver(int agents, double seconds) {
    const double c = agents * rates_.service_per_s;
    const double v = rates_.leave_per_s;
    const double growth = v > 0 ? std::expm1(v * seconds) / v : seconds;
    for (size_t m = 0; m < chance_.size(); ++m) {
      GrowingTerm term(-(c + static_cast<double>(m) * v) * seconds);
      double sum = term.value() * chance_[m];
      for (size_t l = m; l-- > 0;) {
        term.Times((c + static_cast<double>(l + 1) * v) * growth / static_cast<double>(m - l));
        sum += term.value() * chance_[l];
      }
      work_[m] = sum;
    }
    chance_.swap(work_);
  }

  PoolRates rates_;
  const std::vector<Change>& changes_;
  std::vector<double> chance_, work_;
};

// Follows one path and adds up its cost.
class Walk {
 public:
  Walk(const std::vector<Piece>& pieces, const PoolRates& rates, double late_threshold_s,
       LateRule rule, std::vector<double> in_system)
      : pieces_(pieces),
        rates_(rates),
        threshold_(late_threshold_s),
        rule_(rule),
        chain_(rates, std::move(in_system)),
        changes_(rule == LateRule::kWaited ? ChangesOf(pieces) : std::vector<Change>{}),
        ahead_(rates, changes_, chain_.states()),
        frozen_(chain_.states()) {}

  PathCost Run(const std::vector<WaitingCustomer>& waiting) {
    cost_.wait_s.assign(pieces_.size(), 0);
    AddWaiting(waiting);
    for (size_t i = 0; i < pieces_.size(); ++i) {
      Enter(i);
      const double end = now_ + pieces_[i].seconds;
      while (end - now_ > 1e-9) FollowUntil(NextCut(end), i);
      now_ = end;
    }
    return std::move(cost_);
  }

 private:
  void AddWaiting(const std::vector<WaitingCustomer>& waiting) {
    if (pieces_.empty()) return;
    for (const WaitingCustomer& customer : waiting) {
      if (customer.ahead < 0 || customer.ahead >= static_cast<int>(chain_.states())) continue;
      const double left = threshold_ - customer.waited_s;
      const auto place = static_cast<size_t>(customer.ahead);
      if (left <= 0) {
        cost_.late_before += 1;
      } else {
        const double chance = ahead_.From(0, pieces_[0].agents, left)[place];
        (FreedWithin(left) ? crossing_before_ : cost_.late_before) += chance;
      }
    }
  }

  void Enter(size_t i) {
    const Piece& piece = pieces_[i];
    const int before = i > 0 ? pieces_[i - 1].agents : piece.agents;
    if (piece.freed > 0) {
      chain_.SetRates(piece.arrivals_per_s, before);
      const double norm = chain_.Condition(piece.freed);
      // Who is still in the queue at this moment has found all agents busy, so the condition holds
      // for certain then.
      cost_.late += crossing_ / norm;
      cost_.late_before += crossing_before_ / norm;
      crossing_ = crossing_before_ = 0;
    }
    if (piece.agents + piece.freed < before) chain_.Shrink(before - piece.freed, piece.agents);
    chain_.SetRates(piece.arrivals_per_s, piece.agents);
    if (!frozen_ready_ || frozen_agents_ != piece.agents) {
      StillWaiting(piece.agents * rates_.service_per_s, rates_.leave_per_s, threshold_, frozen_);
      const double patient =
          rule_ == LateRule::kWaited ? std::exp(-rates_.leave_per_s * threshold_) : 1;
      for (double& chance : frozen_) chance *= patient;
      frozen_agents_ = piece.agents;
      frozen_ready_ = true;
    }
  }

  // Where a change comes into or goes out of sight of the customers who arrive.
  double NextCut(double end) const {
    double cut = end;
    for (const Change& change : changes_) {
      const double seen = change.at_s - threshold_;
      if (seen > now_ + 1e-9) cut = std::min(cut, seen);
    }
    return cut;
  }

  bool ChangeInSight() const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.at_s > now_ + 1e-9 && change.at_s < now_ + threshold_ + 1e-9 &&
             change.at_s - threshold_ < now_ + 1e-9;
    });
  }

  bool FreedWithin(double seconds) const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.freed > 0 && change.at_s > now_ && change.at_s < now_ + seconds;
    });
  }

  void FollowUntil(double until, size_t i) {
    const double length = until - now_;
    if (rule_ == LateRule::kNotCounted) {
      Advance(length, i);
    } else if (!ChangeInSight()) {
      Advance(length, i);
      double late = 0;
      ForQueue(i, [&](size_t m, size_t j) { late += frozen_[m] * chain_.time(j); });
      AddLate(pieces_[i].arrivals_per_s * late, i, false);
    } else {
      const double start = now_;
      for (size_t k = 0; k < kNodes.size(); ++k) {
        Advance(start + kNodes[k] * length - now_, i);
        const auto& chance = ahead_.From(now_, pieces_[i].agents, threshold_);
        double late = 0;
        ForQueue(i, [&](size_t m, size_t j) { late += chance[m] * chain_.probability(j); });
        AddLate(pieces_[i].arrivals_per_s * kWeights[k] * length * late, i,
                FreedWithin(threshold_));
      }
      Advance(until - now_, i);
    }
    now_ = until;
  }

  void Advance(double seconds, size_t i) {
    const Piece& piece = pieces_[i];
    chain_.Advance(seconds);
    now_ += seconds;
    double wait = 0;
    ForQueue(i, [&](size_t m, size_t j) { wait += static_cast<double>(m) * chain_.time(j); });
    cost_.wait_s[i] += wait;
    cost_.overflow += piece.arrivals_per_s * chain_.time(chain_.states() - 1);
    if (!piece.counted) return;
    cost_.arrivals += piece.arrivals_per_s * seconds;
    cost_.abandoned += rates_.leave_per_s * wait;
  }

  // f(customers ahead of one who arrives, state), over the states in which an arrival has to wait.
  template <class F>
  void ForQueue(size_t i, F f) const {
    const auto n = static_cast<size_t>(pieces_[i].agents);
    for (size_t j = n; j < chain_.states(); ++j) f(j - n, j);
  }

  void AddLate(double customers, size_t i, bool crosses) {
    if (crosses) {
      (pieces_[i].counted ? crossing_ : crossing_before_) += customers;
    } else {
      (pieces_[i].counted ? cost_.late : cost_.late_before) += customers;
    }
  }

  const std::vector<Piece>& pieces_;
  PoolRates rates_;
  double threshold_;
  LateRule rule_;
  Chain chain_;
  std::vector<Change> changes_;
  Lookahead ahead_;
  std::vector<double> frozen_;  // the chance to be late where no change is in sight
  int frozen_agents_ = -1;
  bool frozen_ready_ = false;
  double now_ = 0;
  double crossing_ = 0, crossing_before_ = 0;  // late only if still waiting when agents are freed
  PathCost cost_;
};

}  // namespace

PathCost FollowPath(const std::vector<Piece>& pieces, const PoolRates& rates,
                    double late_threshold_s, LateRule rule, std::vector<double> in_system,
                    const std::vector<WaitingCustomer>& waiting) {
  return Walk(pieces, rates, late_threshold_s, rule, std::move(in_system)).Run(waiting);
}

}  // namespace extramile::queueing
