#include "queueing/gesture_table.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "queueing/erlang.h"
#include "queueing/gauss.h"
#include "queueing/lookahead.h"
#include "queueing/pool_forecast.h"
#include "queueing/transient.h"

namespace extramile::queueing {
namespace {

constexpr double kTruncation = 1e-12;
constexpr double kMostEventsAtOnce = 10'000;
constexpr double kInstant = 1e-9;

// What is still to come by the state, moved backwards in time: waiting in customer-seconds, or the
// number who will be late. Each state earns its reward a second.
class BackwardPass {
 public:
  BackwardPass(const PoolRates& rates, size_t states) : rates_(rates), states_(states) {
    stay_.resize(states);
    down_.resize(states);
    next_.resize(states + 2);
  }

  // From what is still to come after a stretch to what is before it.
  void Over(double seconds, double arrivals_per_s, int agents, const std::vector<double>& reward,
            std::vector<double>& to_come) {
    if (seconds <= 0) return;
    const auto n = static_cast<size_t>(agents);
    const auto out_rate = [&](size_t j) {
      return static_cast<double>(std::min(j, n)) * rates_.service_per_s +
             (j > n ? static_cast<double>(j - n) * rates_.leave_per_s : 0);
    };
    const double rate = std::max(arrivals_per_s + out_rate(states_ - 1), 1e-9);
    up_ = arrivals_per_s / rate;
    for (size_t j = 0; j < states_; ++j) {
      down_[j] = out_rate(j) / rate;
      stay_[j] = 1 - down_[j] - (j + 1 < states_ ? up_ : 0);
    }
    const int steps = 1 + static_cast<int>(rate * seconds / kMostEventsAtOnce);
    for (int i = 0; i < steps; ++i) Step(rate, seconds / steps, reward, to_come);
  }

 private:
  void Step(double rate, double seconds, const std::vector<double>& reward,
            std::vector<double>& to_come) {
    const double events = rate * seconds;
    earned_.assign(states_ + 2, 0);  // with a neighbour at either end
    later_.assign(states_ + 2, 0);
    std::copy(reward.begin(), reward.end(), earned_.begin() + 1);
    std::copy(to_come.begin(), to_come.end(), later_.begin() + 1);
    std::fill(to_come.begin(), to_come.end(), 0);
    GrowingTerm exactly(-events);
    double more = 1 - exactly.value();
    const auto most = static_cast<size_t>(events + 10 * std::sqrt(events) + 30);
    for (size_t k = 0;; ++k) {
      const double by_reward = more / rate;
      const double by_later = exactly.value();
      for (size_t j = 0; j < states_; ++j) {
        to_come[j] += by_reward * earned_[j + 1] + by_later * later_[j + 1];
      }
      if ((more<kTruncation&& static_cast<double>(k)> events) || k == most) break;
      OneEvent(earned_);
      OneEvent(later_);
      exactly.Times(events / static_cast<double>(k + 1));
      more = std::max(more - exactly.value(), 0.0);
    }
  }

  // The expectation after one more event, by the state before it.
  void OneEvent(std::vector<double>& v) {
    for (size_t j = 0; j < states_; ++j) {
      next_[j + 1] = stay_[j] * v[j + 1] + down_[j] * v[j];
    }
    for (size_t j = 0; j + 1 < states_; ++j) next_[j + 1] += up_ * v[j + 2];
    v.swap(next_);
  }

  PoolRates rates_;
  size_t states_;
  double up_ = 0;
  std::vector<double> stay_, down_, next_, earned_, later_;
};

// What is constant between two moments.
struct Constant {
  double from_s, to_s, arrivals_per_s;
  int agents;
};

std::vector<Constant> ConstantsOf(const ForecastInput& input, double step_s) {
  std::vector<double> cuts;
  for (double t = 0; t < input.horizon_s; t += step_s) cuts.push_back(t);
  for (const AgentInput& agent : input.agents) {
    for (double at : {agent.shift_starts_in_s, agent.shift_ends_in_s}) {
      if (at > 0 && at < input.horizon_s) cuts.push_back(at);
    }
  }
  cuts.push_back(input.horizon_s);
  std::sort(cuts.begin(), cuts.end());
  std::vector<Constant> out;
  const auto& arrivals = input.skills[0].arrivals_per_s;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i + 1] - cuts[i] < kInstant) continue;
    const auto step = static_cast<size_t>((cuts[i] + kInstant) / kArrivalStepS);
    const auto agents =
        std::count_if(input.agents.begin(), input.agents.end(), [&](const AgentInput& agent) {
          return agent.state != AgentState::kAway &&
                 agent.shift_starts_in_s <= cuts[i] + kInstant &&
                 agent.shift_ends_in_s > cuts[i] + kInstant;
        });
    out.push_back({cuts[i], cuts[i + 1], arrivals[std::min(step, arrivals.size() - 1)],
                   static_cast<int>(agents)});
  }
  return out;
}

