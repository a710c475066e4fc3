// The gate of the other customers, on a queue that is known from its call log.
#include <gmock/gmock.h>

#include "app/checks.h"
#include "app/desk_test_support.h"

namespace extramile::app {
namespace {

const Sql kForecastsOfChecks = {
    "select count(*) from forecast f join idea_check k on k.organisation_id = f.organisation_id "
    "and k.id = f.check_id and k.forecast_id = f.id where f.organisation_id = $1"};

class CheckForecastTest : public DeskTest {
 public:
  CheckForecastTest() { ImportGeneratedCalls(); }
  JsonValue Preview(const std::string& idea, int minutes) {
    return Ok(PreviewIdea, agent, R"({"minutes": )" + std::to_string(minutes) + "}", idea);
  }
};

TEST_F(CheckForecastTest, TheForecastIsStoredWithItsCheckAndReadsBack) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "call-back")");
  const auto answered = Run(CheckIdea, agent, "{}", idea);
  ASSERT_TRUE(answered) << answered.error().ToString();
  const JsonValue check = ParseJson(answered->body).value();
  EXPECT_EQ(At(check, "forecast/minutes"), "10");
  EXPECT_NE(At(check, "forecast/calibration"), "null");
  EXPECT_NE(At(check, "forecast/extra_wait_minutes"), "null");
  EXPECT_EQ(Count(kForecastsOfChecks), 1);
  EXPECT_EQ(Run(SeeCheck, agent, "", At(check, "id"))->body, answered->body);
}

TEST_F(CheckForecastTest, TheLongerAwayTheMoreOthersWaitUntilSomebodyMustAgree) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "call-back")");
  const auto extra = [&](int minutes) {
    return std::stod(At(Preview(idea, minutes), "forecast/extra_wait_minutes"));
  };
  EXPECT_LT(extra(5), extra(20));
  EXPECT_LT(extra(20), extra(45));
  const JsonValue nobody_away = Preview(idea, 0);
  EXPECT_EQ(At(nobody_away, "forecast"), "null");
  EXPECT_EQ(At(nobody_away, "gates/5/verdict"), "ok");
}

}  // namespace
}  // namespace extramile::app
