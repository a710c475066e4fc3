// For tests only: the slow, obvious way to the forecast's figures, customer by customer.
//
// One run draws arrivals, handle times and patience once and plays them twice, with the gesture and
// without (common random numbers). It shares nothing with the forecast but its input. Runs in which
// a later gesture would find its agents idle are thrown away, as the forecast's condition demands;
// agents keep no memory, so which of them are asked about does not matter.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "queueing/erlang.h"
#include "queueing/forecast.h"

namespace extramile::queueing {

struct SimulatedFigures {
  double wait_min = 0, late = 0, abandoned = 0;
};

struct SimulatedMean {
  double mean = 0, standard_error = 0;
};

struct SimulatedForecast {
  SimulatedMean extra_wait_min, extra_late, extra_abandoned;
};

class SimulationOracle {
 public:
  SimulationOracle(const ForecastInput& input, uint64_t seed)
      : input_(input),
        begin_(input.start == StartKind::kUsual ? -input.late_threshold_s : 0),
        random_(seed) {}

  SimulatedForecast Run(int runs) {
    std::vector<SimulatedFigures> extras;
    while (static_cast<int>(extras.size()) < runs) {
      if (const auto extra = OneRun()) extras.push_back(*extra);
    }
    return {Mean(extras, &SimulatedFigures::wait_min), Mean(extras, &SimulatedFigures::late),
            Mean(extras, &SimulatedFigures::abandoned)};
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  struct Customer {
    double arrives, patience_ends, handle;
  };

  double Exponential(double mean) {
    return mean == kNever ? kNever : std::exponential_distribution<>(1 / mean)(random_);
  }

  double ArrivalsAt(double t) const {
    const auto& rates = input_.skills[0].arrivals_per_s;
    return rates[std::min(static_cast<size_t>(std::max(t, 0.0) / kArrivalStepS), rates.size() - 1)];
  }

  std::vector<Customer> Draw(int busy_at_start) {
    const SkillInput& skill = input_.skills[0];
    const double handle = skill.handle_mean_s / input_.effectiveness;
    std::vector<Customer> customers;
    for (int i = 0; i < busy_at_start; ++i)
      customers.push_back({-1e9, kNever, Exponential(handle)});
    std::vector<double> waits = skill.waiting_s;
    std::sort(waits.rbegin(), waits.rend());
    for (double waited : waits) {
      customers.push_back({-waited, Exponential(skill.patience_mean_s), Exponential(handle)});
    }
    const double fastest =
        *std::max_element(skill.arrivals_per_s.begin(), skill.arrivals_per_s.end());
    if (fastest <= 0) return customers;
    for (double t = begin_ + Exponential(1 / fastest); t < input_.horizon_s;
         t += Exponential(1 / fastest)) {
      if (std::uniform_real_distribution<>()(random_) * fastest > ArrivalsAt(t)) continue;
      customers.push_back({t, t + Exponential(skill.patience_mean_s), Exponential(handle)});
    }
    return customers;
  }

  // The number in the system at the beginning of a usual state, drawn from it.
  int DrawUsual(int agents) {
    const auto state =
        SteadyStateOf({ArrivalsAt(0), input_.skills[0].handle_mean_s / input_.effectiveness,
                       input_.skills[0].patience_mean_s, agents});
    const auto& p = state->in_system();
    return std::discrete_distribution<int>(p.begin(), p.end())(random_);
  }

  bool Leaves(size_t agent) const {
    const auto& who = input_.gesture.agents;
    return std::find(who.begin(), who.end(), static_cast<int>(agent)) != who.end();
  }

  std::optional<SimulatedFigures> OneRun() {
    int busy = 0;
    int present = 0;
    for (size_t i = 0; i < input_.agents.size(); ++i) {
      const AgentInput& agent = input_.agents[i];
      const bool here = agent.state != AgentState::kAway && agent.shift_starts_in_s <= 0;
      const bool freed =
          input_.start == StartKind::kLive && input_.gesture.start_s == 0 && Leaves(i);
      present += here;
      busy += here && agent.state == AgentState::kBusy && !freed;
    }
    std::vector<Customer> customers;
    if (input_.start == StartKind::kUsual) {
      const int in_system = DrawUsual(present);
      customers = Draw(std::min(in_system, present));
      std::vector<Customer> waiting(static_cast<size_t>(std::max(0, in_system - present)));
      // Who waits a whole threshold before the horizon and still waits in it is late with and
      // without the gesture.
      for (Customer& c : waiting) {
        c = {begin_ - 1e6, begin_ + Exponential(input_.skills[0].patience_mean_s),
             Exponential(input_.skills[0].handle_mean_s / input_.effectiveness)};
      }
      customers.insert(customers.begin() + std::min(in_system, present), waiting.begin(),
                       waiting.end());
    } else {
      customers = Draw(busy);
    }
    // Which agents the first customers are with is a matter of chance.
    std::vector<size_t> order(input_.agents.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random_);
    const auto with = Play(customers, order, true);
    const auto without = Play(customers, order, false);
    if (!with || !without) return std::nullopt;
    return SimulatedFigures{with->wait_min - without->wait_min, with->late - without->late,
                            with->abandoned - without->abandoned};
  }

  bool Takes(size_t i, double t, bool with_gesture) const {
    const AgentInput& agent = input_.agents[i];
    if (agent.state == AgentState::kAway || t < agent.shift_starts_in_s ||
        t >= agent.shift_ends_in_s)
      return false;
    const double start = input_.gesture.start_s;
    const bool away =
        with_gesture && Leaves(i) && t >= start && t < start + input_.gesture.duration_s;
    return !away;
  }

  // Nothing where a gesture that demands it does not find its agents busy.
  std::optional<SimulatedFigures> Play(const std::vector<Customer>& customers,
                                       const std::vector<size_t>& order, bool with_gesture) const {
    const double start = input_.gesture.start_s;
    const bool condition = input_.start == StartKind::kUsual || start > 0;
    std::vector<double> busy_until(input_.agents.size(), begin_ - 1);
    SimulatedFigures figures;
    std::vector<Customer> queue;
    size_t next = 0;
    bool freed = !condition;
    double t = begin_;
    const auto leave_queue = [&](const Customer& customer, double at, bool served) {
      const double until = std::min(std::max(at, 0.0), input_.horizon_s);
      figures.wait_min += std::max(0.0, until - std::max(customer.arrives, 0.0)) / 60;
      figures.late += at - customer.arrives > input_.late_threshold_s;
      figures.abandoned += !served && at >= 0 && at <= input_.horizon_s;
    };
    const double end = input_.horizon_s + input_.late_threshold_s;
    // The first customers are with somebody from the beginning.
    for (; next < customers.size() && customers[next].arrives < -1e8; ++next) {
      for (size_t i : order) {
        const bool free_now = !condition && Leaves(i);
        if (busy_until[i] > begin_ || free_now || !Takes(i, 0, false)) continue;
        busy_until[i] = begin_ + customers[next].handle;
        break;
      }
    }
    while (t < end) {
      if (!freed && t >= start) {
        for (int agent : input_.gesture.agents) {
          if (busy_until[static_cast<size_t>(agent)] <= t) return std::nullopt;
          busy_until[static_cast<size_t>(agent)] = t;
        }
        freed = true;
      }
      for (; next < customers.size() && customers[next].arrives <= t; ++next)
        queue.push_back(customers[next]);
      for (size_t k = 0; k < queue.size();) {
        if (queue[k].patience_ends <= t) {
          leave_queue(queue[k], queue[k].patience_ends, false);
          queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(k));
          continue;
        }
        const auto agent = std::find_if(order.begin(), order.end(), [&](size_t i) {
          return busy_until[i] <= t && Takes(i, t, with_gesture);
        });
        if (agent == order.end()) {
          ++k;
          continue;
        }
        leave_queue(queue[k], t, true);
        busy_until[*agent] = t + queue[k].handle;
        queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(k));
      }
      t = NextMoment(t, customers, next, queue, busy_until, freed, end);
    }
    for (const Customer& customer : queue) leave_queue(customer, end + 1e-9, true);
    return figures;
  }

