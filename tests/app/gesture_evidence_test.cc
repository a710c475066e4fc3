// Which gestures work, what they do to others, and what the record puts forward by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cases.h"
#include "app/desk_test_support.h"
#include "app/effects.h"
#include "app/events.h"
#include "app/feedback.h"
#include "app/gesture_ranking.h"
#include "app/gestures.h"
#include "app/housekeeping.h"
#include "app/offers.h"
#include "app/proposals.h"
#include "app/routine_rule.h"
#include "app/sequels.h"
#include "app/tiles.h"
#include "app/which_gestures_work.h"

namespace extramile::app {
namespace {

class GestureEvidenceTest : public DeskTest {
 protected:
  GestureEvidenceTest() {
    Ok(AddGesture, manager,
       R"({"code": "kind-word", "kind": "attention", "title": "A kind word", "minutes": 0})");
  }

  // The agent makes the gesture for a new customer, who says how they took it.
  std::string Use(std::string_view gesture, std::string_view customer,
                  std::optional<bool> valued = std::nullopt) {
    const std::string service_case = Case(customer);
    const auto tap = Tap(service_case, gesture);
    EXPECT_TRUE(tap) << (tap ? "" : tap.error().ToString());
    const std::string action = At(ParseJson(tap->body).value(), "action/id");
    clock().Advance(kMicrosPerMinute);
    if (valued) {
      Ok(NoteFeedback, agent,
         R"({"source": "customer", "method": "spoken", "score": )" +
             std::string(*valued ? "5" : "2") + R"(, "score_max": 5, "positive": )" +
             (*valued ? "true" : "false") + "}",
         service_case);
    }
    clock().Advance(kMicrosPerDay);
    return action;
  }
  void UseOften(std::string_view gesture, int times) {
    for (int i = 0; i < times; ++i) {
      Use(gesture, std::string(gesture) + " " + std::to_string(i), true);
    }
  }
  JsonValue Evidence(std::string_view gesture) {
    const JsonValue all = Ok(WhichGesturesWork, lead);
    for (const JsonValue& item : Sub(all, "items").items) {
      if (At(item, "gesture") == gesture) return item;
    }
    ADD_FAILURE() << "no evidence of " << gesture;
    return {};
  }
};

TEST_F(GestureEvidenceTest, CountsCustomersWhoNoticedAndValuedIt) {
  Use("call-back", "Ann", true);
  Use("call-back", "Ben", false);
  const std::string told = Use("call-back", "Cy");
  Ok(TellCustomer, agent,
     R"({"channel": "phone", "acknowledged": true, "words": {"text": "We called for you."}})",
     told);
  Use("call-back", "Dee");
  const JsonValue shown = Evidence("call-back");
  EXPECT_EQ(At(shown, "uses"), "4");
  EXPECT_EQ(At(shown, "customers"), "4");
  EXPECT_EQ(At(shown, "noticed"), "3");
  EXPECT_EQ(At(shown, "answered"), "2");
  EXPECT_EQ(At(shown, "valued"), "1");
  EXPECT_EQ(At(shown, "share_who_value_it/mean"), "0.5");
  EXPECT_EQ(At(shown, "score/mean"), "0.7");
  EXPECT_EQ(At(shown, "minutes"), "40");
  EXPECT_EQ(At(shown, "cost"), "0.00");
  EXPECT_EQ(At(shown, "segments/0/uses"), "4");
  EXPECT_EQ(At(shown, "routine_rule/suggest"), "false");
  EXPECT_EQ(At(Evidence("voucher"), "sentence"), "Not used yet.");
  EXPECT_EQ(At(Evidence("voucher"), "share_who_value_it"), "null");
  EXPECT_THAT(At(Ok(WhichGesturesWork, agent), "confounding"), testing::HasSubstr("inform"));
}

TEST_F(GestureEvidenceTest, TheRecordItselfRaisesAProvenGestureOnce) {
  UseOften("kind-word", 6);
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 0);
  EXPECT_EQ(At(Evidence("kind-word"), "routine_rule/sentence"),
            "Not shown yet: that it is better than the 50 % it is held against.");
  UseOften("kind-word", 7);
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 1);
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 0);
  const JsonValue proposals = Ok(ListProposals, agent);
  ASSERT_EQ(Sub(proposals, "items").items.size(), 1u);
  const JsonValue& raised = Sub(proposals, "items/0");
  EXPECT_EQ(At(raised, "gesture"), "kind-word");
  EXPECT_EQ(At(raised, "state"), "suggested");
  EXPECT_EQ(At(raised, "raised_by"), "record");
  EXPECT_EQ(At(raised, "recorded_by/name"), "null");
  EXPECT_EQ(At(raised, "words"), "null");
  EXPECT_THAT(At(raised, "record_shows"), testing::HasSubstr("worked often enough"));
  EXPECT_THAT(At(raised, "record_shows"), testing::HasSubstr("chose when and for whom"));
  // It goes through the organisation's procedure like any other.
  const JsonValue moved = Ok(MoveProposal, manager, R"({"state": "submitted"})", At(raised, "id"));
  EXPECT_EQ(At(moved, "steps/0/from"), "suggested");
  EXPECT_EQ(At(moved, "raised_by"), "record");
}

