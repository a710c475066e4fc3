// Calibration: it finds again what a made-up queue was made from, borrows where it saw little, and
// survives JSON.
#include "queueing/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace extramile::queueing {
namespace {

TimeZone London() { return *TimeZone::Find("Europe/London"); }

// One call on day `day` (0: Monday 5 January 2026), at a local time.
Call CallAt(int day, int hour, int minute, double wait_s, bool answered, double service_s = 0,
            std::string agent = "") {
  Call call;
  call.entered_queue_at = London().FromLocal(2026, 1, 5 + day, hour, minute, 0);
  call.wait_s = wait_s;
  call.answered = answered;
  call.service_s = service_s;
  call.agent = std::move(agent);
  return call;
}

const HalfHour& At(const Calibration& calibration, int weekday, int hour, int minute = 0) {
  return *HalfHourAt(calibration, weekday, hour * 3600 + minute * 60);
}

// Two weeks of the model's own queue, weekdays 9 to 17: n agents, Poisson arrivals, exponential
// handle times and patience.
std::vector<Call> SimulatedWeeks(int agents, double arrivals_per_s, double handle_s,
                                 double patience_s) {
  std::mt19937_64 random(7);
  const auto exponential = [&](double mean) {
    return std::exponential_distribution<>(1 / mean)(random);
  };
  std::vector<Call> calls;
  for (int day = 0; day < 26; ++day) {
    if (day % 7 >= 5) continue;
    std::vector<double> free_at(static_cast<size_t>(agents), 0);
    for (double t = exponential(1 / arrivals_per_s); t < 8 * 3600;
         t += exponential(1 / arrivals_per_s)) {
      const auto first = std::min_element(free_at.begin(), free_at.end());
      const double wait = std::max(0.0, *first - t);
      const double patience = exponential(patience_s);
      Call call = CallAt(day, 9, 0, std::min(wait, patience), wait <= patience);
      call.entered_queue_at = call.entered_queue_at + static_cast<int64_t>(t * 1e6);
      if (call.answered) {
        call.service_s = exponential(handle_s);
        call.agent = "agent " + std::to_string(first - free_at.begin());
        *first = t + wait + call.service_s;
      }
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

TEST(Calibration, FindsTheQueueItWasMadeFrom) {
  const auto calls = SimulatedWeeks(6, 0.018, 300, 240);
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_EQ(calibration->calls, static_cast<int>(calls.size()));
  EXPECT_EQ(calibration->days, 20);
  EXPECT_EQ(calibration->zone, "Europe/London");
  EXPECT_EQ(calibration->first_day, "2026-01-05");
  EXPECT_EQ(calibration->last_day, "2026-01-30");
  double arrivals = 0, handle = 0, patience = 0, effectiveness = 0;
  for (int h = 20; h < 34; ++h) {
    const HalfHour& half_hour = At(*calibration, 3, h / 2, h % 2 * 30);
    EXPECT_EQ(half_hour.agents, 6) << h;
    EXPECT_EQ(half_hour.days_seen, 20);
    arrivals += half_hour.arrivals_per_s / 14;
    handle += half_hour.handle_mean_s / 14;
    patience += half_hour.patience_mean_s / 14;
    effectiveness += half_hour.effectiveness / 14;
  }
  EXPECT_NEAR(arrivals, 0.018, 0.018 * 0.03);
  EXPECT_NEAR(handle, 300, 300 * 0.04);
  EXPECT_NEAR(patience, 240, 240 * 0.08);
  EXPECT_GT(effectiveness, 0.93) << "these agents do nothing but serve";
}

TEST(Calibration, SeesThatAgentsDoOtherThingsToo) {
  // The same queue, but its agents need 100 s after each call, which no log shows.
  auto calls = SimulatedWeeks(6, 0.015, 400, 240);
  for (Call& call : calls) call.service_s *= 0.75;
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  const HalfHour& noon = At(*calibration, 3, 12);
  EXPECT_NEAR(noon.handle_mean_s, 300, 30);
  EXPECT_NEAR(noon.effectiveness, 0.75, 0.1);
}

TEST(Calibration, TheModelThenWaitsAsTheLogDid) {
  auto calls = SimulatedWeeks(5, 0.014, 380, 300);
  for (Call& call : calls) call.service_s *= 0.8;
  const auto calibration = Calibrate(calls, {.zone = London()});
  double logged = 0;
  for (const Call& call : calls) logged += call.wait_s / static_cast<double>(calls.size());
  double modelled = 0;
  for (int hour = 10; hour < 16; ++hour) {
    const auto input = StateAt(*calibration, 2, hour * 3600);
    ASSERT_TRUE(input);
    modelled += Forecast(*input)->skills[0].mean_wait_without_s / 6;
  }
  EXPECT_NEAR(modelled, logged, 0.2 * logged);
}

TEST(Calibration, KeepsKindsOfDayApart) {
  std::vector<Call> calls;
  for (int day = 0; day < 14; ++day) {
    const int many = day % 7 == 5 ? 2 : 20;  // Saturday
    for (int i = 0; i < many; ++i) calls.push_back(CallAt(day, 10, i, 10, true, 60, "a"));
  }
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_EQ(At(*calibration, 6, 10).calls_seen, 4);
  EXPECT_EQ(At(*calibration, 6, 10).days_seen, 2);
  EXPECT_EQ(At(*calibration, 1, 10).calls_seen, 200);
  EXPECT_EQ(At(*calibration, 1, 10).days_seen, 10);
  EXPECT_LT(At(*calibration, 6, 10).arrivals_per_s, At(*calibration, 7, 10).arrivals_per_s / 5);
}

TEST(Calibration, GoesByTheClockOnTheWall) {
  // London leaves UTC on 29 March 2026; nine o'clock stays nine o'clock.
  std::vector<Call> calls;
  for (const char* at : {"2026-03-27T09:10:00Z", "2026-03-30T08:10:00Z"}) {
    Call call = CallAt(0, 0, 0, 5, true, 60, "a");
    call.entered_queue_at = *ParseInstant(at);
    calls.push_back(call);
  }
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_EQ(At(*calibration, 1, 9).calls_seen, 2);
}

TEST(Calibration, BorrowsWhereItSawLittle) {
  std::vector<Call> calls;
  for (int i = 0; i < 200; ++i) calls.push_back(CallAt(i % 5, 10, i % 30, 20, i % 4 > 0, 200, "a"));
  calls.push_back(CallAt(0, 10, 40, 0, true, 2000, "a"));  // one very long call half an hour later
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  const HalfHour& thin = At(*calibration, 1, 10, 30);
  EXPECT_GT(thin.handle_mean_s, 210);
  EXPECT_LT(thin.handle_mean_s, 300);
  // Half-hours without any call believe what the others say, and expect nobody.
  EXPECT_NEAR(At(*calibration, 1, 15).patience_mean_s, 80, 8);
  EXPECT_EQ(At(*calibration, 1, 15).arrivals_per_s, 0);
}

TEST(Calibration, CountsAgentsWhoStayedThroughAQuietHour) {
  std::vector<Call> calls;
  for (int day = 0; day < 5; ++day) {
    for (int hour : {9, 10, 12}) calls.push_back(CallAt(day, hour, 10, 0, true, 60, "a"));
    calls.push_back(CallAt(day, 9, 12, 0, true, 60, "b"));
  }
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_EQ(At(*calibration, 1, 9).agents, 2);
  EXPECT_EQ(At(*calibration, 1, 9, 30).agents, 1) << "one call before and one after";
  EXPECT_EQ(At(*calibration, 1, 11).agents, 0) << "three half-hours without a call";
}

TEST(Calibration, GivesTheUsualStateAndTheDaysCourse) {
  std::vector<Call> calls;
  for (int day = 0; day < 5; ++day) {
    for (int i = 0; i < 30; ++i)
      calls.push_back(CallAt(day, 9, i, 5, true, 60, "agent " + std::to_string(i % 4)));
    for (int i = 0; i < 12; ++i)
      calls.push_back(CallAt(day, 9, 30 + i, 5, true, 60, "agent " + std::to_string(i % 2)));
  }
  calls.push_back(CallAt(0, 9, 5, 60, false));
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  const auto input = StateAt(*calibration, 1, 9 * 3600 + 15 * 60);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->start, StartKind::kUsual);
  EXPECT_EQ(input->calibration_version, calibration->version);
  EXPECT_EQ(input->gesture.duration_s, 720);
  ASSERT_EQ(input->agents.size(), 4u);
  EXPECT_EQ(input->agents[3].shift_ends_in_s, 900) << "two of four leave at half past nine";
  EXPECT_EQ(input->agents[0].shift_ends_in_s, kNeverLeaves);
  EXPECT_GT(input->skills[0].arrivals_per_s[0], input->skills[0].arrivals_per_s[3]);
  EXPECT_TRUE(Forecast(*input));
}

TEST(Calibration, SaysWhereNoQueueIsKnown) {
  const auto calibration = Calibrate({CallAt(0, 9, 0, 5, true, 60, "a")}, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_TRUE(StateAt(*calibration, 1, 9 * 3600));
  EXPECT_EQ(StateAt(*calibration, 1, 3 * 3600).error().code, "no-queue-known");
  EXPECT_EQ(StateAt(*calibration, 6, 9 * 3600).error().code, "no-queue-known");
  EXPECT_EQ(StateAt(*calibration, 8, 9 * 3600).error().code, "no-queue-known");
  EXPECT_EQ(StateAt(*calibration, 1, 90'000).error().kind, ErrorKind::kNotFound);
}

TEST(Calibration, RefusesWhatTeachesNothing) {
  EXPECT_EQ(Calibrate({}, {.zone = London()}).error().code, "calibration-no-calls");
  EXPECT_EQ(Calibrate({CallAt(0, 9, 0, 5, false)}, {.zone = London()}).error().code,
            "calibration-no-calls");
  const std::vector<Call> calls = {CallAt(0, 9, 0, 5, true, 60, "a")};
  EXPECT_EQ(Calibrate(calls, {.zone = London(), .day_classes = {{"all", {1, 2, 3}}}}).error().code,
            "calibration-day-classes");
  EXPECT_EQ(Calibrate(calls,
                      {.zone = London(), .day_classes = {{"a", {1, 2, 3, 4, 5, 6, 7}}, {"b", {7}}}})
                .error()
                .code,
            "calibration-day-classes");
}

TEST(Calibration, SurvivesJson) {
  // Nobody gives up here: patience without end is a value like any other.
  for (const bool someone_gives_up : {true, false}) {
    std::vector<Call> calls = {CallAt(0, 9, 0, 5.25, true, 61.1, "a"),
                               CallAt(1, 9, 0, 7, true, 3, "b")};
    if (someone_gives_up) calls.push_back(CallAt(2, 9, 0, 30, false));
    const auto calibration = Calibrate(calls, {.zone = London()});
    ASSERT_TRUE(calibration);
    EXPECT_EQ(calibration->version.size(), 16u);
    const auto back = CalibrationFromJson(ToJson(*calibration));
    ASSERT_TRUE(back) << back.error().ToString();
    EXPECT_EQ(*back, *calibration);
  }
}

TEST(Calibration, IsTheSameForTheSameLogAndAnotherForAnother) {
  const std::vector<Call> calls = {CallAt(0, 9, 0, 5, true, 60, "a"),
                                   CallAt(1, 9, 0, 7, true, 3, "b")};
  std::vector<Call> other = calls;
  other[0].wait_s = 6;
  const auto one = Calibrate(calls, {.zone = London()});
  EXPECT_EQ(one->version, Calibrate(calls, {.zone = London()})->version);
  EXPECT_NE(one->version, Calibrate(other, {.zone = London()})->version);
}

TEST(Calibration, NoticesThatItsJsonWasChanged) {
  const auto calibration = Calibrate({CallAt(0, 9, 0, 5, true, 60, "a")}, {.zone = London()});
  std::string json = ToJson(*calibration);
  const size_t at = json.find("\"agents\":1");
  ASSERT_NE(at, std::string::npos);
  json.replace(at, 10, "\"agents\":9");
  EXPECT_EQ(CalibrationFromJson(json).error().code, "calibration-version");
  EXPECT_FALSE(CalibrationFromJson("{}"));
  EXPECT_FALSE(CalibrationFromJson("[]"));
  EXPECT_FALSE(CalibrationFromJson(""));
}

TEST(Calibration, NamesNobody) {
  const auto calibration = Calibrate({CallAt(0, 9, 0, 5, true, 60, "Bronwen")}, {.zone = London()});
  EXPECT_EQ(ToJson(*calibration).find("Bronwen"), std::string::npos);
}

}  // namespace
}  // namespace extramile::queueing
