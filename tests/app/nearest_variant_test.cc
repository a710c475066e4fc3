// The nearest allowed variant over the starts of a day, on a queue known from its call log.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "app/checks.h"
#include "app/desk_test_support.h"

namespace extramile::app {
namespace {

class NearestVariantTest : public DeskTest {
 public:
  NearestVariantTest() {
    ImportGeneratedCalls();
    clock().Set(ParseInstant("2026-11-17T10:37:20Z").value());
  }
  JsonValue Preview(const std::string& idea, int minutes, Instant start) {
    return Ok(PreviewIdea, agent,
              R"({"minutes": )" + std::to_string(minutes) + R"(, "start_at": ")" +
                  FormatInstant(start) + "\"}",
              idea);
  }
};

// Every minute of the rest of the day asked one by one: nobody finds a start that may be had at
// which others wait less, nor a sooner one at which they wait as little.
TEST_F(NearestVariantTest, TheStartOfferedIsTheCalmestThatMayBeHad) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "call-back")");
  int offered = 0;
  for (const int minutes : {20, 30, 45}) {
    const Instant now = clock().Now();
    const JsonValue here = Preview(idea, minutes, now);
    if (At(here, "outcome") == "allowed" || At(here, "nearest") == "null") continue;
    std::optional<std::pair<long long, Instant>> best;
    const Instant midnight = organisation().time_zone.StartOfDay(now) + kMicrosPerDay;
    for (Instant at{(now.micros / kMicrosPerMinute + 1) * kMicrosPerMinute}; at < midnight;
         at = at + kMicrosPerMinute) {
      const JsonValue there = Preview(idea, minutes, at);
      if (At(there, "outcome") != "allowed") continue;
      const std::string wait = At(there, "forecast/extra_wait_minutes");
      const auto tenths = wait == "null" ? INT64_MAX : std::llround(std::stod(wait) * 10);
      if (!best || std::pair<long long, Instant>(tenths, at) < *best) best = {tenths, at};
    }
    if (!best) continue;
    ++offered;
    EXPECT_EQ(At(here, "nearest/start_at"), FormatInstant(best->second)) << minutes;
    EXPECT_EQ(At(here, "nearest/outcome"), "allowed");
    EXPECT_THAT(At(here, "nearest/sentence"), testing::HasSubstr("you may do it yourself"));
  }
  EXPECT_GT(offered, 0) << "or the day is too calm, or too busy, to say anything";
}

}  // namespace
}  // namespace extramile::app