TEST_F(GestureEvidenceTest, WhatIsRoutineAndHarmsIsPutForwardToBeTakenOut) {
  Ok(PublishOffer, manager, "",
     At(Ok(DraftOffer, manager,
           R"({"title": "Service", "summary": "We serve.", "items": [{"promise": "We answer."},
               {"promise": "We call back.", "gesture": "call-back"}]})"),
        "id"));
  for (int i = 0; i < 12; ++i) {
    Ok(ObserveEffect, agent, R"({"method": "observed", "not_unreasonably": false})",
       Use("call-back", "Customer " + std::to_string(i)));
  }
  EXPECT_EQ(At(Ok(SeeMonitor, manager), "items/0/reconsider"), "true");
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 1);
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 0);
  const JsonValue proposals = Ok(ListProposals, manager);
  const JsonValue& raised = Sub(proposals, "items/0");
  EXPECT_EQ(At(raised, "kind"), "improvement");
  EXPECT_EQ(At(raised, "raised_by"), "record");
  EXPECT_EQ(At(raised, "uses"), "12");
  EXPECT_THAT(At(raised, "record_shows"),
              testing::HasSubstr("Alarm: others unreasonably affected"));
  for (const char* state : {"submitted", "under review"}) {
    Ok(MoveProposal, manager, R"({"state": ")" + std::string(state) + R"("})", At(raised, "id"));
  }
  Ok(MoveProposal, manager, R"({"state": "adopted"})", At(raised, "id"));
  const JsonValue offer = Ok(SeeCurrentOffer, agent);
  EXPECT_EQ(At(offer, "number"), "2");
  ASSERT_EQ(Sub(offer, "items").items.size(), 1u);
  EXPECT_EQ(At(offer, "items/0/promise"), "We answer.");
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 0);
}

TEST_F(GestureEvidenceTest, TheHoursHousekeepingRaisesIt) {
  UseOften("kind-word", 7);
  for (int minute = 0; minute < 60; ++minute) {
    ASSERT_TRUE(KeepHouse(services(), clock().Now()));
    clock().Advance(kMicrosPerMinute);
  }
  EXPECT_EQ(Sub(Ok(ListProposals, agent), "items").items.size(), 1u);
}

TEST_F(GestureEvidenceTest, WhatAPersonProposedIsNotRaisedAgain) {
  UseOften("kind-word", 8);
  const JsonValue own = Ok(ProposeRoutine, agent,
                           R"({"kind": "routine", "gesture": "kind-word",
                               "words": {"text": "People like it."}})");
  EXPECT_EQ(At(own, "raised_by"), "person");
  EXPECT_THAT(At(own, "record_shows"), testing::HasSubstr("8 of the 8"));
  EXPECT_EQ(RaiseProposals(services(), organisation(), clock().Now()).value(), 0);
}

