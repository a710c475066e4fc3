#include "app/queue_answer.h"

#include <algorithm>
#include <utility>

namespace extramile::app {
namespace {

using queueing::AgentInput;
using queueing::ForecastInput;

// A pair costs so much for each customer and agent in it.
constexpr double kBudgetMicros = 50'000, kMicrosEach = 0.2;
constexpr double kFewestPairs = 50, kMostPairs = 1000;

void AddSkill(QueueAnswer& answer, const queueing::SkillForecast& forecast) {
  answer.extra_wait_minutes += forecast.extra_wait_customer_min;
  answer.extra_late += forecast.extra_late;
  answer.extra_abandons += forecast.extra_abandoned;
  answer.late_share_before += forecast.p_late_without * forecast.arrivals;
  answer.late_share_after += forecast.p_late_with * forecast.arrivals;
}

}  // namespace

int SecondOfDay(const LocalTime& local) {
  return local.hour * 3600 + local.minute * 60 + local.second;
}

double SecondsUntil(Instant then, Instant now) {
  return static_cast<double>(std::max<int64_t>(0, then - now)) / kMicrosPerSecond;
}

void SetAbsence(ForecastInput& input, int64_t minutes, int64_t standard_minutes) {
  const double away_s = static_cast<double>(minutes) * 60;
  input.gesture.duration_s = away_s;
  input.horizon_s = std::max(3600.0, input.gesture.start_s + away_s + 1800);
  input.late_threshold_s = static_cast<double>(standard_minutes) * 60;
}

size_t PresentNow(const ForecastInput& input) {
  return static_cast<size_t>(
      std::count_if(input.agents.begin(), input.agents.end(),
                    [](const AgentInput& agent) { return agent.shift_starts_in_s <= 0; }));
}

void SetPresent(ForecastInput& input, size_t wanted) {
  for (size_t present = PresentNow(input); present > wanted; --present) {
    const auto first = std::min_element(
        input.agents.begin(), input.agents.end(), [](const AgentInput& a, const AgentInput& b) {
          return std::pair(a.shift_starts_in_s > 0, a.shift_ends_in_s) <
                 std::pair(b.shift_starts_in_s > 0, b.shift_ends_in_s);
        });
    input.agents.erase(first);
  }
  const size_t missing = wanted - std::min(wanted, PresentNow(input));
  input.agents.insert(input.agents.begin(), missing, AgentInput());
}

int PairsWithinBudget(const ForecastInput& input, size_t simulations) {
  double each = static_cast<double>(input.agents.size());
  for (const auto& skill : input.skills) {
    double arrivals = 0;
    for (double rate : skill.arrivals_per_s) arrivals += rate;
    arrivals /= static_cast<double>(skill.arrivals_per_s.size());
    each += arrivals * input.horizon_s + static_cast<double>(skill.waiting_s.size());
  }
  const double pairs = kBudgetMicros / kMicrosEach / each / static_cast<double>(simulations);
  return static_cast<int>(std::clamp(pairs, kFewestPairs, kMostPairs));
}

QueueAnswer AnswerOf(const ForecastInput& input) {
  QueueAnswer answer;
  answer.known = true;
  const auto forecast = queueing::Forecast(input);
  if (!forecast || forecast->skills.empty()) return answer;
  answer.decided = true;
  answer.method = forecast->method;
  double coming = 0, arrivals_per_s = 0;
  for (size_t k = 0; k < forecast->skills.size(); ++k) {
    AddSkill(answer, forecast->skills[k]);
    coming += forecast->skills[k].arrivals;
    arrivals_per_s += input.skills[k].arrivals_per_s.front();
    if (forecast->skills.size() == 1) continue;
    const queueing::SkillForecast& skill = forecast->skills[k];
    answer.by_skill.push_back(
        {skill.skill, skill.extra_wait_customer_min, skill.extra_late, skill.extra_abandoned});
  }
  for (double* share : {&answer.late_share_before, &answer.late_share_after}) {
    *share = coming > 0 ? *share / coming : 0;
  }
  for (double* sum : {&answer.extra_wait_minutes, &answer.extra_late, &answer.extra_abandons}) {
    *sum = std::max(0.0, *sum);
  }
  if (forecast->pairs > 0) {
    answer.half_widths = {kHalfWidth * forecast->errors.extra_wait_customer_min,
                          kHalfWidth * forecast->errors.extra_late,
                          kHalfWidth * forecast->errors.extra_abandoned};
  }
  answer.others_meanwhile = arrivals_per_s * input.gesture.duration_s;
  return answer;
}

}  // namespace extramile::app
