#include "queueing/transient.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "queueing/erlang.h"
#include "queueing/gauss.h"

namespace extramile::queueing {
namespace {

constexpr double kInstant = 1e-9;  // seconds: times closer than that are the same

// Follows one path and adds up its cost.
class Walk {
 public:
  Walk(const std::vector<Piece>& pieces, const PoolRates& rates, const PathOptions& options,
       const std::vector<double>& in_system)
      : pieces_(pieces),
        rates_(rates),
        options_(options),
        chain_(rates, in_system),
        changes_(options.rule == LateRule::kWaited ? ChangesOf(pieces) : std::vector<Change>{}),
        ahead_(rates, changes_, chain_.states()),
        steady_chance_(chain_.states()) {
    double counted = 0;
    for (const Piece& piece : pieces) counted += piece.counted ? piece.seconds : 0;
    cost_.wait_s.assign(static_cast<size_t>(std::ceil(counted / options.stretch_s - kInstant)), 0);
  }

  PathCost Run(const std::vector<WaitingCustomer>& waiting) {
    AddWaiting(waiting);
    for (size_t i = 0; i < pieces_.size(); ++i) {
      Enter(i);
      const double end = now_ + pieces_[i].seconds;
      while (end - now_ > kInstant) FollowUntil(NextCut(end), i);
      now_ = end;
    }
    return std::move(cost_);
  }

 private:
  void AddWaiting(const std::vector<WaitingCustomer>& waiting) {
    if (options_.rule == LateRule::kNotCounted || pieces_.empty()) return;
    for (const WaitingCustomer& customer : waiting) {
      if (customer.ahead < 0 || customer.ahead >= static_cast<int>(chain_.states())) continue;
      const double left = options_.late_threshold_s - customer.waited_s;
      if (left <= 0) {
        cost_.late_before += 1;
        continue;
      }
      const auto place = static_cast<size_t>(customer.ahead);
      const double chance = ahead_.From(0, pieces_[0].agents, left)[place];
      (FreedWithin(left) ? crossing_before_ : cost_.late_before) += chance;
    }
  }

  void Enter(size_t i) {
    const Piece& piece = pieces_[i];
    const int before = i > 0 ? pieces_[i - 1].agents : piece.agents;
    if (piece.freed > 0) {
      chain_.SetRates(piece.arrivals_per_s, before);
      const double norm = chain_.Free(piece.freed);
      // Who is still in the queue at this moment has found all agents busy, so the condition holds
      // for certain then.
      cost_.late += crossing_ / norm;
      cost_.late_before += crossing_before_ / norm;
      crossing_ = crossing_before_ = 0;
    }
    if (piece.agents + piece.freed < before) chain_.TakeAway(before - piece.freed, piece.agents);
    chain_.SetRates(piece.arrivals_per_s, piece.agents);
    if (options_.rule != LateRule::kNotCounted && (i == 0 || before != piece.agents)) {
      const double t = options_.late_threshold_s;
      StillWaiting(piece.agents * rates_.service_per_s, rates_.leave_per_s, t, steady_chance_);
      const double patient =
          options_.rule == LateRule::kWaited ? std::exp(-rates_.leave_per_s * t) : 1;
      for (double& chance : steady_chance_) chance *= patient;
    }
  }

  // Where a change comes into the sight of customers who arrive.
  double NextCut(double end) const {
    double cut = end;
    for (const Change& change : changes_) {
      const double seen = change.at_s - options_.late_threshold_s;
      if (seen > now_ + kInstant) cut = std::min(cut, seen);
    }
    return cut;
  }

