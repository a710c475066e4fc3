#include "queueing/calibration.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "queueing/erlang.h"
#include "queueing/skill_mix.h"

namespace extramile::queueing {
namespace {

constexpr int kHalfHourS = 1800;
constexpr int kForecastedAheadS = 2 * 3600;
constexpr int kArrivalsPseudoCalls =
    2;  // arrivals are borrowed far more sparingly: rooms open and close sharply
// Who serves, then does not for so many half-hours, and serves again was there all the time.
constexpr int kQuietHalfHours = 2;
constexpr double kLeastEffectiveness = 0.2;
constexpr double kLongestServiceS = 24 * 3600;

// Of each weekday (ISO, 1-7) its class, or -1.
Result<std::array<int, 8>> ClassByWeekday(const std::vector<DayClass>& classes) {
  std::array<int, 8> out;
  out.fill(-1);
  const auto refuse = [](std::string message) {
    return Fail(ErrorKind::kInvalid, "calibration-day-classes", std::move(message), "",
                "Give every weekday to exactly one class of days.");
  };
  for (size_t c = 0; c < classes.size(); ++c) {
    for (int weekday : classes[c].weekdays) {
      if (weekday < 1 || weekday > 7) return refuse("A weekday is not a number from 1 to 7.");
      if (out[static_cast<size_t>(weekday)] >= 0) {
        return refuse("A weekday is in two classes of days: '" + classes[c].name +
                      "' has it again.");
      }
      out[static_cast<size_t>(weekday)] = static_cast<int>(c);
    }
  }
  if (std::count(out.begin() + 1, out.end(), -1) > 0) {
    return refuse("A weekday is in no class of days.");
  }
  return out;
}

int DayNumber(const LocalTime& local) {
  // Days of the local calendar, counted without a zone; only differences and equality matter.
  return local.year * 372 + local.month * 31 + local.day;
}

int SecondOfDay(const LocalTime& local) {
  return local.hour * 3600 + local.minute * 60 + local.second;
}

// What the log shows in one half-hour of a class of days, before any borrowing.
struct Tally {
  double calls = 0;
  double wait_s = 0;
  double abandoned = 0;
  double answered = 0;
  double service_s = 0;
  std::vector<int> agents_by_day;  // distinct, of the days on which there was any

  void Add(const Tally& other) {
    calls += other.calls;
    wait_s += other.wait_s;
    abandoned += other.abandoned;
    answered += other.answered;
    service_s += other.service_s;
  }
};

struct Tallies {
  std::vector<std::array<Tally, kHalfHours>> classes;
  std::vector<std::set<int>> days;  // per class
  std::string first_day, last_day;
};

class Counter {
 public:
  Counter(const CalibrationOptions& options, const std::array<int, 8>& class_by_weekday)
      : zone_(options.zone), class_by_weekday_(class_by_weekday) {
    tallies_.classes.resize(options.day_classes.size());
    tallies_.days.resize(options.day_classes.size());
  }

  void Add(const Call& call) {
    const LocalTime local = zone_.ToLocal(call.entered_queue_at);
    const auto day_class =
        static_cast<size_t>(class_by_weekday_[static_cast<size_t>(local.weekday)]);
    Tally& tally =
        tallies_.classes[day_class][static_cast<size_t>(SecondOfDay(local) / kHalfHourS)];
    tally.calls += 1;
    tally.wait_s += call.wait_s;
    tally.abandoned += call.answered ? 0 : 1;
    if (call.answered) {
      tally.answered += 1;
      tally.service_s += call.service_s;
      Serve(call);
    }
    tallies_.days[day_class].insert(DayNumber(local));
    const std::string day = local.Date();
    if (tallies_.first_day.empty() || day < tallies_.first_day) tallies_.first_day = day;
    if (day > tallies_.last_day) tallies_.last_day = day;
  }

