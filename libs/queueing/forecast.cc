#include "queueing/forecast.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "queueing/pool_forecast.h"
#include "queueing/simulation.h"

namespace extramile::queueing {
namespace {

constexpr size_t kMostAgents = 2000;
constexpr size_t kMostWaiting = 10'000;
constexpr double kLongestS = 14 * 24 * 3600;
constexpr double kHalfWidth = 1.96;  // standard errors: a 95 % interval
constexpr int kFirstPairs = 250;     // before a simulation is first looked at; then twice as many
constexpr int kPairsWithoutLimits = 1000;
constexpr int kPairsForAStart = 200;

tl::unexpected<Error> Refuse(std::string place, std::string message, std::string advice = {}) {
  return Fail(ErrorKind::kInvalid, "forecast-input", std::move(message), std::move(place),
              std::move(advice));
}

bool Within(double value, double low, double high) { return value >= low && value <= high; }

Result<void> CheckSkill(const SkillInput& skill, const std::string& place) {
  if (skill.arrivals_per_s.empty()) {
    return Refuse(place + "/arrivals_per_s", "No arrivals are given, not even 0.");
  }
  for (double rate : skill.arrivals_per_s) {
    if (!Within(rate, 0, 1e4)) {
      return Refuse(place + "/arrivals_per_s",
                    "An arrival rate is not between 0 and 10,000 a second.");
    }
  }
  if (!Within(skill.handle_mean_s, 0.1, 1e6)) {
    return Refuse(place + "/handle_mean_s",
                  "The mean handle time is not between 0.1 and 1,000,000 s.");
  }
  if (!Within(skill.handle_cv, 0, 10)) {
    return Refuse(place + "/handle_cv",
                  "The handle time's coefficient of variation is not between 0 and 10.");
  }
  if (!(skill.patience_mean_s >= 0.1)) {
    return Refuse(place + "/patience_mean_s", "The mean patience is below 0.1 s.",
                  "Give infinity where nobody gives up.");
  }
  if (!(skill.due_after_s > 0)) {
    return Refuse(place + "/due_after_s", "A ticket is not due at some time after it comes.",
                  "Give infinity for calls.");
  }
  if (skill.waiting_s.size() > kMostWaiting) {
    return Fail(ErrorKind::kTooLarge, "forecast-too-large",
                "More than 10,000 customers are waiting.", place + "/waiting_s");
  }
  if (!skill.waiting_due_s.empty() && skill.waiting_due_s.size() != skill.waiting_s.size()) {
    return Refuse(place + "/waiting_due_s", "Not every ticket that waits has a time it is due at.");
  }
  for (double waited : skill.waiting_s) {
    if (!Within(waited, 0, 1e7)) {
      return Refuse(place + "/waiting_s", "A customer's wait so far is not 0 s or more.");
    }
  }
  return {};
}

Result<void> CheckAgents(const ForecastInput& input) {
  if (input.agents.size() > kMostAgents) {
    return Fail(ErrorKind::kTooLarge, "forecast-too-large", "More than 2,000 agents are given.",
                "/agents");
  }
  for (size_t i = 0; i < input.agents.size(); ++i) {
    const AgentInput& agent = input.agents[i];
    const std::string place = "/agents/" + std::to_string(i);
    if (agent.skills.empty()) return Refuse(place + "/skills", "The agent has no skill.");
    for (int skill : agent.skills) {
      if (skill < 0 || skill >= static_cast<int>(input.skills.size())) {
        return Refuse(place + "/skills", "The agent has a skill that is not given.");
      }
    }
    if (!(agent.shift_starts_in_s >= 0) || !(agent.shift_ends_in_s >= agent.shift_starts_in_s)) {
      return Refuse(place, "The agent's shift ends before it starts.");
    }
  }
  return {};
}

Result<void> CheckOpen(const ForecastInput& input) {
  double before = 0;
  for (const OpenHours& hours : input.open) {
    if (!(hours.from_s >= before) || !(hours.to_s > hours.from_s)) {
      return Refuse("/open", "Working hours are not in order, apart and from now on.");
    }
    before = hours.to_s;
  }
  return {};
}

Result<void> CheckGesture(const ForecastInput& input) {
  const Gesture& gesture = input.gesture;
  if (gesture.agents.empty()) return Refuse("/gesture/agents", "The gesture takes nobody away.");
  if (!Within(gesture.start_s, 0, input.horizon_s)) {
    return Refuse("/gesture/start_s", "The gesture starts before now or after the horizon.");
  }
  if (!Within(gesture.duration_s, 0, kLongestS)) {
    return Refuse("/gesture/duration_s", "The gesture's duration is not between 0 and 14 days.");
  }
  std::vector<int> sorted = gesture.agents;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return Refuse("/gesture/agents", "The gesture names an agent twice.");
  }
  for (int index : gesture.agents) {
    if (index < 0 || index >= static_cast<int>(input.agents.size())) {
      return Refuse("/gesture/agents", "The gesture names an agent who is not given.");
    }
    const AgentInput& agent = input.agents[static_cast<size_t>(index)];
    if (agent.state == AgentState::kAway || gesture.start_s < agent.shift_starts_in_s ||
        gesture.start_s >= agent.shift_ends_in_s) {
      return Refuse("/gesture/agents", "An agent of the gesture is not there when it starts.",
                    "Choose an agent who is at work then, or another start.");
    }
  }
  return {};
}

std::string Number(double value, int decimals) {
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  return digits;
}

// What limits are set on, and how far each may be off.
struct Judged {
  double wait = 0, late = 0, abandoned = 0, p_late = 0;
  StandardErrors half_width;
};

Judged SumsOf(const std::vector<SkillForecast>& skills) {
  Judged sums;
  for (const SkillForecast& skill : skills) {
    sums.wait += skill.extra_wait_customer_min;
    sums.late += skill.extra_late;
    sums.abandoned += skill.extra_abandoned;
    sums.p_late = std::max(sums.p_late, skill.p_late_with);
  }
  return sums;
}

// The first limit surely passed decides for no; one that may be passed leaves it undecided.
void Judge(const Limits& limits, const Judged& sums, ForecastOutput& out) {
  struct Test {
    const std::optional<double>& limit;
    double value, half_width;
    std::string words;
  };
  const auto wait_limit = limits.extra_wait_customer_min.value_or(0);
  const Test tests[] = {
      {limits.extra_wait_customer_min, sums.wait, sums.half_width.extra_wait_customer_min,
       "Other customers would wait " + Number(sums.wait, 1) +
           " minutes longer in all; the limit is " + Number(wait_limit, 1) + "."},
      {limits.extra_late, sums.late, sums.half_width.extra_late,
       Number(sums.late, 2) + " more customers would wait too long; the limit is " +
           Number(limits.extra_late.value_or(0), 2) + "."},
      {limits.extra_abandoned, sums.abandoned, sums.half_width.extra_abandoned,
       Number(sums.abandoned, 2) + " more customers would give up; the limit is " +
           Number(limits.extra_abandoned.value_or(0), 2) + "."},
      {limits.p_late, sums.p_late, sums.half_width.p_late,
       Number(100 * sums.p_late, 1) + " % of customers would wait too long; the limit is " +
           Number(100 * limits.p_late.value_or(0), 1) + " %."}};
  out.verdict = Verdict::kOk;
  out.verdict_reason.clear();
  for (const Test& test : tests) {
    if (!test.limit || test.value + test.half_width <= *test.limit) continue;
    const bool surely = test.value - test.half_width > *test.limit;
    if (!surely && out.verdict != Verdict::kOk) continue;
    out.verdict = surely ? Verdict::kNo : Verdict::kUndecided;
    out.verdict_reason = surely ? test.words : "Too near a limit to be told: " + test.words;
    if (surely) return;
  }
}

Result<void> ByPool(const ForecastInput& input, ForecastOutput& out) {
  for (const PoolMethod method : {PoolMethod::kBySize, PoolMethod::kExact}) {
    EM_ASSIGN(const PoolPair pair,
              FollowPool(input, input.gesture, input.horizon_s, LateRule::kWaited, method));
    out.skills = {SummarisePool(input, pair)};
    out.method = pair.closed ? "gaussian closure" : "exact transient";
    Judged sums = SumsOf(out.skills);
    if (pair.closed) {
      sums.half_width = {kClosureError * std::abs(sums.wait), kClosureError * std::abs(sums.late),
                         kClosureError * std::abs(sums.abandoned), kClosureError * sums.p_late};
    }
    out.errors = sums.half_width;
    Judge(input.limits, sums, out);
    if (out.verdict != Verdict::kUndecided) return {};
  }
  return {};
}

void BySimulation(const ForecastInput& input, ForecastOutput& out) {
  const Limits& limits = input.limits;
  const bool limited = limits.extra_wait_customer_min || limits.extra_late ||
                       limits.extra_abandoned || limits.p_late;
  PairedSimulation simulation(input);
  out.method = "paired simulation";
  int more = std::min(input.most_pairs, limited ? kFirstPairs : kPairsWithoutLimits);
  for (;;) {
    simulation.Run(more);
    out.skills = simulation.Skills();
    const auto errors = simulation.Errors();
    Judged sums = SumsOf(out.skills);
    sums.half_width = {kHalfWidth * errors.extra_wait_customer_min, kHalfWidth * errors.extra_late,
                       kHalfWidth * errors.extra_abandoned, kHalfWidth * errors.p_late};
    out.errors = errors;
    out.pairs = simulation.pairs();
    Judge(limits, sums, out);
    more = std::min(out.pairs, input.most_pairs - out.pairs);
    if (out.verdict != Verdict::kUndecided || more <= 0) return;
  }
}

Result<double> CostOfStart(const ForecastInput& input) {
  if (!IsOnePool(input)) {
    PairedSimulation simulation(input);
    simulation.Run(std::min(input.most_pairs, kPairsForAStart));
    return SumsOf(simulation.Skills()).wait;
  }
  EM_ASSIGN(const PoolPair pair, FollowPool(input, input.gesture, input.horizon_s,
                                            LateRule::kNotCounted, PoolMethod::kBySize));
  return (pair.with.total_wait_s() - pair.without.total_wait_s()) / 60;
}

Result<StartCost> CheapestStart(const ForecastInput& input) {
  std::optional<StartCost> best;
  for (double start = 0; start < input.horizon_s; start += kArrivalStepS) {
    ForecastInput later = input;
    later.gesture.start_s = start;
    if (!CheckGesture(later)) continue;  // not at work then
    later.horizon_s = start + input.horizon_s;
    EM_ASSIGN(const double extra, CostOfStart(later));
    if (!best || extra < best->extra_wait_customer_min) best = StartCost{start, extra};
  }
  if (!best)
    return Refuse("/gesture/agents", "No agent of the gesture is at work within the horizon.");
  return *best;
}

}  // namespace