// Agents' shifts end, each busy one's together with the customer in hand: the state before.
void BeforeLeaving(int from_agents, int to_agents, std::vector<double>& to_come) {
  for (int agents = to_agents + 1; agents <= from_agents; ++agents) {
    for (size_t j = to_come.size(); j-- > 1;) {
      const double busy = std::min<double>(static_cast<double>(j), agents) / agents;
      to_come[j] = (1 - busy) * to_come[j] + busy * to_come[j - 1];
    }
  }
}

// Both expectations, moved backwards together.
struct ToCome {
  explicit ToCome(size_t states) : wait(states, 0), late(states, 0) {}
  std::vector<double> wait, late;
};

// Moves both backwards over stretches of one way that the number of agents may go.
class Way {
 public:
  // `stretches` in order; `changes` is what those who wait meet.
  Way(const PoolRates& rates, size_t states, double threshold_s, const std::vector<Constant>& all)
      : threshold_s_(threshold_s), all_(all), pass_(rates, states), rates_(rates), reward_(states) {
    std::vector<Piece> pieces;
    for (const Constant& one : all) {
      pieces.push_back({.seconds = one.to_s - one.from_s, .agents = one.agents});
    }
    changes_ = ChangesOf(pieces);
    ahead_.emplace(rates_, changes_, states);
  }
  Way(const Way&) = delete;  // the look-ahead refers to the changes
  Way& operator=(const Way&) = delete;

  // Stretch i, and the step to the one after it.
  void Over(size_t i, ToCome& to_come) {
    const Constant& here = all_[i];
    if (i + 1 < all_.size()) {
      BeforeLeaving(here.agents, all_[i + 1].agents, to_come.wait);
      BeforeLeaving(here.agents, all_[i + 1].agents, to_come.late);
    }
    for (size_t j = 0; j < reward_.size(); ++j) {
      reward_[j] = std::max(0.0, static_cast<double>(j) - here.agents);
    }
    pass_.Over(here.to_s - here.from_s, here.arrivals_per_s, here.agents, reward_, to_come.wait);
    for (double to = here.to_s; to > here.from_s + kInstant;) {
      const double from = CutBefore(to, here.from_s);
      OverLate(here, from, to, to_come.late);
      to = from;
    }
  }

 private:
  // The last moment before `to` at which a change comes into the sight of those who arrive.
  double CutBefore(double to, double earliest) const {
    double cut = earliest;
    for (const Change& change : changes_) {
      const double seen = change.at_s - threshold_s_;
      if (seen < to - kInstant) cut = std::max(cut, seen);
    }
    return cut;
  }

  bool ChangeInSight(double from, double to) const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.at_s > from + kInstant && change.at_s - threshold_s_ < to - kInstant;
    });
  }

  // Nobody else's arrival is late with the same chance throughout, unless a change is in sight:
  // then the chances are taken at six points.
  void OverLate(const Constant& here, double from, double to, std::vector<double>& to_come) {
    if (!ChangeInSight(from, to)) {
      SetReward(here, from);
      pass_.Over(to - from, here.arrivals_per_s, here.agents, reward_, to_come);
      return;
    }
    double at = to;
    for (size_t k = kGaussNodes.size(); k-- > 0;) {
      const double node = from + kGaussNodes[k] * (to - from);
      MoveOnly(here, at - node, to_come);
      SetReward(here, node);
      for (size_t j = 0; j < to_come.size(); ++j) {
        to_come[j] += kGaussWeights[k] * (to - from) * reward_[j];
      }
      at = node;
    }
    MoveOnly(here, at - from, to_come);
  }

  void MoveOnly(const Constant& here, double seconds, std::vector<double>& to_come) {
    std::fill(reward_.begin(), reward_.end(), 0);
    pass_.Over(seconds, here.arrivals_per_s, here.agents, reward_, to_come);
  }

  // Late arrivals a second, by the state that they find.
  void SetReward(const Constant& here, double at) {
    const auto& chance = ahead_->From(at, here.agents, threshold_s_);
    std::fill(reward_.begin(), reward_.end(), 0);
    for (size_t j = static_cast<size_t>(here.agents), m = 0; j < reward_.size(); ++j, ++m) {
      reward_[j] = here.arrivals_per_s * chance[m];
    }
  }

  double threshold_s_;
  const std::vector<Constant>& all_;
  BackwardPass pass_;
  PoolRates rates_;
  std::vector<Change> changes_;
  std::optional<Lookahead> ahead_;
  std::vector<double> reward_;
};

// With one agent fewer until that moment, which is a stretch's end or lies behind them all.
std::vector<Constant> OneAwayUntil(double until_s, const std::vector<Constant>& all) {
  std::vector<Constant> with = all;
  for (Constant& one : with) {
    if (one.to_s <= until_s + kInstant) one.agents = std::max(0, one.agents - 1);
  }
  return with;
}

}  // namespace

