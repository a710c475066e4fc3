#include "queueing/pool_forecast.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "queueing/erlang.h"
#include "queueing/gaussian_closure.h"
#include "queueing/transient.h"

namespace extramile::queueing {
namespace {

constexpr size_t kMostStates = 1 << 16;
constexpr double kMostWork = 4e8;  // states x events: half a second
constexpr double kOverflow =
    1e-6;  // customers lost at the edge of the state space: beyond, a larger one

// What both paths share: rates, the moments at which anything changes, and where they begin.
class Model {
 public:
  explicit Model(const ForecastInput& input) : input_(input), skill_(input.skills[0]) {
    rates_.service_per_s = input.effectiveness / skill_.handle_mean_s;
    rates_.leave_per_s = 1 / skill_.patience_mean_s;
  }

  // The pieces from now (or from a run-up before it) to `until_s`, with the gesture's agents away
  // or not.
  std::vector<Piece> Pieces(const Gesture& gesture, bool away, double until_s) const {
    std::vector<double> cuts = {0, until_s, gesture.start_s};
    if (away) cuts.push_back(gesture.start_s + gesture.duration_s);
    for (double t = kArrivalStepS; t < until_s; t += kArrivalStepS) {
      if (ArrivalsAt(t) != ArrivalsAt(t - kArrivalStepS)) cuts.push_back(t);
    }
    for (const AgentInput& agent : input_.agents) {
      cuts.push_back(agent.shift_starts_in_s);
      cuts.push_back(agent.shift_ends_in_s);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

    std::vector<Piece> pieces;
    if (input_.start == StartKind::kUsual) {
      // Customers who wait already at the beginning are met by letting the usual state run for one
      // threshold before it.
      pieces.push_back({.seconds = input_.late_threshold_s,
                        .arrivals_per_s = ArrivalsAt(0),
                        .agents = AgentsAt(0, nullptr),
                        .counted = false});
    }
    for (size_t i = 0; i + 1 < cuts.size() && cuts[i] < until_s; ++i) {
      Piece piece;
      piece.seconds = cuts[i + 1] - cuts[i];
      piece.arrivals_per_s = ArrivalsAt(cuts[i]);
      piece.agents = AgentsAt(cuts[i], away ? &gesture : nullptr);
      if (cuts[i] == gesture.start_s && !StartsFromKnownState(gesture)) {
        piece.freed = static_cast<int>(gesture.agents.size());
      }
      pieces.push_back(piece);
    }
    return pieces;
  }

  // Probabilities of the number of customers in the system at the beginning.
  Result<std::vector<double>> Start(const Gesture& gesture) const {
    std::vector<double> p;
    if (input_.start == StartKind::kUsual) {
      auto usual = SteadyStateOf(
          {ArrivalsAt(0), 1 / rates_.service_per_s, skill_.patience_mean_s, AgentsAt(0, nullptr)});
      if (!usual) return Fail(UsualError(std::move(usual).error()));
      p = usual->in_system();
    } else {
      p.assign(BusyAtStart(gesture) + skill_.waiting_s.size() + 1, 0);
      p.back() = 1;
    }
    return p;
  }

  std::vector<WaitingCustomer> Waiting(const Gesture& gesture, int agents) const {
    std::vector<WaitingCustomer> waiting;
    if (input_.start == StartKind::kUsual) return waiting;
    std::vector<double> waits = skill_.waiting_s;
    std::sort(waits.rbegin(), waits.rend());
    const int busy = static_cast<int>(BusyAtStart(gesture));
    for (size_t i = 0; i < waits.size(); ++i) {
      waiting.push_back({busy + static_cast<int>(i) - agents, waits[i]});
    }
    return waiting;
  }

  // A first guess of the state space; the overflow tells whether it was enough.
  size_t StatesFor(const std::vector<Piece>& pieces) const {
    double arrivals = 0;
    double seconds = 0;
    int fewest = pieces[0].agents;
    int most = pieces[0].agents;
    for (const Piece& piece : pieces) {
      arrivals = std::max(arrivals, piece.arrivals_per_s);
      fewest = std::min(fewest, piece.agents);
      most = std::max(most, piece.agents);
      seconds += piece.seconds;
    }
    const double surplus = std::max(0.0, arrivals - fewest * rates_.service_per_s);
    const double memory = std::min(seconds, 1 / rates_.leave_per_s);
    const double queue = surplus * memory + 5 * std::sqrt(arrivals * memory) + 10;
    const double guess = most + static_cast<double>(skill_.waiting_s.size()) + queue;
    return static_cast<size_t>(std::min<double>(guess, kMostStates)) + 2;
  }

  const PoolRates& rates() const { return rates_; }
  // The agents of the gesture are free by the caller's own word, so no condition on the state is
  // needed.
  bool StartsFromKnownState(const Gesture& gesture) const {
    return input_.start == StartKind::kLive && gesture.start_s == 0;
  }

 private:
  static Error UsualError(Error error) {
    if (error.code == "pool-unstable") error.code = "forecast-unstable";
    if (error.code == "pool-input") error.code = "forecast-input";
    if (error.code == "pool-too-large") error.code = "forecast-too-large";
    error.place = "/agents";
    return error;
  }

  double ArrivalsAt(double at_s) const {
    const auto step = static_cast<size_t>(at_s / kArrivalStepS);
    return skill_.arrivals_per_s[std::min(step, skill_.arrivals_per_s.size() - 1)];
  }

  int AgentsAt(double at_s, const Gesture* away) const {
    int count = 0;
    for (const AgentInput& agent : input_.agents) {
      count += agent.state != AgentState::kAway && agent.shift_starts_in_s <= at_s &&
               at_s < agent.shift_ends_in_s;
    }
    if (away && away->start_s <= at_s && at_s < away->start_s + away->duration_s) {
      for (int index : away->agents) {
        count -= at_s < input_.agents[static_cast<size_t>(index)].shift_ends_in_s;
      }
    }
    return count;
  }

  size_t BusyAtStart(const Gesture& gesture) const {
    size_t busy = 0;
    for (size_t i = 0; i < input_.agents.size(); ++i) {
      const AgentInput& agent = input_.agents[i];
      const bool leaves =
          StartsFromKnownState(gesture) && std::find(gesture.agents.begin(), gesture.agents.end(),
                                                     static_cast<int>(i)) != gesture.agents.end();
      busy += agent.state == AgentState::kBusy && agent.shift_starts_in_s <= 0 &&
              agent.shift_ends_in_s > 0 && !leaves;
    }
    return busy;
  }

  const ForecastInput& input_;
  const SkillInput& skill_;
  PoolRates rates_;
};

PoolPair FollowClosed(const Model& model, const Gesture& gesture, double until_s,
                      const PathOptions& options, const std::vector<double>& start) {
  NormalState state;
  for (size_t j = 0; j < start.size(); ++j) state.mean += static_cast<double>(j) * start[j];
  for (size_t j = 0; j < start.size(); ++j) {
    const double off = static_cast<double>(j) - state.mean;
    state.variance += off * off * start[j];
  }
  const auto follow = [&](bool away) {
    const auto pieces = model.Pieces(gesture, away, until_s);
    return FollowPathClosed(pieces, model.rates(), options, state,
                            model.Waiting(gesture, pieces[0].agents));
  };
  return {follow(false), follow(true), true};
}

}  // namespace

Result<PoolPair> FollowPool(const ForecastInput& input, const Gesture& gesture, double until_s,
                            LateRule rule, PoolMethod method) {
  const Model model(input);
  const PathOptions options{input.late_threshold_s, rule, kArrivalStepS};
  EM_ASSIGN(const std::vector<double> least, model.Start(gesture));
  if (method == PoolMethod::kBySize &&
      input.agents.size() > static_cast<size_t>(kMostAgentsExactly)) {
    return FollowClosed(model, gesture, until_s, options, least);
  }
  const auto without = model.Pieces(gesture, false, until_s);
  const auto with = model.Pieces(gesture, true, until_s);
  size_t states = std::max(model.StatesFor(with), least.size() + 1);
  for (;;) {
    double events = 0;
    for (const Piece& piece : without) {
      events += piece.seconds * (piece.arrivals_per_s + piece.agents * model.rates().service_per_s +
                                 static_cast<double>(states) * model.rates().leave_per_s);
    }
    if (states > kMostStates || events * static_cast<double>(states) > kMostWork) {
      return Fail(ErrorKind::kTooLarge, "forecast-too-large",
                  "The queue may grow too long to be followed exactly.", "/skills/0",
                  "Shorten the horizon, or check the arrival rate and the number of agents.");
    }
    auto start = least;
    start.resize(states, 0);
    PoolPair pair;
    pair.without = FollowPath(without, model.rates(), options, start,
                              model.Waiting(gesture, without[0].agents));
    pair.with =
        FollowPath(with, model.rates(), options, start, model.Waiting(gesture, with[0].agents));
    if (std::max(pair.without.overflow, pair.with.overflow) < kOverflow) return pair;
    states *= 2;
  }
}

SkillForecast SummarisePool(const ForecastInput& input, const PoolPair& pair) {
  SkillForecast out;
  out.skill = input.skills[0].skill;
  const PathCost& with = pair.with;
  const PathCost& without = pair.without;
  const double wait_with = with.total_wait_s();
  const double wait_without = without.total_wait_s();
  out.extra_wait_customer_min = (wait_with - wait_without) / 60;
  out.extra_late = with.late + with.late_before - without.late - without.late_before;
  out.extra_abandoned = with.abandoned - without.abandoned;
  out.arrivals = with.arrivals;
  if (out.arrivals > 0) {
    out.p_late_without = without.late / out.arrivals;
    out.p_late_with = with.late / out.arrivals;
    out.mean_wait_without_s = wait_without / out.arrivals;
    out.mean_wait_with_s = wait_with / out.arrivals;
  }
  for (size_t i = 0; i < with.wait_s.size(); ++i) {
    const double extra = (with.wait_s[i] - without.wait_s[i]) / 60;
    if (extra > out.worst.extra_wait_customer_min) {
      out.worst = {static_cast<double>(i) * kArrivalStepS, extra};
    }
  }
  return out;
}

}  // namespace extramile::queueing