Result<void> CheckForecast(const ForecastInput& input) {
  if (input.skills.empty()) return Refuse("/skills", "No skill is given.");
  if (input.skills.size() > kMostSkills) {
    return Fail(ErrorKind::kTooLarge, "forecast-too-large", "More than 32 skills are given.",
                "/skills");
  }
  for (size_t k = 0; k < input.skills.size(); ++k) {
    EM_TRY(CheckSkill(input.skills[k], "/skills/" + std::to_string(k)));
  }
  EM_TRY(CheckAgents(input));
  if (!(input.effectiveness > 0 && input.effectiveness <= 1)) {
    return Refuse("/effectiveness", "The effectiveness is not above 0 and up to 1.");
  }
  if (!Within(input.horizon_s, 60, kLongestS)) {
    return Refuse("/horizon_s", "The horizon is not between a minute and 14 days.");
  }
  if (!Within(input.late_threshold_s, 1, kLongestS)) {
    return Refuse("/late_threshold_s", "The late threshold is not between a second and 14 days.");
  }
  EM_TRY(CheckOpen(input));
  if (input.most_pairs < 1) return Refuse("/most_pairs", "No simulated pair is allowed.");
  EM_TRY(CheckGesture(input));
  return {};
}

bool IsOnePool(const ForecastInput& input) {
  const SkillInput& skill = input.skills[0];
  return input.skills.size() == 1 && skill.handle_cv == 1 && !skill.is_tickets() &&
         input.open.empty();
}

std::vector<AgentInput> Agents(int count, AgentState state) {
  std::vector<AgentInput> agents(static_cast<size_t>(std::max(count, 0)));
  for (AgentInput& agent : agents) agent.state = state;
  return agents;
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kNo:
      return "no";
    case Verdict::kUndecided:
      return "undecided";
  }
  return "undecided";
}

Result<ForecastOutput> Forecast(const ForecastInput& input) {
  const auto began = std::chrono::steady_clock::now();
  EM_TRY(CheckForecast(input));
  ForecastOutput out;
  out.calibration_version = input.calibration_version;
  if (IsOnePool(input)) {
    EM_TRY(ByPool(input, out));
  } else {
    BySimulation(input, out);
  }
  if (input.find_cheapest_start) {
    EM_ASSIGN(out.cheapest_start, CheapestStart(input));
  }
  out.micros =
      std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
  return out;
}

}  // namespace extramile::queueing
