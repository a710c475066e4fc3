#include "queueing/gesture_table.h"

#include <algorithm>
#include <cmath>

#include "queueing/erlang.h"
#include "queueing/pool_forecast.h"

namespace extramile::queueing {
namespace {

constexpr double kTruncation = 1e-12;
constexpr double kMostEventsAtOnce = 10'000;
constexpr double kInstant = 1e-9;

// Waiting still to come by the state, in customer-seconds, moved backwards in time.
class BackwardPass {
 public:
  BackwardPass(const PoolRates& rates, size_t states) : rates_(rates), states_(states) {
    stay_.resize(states);
    down_.resize(states);
    next_.resize(states + 2);
  }

  // From what is still to come after a stretch to what is before it.
  void Over(double seconds, double arrivals_per_s, int agents, std::vector<double>& to_come) {
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
    for (int i = 0; i < steps; ++i) Step(rate, seconds / steps, n, to_come);
  }

 private:
  void Step(double rate, double seconds, size_t agents, std::vector<double>& to_come) {
    const double events = rate * seconds;
    waiting_.assign(states_ + 2, 0);  // with a neighbour at either end
    later_.assign(states_ + 2, 0);
    for (size_t j = agents; j < states_; ++j) waiting_[j + 1] = static_cast<double>(j - agents);
    std::copy(to_come.begin(), to_come.end(), later_.begin() + 1);
    std::fill(to_come.begin(), to_come.end(), 0);
    GrowingTerm exactly(-events);
    double more = 1 - exactly.value();
    const auto most = static_cast<size_t>(events + 10 * std::sqrt(events) + 30);
    for (size_t k = 0;; ++k) {
      const double by_waiting = more / rate;
      const double by_later = exactly.value();
      for (size_t j = 0; j < states_; ++j) {
        to_come[j] += by_waiting * waiting_[j + 1] + by_later * later_[j + 1];
      }
      if ((more<kTruncation&& static_cast<double>(k)> events) || k == most) break;
      OneEvent(waiting_);
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
  std::vector<double> stay_, down_, next_, waiting_, later_;
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

// Backwards over the first `count` stretches with `fewer` agents less than there are.
void OverAll(const std::vector<Constant>& constants, size_t count, int fewer, BackwardPass& pass,
             std::vector<double>& to_come) {
  for (size_t i = count; i > 0;) {
    const Constant& last = constants[i - 1];
    if (i < constants.size()) {
      BeforeLeaving(last.agents - fewer, constants[i].agents - fewer, to_come);
    }
    size_t first = i - 1;
    while (first > 0 && constants[first - 1].agents == last.agents &&
           constants[first - 1].arrivals_per_s == last.arrivals_per_s) {
      --first;
    }
    pass.Over(last.to_s - constants[first].from_s, last.arrivals_per_s,
              std::max(0, last.agents - fewer), to_come);
    i = first;
  }
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
  const PoolRates rates{input.effectiveness / input.skills[0].handle_mean_s,
                        1 / input.skills[0].patience_mean_s};
  const auto constants = ConstantsOf(input, kArrivalStepS);
  int most_agents = 0;
  for (const Constant& constant : constants) most_agents = std::max(most_agents, constant.agents);
  GestureTable table;
  table.states_ = static_cast<size_t>(most_agents + std::max(1, options.longest_queue)) + 1;
  table.steps_ = static_cast<size_t>(std::min(options.longest_s, input.horizon_s) / kArrivalStepS);
  table.abandoned_per_min_ = 60 * rates.leave_per_s;
  table.extra_min_.assign((table.steps_ + 1) * table.states_, 0);

  // With everybody: backwards from the horizon, keeping what is to come at each five minutes.
  BackwardPass pass(rates, table.states_);
  std::vector<std::vector<double>> from_then(table.steps_ + 1);
  std::vector<size_t> before_then(table.steps_ + 1);  // stretches before that moment
  std::vector<double> to_come(table.states_, 0);
  for (size_t i = constants.size(); i-- > 0;) {
    if (i + 1 < constants.size()) {
      BeforeLeaving(constants[i].agents, constants[i + 1].agents, to_come);
    }
    pass.Over(constants[i].to_s - constants[i].from_s, constants[i].arrivals_per_s,
              constants[i].agents, to_come);
    const double step = constants[i].from_s / kArrivalStepS;
    const auto whole = static_cast<size_t>(step + kInstant);
    if (std::abs(step - static_cast<double>(whole)) < kInstant && whole <= table.steps_) {
      from_then[whole] = to_come;
      before_then[whole] = i;
    }
  }
  // One away until then.
  for (size_t step = 1; step <= table.steps_; ++step) {
    std::vector<double> with = from_then[step];
    if (with.empty()) with.assign(table.states_, 0);  // away until the horizon
    const size_t stretches = from_then[step].empty() ? constants.size() : before_then[step];
    OverAll(constants, stretches, 1, pass, with);
    for (size_t j = 0; j < table.states_; ++j) {
      table.extra_min_[step * table.states_ + j] = (with[j] - to_come[j]) / 60;
    }
  }
  return table;
}

double GestureTable::ExtraWaitCustomerMin(int in_system, double duration_s) const {
  const auto state =
      std::min(static_cast<size_t>(std::max(in_system, 0)), states_ > 0 ? states_ - 1 : 0);
  const double at = std::clamp(duration_s / kArrivalStepS, 0.0, static_cast<double>(steps_));
  if (steps_ < 2) return steps_ == 0 ? 0 : at * extra_min_[states_ + state];
  // A parabola through three steps: the cost of a short absence grows with its square.
  const auto middle = std::clamp<size_t>(static_cast<size_t>(at), 1, steps_ - 1);
  const double before = extra_min_[(middle - 1) * states_ + state];
  const double here = extra_min_[middle * states_ + state];
  const double after = extra_min_[(middle + 1) * states_ + state];
  const double off = at - static_cast<double>(middle);
  return std::max(0.0,
                  here + off * (after - before) / 2 + off * off * (after - 2 * here + before) / 2);
}

}  // namespace extramile::queueing
