#include "queueing/skill_mix.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

namespace extramile::queueing {
namespace {

constexpr size_t kMostKinds = 12;
constexpr double kLeastShare = 0.005;  // of all calls, to be a kind of its own
constexpr int kHalfHourS = 1800;

// What the log shows of one kind of service, or of all.
struct Kind {
  explicit Kind(size_t classes) : by_half_hour(classes) {
    for (auto& of_class : by_half_hour) of_class.fill(0);
  }
  double calls = 0, answered = 0, service_s = 0, wait_s = 0;
  std::vector<std::array<double, kHalfHours>> by_half_hour;  // calls

  double abandoned() const { return calls - answered; }
  void Add(const Call& call, size_t day_class, size_t half_hour) {
    ++calls;
    wait_s += call.wait_s;
    if (call.answered) ++answered, service_s += call.service_s;
    ++by_half_hour[day_class][half_hour];
  }
  void Add(const Kind& other) {
    calls += other.calls;
    answered += other.answered;
    service_s += other.service_s;
    wait_s += other.wait_s;
    for (size_t c = 0; c < by_half_hour.size(); ++c) {
      for (size_t h = 0; h < kHalfHours; ++h) by_half_hour[c][h] += other.by_half_hour[c][h];
    }
  }
};

double Pooled(double sum, double count, double prior, double weight) {
  return (sum + weight * prior) / (count + weight);
}

// Each half-hour leans on its neighbours, they on the class, the class on all days.
std::array<double, kHalfHours> Shares(const Kind& kind, const Kind& all, size_t day_class,
                                      double weight) {
  const auto& own = kind.by_half_hour[day_class];
  const auto& whole = all.by_half_hour[day_class];
  const auto sum = [](const auto& calls) {
    return std::accumulate(calls.begin(), calls.end(), 0.0);
  };
  const auto near = [](const auto& calls, size_t h) {
    return (h > 0 ? calls[h - 1] : 0) + (h + 1 < kHalfHours ? calls[h + 1] : 0);
  };
  const double of_class = Pooled(sum(own), sum(whole), kind.calls / all.calls, weight);
  std::array<double, kHalfHours> shares;
  for (size_t h = 0; h < kHalfHours; ++h) {
    const double nearby = Pooled(near(own, h), near(whole, h), of_class, weight);
    shares[h] = Pooled(own[h], whole[h], nearby, weight);
  }
  return shares;
}

SkillMix MixOf(std::string name, const Kind& kind, const Kind& all, double weight) {
  SkillMix mix;
  mix.skill = std::move(name);
  mix.calls = static_cast<int>(kind.calls);
  const double handle = Pooled(kind.service_s, kind.answered, all.service_s / all.answered, weight);
  mix.handle_mean_s = std::max(1.0, handle);
  if (all.abandoned() > 0) {
    const double patience =
        Pooled(kind.wait_s, kind.abandoned(), all.wait_s / all.abandoned(), weight / 2);
    mix.patience_mean_s = std::max(1.0, patience);
  }
  for (size_t c = 0; c < all.by_half_hour.size(); ++c) {
    mix.shares.push_back(Shares(kind, all, c, weight));
  }
  return mix;
}

}  // namespace

std::vector<SkillMix> LearnSkills(const std::vector<Call>& calls, const CalibrationOptions& options,
                                  const std::array<int, 8>& class_by_weekday) {
  const size_t classes = options.day_classes.size();
  std::map<std::string, Kind> kinds;
  Kind all(classes);
  for (const Call& call : calls) {
    const LocalTime local = options.zone.ToLocal(call.entered_queue_at);
    const auto day_class =
        static_cast<size_t>(class_by_weekday[static_cast<size_t>(local.weekday)]);
    const auto half_hour = static_cast<size_t>(local.hour * 2 + local.minute / 30);
    kinds.try_emplace(call.type, classes).first->second.Add(call, day_class, half_hour);
    all.Add(call, day_class, half_hour);
  }
  std::vector<SkillMix> mixes;
  Kind others(classes);
  std::vector<std::pair<std::string, const Kind*>> common;
  for (const auto& [name, kind] : kinds) {
    if (!name.empty() && kind.calls >= kLeastShare * all.calls) common.emplace_back(name, &kind);
  }
  std::stable_sort(common.begin(), common.end(),
                   [](const auto& a, const auto& b) { return a.second->calls > b.second->calls; });
  if (common.size() > kMostKinds) common.resize(kMostKinds);
  for (const auto& [name, kind] : kinds) {
    const bool is_common = std::any_of(common.begin(), common.end(),
                                       [&](const auto& one) { return one.first == name; });
    if (!is_common) others.Add(kind);
  }
  if (others.calls > 0) common.emplace_back("", &others);
  if (common.size() < 2 || all.answered == 0) return mixes;
  for (const auto& [name, kind] : common) {
    mixes.push_back(MixOf(name, *kind, all, options.pooling_calls));
  }
  return mixes;
}

Result<ForecastInput> StateBySkill(const Calibration& calibration, int weekday, int second_of_day) {
  EM_ASSIGN(ForecastInput input, StateAt(calibration, weekday, second_of_day));
  if (calibration.skills.empty()) return input;
  const auto share = [&](const SkillMix& mix, int seconds_ahead) {
    const int second = second_of_day + seconds_ahead;
    const int day = second / (kHalfHours * kHalfHourS);
    const int then = (weekday - 1 + day) % 7 + 1;
    for (size_t c = 0; c < calibration.classes.size(); ++c) {
      const auto& weekdays = calibration.classes[c].days.weekdays;
      if (std::find(weekdays.begin(), weekdays.end(), then) == weekdays.end()) continue;
      return mix.shares[c][static_cast<size_t>(second / kHalfHourS % kHalfHours)];
    }
    return 0.0;
  };
  const SkillInput pool = input.skills[0];
  double handle_s = 0, leave_per_s = 0;  // of the mix as it is now
  for (const SkillMix& mix : calibration.skills) {
    handle_s += share(mix, 0) * mix.handle_mean_s;
    leave_per_s += share(mix, 0) / mix.patience_mean_s;
  }
  input.skills.clear();
  for (const SkillMix& mix : calibration.skills) {
    SkillInput& skill = input.skills.emplace_back();
    skill.skill = mix.skill;
    skill.handle_mean_s = std::max(1.0, mix.handle_mean_s * pool.handle_mean_s / handle_s);
    if (leave_per_s > 0 && pool.patience_mean_s < kNeverLeaves) {
      skill.patience_mean_s =
          std::max(1.0, mix.patience_mean_s * leave_per_s * pool.patience_mean_s);
    }
    for (size_t i = 0; i < pool.arrivals_per_s.size(); ++i) {
      const double at = (static_cast<double>(i) + 0.5) * kArrivalStepS;
      skill.arrivals_per_s.push_back(pool.arrivals_per_s[i] * share(mix, static_cast<int>(at)));
    }
  }
  std::vector<int> all(input.skills.size());
  std::iota(all.begin(), all.end(), 0);
  for (AgentInput& agent : input.agents) agent.skills = all;
  return input;
}

}  // namespace extramile::queueing
