// The replay of a call log: it scores what it says, sees nothing of the future, and beats plain
// forecasts where there is something to know.
#include "queueing/evaluate_forecast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace extramile::queueing {
namespace {

TimeZone London() { return *TimeZone::Find("Europe/London"); }

Call CallAt(int day, double second_of_day, double wait_s, bool answered, double service_s) {
  Call call;
  call.entered_queue_at =
      London().FromLocal(2026, 1, 5 + day, 0, 0, 0) + static_cast<int64_t>(second_of_day * 1e6);
  call.wait_s = wait_s;
  call.answered = answered;
  call.service_s = answered ? service_s : 0;
  call.agent = answered ? "a" : "";
  return call;
}

// Weekdays 9 to 17 of a queue whose number of agents, 4 to 8, is drawn every morning: knowing the
// day helps, and the hour of day says nothing.
std::vector<Call> ChangingDays(int days, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto exponential = [&](double mean) {
    return std::exponential_distribution<>(1 / mean)(random);
  };
  std::vector<Call> calls;
  for (int day = 0; day < days; ++day) {
    if (day % 7 >= 5) continue;
    std::vector<double> free_at(4 + random() % 5, 0);
    for (double t = 9 * 3600 + exponential(60); t < 17 * 3600; t += exponential(60)) {
      const auto first = std::min_element(free_at.begin(), free_at.end());
      const double wait = std::max(0.0, *first - t);
      const double patience = exponential(400);
      const double service = exponential(290);
      calls.push_back(CallAt(day, t, std::min(wait, patience), wait <= patience, service));
      if (wait <= patience) *first = t + wait + service;
    }
  }
  return calls;
}

EvaluationOptions InLondon() { return {.zone = London()}; }

TEST(KnownBy, ShowsWhatAWallboardShows) {
  const auto days = ByDay({CallAt(0, 36000, 0, true, 300), CallAt(0, 36100, 50, true, 400),
                           CallAt(0, 36110, 500, true, 60), CallAt(0, 36120, 30, false, 0),
                           CallAt(0, 36200, 5, true, 60)},
                          London());
  ASSERT_EQ(days.size(), 1u);
  const DaySoFar now = KnownBy(days[0], 36200);
  ASSERT_EQ(now.calls.size(), 4u) << "who enters at this moment has not yet entered";
  EXPECT_EQ(now.Waiting(), 1);
  EXPECT_EQ(now.InService(), 2);
  EXPECT_EQ(now.calls[2].wait_so_far_s, 90);
  EXPECT_EQ(now.calls[3].wait_so_far_s, 30);
  EXPECT_EQ(KnownBy(days[0], 36301).InService(), 1) << "the first is done";
}

TEST(EvaluateForecast, ScoresAllWhoWantedAnAgent) {
  std::vector<Call> calls;
  for (int day = 0; day < 5; ++day) {
    calls.push_back(CallAt(day, 36000, 0, true, 60));   // answered at once
    calls.push_back(CallAt(day, 36300, 30, false, 0));  // gave up
    calls.push_back(CallAt(day, 36600, 60, true, 60));  // waited
    calls.push_back(CallAt(day, 39700, 10, true, 60));  // of the hour's other half... 11:01
  }
  const auto evaluation = EvaluateForecast(calls, InLondon());
  ASSERT_TRUE(evaluation) << evaluation.error().ToString();
  EXPECT_EQ(evaluation->days, "weekday");
  EXPECT_EQ(evaluation->training_dates.size(), 2u);
  EXPECT_EQ(evaluation->scored_dates.size(), 3u);
  ASSERT_EQ(evaluation->half_hours.size(), 6u) << "10:00 and 11:00 on three days, nothing between";
  const ScoredHalfHour& ten = evaluation->half_hours[0];
  EXPECT_EQ(ten.half_hour, 20);
  EXPECT_EQ(ten.calls, 3);
  EXPECT_DOUBLE_EQ(ten.actual_s, 30);
  EXPECT_DOUBLE_EQ(ten.hour_of_day_s, 30);
  EXPECT_DOUBLE_EQ(ten.last_half_hour_s, 30) << "nobody has called yet: the hour-of-day mean";
  EXPECT_DOUBLE_EQ(evaluation->half_hours[1].actual_s, 10);
  EXPECT_DOUBLE_EQ(evaluation->half_hours[1].last_half_hour_s, 30) << "the last with callers";
  EXPECT_EQ(evaluation->calls(), 12);
  EXPECT_DOUBLE_EQ(evaluation->mae_last_half_hour_s(), 10);
  EXPECT_DOUBLE_EQ(evaluation->mae_hour_of_day_s(), 0);
  EXPECT_DOUBLE_EQ(evaluation->improvement(), 0) << "nothing is better than no error";
}

// Everything that was not known at the moment is changed: later calls, and the rest of those that
// wait or are in service.
std::vector<Call> WithAnotherFuture(std::vector<Call> calls, Instant moment) {
  const auto since = [&](const Call& call, double after_s) {
    return call.entered_queue_at + static_cast<int64_t>(after_s * 1e6) - moment;
  };
  std::vector<Call> out;
  int later = 0;
  for (Call& call : calls) {
    if (since(call, 0) >= 0) {
      if (++later % 3 == 0) continue;  // never comes
      call.wait_s = 3 * call.wait_s + 500;
      call.answered = !call.answered;
      call.service_s = call.answered ? 77 : 0;
    } else if (since(call, call.wait_s) >= 0) {  // still waits
      call.wait_s += 900;
      call.answered = !call.answered;
      call.service_s = call.answered ? 77 : 0;
    } else if (call.answered && since(call, call.wait_s + call.service_s) >= 0) {
      call.service_s += 1234;
    }
    out.push_back(call);
  }
  return out;
}

// The first few scored half-hours that begin while somebody waits: then there is most to leak.
std::vector<size_t> BegunInAQueue(const Evaluation& evaluation, const std::vector<LogDay>& days) {
  std::vector<size_t> out;
  for (size_t i = 0; i < evaluation.half_hours.size() && out.size() < 4; ++i) {
    const ScoredHalfHour& h = evaluation.half_hours[i];
    const auto day =
        std::find_if(days.begin(), days.end(), [&](const LogDay& d) { return d.date == h.date; });
    if (KnownBy(*day, h.half_hour * kHalfHourS).Waiting() > 1) out.push_back(i);
  }
  return out;
}

TEST(EvaluateForecast, SeesNothingOfTheFuture) {
  const auto calls = ChangingDays(14, 3);
  const auto before = EvaluateForecast(calls, InLondon());
  ASSERT_TRUE(before);
  const auto queues = BegunInAQueue(*before, ByDay(calls, London()));
  ASSERT_EQ(queues.size(), 4u);
  for (size_t i : queues) {
    const ScoredHalfHour& was = before->half_hours[i];
    const int day = std::stoi(was.date.substr(8));
    const Instant moment =
        London().FromLocal(2026, 1, day, was.half_hour / 2, was.half_hour % 2 * 30, 0);
    const auto after = EvaluateForecast(WithAnotherFuture(calls, moment), InLondon());
    ASSERT_TRUE(after);
    ASSERT_EQ(after->half_hours[i].date, was.date);
    EXPECT_NE(after->half_hours[i].actual_s, was.actual_s) << "the future did change";
    for (size_t k = 0; k <= i; ++k) {
      EXPECT_EQ(after->half_hours[k].model_s, before->half_hours[k].model_s) << i << ' ' << k;
      EXPECT_EQ(after->half_hours[k].hour_of_day_s, before->half_hours[k].hour_of_day_s);
      EXPECT_EQ(after->half_hours[k].last_half_hour_s, before->half_hours[k].last_half_hour_s);
    }
  }
}

TEST(EvaluateForecast, BeatsThePlainForecastsWhereDaysDiffer) {
  const auto calls = ChangingDays(40, 11);
  for (int first_day : {0, 14}) {
    auto options = InLondon();
    options.first_day = first_day;
    const auto evaluation = EvaluateForecast(calls, options);
    ASSERT_TRUE(evaluation);
    EXPECT_GT(evaluation->improvement(), 0.1) << first_day;
    EXPECT_LT(evaluation->mae_model_s(), evaluation->mae_last_half_hour_s()) << first_day;
  }
}

TEST(EvaluateForecast, IsTheSameEachTime) {
  const auto calls = ChangingDays(14, 5);
  EXPECT_EQ(EvaluateForecast(calls, InLondon())->mae_model_s(),
            EvaluateForecast(calls, InLondon())->mae_model_s());
}

TEST(EvaluateForecast, ScoresTheHoursAndDaysAskedFor) {
  auto options = InLondon();
  options.from_half_hour = 20;
  options.to_half_hour = 24;
  options.training_days = 3;
  const auto evaluation = EvaluateForecast(ChangingDays(14, 5), options);
  ASSERT_TRUE(evaluation);
  EXPECT_EQ(evaluation->training_dates.size(), 3u);
  EXPECT_EQ(evaluation->half_hours.size(), 7u * 4);
  for (const ScoredHalfHour& h : evaluation->half_hours) {
    EXPECT_GE(h.half_hour, 20);
    EXPECT_LT(h.half_hour, 24);
  }
}

TEST(EvaluateForecast, SaysWhyItCannot) {
  const auto code = [](int days, auto change) {
    auto options = InLondon();
    change(options);
    const auto evaluation = EvaluateForecast(ChangingDays(days, 5), options);
    return evaluation ? std::string("fine") : evaluation.error().code;
  };
  const auto none = [](EvaluationOptions&) {};
  EXPECT_EQ(EvaluateForecast({}, InLondon()).error().code, "forecast-too-few-days");
  EXPECT_EQ(code(3, none), "forecast-too-few-days");
  EXPECT_EQ(code(4, none), "fine");
  EXPECT_EQ(code(4, [](auto& o) { o.training_days = 1; }), "forecast-too-few-days");
  EXPECT_EQ(code(4, [](auto& o) { o.training_days = 4; }), "forecast-too-few-days");
  EXPECT_EQ(code(4, [](auto& o) { o.days = "moonday"; }), "forecast-days-unknown");
  EXPECT_EQ(code(4, [](auto& o) { o.days = "sunday"; }), "forecast-too-few-days");
  EXPECT_EQ(code(4, [](auto& o) { o.from_half_hour = 9, o.to_half_hour = 9; }), "forecast-hours");
  EXPECT_EQ(code(4, [](auto& o) { o.from_half_hour = 40, o.to_half_hour = 49; }), "forecast-hours");
  EXPECT_EQ(code(5, [](auto& o) { o.from_half_hour = 0, o.to_half_hour = 4; }),
            "forecast-nothing-to-score");
}

TEST(EvaluateForecast, BearsOddLogs) {
  std::vector<Call> nobody_answered, no_waits, endless;
  for (int day = 0; day < 5; ++day) {
    for (int i = 0; i < 20; ++i) {
      nobody_answered.push_back(CallAt(day, 36000 + 60 * i, 30, false, 0));
      no_waits.push_back(CallAt(day, 36000 + 60 * i, 0, true, 30));
      endless.push_back(CallAt(day, 86000 + 10 * i, 5e4, true, 9e4));
    }
  }
  for (const auto& calls : {nobody_answered, no_waits, endless}) {
    const auto evaluation = EvaluateForecast(calls, InLondon());
    ASSERT_TRUE(evaluation) << evaluation.error().ToString();
    for (const ScoredHalfHour& h : evaluation->half_hours) {
      EXPECT_TRUE(std::isfinite(h.model_s)) << h.half_hour;
      EXPECT_GE(h.model_s, 0);
    }
  }
}

TEST(EvaluateForecast, BearsALargeCallCentre) {
  // 90 to 100 agents, a call every two seconds.
  std::mt19937_64 random(3);
  const auto exponential = [&](double mean) {
    return std::exponential_distribution<>(1 / mean)(random);
  };
  std::vector<Call> calls;
  for (int day = 0; day < 5; ++day) {
    std::vector<double> free_at(90 + random() % 11, 0);
    for (double t = 9 * 3600; t < 13 * 3600; t += exponential(2)) {
      const auto first = std::min_element(free_at.begin(), free_at.end());
      const double wait = std::max(0.0, *first - t);
      const double patience = exponential(300);
      const double service = exponential(190);
      calls.push_back(CallAt(day, t, std::min(wait, patience), wait <= patience, service));
      if (wait <= patience) *first = t + wait + service;
    }
  }
  const auto evaluation = EvaluateForecast(calls, InLondon());
  ASSERT_TRUE(evaluation) << evaluation.error().ToString();
  EXPECT_GT(evaluation->improvement(), 0);
  EXPECT_LT(evaluation->mae_model_s(), evaluation->mae_last_half_hour_s());
}

TEST(WaitTracker, NoticesADayWithFewerAgents) {
  const auto calls = ChangingDays(40, 11);
  const auto days = ByDay(calls, London());
  std::vector<const LogDay*> all;
  for (const LogDay& day : days) all.push_back(&day);
  const WaitProfile profile = FitWaitProfile(all);
  double least = 9, most = 0;
  double wait_of_least = 0, wait_of_most = 0;
  for (const LogDay& day : days) {
    WaitTracker tracker(profile);
    for (double at = 9 * 3600; at <= 13 * 3600; at += kTrackerStepS) {
      tracker.Observe(KnownBy(day, at));
    }
    const double wait = WaitOfThoseEntering(day, 13 * 3600, 17 * 3600).mean_s();
    if (tracker.CapacityFactor() < least) least = tracker.CapacityFactor(), wait_of_least = wait;
    if (tracker.CapacityFactor() > most) most = tracker.CapacityFactor(), wait_of_most = wait;
  }
  EXPECT_LT(least, 0.95);
  EXPECT_GT(most, 1.1);
  EXPECT_GT(wait_of_least, 1.5 * wait_of_most) << "what the morning showed holds in the afternoon";
}

TEST(WaitProfile, FindsTheQueueItWasMadeFrom) {
  const auto days = ByDay(ChangingDays(40, 2), London());
  std::vector<const LogDay*> all;
  for (const LogDay& day : days) all.push_back(&day);
  const WaitProfile profile = FitWaitProfile(all);
  EXPECT_NEAR(profile.arrivals_per_s[26], 1 / 60.0, 0.1 / 60);
  EXPECT_NEAR(profile.handle_mean_s[26], 290, 20);
  EXPECT_NEAR(profile.patience_mean_s, 400, 40);
  EXPECT_GT(profile.capacity[26], 4);
  EXPECT_LT(profile.capacity[26], 5.5) << "who waits meets the days with few agents";
  EXPECT_GT(profile.day_shape, 100) << "these days differ by chance alone";
}

TEST(WaitBlend, FindsTheWeightsAndLeansOnEqualShares) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<> seconds(0, 200);
  std::vector<WaitExample> examples;
  for (int i = 0; i < 2000; ++i) {
    const WaitSigns signs{{seconds(random), seconds(random), seconds(random)}};
    const double wait = 0.6 * signs.seconds[0] + 0.1 * signs.seconds[1] + 0.2 * signs.seconds[2];
    // One in five comes out far too high, which least squares would not bear.
    examples.push_back({signs, i % 5 == 0 ? wait + 300 : wait});
  }
  const WaitBlend blend = FitWaitBlend(examples);
  EXPECT_NEAR(blend.weights[0], 0.6, 0.02);
  EXPECT_NEAR(blend.weights[1], 0.1, 0.02);
  EXPECT_NEAR(blend.weights[2], 0.2, 0.02);
  for (double weight : FitWaitBlend({}).weights) EXPECT_NEAR(weight, 1 / 3.0, 1e-6);
}

}  // namespace
}  // namespace extramile::queueing
