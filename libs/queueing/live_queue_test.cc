// The live queue is the same whatever the order in which its events come.
#include "queueing/live_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace extramile::queueing {
namespace {

using enum QueueEventKind;

Instant Minute(int64_t minute) { return {kMicrosPerDay * 20'000 + minute * kMicrosPerMinute}; }

QueueEvent Of(std::string id, QueueEventKind kind, int64_t minute, std::string contact,
              std::string agent = "") {
  return {std::move(id), kind, Minute(minute), std::move(contact), std::move(agent), "", false, {}};
}

LiveQueue Taken(const std::vector<QueueEvent>& events) {
  LiveQueue queue;
  for (const QueueEvent& event : events) queue.Take(event);
  return queue;
}

// Slow and obvious: put all events in order, drop repeats, and act the day out.
struct Told {
  std::map<std::string, WaitingContact> waiting;
  std::map<std::string, std::pair<Instant, std::string>> served;  // since when, by whom
  std::map<std::string, bool> agents;

  void Act(const QueueEvent& event) {
    switch (event.kind) {
      case kEntered:
        served.erase(event.contact);
        waiting[event.contact] = {event.at, event.skill};
        break;
      case kAnswered:
        waiting.erase(event.contact);
        served[event.contact] = {event.at, event.agent};
        break;
      case kLeft:
        waiting.erase(event.contact);
        served.erase(event.contact);
        break;
      case kAgentOn:
        agents[event.agent] = true;
        break;
      case kAgentOff:
        agents[event.agent] = false;
        std::erase_if(served, [&](const auto& one) { return one.second.second == event.agent; });
        break;
    }
  }
};

QueueState ByOracle(std::vector<QueueEvent> events, Instant now) {
  std::erase_if(events,
                [&](const QueueEvent& event) { return event.at < now + -LiveQueue::kHorizon; });
  std::sort(events.begin(), events.end(), [](const QueueEvent& a, const QueueEvent& b) {
    return std::tie(a.at, a.kind, a.id) < std::tie(b.at, b.kind, b.id);
  });
  Told told;
  std::set<std::string> seen;
  for (const QueueEvent& event : events) {
    if (seen.insert(event.id).second) told.Act(event);
  }
  QueueState state;
  for (const auto& [contact, since] : told.waiting) state.waiting.push_back(since);
  std::set<std::string> serving;
  for (const auto& [contact, service] : told.served) {
    state.served_since.push_back(service.first);
    if (service.second.empty() || serving.insert(service.second).second) ++state.serving;
  }
  for (const auto& [agent, on] : told.agents) state.agents_on = state.agents_on.value_or(0) + on;
  std::sort(state.waiting.begin(), state.waiting.end());
  std::sort(state.served_since.begin(), state.served_since.end());
  return state;
}

void ExpectSame(const QueueState& state, const QueueState& expected) {
  EXPECT_EQ(state.waiting, expected.waiting);
  EXPECT_EQ(state.served_since, expected.served_since);
  EXPECT_EQ(state.serving, expected.serving);
  EXPECT_EQ(state.agents_on, expected.agents_on);
}

// A stretch of a day with coarse clocks (many events of one minute), contacts who come back, agents
// who serve two at once, and nothing promised about what fits what.
std::vector<QueueEvent> Day(std::mt19937& random, int events) {
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  std::vector<QueueEvent> day;
  for (int i = 0; i < events; ++i) {
    QueueEvent event;
    event.id = "e" + std::to_string(i);
    event.kind = static_cast<QueueEventKind>(pick(5));
    event.at = Minute(pick(60));
    if (!event.about_agent()) event.contact = "c" + std::to_string(pick(12));
    if (event.kind == kEntered) event.skill = pick(2) ? "cards" : "loans";
    if (event.about_agent() || (event.kind == kAnswered && pick(4) > 0)) {
      event.agent = "a" + std::to_string(pick(4));
    }
    day.push_back(event);
  }
  return day;
}

TEST(LiveQueue, EveryOrderAndEveryRepeatGivesTheStateOfTheOrderedStream) {
  std::mt19937 random(4);
  for (int run = 0; run < 300; ++run) {
    const auto day = Day(random, 1 + run % 60);
    const QueueState expected = ByOracle(day, Minute(60));
    auto sent = day;
    for (int i = 0; i < run % 20; ++i) sent.push_back(day[random() % day.size()]);
    std::shuffle(sent.begin(), sent.end(), random);
    const LiveQueue queue = Taken(sent);
    ExpectSame(queue.StateAt(Minute(60)), expected);
    EXPECT_EQ(queue.events(), day.size());
  }
}

TEST(LiveQueue, ForgettingWhatIsTooOldChangesNothing) {
  std::mt19937 random(5);
  for (int run = 0; run < 50; ++run) {
    const auto day = Day(random, 40);
    const Instant now = Minute(30 + 24 * 60);  // the horizon ends half an hour into the day
    LiveQueue queue = Taken(day);
    ExpectSame(queue.StateAt(now), ByOracle(day, now));
    queue.ForgetBefore(now + -LiveQueue::kHorizon);
    ExpectSame(queue.StateAt(now), ByOracle(day, now));
    EXPECT_LT(queue.events(), day.size());
  }
}

TEST(LiveQueue, FollowsAContactFromTheQueueToItsEnd) {
  LiveQueue queue = Taken({Of("1", kAgentOn, 0, "", "ann"), Of("2", kAgentOn, 0, "", "ben"),
                           Of("3", kEntered, 1, "c1"), Of("4", kEntered, 2, "c2")});
  QueueState state = queue.StateAt(Minute(5));
  EXPECT_EQ(state.waiting, (std::vector<WaitingContact>{{Minute(1), ""}, {Minute(2), ""}}));
  EXPECT_EQ(state.agents_on, 2);
  queue.Take(Of("5", kAnswered, 3, "c1", "ann"));
  state = queue.StateAt(Minute(5));
  EXPECT_EQ(state.waiting, (std::vector<WaitingContact>{{Minute(2), ""}}));
  EXPECT_EQ(state.served_since, std::vector<Instant>{Minute(3)});
  EXPECT_EQ(state.serving, 1);
  queue.Take(Of("6", kLeft, 4, "c2"));  // gave up
  queue.Take(Of("7", kLeft, 4, "c1"));  // done
  state = queue.StateAt(Minute(5));
  EXPECT_TRUE(state.waiting.empty());
  EXPECT_TRUE(state.served_since.empty());
}

TEST(LiveQueue, WhoGoesOffTakesTheCustomerAlong) {
  const LiveQueue queue =
      Taken({Of("1", kAnswered, 1, "c1", "ann"), Of("2", kAgentOff, 2, "", "ann")});
  EXPECT_EQ(queue.StateAt(Minute(3)).serving, 0);
  EXPECT_EQ(queue.StateAt(Minute(3)).agents_on, 0);
}

TEST(LiveQueue, TicketsWaitForDaysAndAreNoCalls) {
  const int64_t day = 24 * 60;
  const auto ticket = [](std::string id, QueueEventKind kind, int64_t minute, std::string contact) {
    QueueEvent event = Of(std::move(id), kind, minute, std::move(contact));
    event.ticket = true;
    if (kind == kEntered) event.due = Minute(minute + 2 * 24 * 60);
    return event;
  };
  std::vector<QueueEvent> events = {ticket("1", kEntered, 0, "old"),
                                    ticket("2", kEntered, day, "taken up"),
                                    ticket("3", kAnswered, 2 * day, "taken up"),
                                    ticket("4", kEntered, 9 * day, "new"),
                                    ticket("5", kEntered, 3 * day, "done"),
                                    Of("6", kLeft, 4 * day, "done"),
                                    Of("7", kEntered, 10 * day - 2, "call")};
  std::mt19937 random(3);
  for (int order = 0; order < 20; ++order) {
    std::shuffle(events.begin(), events.end(), random);
    LiveQueue queue = Taken(events);
    queue.ForgetBefore(Minute(9 * day));
    const QueueState state = queue.StateAt(Minute(10 * day));
    ASSERT_EQ(state.tickets.size(), 2u) << "one is done, though nobody said it is a ticket";
    EXPECT_EQ(state.tickets[0].since, Minute(0)) << "the one due first";
    EXPECT_EQ(state.tickets[1].due, Minute(11 * day));
    EXPECT_EQ(state.tickets_in_hand, 1);
    EXPECT_EQ(state.tickets_entered.size(), 4u);
    EXPECT_EQ(state.tickets_due_after_s, 2 * 24 * 3600);
    EXPECT_EQ(state.waiting.size(), 1u);
    EXPECT_EQ(state.serving, 0) << "who works on a ticket answers the telephone";
    queue.ForgetBefore(Minute(61 * day));
    EXPECT_EQ(queue.StateAt(Minute(62 * day)).tickets.size(), 1u) << "sixty days";
  }
}

TEST(LiveQueue, KnowsWhatWhoIsOnServes) {
  QueueEvent ann = Of("1", kAgentOn, 0, "", "ann");
  ann.skill = "loans\ncards\nloans";
  QueueEvent ben = Of("2", kAgentOn, 1, "", "ben");
  QueueEvent later = Of("4", kAgentOn, 3, "", "ben");
  later.skill = "cards";
  const LiveQueue queue =
      Taken({later, ben, ann, Of("3", kAnswered, 2, "call", "ann"), Of("5", kAgentOn, 4, "", "cat"),
             Of("6", kAgentOff, 5, "", "cat")});
  const auto on = queue.StateAt(Minute(6)).on;
  ASSERT_EQ(on.size(), 2u);
  EXPECT_EQ(on[0].id, "ann");
  EXPECT_EQ(on[0].skills, (std::vector<std::string>{"cards", "loans"}));
  EXPECT_TRUE(on[0].serving);
  EXPECT_EQ(on[1].skills, std::vector<std::string>{"cards"}) << "the later word counts";
  EXPECT_FALSE(on[1].serving);
  EXPECT_TRUE(Taken({ben}).StateAt(Minute(6)).on[0].skills.empty()) << "nobody said: everything";
}

TEST(LiveQueue, NobodySaidWhoIsOnSoItIsNotKnown) {
  const LiveQueue queue = Taken({Of("1", kAnswered, 1, "c1", "ann"),
                                 Of("2", kAnswered, 1, "c2", "ann"), Of("3", kAnswered, 1, "c3")});
  EXPECT_EQ(queue.StateAt(Minute(3)).agents_on, std::nullopt);
  EXPECT_EQ(queue.StateAt(Minute(3)).serving, 2)
      << "two chats are one agent's; the third is unknown";
}

TEST(LiveQueue, SaysHowAnEventArrives) {
  const LiveQueue known = Taken({Of("1", kEntered, 1, "c1"), Of("2", kAnswered, 3, "c1", "ann")});
  const LiveQueue batch = Taken({Of("3", kLeft, 9, "c2")});
  const auto judge = [&](const QueueEvent& event) { return known.Judge(event, batch); };
  EXPECT_EQ(judge(Of("4", kEntered, 9, "c3")), Arrival::kInOrder);
  EXPECT_EQ(judge(Of("4", kEntered, 8, "c3")), Arrival::kLate);
  EXPECT_EQ(judge(Of("4", kEntered, 2, "c1")), Arrival::kOutOfOrder);
  EXPECT_EQ(judge(Of("4", kAnswered, 8, "c2", "ann")), Arrival::kOutOfOrder)
      << "left before answered";
  EXPECT_EQ(judge(Of("2", kAnswered, 3, "c1", "ann")), Arrival::kDuplicate);
  EXPECT_EQ(judge(Of("3", kLeft, 9, "c2")), Arrival::kDuplicate);
}

TEST(LiveQueue, EveryKindHasItsName) {
  for (QueueEventKind kind : {kEntered, kAnswered, kLeft, kAgentOff, kAgentOn}) {
    EXPECT_EQ(ParseQueueEvent(QueueEventName(kind)), kind);
  }
  EXPECT_EQ(ParseQueueEvent("hung up"), std::nullopt);
}

}  // namespace
}  // namespace extramile::queueing