  bool ChangeInSight() const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.at_s > now_ + kInstant &&
             change.at_s - options_.late_threshold_s < now_ + kInstant;
    });
  }

  bool FreedWithin(double seconds) const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.freed > 0 && change.at_s > now_ && change.at_s < now_ + seconds;
    });
  }

  void FollowUntil(double until, size_t i) {
    const Piece& piece = pieces_[i];
    const double start = now_;
    const double length = until - start;
    if (options_.rule == LateRule::kNotCounted || !ChangeInSight()) {
      AdvanceTo(until, i, options_.rule == LateRule::kNotCounted ? nullptr : &steady_chance_);
      return;
    }
    for (size_t k = 0; k < kGaussNodes.size(); ++k) {
      AdvanceTo(start + kGaussNodes[k] * length, i, nullptr);
      const auto& chance = ahead_.From(now_, piece.agents, options_.late_threshold_s);
      double late = 0;
      for (size_t j = static_cast<size_t>(piece.agents), m = 0; j < chain_.states(); ++j, ++m) {
        late += chance[m] * chain_.probability(j);
      }
      late *= piece.arrivals_per_s * kGaussWeights[k] * length;
      if (FreedWithin(options_.late_threshold_s)) {
        (piece.counted ? crossing_ : crossing_before_) += late;
      } else {
        (piece.counted ? cost_.late : cost_.late_before) += late;
      }
    }
    AdvanceTo(until, i, nullptr);
  }

  void AdvanceTo(double until, size_t i, const std::vector<double>* chance) {
    const Piece& piece = pieces_[i];
    const double whole = until - now_;
    const int steps = 1 + static_cast<int>(whole / chain_.LongestStepS());
    for (int step = 0; step < steps; ++step) {
      const double seconds = whole / steps;
      chain_.Advance(seconds, chance);
      cost_.overflow += piece.arrivals_per_s * chain_.TimeAtEdge();
      const double late = piece.arrivals_per_s * chain_.WeightedTime();
      (piece.counted ? cost_.late : cost_.late_before) += chance ? late : 0;
      if (piece.counted) CountStep(seconds, piece);
    }
    now_ = until;
  }

  // Shares the waiting of the chain's last step out among the stretches it touches.
  void CountStep(double seconds, const Piece& piece) {
    double done = 0;
    double waited = 0;
    while (done < seconds) {
      const auto stretch =
          std::min(static_cast<size_t>((counted_s_ + kInstant) / options_.stretch_s),
                   cost_.wait_s.size() - 1);
      const double stretch_end = static_cast<double>(stretch + 1) * options_.stretch_s;
      double to = std::min(seconds, done + stretch_end - counted_s_);
      if (seconds - to < kInstant || stretch + 1 == cost_.wait_s.size()) to = seconds;
      const double waited_to = chain_.WaitingUpTo(to);
      cost_.wait_s[stretch] += waited_to - waited;
      counted_s_ += to - done;
      waited = waited_to;
      done = to;
    }
    cost_.arrivals += piece.arrivals_per_s * seconds;
    cost_.abandoned += rates_.leave_per_s * waited;
  }

  const std::vector<Piece>& pieces_;
  PoolRates rates_;
  PathOptions options_;
  BirthDeathChain chain_;
  std::vector<Change> changes_;
  Lookahead ahead_;
  std::vector<double>
      steady_chance_;  // to be late, by the customers ahead, where no change is in sight
  double now_ = 0;
  double counted_s_ = 0;
  double crossing_ = 0, crossing_before_ = 0;  // late only if still waiting when agents are freed
  PathCost cost_;
};

}  // namespace

std::vector<Change> ChangesOf(const std::vector<Piece>& pieces) {
  std::vector<Change> changes;
  double at = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const int before = i > 0 ? pieces[i - 1].agents : pieces[i].agents;
    const int after = pieces[i].agents;
    if (i > 0 && (before != after || pieces[i].freed > 0)) {
      // Freed agents who stay each take one from the queue, as do agents who come.
      changes.push_back(
          {at, after, pieces[i].freed, std::max(0, after - before + pieces[i].freed)});
    }
    at += pieces[i].seconds;
  }
  return changes;
}

double PathCost::total_wait_s() const { return std::accumulate(wait_s.begin(), wait_s.end(), 0.0); }

PathCost FollowPath(const std::vector<Piece>& pieces, const PoolRates& rates,
                    const PathOptions& options, const std::vector<double>& in_system,
                    const std::vector<WaitingCustomer>& waiting) {
  return Walk(pieces, rates, options, in_system).Run(waiting);
}

}  // namespace extramile::queueing
