#include "queueing/routine_load.h"

#include <algorithm>
#include <cmath>

#include "queueing/erlang.h"

namespace extramile::queueing {
namespace {

constexpr double kHalfHourS = 1800;
constexpr double kRounding = 1e-9;  // a rise of nothing, computed twice

bool Serves(const HalfHour& half_hour) {
  return half_hour.agents > 0 && half_hour.arrivals_per_s > 0 && half_hour.handle_mean_s > 0;
}

// Where nobody gives up and more arrive than are served, all are late, by as much as a half-hour
// can show.
PoolFigures FiguresOf(const HalfHour& half_hour, int agents, double extra_s, double standard_s) {
  PoolInput input;
  input.arrivals_per_s = half_hour.arrivals_per_s;
  input.handle_mean_s = std::max(1.0, half_hour.handle_mean_s + extra_s) / half_hour.effectiveness;
  input.patience_mean_s = half_hour.patience_mean_s;
  input.agents = agents;
  PoolFigures out;
  out.load = input.arrivals_per_s * input.handle_mean_s;
  const auto state = SteadyStateOf(input);
  if (!state) return {.load = out.load, .late_share = 1, .mean_wait_s = kHalfHourS, .gives_up = 0};
  out.late_share = state->ProbabilityOfWaitOver(standard_s);
  out.mean_wait_s = state->mean_wait_s;
  out.gives_up = state->p_abandon;
  return out;
}

RoutineHalfHour Plan(const HalfHour& half_hour, const RoutineQuestion& question) {
  const double extra_s = question.share * question.extra_handle_s;
  RoutineHalfHour out;
  out.customers = half_hour.arrivals_per_s * kHalfHourS;
  out.agents = half_hour.agents;
  out.before = FiguresOf(half_hour, out.agents, 0, question.standard_s);
  out.after = FiguresOf(half_hour, out.agents, extra_s, question.standard_s);
  const double most = out.before.late_share + question.tolerated_rise + kRounding;
  for (PoolFigures with = out.after; with.late_share > most && out.more_agents < kMostMoreAgents;) {
    ++out.more_agents;
    with = FiguresOf(half_hour, out.agents + out.more_agents, extra_s, question.standard_s);
  }
  return out;
}

void AddToWeek(RoutineLoad& week, const RoutineHalfHour& one, const RoutineQuestion& question) {
  const double customers = one.customers * one.days_a_week;
  week.customers += customers;
  week.extra_agent_minutes += customers * question.share * question.extra_handle_s / 60;
  week.extra_late += customers * one.rise();
  week.extra_wait_minutes += customers * (one.after.mean_wait_s - one.before.mean_wait_s) / 60;
  week.extra_gives_up += customers * (one.after.gives_up - one.before.gives_up);
  week.more_agent_hours += 0.5 * one.more_agents * one.days_a_week;
}

}  // namespace

bool RoutineLoad::enough() const {
  return std::none_of(half_hours.begin(), half_hours.end(),
                      [](const RoutineHalfHour& one) { return one.more_agents > 0; });
}

const RoutineHalfHour* RoutineLoad::most_changed() const {
  const auto less = [](const RoutineHalfHour& a, const RoutineHalfHour& b) {
    const double change = std::abs(a.rise()) - std::abs(b.rise());
    if (std::abs(change) > kRounding) return change < 0;
    return a.customers < b.customers;
  };
  const auto found = std::max_element(half_hours.begin(), half_hours.end(), less);
  return found == half_hours.end() ? nullptr : &*found;
}

RoutineLoad LoadOfRoutine(const Calibration& calibration, const RoutineQuestion& question) {
  RoutineLoad out;
  for (size_t c = 0; c < calibration.classes.size(); ++c) {
    const CalibratedClass& days = calibration.classes[c];
    for (int h = 0; h < kHalfHours; ++h) {
      const HalfHour& half_hour = days.half_hours[static_cast<size_t>(h)];
      if (!Serves(half_hour)) continue;
      RoutineHalfHour one = Plan(half_hour, question);
      one.day_class = c;
      one.half_hour = h;
      one.days_a_week = static_cast<int>(days.days.weekdays.size());
      AddToWeek(out, one, question);
      out.half_hours.push_back(one);
    }
  }
  return out;
}

double CustomersAWeek(const Calibration& calibration) {
  double customers = 0;
  for (const CalibratedClass& days : calibration.classes) {
    for (const HalfHour& half_hour : days.half_hours) {
      if (!Serves(half_hour)) continue;
      customers +=
          half_hour.arrivals_per_s * kHalfHourS * static_cast<double>(days.days.weekdays.size());
    }
  }
  return customers;
}

}  // namespace extramile::queueing
