// The pace of an incident on a queue that is known from its call log: no half-hour takes more than
// the organisation's own rules bear.
#include "app/incident_pace.h"

#include <map>

#include "app/assessment.h"
#include "app/checks.h"
#include "app/consultations.h"
#include "app/desk_test_support.h"
#include "app/ideas.h"
#include "app/incident_affected.h"
#include "app/incident_fulfilment.h"
#include "app/incidents.h"
#include "app/policy_library.h"

namespace extramile::app {
namespace {

const Sql kNewest = {
    "select id from calibration where organisation_id = $1 order by recorded_at desc limit 1"};

class IncidentPaceTest : public DeskTest {
 public:
  IncidentPaceTest() {
    ImportGeneratedCalls();
    calibration_ = ReadOne(store(), organisation().id, kNewest, {organisation().id})
                       .value()[0][0]
                       .Identifier<AnyId>();
    configuration_ = LoadConfiguration(services(), organisation().id).value();
    policy_ = PolicyInForce(services(), organisation(), *configuration_).value();
  }
  PaceQuestion Question(int64_t minutes) {
    PaceQuestion question{.services = services(),
                          .organisation = organisation(),
                          .policy = *policy_,
                          .calibration = calibration_,
                          .standard_minutes = configuration_->standard_minutes,
                          .facts = {},
                          .minutes = minutes};
    question.facts.time_of_check = clock().Now();
    question.facts.zone = &organisation().time_zone;
    return question;
  }
  // The slow way: is that many pieces in that half-hour within the rules, whatever the plan says?
  bool Borne(int64_t minutes, Instant half_hour, int64_t pieces) {
    OthersQuestion others;
    others.start_at = half_hour;
    others.minutes = pieces * minutes;
    others.standard_minutes = configuration_->standard_minutes;
    const OthersForecast forecast =
        ForecastOthers(services(), organisation(), calibration_, others).value();
    if (forecast.verdict == "unknown") return false;  // nobody serves
    desk::Facts facts = Question(minutes).facts;
    facts.idea.minutes = pieces * minutes;
    facts.others = OthersFactsOf(forecast);
    return VerdictOfOthers(*policy_, facts).value() == desk::Verdict::kOk;
  }

 private:
  AnyId calibration_;
  std::shared_ptr<const Configuration> configuration_;
  std::shared_ptr<const Policy> policy_;
};

TEST_F(IncidentPaceTest, NoHalfHourTakesMoreThanTheRulesBearAndNoneIsWasted) {
  const TimeZone& zone = organisation().time_zone;
  for (const int64_t minutes : {2, 5, 10, 15, 25}) {
    SCOPED_TRACE(std::to_string(minutes) + " minutes each");
    const Pace pace = PlanPace(Question(minutes), clock().Now(), 60).value();
    ASSERT_EQ(pace.accepted, desk::Verdict::kOk);
    ASSERT_EQ(pace.at.size(), 60u);
    std::map<Instant, int64_t> taken;
    for (const Instant at : pace.at) ++taken[HalfHourOf(zone, at)];
    const Instant first = HalfHourOf(zone, clock().Now());
    const Instant last = taken.rbegin()->first;
    for (Instant at = first; at < last; at = at + 30 * kMicrosPerMinute) {
      const int64_t here = taken.contains(at) ? taken[at] : 0;
      // Every number up to what is taken is borne, and one more is not, or has no time.
      for (int64_t pieces = 1; pieces <= here; ++pieces) EXPECT_TRUE(Borne(minutes, at, pieces));
      const bool has_time = (here + 1) * minutes <= 30 && at != first;
      EXPECT_FALSE(has_time && Borne(minutes, at, here + 1)) << FormatInstant(at);
    }
  }
}

TEST_F(IncidentPaceTest, WhatTakesLongerThanAHalfHourHasTurnsThatLong) {
  const Pace pace = PlanPace(Question(45), clock().Now(), 6).value();
  for (size_t i = 1; i < pace.at.size(); ++i) {
    EXPECT_GE(pace.at[i] - pace.at[i - 1], 45 * kMicrosPerMinute);
  }
}

// A check, an approval and a plan over several days: each day's minutes are that day's.
TEST_F(IncidentPaceTest, ThePlanTakesMinutesFromTheDaysThatItFallsOn) {
  const std::string incident =
      At(Ok(ReportIncident, agent, R"({"title": "Post went astray", "cause": "systems"})"), "id");
  std::string references;
  for (int i = 0; i < 90; ++i) references += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
  Ok(AddAffected, agent, R"({"references": [)" + references + "]}", incident);
  const std::string idea =
      At(Ok(ProposeForAll, agent, R"({"gesture": "call-back"})", incident), "id");
  const JsonValue check = Check(idea);
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(At(check, "gates/5/verdict"), "ok");
  const std::string asked = At(Ok(Consult, agent,
                                  R"({"purpose": "approval", "mode": "in app", "with_person": ")" +
                                      manager.ToString() + R"("})",
                                  idea),
                               "id");
  Ok(AnswerConsultation, manager, R"({"state": "approved"})", asked);
  EXPECT_EQ(Held("grant", "minutes"), 900);
  const JsonValue planned =
      Ok(PlanFulfilment, agent, R"({"idea": ")" + idea + R"(", "message": {"text": "Sorry"}})",
         incident);
  EXPECT_EQ(Held("grant", "minutes"), 900);
  EXPECT_GT(At(planned, "last_at").substr(0, 10), At(planned, "first_at").substr(0, 10));
  static const Sql kDays = {
      "select count(*) from ledger_account where organisation_id = $1 and owner_kind = 'grant' and "
      "measure = 'minutes' and held > 480"};
  EXPECT_EQ(Count(kDays), 0);
}

}  // namespace
}  // namespace extramile::app
