#include "queueing/simulation.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace extramile::queueing {
namespace {

constexpr int kResidualTries = 64;
constexpr double kRunUpHandleTimes = 12;
constexpr double kLongestRunUpS = 4 * 3600;
// Where fewer than one pair in so many finds the gesture's agents busy, the condition is dropped.
constexpr int kTriesPerPair = 20;

std::vector<int> Priorities(const ForecastInput& input) {
  std::vector<int> out;
  for (const SkillInput& skill : input.skills) out.push_back(skill.priority);
  return out;
}

}  // namespace

WorkingTime::WorkingTime(const std::vector<OpenHours>& open) : open_(open) {
  double worked = 0;
  for (const OpenHours& hours : open_) {
    worked_before_s_.push_back(worked);
    worked += hours.to_s - hours.from_s;
  }
}

double WorkingTime::FromClock(double clock_s) const {
  if (open_.empty() || clock_s <= 0) return clock_s;
  const auto after = std::upper_bound(open_.begin(), open_.end(), clock_s,
                                      [](double t, const OpenHours& h) { return t < h.from_s; });
  if (after == open_.begin()) return 0;
  const auto i = static_cast<size_t>(after - open_.begin()) - 1;
  return worked_before_s_[i] + std::min(clock_s, open_[i].to_s) - open_[i].from_s;
}

double WorkingTime::ToClock(double working_s) const {
  if (open_.empty() || working_s < 0) return working_s;
  const auto after = std::upper_bound(worked_before_s_.begin(), worked_before_s_.end(), working_s);
  const auto i = static_cast<size_t>(after - worked_before_s_.begin()) - 1;
  return open_[i].from_s + working_s - worked_before_s_[i];
}

PairedSimulation::PairedSimulation(const ForecastInput& input, uint64_t seed)
    : input_(input), working_(input.open), random_(seed), loop_(Priorities(input)) {
  horizon_s_ = working_.FromClock(input.horizon_s);
  double longest_handle_s = 0;
  bool calls = false;
  for (const SkillInput& skill : input.skills) {
    longest_handle_s = std::max(longest_handle_s, skill.handle_mean_s / input.effectiveness);
    calls = calls || !skill.is_tickets();
  }
  // Whether those who come in the horizon are late shows within one threshold after it.
  end_clock_s_ = input.horizon_s + (calls ? input.late_threshold_s : 0);
  end_s_ = working_.FromClock(end_clock_s_);
  if (input.start == StartKind::kUsual) {
    begin_s_ = -std::min(kLongestRunUpS,
                         std::max(input.late_threshold_s, kRunUpHandleTimes * longest_handle_s));
  }
  must_be_busy_ = input.start == StartKind::kUsual || input.gesture.start_s > 0;
  PrepareAgents();
  const size_t skills = input.skills.size();
  const auto stretches = static_cast<size_t>(std::ceil(input.horizon_s / kArrivalStepS));
  for (Way* way : {&with_, &without_}) {
    way->sum.resize(skills);
    way->stretches.assign(skills, {std::vector<double>(stretches), std::vector<double>(stretches)});
  }
  late_.resize(skills);
}

std::vector<double> PairedSimulation::Stretches::Sums() const {
  std::vector<double> sums = partly_s;
  double waiting = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    waiting += throughout[i];
    sums[i] += waiting * kArrivalStepS;
  }
  return sums;
}

double PairedSimulation::Moments::StandardError(int count) const {
  const double mean = sum / count;
  return std::sqrt(std::max(0.0, squares / count - mean * mean) / count);
}

double PairedSimulation::Exponential(double mean) {
  return mean == kNeverLeaves ? kNever : random_.Exponential(mean);
}

double PairedSimulation::Handle(const SkillInput& skill) {
  const double mean = skill.handle_mean_s / input_.effectiveness;
  if (skill.handle_cv == 1) return Exponential(mean);
  if (skill.handle_cv == 0) return mean;
  const double variance = std::log1p(skill.handle_cv * skill.handle_cv);  // of the logarithm
  return mean * std::exp(std::sqrt(variance) * random_.Normal() - variance / 2);
}