Result<GestureTable> GestureTable::Build(const ForecastInput& input,
                                         const GestureTableOptions& options) {
  ForecastInput asked = input;
  asked.gesture.start_s = 0;
  asked.gesture.duration_s = 0;
  EM_TRY(CheckForecast(asked));
  if (!IsOnePool(input)) {
    return Fail(ErrorKind::kInvalid, "forecast-not-a-pool",
                "The table is for one pool of alike agents with exponential handle times.",
                "/skills", "Ask Forecast() instead.");
  }
  const auto constants = ConstantsOf(input, kArrivalStepS);
  GestureTable table;
  const PoolRates rates = {input.effectiveness / input.skills[0].handle_mean_s,
                           1 / input.skills[0].patience_mean_s};
  table.waiting_ = LateWhileWaiting(rates, constants.front().agents, input.late_threshold_s);
  int most_agents = 0;
  for (const Constant& one : constants) {
    most_agents = std::max(most_agents, one.agents);
    table.arrivals_ += one.arrivals_per_s * (one.to_s - one.from_s);
  }
  table.states_ = static_cast<size_t>(most_agents + std::max(1, options.longest_queue)) + 1;
  table.steps_ = static_cast<size_t>(std::min(options.longest_s, input.horizon_s) / kArrivalStepS);
  table.abandoned_per_min_ = 60 * rates.leave_per_s;
  table.extra_min_.assign((table.steps_ + 1) * table.states_, 0);
  table.extra_late_ = table.extra_min_;

  // With everybody: backwards from the horizon, keeping what is to come at each five minutes.
  Way everybody(rates, table.states_, input.late_threshold_s, constants);
  std::vector<ToCome> from_then(table.steps_ + 1, ToCome(table.states_));
  std::vector<size_t> before_then(table.steps_ + 1, constants.size());  // stretches before it
  ToCome to_come(table.states_);
  for (size_t i = constants.size(); i-- > 0;) {
    everybody.Over(i, to_come);
    const double step = constants[i].from_s / kArrivalStepS;
    const auto whole = static_cast<size_t>(step + kInstant);
    if (std::abs(step - static_cast<double>(whole)) < kInstant && whole <= table.steps_) {
      from_then[whole] = to_come;
      before_then[whole] = i;
    }
  }
  table.late_ = to_come.late;
  // One away until then (or until the horizon).
  for (size_t step = 1; step <= table.steps_; ++step) {
    const auto away = OneAwayUntil(static_cast<double>(step) * kArrivalStepS, constants);
    Way with_one_away(rates, table.states_, input.late_threshold_s, away);
    ToCome with = from_then[step];
    for (size_t i = before_then[step]; i-- > 0;) with_one_away.Over(i, with);
    for (size_t j = 0; j < table.states_; ++j) {
      table.extra_min_[step * table.states_ + j] = (with.wait[j] - to_come.wait[j]) / 60;
      table.extra_late_[step * table.states_ + j] = with.late[j] - to_come.late[j];
    }
  }
  return table;
}

size_t GestureTable::StateOf(int in_system) const {
  return std::min(static_cast<size_t>(std::max(in_system, 0)), states_ > 0 ? states_ - 1 : 0);
}

double GestureTable::LateShareWithout(int in_system) const {
  return arrivals_ > 0 && states_ > 0 ? late_[StateOf(in_system)] / arrivals_ : 0;
}

double GestureTable::LateShareWith(int in_system, double duration_s) const {
  if (arrivals_ <= 0) return 0;
  const double extra = At(extra_late_, in_system, duration_s) / arrivals_;
  return std::clamp(LateShareWithout(in_system) + extra, 0.0, 1.0);
}

double GestureTable::ExtraLate(int in_system, std::span<const double> waited_s, double duration_s,
                               double passed_s) const {
  if (duration_s <= 0) return 0;
  const int busy = in_system - static_cast<int>(waited_s.size());
  return At(extra_late_, in_system, duration_s) + waiting_.Extra(busy, waited_s, passed_s);
}

double GestureTable::At(const std::vector<double>& extra, int in_system, double duration_s) const {
  const size_t state = StateOf(in_system);
  const double at = std::clamp(duration_s / kArrivalStepS, 0.0, static_cast<double>(steps_));
  if (steps_ < 2) return steps_ == 0 ? 0 : at * extra[states_ + state];
  // A parabola through three steps: the cost of a short absence grows with its square.
  const auto middle = std::clamp<size_t>(static_cast<size_t>(at), 1, steps_ - 1);
  const double before = extra[(middle - 1) * states_ + state];
  const double here = extra[middle * states_ + state];
  const double after = extra[(middle + 1) * states_ + state];
  const double off = at - static_cast<double>(middle);
  return here + off * (after - before) / 2 + off * off * (after - 2 * here + before) / 2;
}

}  // namespace extramile::queueing