  Tallies Take() && {
    std::map<std::array<int, 3>, int> present;  // (class, half-hour, day) -> agents
    for (const auto& [key, served] : serving_) {
      const auto& [day_class, day, agent] = key;
      int last = -1;
      for (int h = 0; h < kHalfHours; ++h) {
        if (!served[static_cast<size_t>(h)]) continue;
        const bool stayed = last >= 0 && h - last - 1 <= kQuietHalfHours;
        for (int k = stayed ? last + 1 : h; k <= h; ++k) ++present[{day_class, k, day}];
        last = h;
      }
    }
    for (const auto& [key, agents] : present) {
      const auto& [day_class, half_hour, day] = key;
      tallies_.classes[static_cast<size_t>(day_class)][static_cast<size_t>(half_hour)]
          .agents_by_day.push_back(agents);
    }
    return std::move(tallies_);
  }

 private:
  // Notes who serves in each half-hour that the service touches.
  void Serve(const Call& call) {
    const int agent = static_cast<int>(
        agent_numbers_.try_emplace(call.agent, static_cast<int>(agent_numbers_.size()))
            .first->second);
    const auto wait = static_cast<int64_t>(call.wait_s * kMicrosPerSecond);
    Instant at = call.entered_queue_at + wait;
    const double service_s = std::min(call.service_s, kLongestServiceS);
    const Instant end = at + static_cast<int64_t>(service_s * kMicrosPerSecond);
    while (at <= end) {
      const LocalTime local = zone_.ToLocal(at);
      const int second = SecondOfDay(local);
      const int half_hour = second / kHalfHourS;
      const int day_class = class_by_weekday_[static_cast<size_t>(local.weekday)];
      serving_[{day_class, DayNumber(local), agent}].set(static_cast<size_t>(half_hour));
      at = at + (kHalfHourS - second % kHalfHourS) * kMicrosPerSecond;
    }
  }