// What is left of the customer in hand, of the agent's first skill.
double PairedSimulation::Residual(const AgentInput& agent) {
  const SkillInput& skill = input_.skills[static_cast<size_t>(agent.skills[0])];
  if (skill.handle_cv == 1) return Handle(skill);
  for (int i = 0; i < kResidualTries; ++i) {
    const double whole = Handle(skill);
    if (whole > agent.in_state_s) return whole - agent.in_state_s;
  }
  return skill.handle_mean_s / input_.effectiveness;  // far longer already than is usual
}

void PairedSimulation::PrepareAgents() {
  order_.resize(input_.agents.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) {
    return input_.agents[a].skills.size() < input_.agents[b].skills.size();
  });
  for (const AgentInput& agent : input_.agents) {
    LoopAgent& out = as_given_.emplace_back();
    out.skills = 0;
    for (int skill : agent.skills) out.skills |= uint32_t{1} << skill;
    // Who is there now was there before now.
    if (agent.shift_starts_in_s > 0) out.starts_s = working_.FromClock(agent.shift_starts_in_s);
    if (agent.shift_ends_in_s < kNeverLeaves) {
      out.ends_s = working_.FromClock(agent.shift_ends_in_s);
    }
    if (agent.state == AgentState::kAway) out.ends_s = -kNever;
  }
  const Gesture& gesture = input_.gesture;
  goes_away_.assign(input_.agents.size(), false);
  for (int agent : gesture.agents) {
    goes_away_[static_cast<size_t>(agent)] = true;
    as_given_[static_cast<size_t>(agent)].away_from_s = working_.FromClock(gesture.start_s);
  }
  back_s_ = working_.FromClock(gesture.start_s + gesture.duration_s);
}

// Which of the alike agents comes first is a matter of chance, so that none is busier than others.
void PairedSimulation::DrawOrder() {
  const auto skills = [&](size_t i) { return input_.agents[order_[i]].skills.size(); };
  for (size_t from = 0, to = 0; from < order_.size(); from = to) {
    while (to < order_.size() && skills(to) == skills(from)) ++to;
    for (size_t i = to - from; i > 1; --i) {
      const auto k =
          std::min(i - 1, static_cast<size_t>(random_.Uniform() * static_cast<double>(i)));
      std::swap(order_[from + i - 1], order_[from + k]);
    }
  }
  agents_.clear();
  for (size_t index : order_) agents_.push_back(as_given_[index]);
}

void PairedSimulation::DrawBeginning() {
  customers_.clear();
  if (input_.start == StartKind::kUsual) return;
  for (size_t i = 0; i < order_.size(); ++i) {
    const AgentInput& agent = input_.agents[order_[i]];
    const bool done = input_.gesture.start_s == 0 && goes_away_[order_[i]];
    if (agent.state == AgentState::kBusy && agent.shift_starts_in_s <= 0 && !done) {
      agents_[i].busy_until_s = Residual(agent);
    }
  }
  for (uint32_t k = 0; k < input_.skills.size(); ++k) {
    const SkillInput& skill = input_.skills[k];
    for (size_t i = 0; i < skill.waiting_s.size(); ++i) {
      const double waited = skill.waiting_s[i];
      LoopCustomer& who = customers_.emplace_back();
      who.arrives_s = -std::max(waited, 1e-6);
      who.patience_ends_s = Exponential(skill.patience_mean_s);
      who.handle_s = Handle(skill);
      who.due_s = working_.FromClock(skill.waiting_due_s.empty() ? skill.due_after_s - waited
                                                                 : skill.waiting_due_s[i]);
      who.skill = k;
    }
  }
  std::stable_sort(
      customers_.begin(), customers_.end(),
      [](const LoopCustomer& a, const LoopCustomer& b) { return a.arrives_s < b.arrives_s; });
}