TEST_F(GestureEvidenceTest, TheMonitorTellsWhoWasHarmedAndHowSureThatIs) {
  for (int i = 0; i < 12; ++i) {
    const std::string action = Use("call-back", "Customer " + std::to_string(i));
    Ok(ObserveEffect, agent,
       R"({"method": "observed", "not_unreasonably": )" +
           std::string(i % 2 == 0 ? "false" : "true") + "}",
       action);
  }
  Use("kind-word", "Zoe");
  const JsonValue monitor = Ok(SeeMonitor, manager);
  EXPECT_EQ(At(monitor, "error_rate"), "0.05");
  ASSERT_EQ(Sub(monitor, "items").items.size(), 2u);
  const JsonValue& harmed = Sub(monitor, "items/0");
  EXPECT_EQ(At(harmed, "gesture"), "call-back");
  EXPECT_EQ(At(harmed, "team"), "Service desk");
  EXPECT_EQ(At(harmed, "alarm"), "true");
  EXPECT_EQ(At(harmed, "not_unreasonably"), "refuted");
  EXPECT_EQ(At(harmed, "not_at_all"), "refuted");
  EXPECT_EQ(At(harmed, "looked_at"), "12");
  EXPECT_EQ(At(harmed, "found_not_unreasonable"), "6");
  EXPECT_THAT(At(harmed, "sentence"), testing::StartsWith("Alarm: others unreasonably affected"));
  EXPECT_EQ(At(harmed, "reconsider"), "false") << "it is not routine";
  EXPECT_NEAR(std::stod(At(harmed, "charts/0/usual_windows_between_false_alarms")), 167.68, 0.01);
  const JsonValue& harmless = Sub(monitor, "items/1");
  EXPECT_EQ(At(harmless, "alarm"), "false");
  EXPECT_EQ(At(harmless, "not_unreasonably"), "shown");
  EXPECT_EQ(At(harmless, "not_at_all"), "not refuted");
}

class MonitorOfCallsTest : public GestureEvidenceTest {
 protected:
  // A tap whose check kept a forecast of one late caller in ten, and the hour's callers.
  void UseWithCalls(int number, int late, int of) {
    static const Sql kForecast = {
        "insert into forecast (organisation_id, id, team, method, start_at, duration_s, "
        "late_share_before, verdict, body, occurred_at, recorded_at, recorded_by) values "
        "($1, $2, $3, 'exact', $4, 600, 0.1, 'ok', '{}', $4, $4, $5)"};
    static const Sql kOfCheck = {
        "update idea_check set forecast_id = $2 where organisation_id = $1 and id = (select "
        "check_id from action where organisation_id = $1 and id = $3)"};
    static const Sql kCall = {
        "insert into call (organisation_id, team, entered_at, call_key, call_log_id, wait_s, "
        "answered, service_s, server, skill) values ($1, $2, $3, $4, $5, $6, 1, 60, 'a', 'GE')"};
    const Instant at = clock().Now();
    const std::string action = Use("call-back", "Customer " + std::to_string(number));
    const AnyId forecast = AnyId::Make(at, SystemRandom());
    const OrganisationId org = organisation().id;
    Write(kForecast, {org, forecast, "Service desk", at, agent});
    Write(kOfCheck, {org, forecast, *AnyId::Parse(action)});
    for (int i = 0; i < of; ++i) {
      Write(kCall, {org, "Service desk", at + i * kMicrosPerMinute, "call " + std::to_string(i),
                    forecast, i < late ? 400 : 10});
    }
    // Too late in the hour to be known as late at its end: not counted.
    Write(kCall, {org, "Service desk", at + 59 * kMicrosPerMinute, "last", forecast, 400});
  }
};

TEST_F(MonitorOfCallsTest, HoldsTheLateAgainstTheForecastThatWasStored) {
  for (int i = 0; i < 3; ++i) UseWithCalls(i, 1, 10);
  const JsonValue quiet = Ok(SeeMonitor, manager);
  EXPECT_EQ(At(quiet, "items/0/alarm"), "false");
  // The log must reach to the end of an hour: the last one's does not.
  EXPECT_EQ(At(quiet, "items/0/windows"), "2");
  EXPECT_EQ(At(quiet, "items/0/others_in_windows"), "20");
  EXPECT_EQ(At(quiet, "items/0/late"), "2");
  EXPECT_EQ(At(quiet, "items/0/late_forecast"), "2");
  for (int i = 3; i < 25; ++i) UseWithCalls(i, 6, 10);
  const JsonValue harmed = Ok(SeeMonitor, manager);
  EXPECT_EQ(At(harmed, "items/0/alarm"), "true");
  EXPECT_EQ(At(harmed, "items/0/not_at_all"), "refuted");
  EXPECT_EQ(At(harmed, "items/0/not_unreasonably"), "refuted");
  EXPECT_GT(std::stoi(At(harmed, "items/0/charts/0/alarms")), 3);
}

