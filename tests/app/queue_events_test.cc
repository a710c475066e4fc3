// The live queues: events over the API and by webhook, in any order, kept over a restart.
#include "app/queue_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "app/cases.h"
#include "app/connections.h"
#include "app/fixture.h"
#include "app/housekeeping.h"
#include "app/queue_state.h"
#include "connect/chatwoot.h"

namespace extramile::app {
namespace {

constexpr std::string_view kTeam = "Service desk";
const Sql kStoredEvents = {"select count(*) from queue_event where organisation_id = $1"};
const Sql kStoredIds = {
    "select count(*) from queue_event where organisation_id = $1 and (contact like '%call-%' or "
    "agent like '%ann%' or id_hash like '%e-%')"};

class QueueEventsTest : public UseCaseTest {
 protected:
  // An event so many seconds ago.
  std::string Event(std::string_view id, std::string_view what, int64_t seconds_ago,
                    std::string_view about, std::string_view more = "") {
    const bool agent = what.starts_with("agent");
    return R"({"id": ")" + std::string(id) + R"(", "team": "Service desk", "what": ")" +
           std::string(what) + R"(", "occurred_at": ")" +
           FormatInstant(clock().Now() + -seconds_ago * kMicrosPerSecond) + R"(", ")" +
           (agent ? "agent" : "contact") + R"(": ")" + std::string(about) + '"' +
           std::string(more) + "}";
  }
  static std::string Batch(const std::vector<std::string>& events) {
    std::string body = R"({"events": [)";
    for (const std::string& event : events) body += (body.ends_with('[') ? "" : ", ") + event;
    return body + "]}";
  }
  JsonValue Take(const std::vector<std::string>& events) {
    return Ok(TakeQueueEvents, manager_, Batch(events));
  }
  JsonValue Queue() {
    const JsonValue queues = Ok(ListQueues, manager_);
    EXPECT_EQ(queues.items.size(), 1u);
    return queues.items.empty() ? JsonValue() : queues.items.front();
  }
  void Restart() { services().live_queues = NewLiveQueues(); }
  // Two wait, one of them for five minutes; ann serves a third; ann and ben are on.
  std::vector<std::string> Morning() {
    return {Event("e-1", "agent_on", 900, "ann"),
            Event("e-2", "agent_on", 900, "ben"),
            Event("e-3", "entered", 600, "call-1"),
            Event("e-4", "answered", 590, "call-1", R"(, "agent": "ann")"),
            Event("e-5", "entered", 300, "call-2", R"(, "skill": "cards")"),
            Event("e-6", "entered", 60, "call-3", R"(, "skill": "cards")")};
  }
  void ExpectMorning() {
    const JsonValue queue = Queue();
    EXPECT_EQ(At(queue, "team"), kTeam);
    EXPECT_EQ(At(queue, "waiting"), "2");
    EXPECT_EQ(At(queue, "waiting_by_skill/0/skill"), "cards");
    EXPECT_EQ(At(queue, "waiting_by_skill/0/waiting"), "2");
    EXPECT_EQ(At(queue, "longest_wait_s"), "300");
    EXPECT_EQ(At(queue, "in_service"), "1");
    EXPECT_EQ(At(queue, "agents_serving"), "1");
    EXPECT_EQ(At(queue, "agents_on"), "2");
    EXPECT_EQ(At(queue, "fresh"), "true");
  }