  const TimeZone& zone_;
  const std::array<int, 8>& class_by_weekday_;
  Tallies tallies_;
  std::unordered_map<std::string, int> agent_numbers_;
  std::map<std::array<int, 3>, std::bitset<kHalfHours>> serving_;  // (class, day, agent) -> when
};

// A mean that leans on a prior mean as if the prior had been seen `weight` times.
double Pooled(double sum, double count, double prior, double weight) {
  return (sum + weight * prior) / (count + weight);
}

// The mean per half-hour of a class: each leans on its neighbours, they on the class, the class on
// all days.
template <class Sum, class Count>
std::array<double, kHalfHours> PooledMeans(const std::array<Tally, kHalfHours>& class_tallies,
                                           double overall, double weight, Sum sum, Count count) {
  Tally whole;
  for (const Tally& tally : class_tallies) whole.Add(tally);
  const double of_class = Pooled(sum(whole), count(whole), overall, weight);
  std::array<double, kHalfHours> means;
  for (size_t h = 0; h < kHalfHours; ++h) {
    Tally neighbours;
    if (h > 0) neighbours.Add(class_tallies[h - 1]);
    if (h + 1 < kHalfHours) neighbours.Add(class_tallies[h + 1]);
    const double nearby = Pooled(sum(neighbours), count(neighbours), of_class, weight);
    means[h] = Pooled(sum(class_tallies[h]), count(class_tallies[h]), nearby, weight);
  }
  return means;
}

// The distinct agents of the usual day; days on which nobody served count as 0.
int UsualAgents(std::vector<int> by_day, size_t days) {
  by_day.resize(std::max(days, by_day.size()), 0);
  if (by_day.empty()) return 0;
  const auto middle = by_day.begin() + static_cast<std::ptrdiff_t>((by_day.size() - 1) / 2);
  std::nth_element(by_day.begin(), middle, by_day.end());
  return *middle;
}

// The share of staffed time with which the model's usual wait is the log's: the model's wait falls
// as the share grows.
double EffectivenessFor(const HalfHour& half_hour) {
  if (half_hour.agents == 0 || half_hour.arrivals_per_s <= 0) return 1;
  const auto wait_with = [&](double share) {
    const auto state = SteadyStateOf({half_hour.arrivals_per_s, half_hour.handle_mean_s / share,
                                      half_hour.patience_mean_s, half_hour.agents});
    return state ? state->mean_wait_s : kNeverLeaves;
  };
  if (wait_with(1) >= half_hour.mean_wait_s) return 1;
  double low = kLeastEffectiveness;
  double high = 1;
  while (high - low > 1e-4) {
    const double middle = (low + high) / 2;
    (wait_with(middle) > half_hour.mean_wait_s ? low : high) = middle;
  }
  return high;
}

std::array<double, kHalfHours> Arrivals(const std::array<Tally, kHalfHours>& tallies, size_t days) {
  const double exposure_s = static_cast<double>(days) * kHalfHourS;
  std::array<double, kHalfHours> rates{};
  if (days == 0) return rates;
  for (size_t h = 0; h < kHalfHours; ++h) {
    const double before = h > 0 ? tallies[h - 1].calls : tallies[h].calls;
    const double after = h + 1 < kHalfHours ? tallies[h + 1].calls : tallies[h].calls;
    const double nearby = (before + after) / 2 / exposure_s;
    const double own = tallies[h].calls / exposure_s;
    // As if the neighbours' rate had been watched for the time of two calls.
    const double weight_s = nearby > 0 ? kArrivalsPseudoCalls / nearby : 0;
    rates[h] =
        nearby > 0 ? (tallies[h].calls + kArrivalsPseudoCalls) / (exposure_s + weight_s) : own;
    if (tallies[h].calls == 0) rates[h] = 0;
  }
  return rates;
}

CalibratedClass CalibrateClass(const DayClass& days, const std::array<Tally, kHalfHours>& tallies,
                               size_t day_count, const Tally& all, double weight) {
  const auto handle = PooledMeans(
      tallies, all.service_s / all.answered, weight, [](const Tally& t) { return t.service_s; },
      [](const Tally& t) { return t.answered; });
  const auto wait = PooledMeans(
      tallies, all.wait_s / all.calls, weight, [](const Tally& t) { return t.wait_s; },
      [](const Tally& t) { return t.calls; });
  // Every second of waiting was a chance to give up; those who were answered are censored.
  std::array<double, kHalfHours> patience;
  patience.fill(kNeverLeaves);
  if (all.abandoned > 0) {
    patience = PooledMeans(
        tallies, all.wait_s / all.abandoned, weight / 2, [](const Tally& t) { return t.wait_s; },
        [](const Tally& t) { return t.abandoned; });
  }
  const auto arrivals = Arrivals(tallies, day_count);

  CalibratedClass out{.days = days, .half_hours = {}};
  for (size_t h = 0; h < kHalfHours; ++h) {
    HalfHour& half_hour = out.half_hours[h];
    half_hour.arrivals_per_s = arrivals[h];
    half_hour.handle_mean_s = std::max(handle[h], 1.0);
    half_hour.patience_mean_s = std::max(patience[h], 1.0);
    half_hour.mean_wait_s = wait[h];
    half_hour.agents = UsualAgents(tallies[h].agents_by_day, day_count);
    half_hour.days_seen = static_cast<int>(day_count);
    half_hour.calls_seen = static_cast<int>(tallies[h].calls);
  }
  std::array<double, kHalfHours> raw;
  for (size_t h = 0; h < kHalfHours; ++h) raw[h] = EffectivenessFor(out.half_hours[h]);
  for (size_t h = 0; h < kHalfHours; ++h) {
    double sum = 0;
    double count = 0;
    for (size_t k = h > 0 ? h - 1 : 0; k <= std::min<size_t>(h + 1, kHalfHours - 1); k += 1) {
      if (k == h || out.half_hours[k].agents == 0) continue;
      sum += raw[k] * tallies[k].calls;
      count += tallies[k].calls;
    }
    const double nearby = count > 0 ? sum / count : raw[h];
    out.half_hours[h].effectiveness =
        Pooled(raw[h] * tallies[h].calls, tallies[h].calls, nearby, weight);
  }
  return out;
}

}  // namespace

std::vector<DayClass> WesternWeek() {
  return {{"weekday", {1, 2, 3, 4, 5}}, {"saturday", {6}}, {"sunday", {7}}};
}

Result<Calibration> Calibrate(const std::vector<Call>& calls, const CalibrationOptions& options) {
  EM_ASSIGN(const auto class_by_weekday, ClassByWeekday(options.day_classes));
  Counter counter(options, class_by_weekday);
  Tally all;
  for (const Call& call : calls) counter.Add(call);
  const Tallies tallies = std::move(counter).Take();
  for (const auto& day_class : tallies.classes) {
    for (const Tally& tally : day_class) all.Add(tally);
  }
  if (all.answered == 0) {
    return Fail(ErrorKind::kInvalid, "calibration-no-calls",
                "The call log holds no answered call to learn from.", "",
                "Give a log with at least a few days of calls.");
  }

  Calibration out;
  out.zone = options.zone.name();
  out.first_day = tallies.first_day;
  out.last_day = tallies.last_day;
  out.calls = static_cast<int>(all.calls);
  for (size_t c = 0; c < options.day_classes.size(); ++c) {
    out.days += static_cast<int>(tallies.days[c].size());
    out.classes.push_back(CalibrateClass(options.day_classes[c], tallies.classes[c],
                                         tallies.days[c].size(), all, options.pooling_calls));
  }
  out.skills = LearnSkills(calls, options, class_by_weekday);
  out.version = VersionOf(out);
  return out;
}

const HalfHour* HalfHourAt(const Calibration& calibration, int weekday, int second_of_day) {
  if (second_of_day < 0 || second_of_day >= kHalfHours * kHalfHourS) return nullptr;
  for (const CalibratedClass& day_class : calibration.classes) {
    const auto& weekdays = day_class.days.weekdays;
    if (std::find(weekdays.begin(), weekdays.end(), weekday) != weekdays.end()) {
      return &day_class.half_hours[static_cast<size_t>(second_of_day / kHalfHourS)];
    }
  }
  return nullptr;
}

Result<ForecastInput> StateAt(const Calibration& calibration, int weekday, int second_of_day) {
  const HalfHour* now = HalfHourAt(calibration, weekday, second_of_day);
  if (!now || now->agents == 0 || now->arrivals_per_s <= 0) {
    return Fail(
        ErrorKind::kNotFound, "no-queue-known",
        "The call log shows nobody serving at that time of the week, so no queue is known.", "",
        "Observe the effect on other customers yourself, or import a log that covers the time.");
  }
  const auto later = [&](int seconds) -> const HalfHour* {
    const int second = second_of_day + seconds;
    const int day = second / (kHalfHours * kHalfHourS);
    return HalfHourAt(calibration, (weekday - 1 + day) % 7 + 1, second % (kHalfHours * kHalfHourS));
  };

  ForecastInput input;
  input.start = StartKind::kUsual;
  input.calibration_version = calibration.version;
  input.effectiveness = now->effectiveness;
  SkillInput& skill = input.skills.emplace_back();
  skill.skill = "calls";
  skill.handle_mean_s = now->handle_mean_s;
  skill.patience_mean_s = now->patience_mean_s;
  for (int t = 0; t < kForecastedAheadS; t += static_cast<int>(kArrivalStepS)) {
    const HalfHour* then = later(t + static_cast<int>(kArrivalStepS) / 2);
    skill.arrivals_per_s.push_back(then ? then->arrivals_per_s : 0);
  }

  // The roster follows the usual day; where the room closes, those who are there serve who is left.
  input.agents = Agents(now->agents, AgentState::kBusy);
  int present = now->agents;
  for (int t = kHalfHourS - second_of_day % kHalfHourS; t < kForecastedAheadS; t += kHalfHourS) {
    const HalfHour* then = later(t);
    const int wanted = then ? then->agents : 0;
    for (; wanted > 0 && present > wanted; --present) {
      const auto last =
          std::find_if(input.agents.rbegin(), input.agents.rend(),
                       [](const AgentInput& a) { return a.shift_ends_in_s == kNeverLeaves; });
      last->shift_ends_in_s = t;
    }
    for (; present < wanted; ++present) input.agents.emplace_back().shift_starts_in_s = t;
  }
  input.gesture = {.agents = {0}, .start_s = 0, .duration_s = 12 * 60};
  return input;
}

}  // namespace extramile::queueing
