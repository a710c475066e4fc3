// The forecast of a gesture: who else waits, and how much longer, if these agents go away for a
// while?
//
// One call, Forecast(), takes the queue as it is (or as it usually is) and a gesture ("these agents
// away, from then, for so long") and compares the coming hour with it and without it. Units stand
// in the names; times are seconds from now.
//
// The model today: one pool of alike agents, Poisson arrivals constant within each five minutes,
// exponential handle times and patience, first come first served. Within that model the answer is
// exact (transient.h): no steady state is assumed, no random numbers are drawn, and the standard
// error is 0. Several skills are part of the type and are refused with a clear error until they are
// modelled.
//
// What an absence means: an agent who is free goes at once; one who is busy takes the customer in
// hand to the end, and that customer is nobody else's wait. The clock of the absence runs from
// `start_s` all the same.
//
// Pure and without state: any number of threads may call it. Cost: about 0.2 ms for 20 agents and
// an hour.
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
inline constexpr double kArrivalStepS =
    300;  // arrivals, worst stretch and candidate starts go by five minutes

struct SkillInput {
  std::string skill;  // its name, for messages
  std::vector<double>
      arrivals_per_s;  // for each coming five minutes; the last one goes on to the horizon
  double handle_mean_s = 0;
  double handle_cv = 1;  // coefficient of variation; only 1 (exponential) is modelled today
  double patience_mean_s = kNeverLeaves;  // how long a customer waits before giving up, on average
  std::vector<double>
      waiting_s;  // one entry per customer waiting now: the wait so far (live start only)
};

enum class AgentState {
  kIdle,
  kBusy,
  kAway
};  // away: absent already, and not counted on within the horizon

struct AgentInput {
  std::vector<int> skills = {0};  // indices into ForecastInput::skills
  AgentState state = AgentState::kIdle;
  double in_state_s = 0;  // so long already (irrelevant while handle times are exponential)
  double shift_ends_in_s =
      kNeverLeaves;  // leaves then, as for a gesture: the customer in hand is taken to the end
};

// `count` alike agents, for one skill.
std::vector<AgentInput> Agents(int count, AgentState state);

struct Gesture {
  std::vector<int> agents = {0};  // indices into ForecastInput::agents: who goes away
  double start_s = 0;
  double duration_s = 0;
};

// Limits on the extra burden, summed over skills (p_late: the worst skill). An absent limit is no
// limit.
struct Limits {
  std::optional<double> extra_wait_customer_min;
  std::optional<double> extra_late;
  std::optional<double> extra_abandoned;
  std::optional<double>
      p_late;  // probability of a wait over the late threshold, with the gesture, over the horizon
};

// Where the horizon starts from.
enum class StartKind {
  kLive,   // the states of agents and waiting customers given are those of this moment
  kUsual,  // no live queue is known: the steady state of the first five minutes' arrivals and all
           // agents present
};

struct ForecastInput {
  double now_s = 0;  // seconds since 1970, carried through to the record; no result depends on it
  StartKind start = StartKind::kLive;
  std::vector<SkillInput> skills;
  std::vector<AgentInput> agents;
  double effectiveness = 1;  // the share of agents' staffed time that really serves, 0 < e <= 1;
                             // stretches handle times
  Gesture gesture;
  double horizon_s = 3600;
  double late_threshold_s = 120;
  Limits limits;
  bool find_cheapest_start =
      false;  // also try starts every five minutes within the horizon (costs a forecast each)
  std::string
      calibration_version;  // of the calibration the figures came from; empty where they did not
};

enum class Verdict { kOk, kNo, kUndecided };
std::string_view VerdictName(Verdict verdict);  // "ok", "no", "undecided"

// Five minutes of the horizon, the last one possibly shorter.
struct Stretch {
  double start_s = 0;
  double extra_wait_customer_min = 0;
};

struct SkillForecast {
  std::string skill;
  double extra_wait_customer_min =
      0;                  // waiting added to all customers together, within the horizon
  double extra_late = 0;  // customers more who wait longer than the late threshold
  double extra_abandoned = 0;
  double arrivals = 0;        // customers expected within the horizon
  double p_late_without = 0;  // of these, the share who wait longer than the threshold
  double p_late_with = 0;
  double mean_wait_without_s = 0;  // waiting within the horizon per arriving customer
  double mean_wait_with_s = 0;
  Stretch worst;  // the five minutes in which most extra waiting falls
};

struct StartCost {
  double start_s = 0;
  double extra_wait_customer_min = 0;
};

struct ForecastOutput {
  std::vector<SkillForecast> skills;
  double standard_error = 0;  // of extra waiting; 0 where the method is exact
  std::string method;         // "exact transient"
  Verdict verdict = Verdict::kOk;
  std::string verdict_reason;               // the first limit passed, in words; empty for ok
  std::optional<StartCost> cheapest_start;  // within the horizon, where asked for
  std::string calibration_version;
};

// Errors (kInvalid, with the field as place): "forecast-input" for figures that make no sense (a
// negative rate, nobody there, no such agent), "forecast-several-skills", "forecast-handle-cv" and
// "forecast-too-large" for what the model cannot do, and "forecast-unstable" where a usual state
// does not exist (nobody abandons and arrivals exceed what agents can serve).
Result<ForecastOutput> Forecast(const ForecastInput& input);

}  // namespace extramile::queueing
