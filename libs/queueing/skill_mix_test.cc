// Kinds of service: their shares, handle times and patience are found again, and together they
// are the pool.
#include "queueing/skill_mix.h"

#include <gtest/gtest.h>

namespace extramile::queueing {
namespace {

TimeZone London() { return *TimeZone::Find("Europe/London"); }

// Ten weekdays: cards all day, loans (longer, and more patient) only from noon, and one oddity.
std::vector<Call> TwoKinds() {
  std::vector<Call> calls;
  for (int day : {5, 6, 7, 8, 9, 12, 13, 14, 15, 16}) {
    for (int minute = 0; minute < 8 * 60; ++minute) {
      Call call;
      call.entered_queue_at = London().FromLocal(2026, 1, day, 9, minute, 0);
      const bool loans = minute >= 3 * 60 && minute % 3 == 0;
      call.type = loans ? "loans" : "cards";
      call.answered = minute % 10 != 9;
      call.wait_s = call.answered ? 20 : loans ? 300 : 100;
      call.service_s = call.answered ? (loans ? 600 : 200) : 0;
      call.agent = call.answered ? std::string(1, static_cast<char>('a' + minute % 5)) : "";
      calls.push_back(call);
    }
  }
  calls.back().type = "an oddity";
  return calls;
}

const SkillMix& Find(const Calibration& calibration, const std::string& skill) {
  static const SkillMix none;
  for (const SkillMix& mix : calibration.skills) {
    if (mix.skill == skill) return mix;
  }
  ADD_FAILURE() << "no " << skill;
  return none;
}

TEST(SkillMix, FindsTheKindsAgain) {
  const auto calls = TwoKinds();
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  ASSERT_EQ(calibration->skills.size(), 3u);
  EXPECT_EQ(calibration->skills[0].skill, "cards") << "the commonest first";
  EXPECT_EQ(calibration->skills[2].skill, "") << "what is rare counts together";
  EXPECT_EQ(calibration->skills[2].calls, 1);
  const SkillMix& cards = Find(*calibration, "cards");
  const SkillMix& loans = Find(*calibration, "loans");
  EXPECT_NEAR(cards.handle_mean_s, 200, 5);
  EXPECT_NEAR(loans.handle_mean_s, 600, 15);
  EXPECT_GT(loans.patience_mean_s, cards.patience_mean_s);
  // Monday to Friday is the first class; 10:00 and 14:00.
  EXPECT_LT(loans.shares[0][20], 0.01);
  EXPECT_NEAR(loans.shares[0][28], 1.0 / 3, 0.02);
  for (size_t h = 0; h < kHalfHours; ++h) {
    double sum = 0;
    for (const SkillMix& mix : calibration->skills) sum += mix.shares[0][h];
    EXPECT_NEAR(sum, 1, 1e-12) << h;
  }
}

TEST(SkillMix, SplitsThePoolWithoutChangingIt) {
  const auto calibration = Calibrate(TwoKinds(), {.zone = London()});
  ASSERT_TRUE(calibration);
  const int noon = 11 * 3600 + 40 * 60;
  const auto pool = StateAt(*calibration, 2, noon);
  const auto split = StateBySkill(*calibration, 2, noon);
  ASSERT_TRUE(pool && split);
  ASSERT_EQ(split->skills.size(), 3u);
  EXPECT_EQ(split->agents.size(), pool->agents.size());
  EXPECT_EQ(split->agents[0].skills, (std::vector<int>{0, 1, 2}));
  double handle_s = 0, leave_per_s = 0;
  for (const SkillInput& skill : split->skills) {
    const double share = skill.arrivals_per_s[0] / pool->skills[0].arrivals_per_s[0];
    handle_s += share * skill.handle_mean_s;
    leave_per_s += share / skill.patience_mean_s;
  }
  EXPECT_NEAR(handle_s, pool->skills[0].handle_mean_s, 1e-6);
  EXPECT_NEAR(1 / leave_per_s, pool->skills[0].patience_mean_s, 1e-6);
  for (size_t step = 0; step < pool->skills[0].arrivals_per_s.size(); ++step) {
    double arrivals = 0;
    for (const SkillInput& skill : split->skills) arrivals += skill.arrivals_per_s[step];
    EXPECT_NEAR(arrivals, pool->skills[0].arrivals_per_s[step], 1e-12);
  }
  // The loans come with the half-hour that begins at noon.
  EXPECT_GT(split->skills[1].arrivals_per_s[4], 5 * split->skills[1].arrivals_per_s[0]);
}

TEST(SkillMix, ALogOfOneKindTellsNoneApart) {
  auto calls = TwoKinds();
  for (Call& call : calls) call.type = "";
  const auto calibration = Calibrate(calls, {.zone = London()});
  ASSERT_TRUE(calibration);
  EXPECT_TRUE(calibration->skills.empty());
  EXPECT_EQ(ToJson(*calibration).find("skills"), std::string::npos);
  EXPECT_EQ(StateBySkill(*calibration, 2, 40'000)->skills.size(), 1u);
}

TEST(SkillMix, SurvivesJson) {
  auto calls = TwoKinds();
  for (const bool someone_gives_up : {true, false}) {
    if (!someone_gives_up) std::erase_if(calls, [](const Call& call) { return !call.answered; });
    const auto calibration = Calibrate(calls, {.zone = London()});
    ASSERT_TRUE(calibration);
    const auto back = CalibrationFromJson(ToJson(*calibration));
    ASSERT_TRUE(back) << back.error().ToString();
    EXPECT_EQ(*back, *calibration);
  }
}

}  // namespace
}  // namespace extramile::queueing
