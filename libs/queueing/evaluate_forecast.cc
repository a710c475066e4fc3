#include "queueing/evaluate_forecast.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

namespace extramile::queueing {
namespace {

constexpr size_t kFewestDays = 4;
using Days = std::vector<const LogDay*>;

bool Holds(const DayClass& day_class, int weekday) {
  return std::find(day_class.weekdays.begin(), day_class.weekdays.end(), weekday) !=
         day_class.weekdays.end();
}

Days OfClass(const std::vector<LogDay>& days, const DayClass& day_class) {
  Days out;
  for (const LogDay& day : days) {
    if (Holds(day_class, day.weekday)) out.push_back(&day);
  }
  return out;
}

Result<DayClass> ClassToScore(const std::vector<LogDay>& days, const EvaluationOptions& options) {
  const DayClass* most = nullptr;
  size_t count = 0;
  for (const DayClass& day_class : options.day_classes) {
    if (day_class.name == options.days) return day_class;
    const size_t here = OfClass(days, day_class).size();
    if (!most || here > count) most = &day_class, count = here;
  }
  if (options.days.empty() && most) return *most;
  return Fail(ErrorKind::kInvalid, "forecast-days-unknown",
              "There is no kind of day called '" + options.days + "'.", "",
              "Name one that stands under [days] in the column mapping.");
}

Result<size_t> TrainingDays(const Days& days, const DayClass& day_class,
                            const EvaluationOptions& options) {
  if (days.size() < kFewestDays) {
    return Fail(ErrorKind::kInvalid, "forecast-too-few-days",
                "The log has too few days: calls stand on " + std::to_string(days.size()) +
                    " of the kind '" + day_class.name + "', and at least " +
                    std::to_string(kFewestDays) +
                    " are needed to learn from some and score the others.",
                "", "Give a longer log.");
  }
  const size_t training =
      options.training_days > 0 ? static_cast<size_t>(options.training_days) : days.size() / 2;
  if (training < 2 || training >= days.size()) {
    return Fail(ErrorKind::kInvalid, "forecast-too-few-days",
                "Training takes at least 2 days and leaves at least one of the " +
                    std::to_string(days.size()) + " to be scored.",
                "", "Choose another number of training days.");
  }
  return training;
}

struct Hours {
  int from = 0, to = kHalfHours;
};

// From the first to the last half-hour in which somebody calls on three days of four.
Result<Hours> HoursToScore(const Days& training, const EvaluationOptions& options) {
  if (options.from_half_hour >= 0 || options.to_half_hour >= 0) {
    if (options.from_half_hour < 0 || options.to_half_hour > kHalfHours ||
        options.from_half_hour >= options.to_half_hour) {
      return Fail(ErrorKind::kInvalid, "forecast-hours",
                  "The hours to score do not begin before they end, within one day.");
    }
    return Hours{options.from_half_hour, options.to_half_hour};
  }
  std::array<size_t, kHalfHours> days_with_calls{};
  for (const LogDay* day : training) {
    std::array<bool, kHalfHours> called{};
    for (const LogCall& call : day->calls) {
      called[static_cast<size_t>(std::min(call.entered_s / kHalfHourS, kHalfHours - 1.0))] = true;
    }
    for (size_t h = 0; h < kHalfHours; ++h) days_with_calls[h] += called[h];
  }
  const auto usual = [&](size_t count) { return 4 * count >= 3 * training.size(); };
  const auto first = std::find_if(days_with_calls.begin(), days_with_calls.end(), usual);
  const auto last = std::find_if(days_with_calls.rbegin(), days_with_calls.rend(), usual);
  if (first == days_with_calls.end()) return Hours{};
  return Hours{static_cast<int>(first - days_with_calls.begin()),
               static_cast<int>(days_with_calls.rend() - last)};
}

// Goes through a day as it happens and shows each half-hour's start, with what was known then.
void Replay(const LogDay& day, const WaitProfile& profile, Hours hours,
            const std::function<void(int half_hour, const DaySoFar&, const WaitSigns&)>& see) {
  WaitTracker tracker(profile);
  for (int h = hours.from; h < hours.to; ++h) {
    for (double at_s = h * kHalfHourS; at_s < (h + 1) * kHalfHourS; at_s += kTrackerStepS) {
      const DaySoFar now = KnownBy(day, at_s);
      tracker.Observe(now);
      if (at_s == h * kHalfHourS) see(h, now, tracker.Signs());
    }
  }
}

WaitBlend LearnBlend(const Days& training, Hours hours) {
  std::vector<WaitExample> examples;
  for (const LogDay* day : training) {
    Days others = training;
    std::erase(others, day);
    const WaitProfile profile = FitWaitProfile(others);
    Replay(*day, profile, hours, [&](int h, const DaySoFar&, const WaitSigns& signs) {
      const MeanWait came = WaitOfThoseEntering(*day, h * kHalfHourS, (h + 1) * kHalfHourS);
      if (came.calls > 0) examples.push_back({signs, came.mean_s()});
    });
  }
  return FitWaitBlend(examples);
}

double LastHalfHour(const DaySoFar& now, double otherwise) {
  for (double from = now.now_s - kHalfHourS; from > -kHalfHourS; from -= kHalfHourS) {
    const MeanWait mean = WaitOfThoseEntering(now, from, from + kHalfHourS);
    if (mean.calls > 0) return mean.mean_s();
  }
  return otherwise;
}

void ScoreDay(const LogDay& day, const WaitProfile& profile, Hours hours, Evaluation& out) {
  Replay(day, profile, hours, [&](int h, const DaySoFar& now, const WaitSigns& signs) {
    ScoredHalfHour scored{.date = day.date, .half_hour = h};
    scored.model_s = out.blend.Forecast(signs);
    scored.hour_of_day_s = profile.hour_mean_wait_s[static_cast<size_t>(h)];
    scored.last_half_hour_s = LastHalfHour(now, scored.hour_of_day_s);
    const MeanWait came = WaitOfThoseEntering(day, h * kHalfHourS, (h + 1) * kHalfHourS);
    if (came.calls == 0) return;
    scored.calls = came.calls;
    scored.actual_s = came.mean_s();
    out.half_hours.push_back(std::move(scored));
  });
}

double MeanAbsoluteError(const std::vector<ScoredHalfHour>& half_hours,
                         double ScoredHalfHour::* forecast) {
  double sum = 0;
  for (const ScoredHalfHour& h : half_hours) sum += std::abs(h.*forecast - h.actual_s);
  return half_hours.empty() ? 0 : sum / static_cast<double>(half_hours.size());
}

}  // namespace

int Evaluation::calls() const {
  int sum = 0;
  for (const ScoredHalfHour& h : half_hours) sum += h.calls;
  return sum;
}
double Evaluation::mae_model_s() const {
  return MeanAbsoluteError(half_hours, &ScoredHalfHour::model_s);
}
double Evaluation::mae_hour_of_day_s() const {
  return MeanAbsoluteError(half_hours, &ScoredHalfHour::hour_of_day_s);
}
double Evaluation::mae_last_half_hour_s() const {
  return MeanAbsoluteError(half_hours, &ScoredHalfHour::last_half_hour_s);
}
double Evaluation::improvement() const {
  const double plain = mae_hour_of_day_s();
  return plain > 0 ? 1 - mae_model_s() / plain : 0;
}

Result<Evaluation> EvaluateForecast(const std::vector<Call>& calls,
                                    const EvaluationOptions& options) {
  const std::vector<LogDay> all = ByDay(calls, options.zone);
  EM_ASSIGN(const DayClass day_class, ClassToScore(all, options));
  Days days = OfClass(all, day_class);
  EM_ASSIGN(const size_t training_days, TrainingDays(days, day_class, options));
  const auto first = static_cast<size_t>(std::max(0, options.first_day)) % days.size();
  std::rotate(days.begin(), days.begin() + static_cast<std::ptrdiff_t>(first), days.end());
  const Days training(days.begin(), days.begin() + static_cast<std::ptrdiff_t>(training_days));
  EM_ASSIGN(const Hours hours, HoursToScore(training, options));

  Evaluation out;
  out.days = day_class.name;
  out.from_half_hour = hours.from;
  out.to_half_hour = hours.to;
  out.blend = LearnBlend(training, hours);
  for (const LogDay* day : training) out.training_dates.push_back(day->date);
  for (size_t d = training_days; d < days.size(); ++d) {
    const WaitProfile profile = FitWaitProfile(std::span(days).first(d));
    ScoreDay(*days[d], profile, hours, out);
    out.scored_dates.push_back(days[d]->date);
  }
  if (out.half_hours.empty()) {
    return Fail(ErrorKind::kInvalid, "forecast-nothing-to-score",
                "Nobody calls in the hours to score on the days that are left for scoring.", "",
                "Choose other hours, or give a longer log.");
  }
  return out;
}

}  // namespace extramile::queueing