// The skills' streams of arrivals as one: its rate is their sum, and each arrival is of a skill
// with its share of it.
void PairedSimulation::DrawArrivals() {
  const auto rate = [&](const SkillInput& skill, double clock_s) {
    const auto step = static_cast<size_t>(std::max(clock_s, 0.0) / kArrivalStepS);
    return skill.arrivals_per_s[std::min(step, skill.arrivals_per_s.size() - 1)];
  };
  for (double from_s = begin_s_; from_s < end_clock_s_;) {
    const double to_s = std::min(
        end_clock_s_, from_s < 0 ? 0 : (std::floor(from_s / kArrivalStepS) + 1) * kArrivalStepS);
    double total = 0;
    for (const SkillInput& skill : input_.skills) total += rate(skill, from_s);
    if (total > 0) {
      for (double t = from_s + Exponential(1 / total); t < to_s; t += Exponential(1 / total)) {
        double left = random_.Uniform() * total;
        uint32_t k = 0;
        while (k + 1 < input_.skills.size() && left > rate(input_.skills[k], from_s)) {
          left -= rate(input_.skills[k++], from_s);
        }
        const SkillInput& skill = input_.skills[k];
        LoopCustomer& who = customers_.emplace_back();
        who.arrives_s = working_.FromClock(t);
        who.patience_ends_s = who.arrives_s + Exponential(skill.patience_mean_s);
        who.handle_s = Handle(skill);
        if (skill.is_tickets()) who.due_s = working_.FromClock(t + skill.due_after_s);
        who.skill = k;
      }
    }
    from_s = to_s;
  }
}

void PairedSimulation::AddWaiting(Way& way, uint32_t skill, double from_s, double to_s) const {
  const double from = working_.ToClock(from_s);
  const double to = std::min(working_.ToClock(to_s), input_.horizon_s);
  if (to <= from) return;
  way.now[skill].wait_s += to - from;
  Stretches& stretches = way.stretches[skill];
  const size_t last_one = stretches.partly_s.size() - 1;
  const size_t first = std::min(static_cast<size_t>(from / kArrivalStepS), last_one);
  const size_t last = std::min(static_cast<size_t>(to / kArrivalStepS), last_one);
  if (first == last) {
    stretches.partly_s[first] += to - from;
    return;
  }
  stretches.partly_s[first] += static_cast<double>(first + 1) * kArrivalStepS - from;
  stretches.partly_s[last] += to - static_cast<double>(last) * kArrivalStepS;
  ++stretches.throughout[first + 1];
  --stretches.throughout[last];
}

void PairedSimulation::Count(Way& way, const LoopCustomer& who, double at_s, Left how) const {
  SkillCount& count = way.now[who.skill];
  const double from_s = std::max(who.arrives_s, 0.0);
  if (at_s > from_s && from_s < horizon_s_) {
    AddWaiting(way, who.skill, from_s, std::min(at_s, horizon_s_));
  }
  const bool in_horizon = who.arrives_s >= 0 && who.arrives_s <= horizon_s_;
  count.arrivals += in_horizon;
  count.abandoned += how == Left::kGaveUp && at_s >= 0 && at_s <= horizon_s_;
  bool judged = false;
  bool late = false;
  if (input_.skills[who.skill].is_tickets()) {
    judged = who.due_s <= horizon_s_;
    late = judged && (how != Left::kServed || at_s + who.handle_s > who.due_s);
    count.late += late;
  } else {
    judged = in_horizon;
    late = at_s - who.arrives_s > input_.late_threshold_s;
    count.late += late && (in_horizon || (who.arrives_s < 0 && at_s >= 0));
  }
  count.judged += judged;
  count.late_judged += late && judged;
}

int PairedSimulation::Play(bool with, Way& way) {
  for (size_t i = 0; i < order_.size(); ++i) {
    if (goes_away_[order_[i]]) agents_[i].away_to_s = with ? back_s_ : agents_[i].away_from_s;
  }
  way.now.assign(input_.skills.size(), {});
  return loop_.Run(
      agents_, customers_, begin_s_, end_s_,
      [&](const LoopCustomer& who, double at_s, Left how) { Count(way, who, at_s, how); });
}