class RankingTest : public GestureEvidenceTest {
 protected:
  std::vector<std::string> TileCodes(const std::string& service_case) {
    std::vector<std::string> codes;
    const JsonValue tiles = Ok(SeeTiles, agent, "", service_case);
    for (const JsonValue& tile : tiles.items) {
      codes.push_back(At(tile, "gesture/code"));
    }
    return codes;
  }
  int64_t Ranked() {
    static const Sql kRanked = {
        "select count(*) from event where organisation_id = $1 and kind = 'gestures_ranked'"};
    return Count(kRanked);
  }
};

TEST_F(RankingTest, WhatCustomersValuedComesFirst) {
  EXPECT_EQ(TileCodes(Case("Ann")).front(), "kind-word") << "nothing known: what takes least";
  for (int i = 0; i < 6; ++i) Use("kind-word", "K" + std::to_string(i), false);
  for (int i = 0; i < 6; ++i) Use("call-back", "C" + std::to_string(i), true);
  EXPECT_EQ(TileCodes(Case("Zoe")).front(), "call-back");
  EXPECT_GT(std::stod(At(Evidence("call-back"), "expected_share")),
            std::stod(At(Evidence("kind-word"), "expected_share")) + 0.2);
  EXPECT_EQ(Ranked(), 0) << "nothing was left to chance";
}

TEST_F(RankingTest, ChanceComesInOnlyWhenAManagerLetsItAndIsOnTheRecord) {
  const std::string before = Case("Ann");
  const std::string usual = TileCodes(before).front();
  EXPECT_EQ(At(Ok(SetExploration, manager, R"({"on": true})"), "on"), "true");
  EXPECT_EQ(At(Ok(WhichGesturesWork, lead), "exploration/on"), "true");
  int others_first = 0;
  constexpr int kCases = 120;
  for (int i = 0; i < kCases; ++i) {
    const std::string service_case = Case("C" + std::to_string(i));
    const auto codes = TileCodes(service_case);
    EXPECT_EQ(codes, TileCodes(service_case)) << "looking again shows the same";
    others_first += codes.front() != usual;
  }
  EXPECT_EQ(Ranked(), kCases) << "once a case";
  // Three gestures may be made: one case in ten is drawn, two of three draws are another gesture.
  EXPECT_GT(others_first, 1);
  EXPECT_LT(others_first, 20);
  const JsonValue events = Ok(ListEvents, manager, "", "", {{"limit", "1000"}});
  double propensity = 0;
  for (const JsonValue& event : Sub(events, "items").items) {
    if (At(event, "kind") != "gestures_ranked") continue;
    propensity = std::stod(At(event, "body/propensity"));
    const size_t allowed = Sub(event, "body/allowed").items.size();
    const double by_chance = kExploredShare / static_cast<double>(allowed);
    EXPECT_NEAR(propensity,
                At(event, "body/first") == usual ? 1 - kExploredShare + by_chance : by_chance,
                1e-9);
  }
  EXPECT_GT(propensity, 0);
  const std::string evidence = Case("Eve");
  Ok(MarkAsEvidence, agent, R"({"use_as_evidence": true})", evidence);
  EXPECT_EQ(TileCodes(evidence).front(), usual);
  EXPECT_EQ(Ranked(), kCases) << "a case used as evidence is left alone";
  Ok(SetExploration, manager, R"({"on": false})");
  const std::string after = Case("Zoe");
  EXPECT_EQ(TileCodes(after).front(), usual);
  EXPECT_EQ(Ranked(), kCases);
}

}  // namespace
}  // namespace extramile::app