  double NextMoment(double t, const std::vector<Customer>& customers, size_t next,
                    const std::vector<Customer>& queue, const std::vector<double>& busy_until,
                    bool freed, double end) const {
    double soonest = end;
    const auto consider = [&](double moment) {
      if (moment > t) soonest = std::min(soonest, moment);
    };
    if (next < customers.size()) consider(customers[next].arrives);
    for (const Customer& customer : queue) consider(customer.patience_ends);
    for (double until : busy_until) consider(until);
    for (const AgentInput& agent : input_.agents) consider(agent.shift_starts_in_s);
    if (!freed) consider(input_.gesture.start_s);
    consider(input_.gesture.start_s + input_.gesture.duration_s);
    return soonest;
  }

  static SimulatedMean Mean(const std::vector<SimulatedFigures>& extras,
                            double SimulatedFigures::* field) {
    const auto n = static_cast<double>(extras.size());
    double sum = 0;
    double squares = 0;
    for (const auto& extra : extras) {
      sum += extra.*field;
      squares += extra.*field * (extra.*field);
    }
    const double mean = sum / n;
    return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / n)};
  }

  const ForecastInput& input_;
  double begin_;  // a run-up before the horizon for a usual start, as in the forecast
  std::mt19937_64 random_;
};

}  // namespace extramile::queueing
