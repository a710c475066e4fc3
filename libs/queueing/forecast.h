// The forecast of a gesture: who else waits, and how much longer, if these agents go away for a
// while?
//
// One call, Forecast(), takes the queue as it is (or as it usually is) and a gesture ("these agents
// away, from then, for so long") and compares the coming hour with it and without it. Units stand
// in the names; times are seconds from now.
//
// Three tiers behind it; the caller never chooses, and the answer says which it was and its error:
//
// 1. One pool of alike agents, exponential handle times and patience, first come first served: the
//    exact transient up to 50 agents (transient.h); above, a normal closure (gaussian_closure.h),
//    unless a limit is so near that only the exact answer decides.
// 2. Several skills, other handle times, priorities: paired simulation (simulation.h), until the
//    95 % interval clears every limit or the budget is spent; then the verdict is undecided.
// 3. Tickets, with due times and working hours: the same simulation.
//
// Arrivals are Poisson, constant within each five minutes. No steady state is assumed.
//
// What an absence means: at `start_s` the agents of the gesture have just finished with a customer
// (or are free) and, instead of taking the next one, are away for `duration_s`. Without the gesture
// they would take the next one. A live start at 0 takes this literally: the customer whom a leaving
// agent has in hand is the one the gesture is for, and is done. For a later start and for a usual
// state it is a condition on what the system looks like at such a moment. A shift that ends, by
// contrast, takes the customer in hand along.
//
// Without state: any number of threads may call it. Cost: about 0.15 ms for a pool of 20 agents and
// an hour; a simulation of 20 agents some 40 ms for each 1,000 pairs.
//
//   ForecastInput input;
//   input.skills = {{.skill = "phone", .arrivals_per_s = {0.06}, .handle_mean_s = 300,
//   .patience_mean_s = 600}}; input.agents = Agents(20, AgentState::kBusy); input.gesture =
//   {.agents = {0}, .start_s = 0, .duration_s = 12 * 60}; input.limits.extra_wait_customer_min =
//   10; EM_ASSIGN(ForecastOutput forecast, Forecast(input));
//   forecast.skills[0].extra_wait_customer_min;   // and forecast.verdict
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace extramile::queueing {

inline constexpr double kNeverLeaves = std::numeric_limits<double>::infinity();
// Arrivals, the worst stretch and candidate starts go by five minutes.
inline constexpr double kArrivalStepS = 300;

struct SkillInput {
  std::string skill;                      // its name, for people
  std::vector<double> arrivals_per_s;     // per coming five minutes; the last one goes on
  double handle_mean_s = 0;               // of one customer
  double handle_cv = 1;                   // coefficient of variation: 0 constant, 1 exponential
  double patience_mean_s = kNeverLeaves;  // how long a customer waits before giving up
  std::vector<double> waiting_s;          // of each customer waiting now: the wait so far
  int priority = 0;  // whom an agent with several skills takes first: the larger
  // Tickets: each is to be done within so long of coming in; a call has only the late threshold.
  double due_after_s = kNeverLeaves;
  // Where the tickets waiting now are due at other times: of each in waiting_s, seconds from now,
  // below 0 where it is late already. Empty: due_after_s after it came.
  std::vector<double> waiting_due_s;
  bool is_tickets() const { return due_after_s < kNeverLeaves; }
};

// A stretch in which the team works, in seconds from now.
struct OpenHours {
  double from_s = 0, to_s = 0;
};

// Away: absent already, and not counted on within the horizon.
enum class AgentState { kIdle, kBusy, kAway };

struct AgentInput {
  std::vector<int> skills = {0};  // indices into ForecastInput::skills
  AgentState state = AgentState::kIdle;
  double in_state_s = 0;                  // so far; makes no difference to exponential handle times
  double shift_starts_in_s = 0;           // from now
  double shift_ends_in_s = kNeverLeaves;  // from now; the customer in hand is served to the end
};

// `count` alike agents, for one skill.
std::vector<AgentInput> Agents(int count, AgentState state);

struct Gesture {
  std::vector<int> agents = {0};  // indices into ForecastInput::agents: who goes away
  double start_s = 0;             // from now
  double duration_s = 0;
};

// Limits on the burden, summed over skills (p_late: the worst skill's). An absent limit is no
// limit.
struct Limits {
  std::optional<double> extra_wait_customer_min;
  std::optional<double> extra_late;
  std::optional<double> extra_abandoned;
  std::optional<double> p_late;  // SkillForecast::p_late_with
};

// Live: the states of agents and waiting customers given are those of this moment. Usual: no live
// queue is known; the beginning is the steady state of the first five minutes' arrivals and the
// agents present then.
enum class StartKind { kLive, kUsual };

struct ForecastInput {
  double now_s = 0;  // seconds since 1970, for the record; no result depends on it
  StartKind start = StartKind::kLive;
  std::vector<SkillInput> skills;
  std::vector<AgentInput> agents;
  double effectiveness = 1;  // share of staffed time that really serves, above 0, up to 1
  Gesture gesture;
  double horizon_s = 3600;
  double late_threshold_s = 120;
  Limits limits;
  // When the team works, in order and apart; empty: always. Outside it nobody serves, those who
  // come wait for the opening, and work in hand goes on then.
  std::vector<OpenHours> open;
  int most_pairs = 4000;  // of a simulation: its budget
  // Also try a start every five minutes within the horizon, each judged by the horizon that follows
  // it.
  bool find_cheapest_start = false;
  std::string calibration_version;  // of the calibration the figures came from, if any
};

enum class Verdict { kOk, kNo, kUndecided };
std::string_view VerdictName(Verdict verdict);  // "ok", "no", "undecided"

// Five minutes of the horizon; the last one may be shorter.
struct Stretch {
  double start_s = 0;
  double extra_wait_customer_min = 0;
};

// "Late" means, of a call: waits longer than the late threshold, be it that the customer is then
// served or gives up. Of a ticket: due within the horizon and not done by then.
struct SkillForecast {
  std::string skill;
  double extra_wait_customer_min = 0;  // added to all customers together, within the horizon
  double extra_late = 0;               // customers, those waiting at the beginning included
  double extra_abandoned = 0;          // customers
  double arrivals = 0;                 // customers expected within the horizon
  // Of the calls arriving, or the tickets due, within the horizon: the share that is late.
  double p_late_without = 0;
  double p_late_with = 0;
  double mean_wait_without_s = 0;  // waiting within the horizon per arrival
  double mean_wait_with_s = 0;
  Stretch worst;  // the five minutes into which most of the extra waiting falls
};

struct StartCost {
  double start_s = 0;
  double extra_wait_customer_min = 0;
};

// Of the sums over skills, and of the largest late share.
struct StandardErrors {
  double extra_wait_customer_min = 0, extra_late = 0, extra_abandoned = 0, p_late = 0;
};

struct ForecastOutput {
  std::vector<SkillForecast> skills;
  // "exact transient", "gaussian closure" (large pools; the cost of a gesture within 10 %) or
  // "paired simulation"
  std::string method;
  StandardErrors errors;  // of the closure a tenth of the figures, of the exact 0
  int pairs = 0;          // simulated
  double micros = 0;      // spent
  Verdict verdict = Verdict::kOk;
  std::string verdict_reason;               // the first limit passed, as a sentence; empty for ok
  std::optional<StartCost> cheapest_start;  // where asked for
  std::string calibration_version;
};

// Errors (kInvalid unless said, with the field as place): "forecast-input" for figures that make no
// sense (a negative rate, no such agent), "forecast-too-large" (kTooLarge) for more than the model
// can follow, "forecast-unstable" where a usual state does not exist (nobody gives up and more
// arrive than agents can serve).
Result<ForecastOutput> Forecast(const ForecastInput& input);

}  // namespace extramile::queueing
