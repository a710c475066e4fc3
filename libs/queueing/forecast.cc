#include "queueing/forecast.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "queueing/erlang.h"
#include "queueing/transient.h"

namespace extramile::queueing {
namespace {

constexpr size_t kMostAgents = 2000;
constexpr size_t kMostWaiting = 10'000;
constexpr double kLongestS = 24 * 3600;
constexpr size_t kMostStates = 1 << 16;
constexpr double kMostWork = 4e8;  // states x events: half a second
constexpr double kOverflow =
    1e-6;  // customers lost at the edge of the state space: beyond, a larger one

tl::unexpected<Error> Refuse(std::string place, std::string message, std::string advice = {}) {
  return Fail(ErrorKind::kInvalid, "forecast-input", std::move(message), std::move(place),
              std::move(advice));
}

bool Within(double value, double low, double high) { return value >= low && value <= high; }

Result<void> CheckSkill(const SkillInput& skill) {
  if (skill.arrivals_per_s.empty()) {
    return Refuse("/skills/0/arrivals_per_s", "No arrivals are given, not even 0.");
  }
  for (double rate : skill.arrivals_per_s) {
    if (!Within(rate, 0, 1e4)) {
      return Refuse("/skills/0/arrivals_per_s",
                    "An arrival rate is not between 0 and 10,000 a second.");
    }
  }
  if (!Within(skill.handle_mean_s, 0.1, 1e6)) {
    return Refuse("/skills/0/handle_mean_s",
                  "The mean handle time is not between 0.1 and 1,000,000 s.");
  }
  if (!(skill.patience_mean_s >= 0.1)) {
    return Refuse("/skills/0/patience_mean_s", "The mean patience is below 0.1 s.",
                  "Give infinity where nobody gives up.");
  }
  if (skill.handle_cv != 1) {
    return Fail(ErrorKind::kInvalid, "forecast-handle-cv",
                "Only exponential handle times (coefficient of variation 1) can be forecast.",
                "/skills/0/handle_cv", "Give 1.");
  }
  if (skill.waiting_s.size() > kMostWaiting) {
    return Fail(ErrorKind::kTooLarge, "forecast-too-large",
                "More than 10,000 customers are waiting.", "/skills/0/waiting_s");
  }
  for (double waited : skill.waiting_s) {
    if (!Within(waited, 0, 1e7)) {
      return Refuse("/skills/0/waiting_s", "A customer's wait so far is not 0 s or more.");
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
    if (agent.skills.size() != 1 || agent.skills[0] != 0) {
      return Refuse(place + "/skills", "The agent does not have the one skill there is.");
    }
    if (!(agent.shift_starts_in_s >= 0) || !(agent.shift_ends_in_s >= agent.shift_starts_in_s)) {
      return Refuse(place, "The agent's shift ends before it starts.");
    }
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
    return Refuse("/gesture/duration_s", "The gesture's duration is not between 0 and 24 hours.");
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

Result<void> Check(const ForecastInput& input) {
  if (input.skills.empty()) return Refuse("/skills", "No skill is given.");
  if (input.skills.size() > 1) {
    return Fail(ErrorKind::kInvalid, "forecast-several-skills",
                "Only one pool of alike agents can be forecast, and several skills are given.",
                "/skills", "Ask for each pool by itself where agents do not share skills.");
  }
  EM_TRY(CheckSkill(input.skills[0]));
  EM_TRY(CheckAgents(input));
  if (!(input.effectiveness > 0 && input.effectiveness <= 1)) {
    return Refuse("/effectiveness", "The effectiveness is not above 0 and up to 1.");
  }
  if (!Within(input.horizon_s, 60, kLongestS)) {
    return Refuse("/horizon_s", "The horizon is not between a minute and 24 hours.");
  }
  if (!Within(input.late_threshold_s, 1, kLongestS)) {
    return Refuse("/late_threshold_s", "The late threshold is not between a second and 24 hours.");
  }
  EM_TRY(CheckGesture(input));
  return {};
}

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

struct Pair {
  PathCost without, with;
};

Result<Pair> FollowBoth(const ForecastInput& input, const Gesture& gesture, double until_s,
                        LateRule rule) {
  const Model model(input);
  const auto without = model.Pieces(gesture, false, until_s);
  const auto with = model.Pieces(gesture, true, until_s);
  const PathOptions options{input.late_threshold_s, rule, kArrivalStepS};
  EM_ASSIGN(const std::vector<double> least, model.Start(gesture));
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
    Pair pair;
    pair.without = FollowPath(without, model.rates(), options, start,
                              model.Waiting(gesture, without[0].agents));
    pair.with =
        FollowPath(with, model.rates(), options, start, model.Waiting(gesture, with[0].agents));
    if (std::max(pair.without.overflow, pair.with.overflow) < kOverflow) return pair;
    states *= 2;
  }
}

SkillForecast Summarise(const ForecastInput& input, const Pair& pair) {
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

std::string Number(double value, int decimals) {
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  return digits;
}

// The verdict of an exact forecast: the first limit passed decides.
void Judge(const Limits& limits, ForecastOutput& out) {
  double wait = 0, late = 0, abandoned = 0, p_late = 0;
  for (const SkillForecast& skill : out.skills) {
    wait += skill.extra_wait_customer_min;
    late += skill.extra_late;
    abandoned += skill.extra_abandoned;
    p_late = std::max(p_late, skill.p_late_with);
  }
  std::string reason;
  if (limits.extra_wait_customer_min && wait > *limits.extra_wait_customer_min) {
    reason = "Other customers would wait " + Number(wait, 1) +
             " minutes longer in all; the limit is " + Number(*limits.extra_wait_customer_min, 1) +
             ".";
  } else if (limits.extra_late && late > *limits.extra_late) {
    reason = Number(late, 2) + " more customers would wait too long; the limit is " +
             Number(*limits.extra_late, 2) + ".";
  } else if (limits.extra_abandoned && abandoned > *limits.extra_abandoned) {
    reason = Number(abandoned, 2) + " more customers would give up; the limit is " +
             Number(*limits.extra_abandoned, 2) + ".";
  } else if (limits.p_late && p_late > *limits.p_late) {
    reason = Number(100 * p_late, 1) + " % of customers would wait too long; the limit is " +
             Number(100 * *limits.p_late, 1) + " %.";
  }
  out.verdict = reason.empty() ? Verdict::kOk : Verdict::kNo;
  out.verdict_reason = std::move(reason);
}

Result<StartCost> CheapestStart(const ForecastInput& input) {
  std::optional<StartCost> best;
  for (double start = 0; start < input.horizon_s; start += kArrivalStepS) {
    ForecastInput later = input;
    later.gesture.start_s = start;
    if (!CheckGesture(later)) continue;  // not at work then
    EM_ASSIGN(const Pair pair,
              FollowBoth(later, later.gesture, start + input.horizon_s, LateRule::kNotCounted));
    const double extra = (pair.with.total_wait_s() - pair.without.total_wait_s()) / 60;
    if (!best || extra < best->extra_wait_customer_min) best = StartCost{start, extra};
  }
  if (!best)
    return Refuse("/gesture/agents", "No agent of the gesture is at work within the horizon.");
  return *best;
}

}  // namespace

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
  EM_TRY(Check(input));
  EM_ASSIGN(const Pair pair, FollowBoth(input, input.gesture, input.horizon_s, LateRule::kWaited));
  ForecastOutput out;
  out.skills.push_back(Summarise(input, pair));
  out.method = "exact transient";
  out.calibration_version = input.calibration_version;
  Judge(input.limits, out);
  if (input.find_cheapest_start) {
    EM_ASSIGN(out.cheapest_start, CheapestStart(input));
  }
  return out;
}

}  // namespace extramile::queueing
