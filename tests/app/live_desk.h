// A service desk with a calibration and a live queue: a test tells what happens in it, so many
// seconds ago, and asks for the forecast.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/desk_test_support.h"
#include "app/queue_events.h"
#include "app/queues.h"
#include "base/json_writer.h"

namespace extramile::app {

class LiveDeskTest : public DeskTest {
 public:
  LiveDeskTest() {
    ImportGeneratedCalls();
    idea_ = Idea(Case("ann"), R"("gesture": "call-back")");
  }

  struct About {
    std::string contact = {}, agent = {}, skill = {};
    std::vector<std::string> skills = {};
  };
  void TellOf(std::string_view what, int64_t seconds_ago, const About& about) {
    JsonWriter body;
    body.BeginObject().Key("events").BeginArray().BeginObject();
    body.Key("id").String("e" + std::to_string(++events_)).Key("team").String("Service desk");
    body.Key("what").String(what);
    body.Key("occurred_at").String(FormatInstant(clock().Now() + -seconds_ago * kMicrosPerSecond));
    if (!about.contact.empty()) body.Key("contact").String(about.contact);
    if (!about.agent.empty()) body.Key("agent").String(about.agent);
    if (!about.skill.empty()) body.Key("skill").String(about.skill);
    if (!about.skills.empty()) {
      body.Key("skills").BeginArray();
      for (const std::string& skill : about.skills) body.String(skill);
      body.EndArray();
    }
    body.EndObject().EndArray().EndObject();
    EXPECT_EQ(At(Ok(TakeQueueEvents, manager_, body.text()), "accepted"), "1");
  }
  void Tell(std::string_view what, int64_t seconds_ago, const std::string& contact,
            const std::string& by = "") {
    TellOf(what, seconds_ago, {.contact = contact, .agent = by});
  }
  void AgentsAreOn(int count) {
    for (int i = 0; i < count; ++i) Tell("agent_on", 60, "", "agent " + std::to_string(i));
  }
  void AreBusy(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string n = std::to_string(i);
      Tell("answered", 50, "served " + n, "agent " + n);
    }
  }
  void Wait(int count, int64_t seconds) {
    for (int i = 0; i < count; ++i) Tell("entered", seconds, "waiting " + std::to_string(i));
  }
  JsonValue Forecast(int minutes, int64_t seconds_ahead = 0) {
    const std::string start = FormatInstant(clock().Now() + seconds_ahead * kMicrosPerSecond);
    return Ok(SeeForecast, agent, "", "",
              {{"minutes", std::to_string(minutes)}, {"start_at", start}});
  }
  static double Figure(const JsonValue& forecast, std::string_view name) {
    return std::stod(At(forecast, name));
  }
  static double Extra(const JsonValue& forecast) { return Figure(forecast, "extra_wait_minutes"); }

  const PersonId manager_ = Person("agent manager");
  std::string idea_;
  int events_ = 0;
};

}  // namespace extramile::app