void PairedSimulation::AddPair() {
  double wait_s = 0;
  double late = 0;
  double abandoned = 0;
  for (size_t k = 0; k < input_.skills.size(); ++k) {
    const SkillCount& with = with_.now[k];
    const SkillCount& without = without_.now[k];
    wait_s += with.wait_s - without.wait_s;
    late += with.late - without.late;
    abandoned += with.abandoned - without.abandoned;
    for (Way* way : {&with_, &without_}) {
      SkillCount& sum = way->sum[k];
      const SkillCount& now = way->now[k];
      sum.wait_s += now.wait_s;
      sum.late += now.late;
      sum.abandoned += now.abandoned;
      sum.arrivals += now.arrivals;
      sum.judged += now.judged;
      sum.late_judged += now.late_judged;
    }
    RatioMoments& ratio = late_[k];
    ratio.late += with.late_judged;
    ratio.judged += with.judged;
    ratio.late_late += with.late_judged * with.late_judged;
    ratio.judged_judged += with.judged * with.judged;
    ratio.late_judged += with.late_judged * with.judged;
  }
  extra_wait_s_.Add(wait_s);
  extra_late_.Add(late);
  extra_abandoned_.Add(abandoned);
  ++pairs_;
}

void PairedSimulation::Run(int pairs) {
  const int busy = static_cast<int>(input_.gesture.agents.size());
  for (const int target = pairs_ + pairs; pairs_ < target;) {
    DrawOrder();
    DrawBeginning();
    DrawArrivals();
    ++tries_;
    if (must_be_busy_ && tries_ > kTriesPerPair * (pairs_ + 10)) must_be_busy_ = false;
    if (must_be_busy_) {
      // What a run that is thrown away has added to the stretches goes with it.
      const auto stretches = without_.stretches;
      if (Play(false, without_) < busy) {
        without_.stretches = stretches;
        continue;
      }
    } else {
      Play(false, without_);
    }
    Play(true, with_);
    AddPair();
  }
}

std::vector<SkillForecast> PairedSimulation::Skills() const {
  std::vector<SkillForecast> out;
  const double n = std::max(pairs_, 1);
  for (size_t k = 0; k < input_.skills.size(); ++k) {
    const SkillCount& with = with_.sum[k];
    const SkillCount& without = without_.sum[k];
    SkillForecast& skill = out.emplace_back();
    skill.skill = input_.skills[k].skill;
    skill.extra_wait_customer_min = (with.wait_s - without.wait_s) / n / 60;
    skill.extra_late = (with.late - without.late) / n;
    skill.extra_abandoned = (with.abandoned - without.abandoned) / n;
    skill.arrivals = without.arrivals / n;
    if (with.judged > 0) {
      skill.p_late_without = without.late_judged / without.judged;
      skill.p_late_with = with.late_judged / with.judged;
    }
    if (without.arrivals > 0) {
      skill.mean_wait_without_s = without.wait_s / without.arrivals;
      skill.mean_wait_with_s = with.wait_s / with.arrivals;
    }
    const std::vector<double> wait_with = with_.stretches[k].Sums();
    const std::vector<double> wait_without = without_.stretches[k].Sums();
    for (size_t i = 0; i < wait_with.size(); ++i) {
      const double extra = (wait_with[i] - wait_without[i]) / n / 60;
      if (extra > skill.worst.extra_wait_customer_min) {
        skill.worst = {static_cast<double>(i) * kArrivalStepS, extra};
      }
    }
  }
  return out;
}

StandardErrors PairedSimulation::Errors() const {
  StandardErrors errors;
  const int n = std::max(pairs_, 1);
  errors.extra_wait_customer_min = extra_wait_s_.StandardError(n) / 60;
  errors.extra_late = extra_late_.StandardError(n);
  errors.extra_abandoned = extra_abandoned_.StandardError(n);
  double most = -1;
  for (const RatioMoments& ratio : late_) {
    if (ratio.judged <= 0) continue;
    const double share = ratio.late / ratio.judged;
    if (share <= most) continue;
    most = share;
    const double squares =
        ratio.late_late - 2 * share * ratio.late_judged + share * share * ratio.judged_judged;
    errors.p_late = std::sqrt(std::max(0.0, squares)) / ratio.judged;
  }
  return errors;
}

}  // namespace extramile::queueing