  const PersonId manager_ = Person("manager", kTeam);
};

TEST_F(QueueEventsTest, ABatchBecomesTheStateOfItsTeam) {
  EXPECT_TRUE(Ok(ListQueues, manager_).items.empty());
  const JsonValue report = Take(Morning());
  EXPECT_EQ(At(report, "received"), "6");
  EXPECT_EQ(At(report, "accepted"), "6");
  EXPECT_EQ(At(report, "late"), "0");
  EXPECT_TRUE(Sub(report, "refused").items.empty());
  ExpectMorning();
}

TEST_F(QueueEventsTest, ARestartLosesNothingThatWasAcknowledged) {
  Take(Morning());
  Restart();
  ExpectMorning();
  // And what comes afterwards adds to it.
  Take({Event("e-7", "left", 5, "call-3")});
  EXPECT_EQ(At(Queue(), "waiting"), "1");
}

TEST_F(QueueEventsTest, LateTwiceAndOutOfOrderEventsAreCountedAndGiveTheSameState) {
  std::vector<std::string> sent = Morning();
  std::reverse(sent.begin(), sent.end());
  const JsonValue first = Take({sent.begin(), sent.begin() + 4});
  const JsonValue second = Take(sent);
  ExpectMorning();
  EXPECT_EQ(At(first, "accepted"), "4");
  EXPECT_EQ(At(first, "out_of_order"), "1") << "call-1 was answered before it had entered";
  EXPECT_EQ(At(first, "late"), "2");
  EXPECT_EQ(At(second, "accepted"), "2");
  EXPECT_EQ(At(second, "duplicate"), "4");
  EXPECT_EQ(At(second, "late"), "2");
  const JsonValue queue = Queue();
  EXPECT_EQ(At(queue, "accepted"), "6");
  EXPECT_EQ(At(queue, "duplicate"), "4");
  EXPECT_EQ(At(queue, "late"), "4");
  EXPECT_EQ(At(queue, "out_of_order"), "1");
  EXPECT_EQ(services().live_queues->Counts().duplicate, 4);
}

TEST_F(QueueEventsTest, AnyOrderInAnyBatchesEndsInTheSameState) {
  std::mt19937 random(7);
  std::vector<std::string> day;
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  constexpr std::string_view kWhat[] = {"entered", "answered", "left", "agent_on", "agent_off"};
  for (int i = 0; i < 120; ++i) {
    const auto what = kWhat[static_cast<size_t>(pick(5))];
    const std::string about =
        (what.starts_with("agent") ? "ann-" : "call-") + std::to_string(pick(9));
    day.push_back(Event("e-" + std::to_string(i), what, pick(500), about));
  }
  const auto shown = [&](const JsonValue& queue) {
    std::string text;
    for (const char* key : {"waiting", "longest_wait_s", "in_service", "agents_on"}) {
      text += At(queue, key) + " ";
    }
    return text;
  };
  std::string expected;
  for (int run = 0; run < 6; ++run) {
    const std::string team = "Team " + std::to_string(run);
    std::vector<std::string> sent = day;
    if (run > 0) std::shuffle(sent.begin(), sent.end(), random);
    for (int i = 0; i < run * 5; ++i) sent.push_back(day[static_cast<size_t>(pick(120))]);
    for (std::string& event : sent) event.replace(event.find(kTeam), kTeam.size(), team);
    for (size_t from = 0; from < sent.size(); from += 37) {
      Take({sent.begin() + static_cast<std::ptrdiff_t>(from),
            sent.begin() + static_cast<std::ptrdiff_t>(std::min(sent.size(), from + 37))});
    }
    if (run % 2 == 1) Restart();
    const JsonValue queues = Ok(ListQueues, manager_);
    const std::string state = shown(queues.items.back());
    if (run == 0) expected = state;
    EXPECT_EQ(state, expected) << "run " << run;
  }
}

TEST_F(QueueEventsTest, ManySendersAtOnceLoseNothingAndStoreNothingTwice) {
  std::vector<std::string> day;
  for (int i = 0; i < 60; ++i) {
    day.push_back(Event("e-" + std::to_string(i), i % 3 ? "entered" : "left", 500 - i,
                        "call-" + std::to_string(i / 3 * 3)));
  }
  {
    std::vector<std::jthread> senders;
    for (unsigned seed = 0; seed < 4; ++seed) {
      senders.emplace_back([this, seed, sent = day]() mutable {
        std::mt19937 random(seed);
        std::shuffle(sent.begin(), sent.end(), random);
        for (size_t from = 0; from < sent.size(); from += 6) {
          const auto begin = sent.begin() + static_cast<std::ptrdiff_t>(from);
          Take({begin, begin + 6});
        }
      });
    }
  }
  EXPECT_EQ(Count(kStoredEvents), 60);
  EXPECT_EQ(At(Queue(), "waiting"), "20");
  Restart();
  EXPECT_EQ(At(Queue(), "waiting"), "20");
}

TEST_F(QueueEventsTest, ABadEventIsRefusedByItself) {
  const JsonValue report =
      Take({Event("e-1", "entered", 10, "call-1"), Event("e-2", "sneezed", 10, "call-2"),
            Event("e-3", "entered", 90'000, "call-3"), Event("e-4", "entered", -120, "call-4"),
            Event("e-5", "answered", 1, "call-1", R"(, "name": "Ada")"),
            R"({"id": "e-6", "team": "Service desk", "what": "left",
                "occurred_at": "2026-11-17T13:59:00Z"})"});
  EXPECT_EQ(At(report, "accepted"), "1");
  const auto& refused = Sub(report, "refused").items;
  ASSERT_EQ(refused.size(), 5u);
  EXPECT_EQ(At(refused[0], "place"), "/events/1/what");
  EXPECT_EQ(At(refused[1], "code"), "event-too-old");
  EXPECT_EQ(At(refused[2], "code"), "event-in-the-future");
  EXPECT_EQ(At(refused[3], "place"), "/events/4/name");
  EXPECT_EQ(At(refused[4], "place"), "/events/5/contact");
  EXPECT_EQ(At(refused[4], "index"), "5");
  EXPECT_EQ(At(Queue(), "waiting"), "1");
  EXPECT_EQ(At(Queue(), "refused"), "5");
  EXPECT_EQ(Refused(TakeQueueEvents, manager_, "{}").code, "missing-field");
}

TEST_F(QueueEventsTest, NoIdOfTheSendersIsStored) {
  Take(Morning());
  EXPECT_EQ(Count(kStoredEvents), 6);
  EXPECT_EQ(Count(kStoredIds), 0);
}

TEST_F(QueueEventsTest, ACaseOpenedNowKnowsHowBusyItIs) {
  const PersonId agent = Person("agent", kTeam);
  const auto load = [&](std::string_view more = "") {
    const JsonValue made =
        Ok(OpenCase, agent,
           R"({"kind": "enquiry", "reason": "card", "channel": "phone")" + std::string(more) + "}");
    return At(made, "load") + ", " + At(made, "load_basis");
  };
  EXPECT_EQ(load(), "unknown, unknown");
  Take({Event("e-1", "agent_on", 300, "ann"), Event("e-2", "agent_on", 300, "ben"),
        Event("e-3", "agent_on", 300, "cat"),
        Event("e-4", "answered", 200, "call-1", R"(, "agent": "ann")")});
  EXPECT_EQ(load(), "quiet, computed");
  Take({Event("e-5", "entered", 20, "call-2")});
  EXPECT_EQ(load(), "normal, computed");
  Take({Event("e-6", "entered", 200, "call-3")});
  EXPECT_EQ(load(), "busy, computed") << "somebody has waited for more than two minutes";
  EXPECT_EQ(load(R"(, "load": "quiet")"), "quiet, declared");
  EXPECT_EQ(load(R"(, "occurred_at": "2026-11-17T09:00:00Z")"), "unknown, unknown")
      << "nobody knows how it was this morning";
  clock().Advance(20 * kMicrosPerMinute);
  EXPECT_EQ(load(), "unknown, unknown") << "the feed is silent";
}

TEST_F(QueueEventsTest, ASilentFeedIsNotFresh) {
  Take(Morning());
  clock().Advance(8 * kMicrosPerMinute);
  EXPECT_EQ(At(Queue(), "fresh"), "true");
  clock().Advance(3 * kMicrosPerMinute);
  EXPECT_EQ(At(Queue(), "fresh"), "false");
  // Old news does not make it fresh again.
  Take({Event("e-9", "agent_on", 700, "cat")});
  EXPECT_EQ(At(Queue(), "fresh"), "false");
}

TEST_F(QueueEventsTest, WhatIsOlderThanADayIsForgotten) {
  Take(Morning());
  clock().Advance(kMicrosPerDay);
  EXPECT_EQ(Count(kStoredEvents), 6);
  ASSERT_TRUE(KeepHouse(services(), clock().Now()));
  EXPECT_EQ(Count(kStoredEvents), 0);
  Take({Event("e-9", "entered", 5, "call-9")});
  EXPECT_EQ(At(Queue(), "waiting"), "1");
  Restart();
  EXPECT_EQ(At(Queue(), "waiting"), "1");
}

TEST_F(QueueEventsTest, AThousandEventsAreOneBatchAndMoreAreTooMany) {
  std::vector<std::string> events;
  for (int i = 0; i < 1000; ++i) {
    events.push_back(
        Event("e-" + std::to_string(i), "entered", i % 500, "call-" + std::to_string(i)));
  }
  EXPECT_EQ(At(Take(events), "accepted"), "1000");
  EXPECT_EQ(At(Queue(), "waiting"), "1000");
  EXPECT_EQ(Count(kStoredEvents), 1000);
  events.push_back(Event("e-1000", "entered", 1, "call-1000"));
  EXPECT_EQ(Refused(TakeQueueEvents, manager_, Batch(events)).place, "/events");
}

TEST_F(QueueEventsTest, ASignedDeliveryIsTakenAndAnUnsignedOneIsNot) {
  connect::ChatwootReader signatures;
  services().helpdesk = &signatures;
  const PersonId admin = Person("admin");
  const JsonValue made =
      Ok(AddConnection, admin,
         R"({"kind": "queue", "name": "Telephones", "agent": ")" + manager_.ToString() + R"("})");
  EXPECT_THAT(At(made, "webhook_path"), testing::StartsWith("/api/v1/webhooks/queue/"));
  const auto send = [&](std::string_view secret, int64_t age) {
    const std::string timestamp = std::to_string((clock().Now().micros - age) / kMicrosPerSecond);
    const std::string body = Batch(Morning());
    return RunAndWait(
        services(), ReceiveQueueEvents,
        {.organisation = organisation(),
         .actor = {},
         .now = clock().Now(),
         .path = {{"organisation", organisation().id.ToString()}, {"connection", At(made, "id")}},
         .raw_body = body,
         .headers = {{"x-extramile-signature", connect::SignChatwoot(body, timestamp, secret)},
                     {"x-extramile-timestamp", timestamp}}});
  };
  EXPECT_EQ(send("another secret, long enough", 0).error().code, "signature-wrong");
  EXPECT_EQ(send(At(made, "secret"), 6 * kMicrosPerMinute).error().code, "signature-expired");
  EXPECT_EQ(Count(kStoredEvents), 0);
  const auto taken = send(At(made, "secret"), 0);
  ASSERT_TRUE(taken) << taken.error().ToString();
  EXPECT_EQ(taken->status, 202);
  EXPECT_EQ(At(ParseJson(taken->body).value(), "accepted"), "6");
  ExpectMorning();
  // A delivery that is sent again changes nothing.
  EXPECT_EQ(At(ParseJson(send(At(made, "secret"), 0)->body).value(), "duplicate"), "6");
  ExpectMorning();
  // Turned off, nothing that it sends is taken; turning it off twice is no harm.
  const JsonValue off = Ok(DisableConnection, admin, "", At(made, "id"));
  EXPECT_NE(At(off, "disabled_at"), "null");
  EXPECT_EQ(off.Find("secret"), nullptr);
  EXPECT_EQ(send(At(made, "secret"), 0).error().kind, ErrorKind::kNotFound);
  clock().Advance(kMicrosPerSecond);
  EXPECT_EQ(At(Ok(DisableConnection, admin, "", At(made, "id")), "disabled_at"),
            At(off, "disabled_at"));
  EXPECT_EQ(Refused(DisableConnection, admin, "", admin.ToString()).kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace extramile::app
