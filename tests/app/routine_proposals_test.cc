// From suggestion through trial to decision: the organisation's own change procedure, the capacity
// forecast of doing it always, the evidence before and in a trial, and the way back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cases.h"
#include "app/change_procedure.h"
#include "app/desk_test_support.h"
#include "app/effects.h"
#include "app/events.h"
#include "app/expectations.h"
#include "app/feedback.h"
#include "app/gestures.h"
#include "app/housekeeping.h"
#include "app/import_calls.h"
#include "app/offers.h"
#include "app/proposals.h"
#include "connect/call_log_demo.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOwnProcedure = R"({"name": "Ours",
  "states": [{"name": "idea box", "is": "open"}, {"name": "pilot", "is": "trial"},
             {"name": "in the handbook", "is": "adopted"}, {"name": "no", "is": "declined"}],
  "moves": [{"from": "idea box", "to": "pilot", "who": ["agent"]},
            {"from": "idea box", "to": "no", "who": ["lead"]},
            {"from": "pilot", "to": "in the handbook", "who": ["manager"]}]})";

class RoutineProposalsTest : public DeskTest {
 protected:
  RoutineProposalsTest() {
    Ok(PublishOffer, manager, "",
       At(Ok(DraftOffer, manager,
             R"({"title": "Service", "summary": "We serve.",
                 "items": [{"promise": "We answer.", "standard_minutes": 2}]})"),
          "id"));
  }

  // The agent makes the gesture for a new customer, who says how they took it; a day later.
  std::string Use(std::string_view gesture, std::string_view customer, bool valued = true,
                  std::string_view kind = "enquiry") {
    const std::string service_case = Case(customer, kind);
    const auto tap = Tap(service_case, gesture);
    EXPECT_TRUE(tap) << (tap ? "" : tap.error().ToString());
    const std::string action = At(ParseJson(tap->body).value(), "action/id");
    Ok(NoteFeedback, agent,
       R"({"source": "customer", "method": "spoken", "positive": )" +
           std::string(valued ? "true" : "false") + "}",
       service_case);
    clock().Advance(kMicrosPerDay);
    return action;
  }
  JsonValue Propose(std::string_view gesture, std::string_view kind = "routine") {
    return Ok(ProposeRoutine, agent,
              R"({"kind": ")" + std::string(kind) + R"(", "gesture": ")" + std::string(gesture) +
                  R"(", "words": {"text": "They like it."}})");
  }
  JsonValue Move(const std::string& id, std::string_view state, std::string_view more = "") {
    return Ok(MoveProposal, manager,
              R"({"state": ")" + std::string(state) + "\"" + std::string(more) + "}", id);
  }
  std::string OnTrial(std::string_view gesture, std::string_view kind = "routine",
                      std::string_view trial = "") {
    const std::string id = At(Propose(gesture, kind), "id");
    Move(id, "submitted");
    Move(id, "under review");
    Move(id, "on trial", trial);
    return id;
  }
  JsonValue Listed(const std::string& id) {
    const JsonValue all = Ok(ListProposals, lead);
    for (const JsonValue& item : Sub(all, "items").items) {
      if (At(item, "id") == id) return item;
    }
    ADD_FAILURE() << "not listed";
    return {};
  }
  double Figure(const JsonValue& value, std::string_view path) {
    return std::stod(At(value, path));
  }
};

TEST_F(RoutineProposalsTest, CountsTheCasesThatWouldGetItAndWhatThatTakes) {
  for (int i = 0; i < 4; ++i) Use("call-back", "Customer " + std::to_string(i));
  for (int day = 0; day < 10; ++day) {
    Case("", "enquiry");
    Case("", "complaint");
    clock().Advance(kMicrosPerDay);
  }
  const JsonValue proposal = Propose("call-back");
  const JsonValue& capacity = Sub(proposal, "capacity");
  EXPECT_EQ(At(capacity, "counted"), "kinds");
  EXPECT_EQ(At(capacity, "days"), "14");
  EXPECT_EQ(At(capacity, "cases"), "14") << "4 with it and 10 more enquiries";
  EXPECT_EQ(At(capacity, "cases_a_week"), "7");
  EXPECT_EQ(At(capacity, "uses_a_week"), "2");
  EXPECT_EQ(At(capacity, "extra_a_week"), "5") << "what is done already is in the queue already";
  EXPECT_EQ(At(capacity, "minutes_each"), "10");
  EXPECT_EQ(At(capacity, "minutes_a_week"), "50");
  EXPECT_EQ(At(capacity, "teams/0/queue"), "null");
  EXPECT_EQ(At(capacity, "sentence"),
            "Always done, it would be for 7 cases a week (every case of the kinds it was used in: "
            "enquiry; it is done for 2 now) and take 50 minutes more a week; what it does to "
            "waiting is not known, because no queue is.");
}

TEST_F(RoutineProposalsTest, WhatWasNeverUsedIsCountedByExpectationElseByEveryCase) {
  Ok(AddGesture, manager,
     R"({"code": "card", "kind": "attention", "title": "A card", "minutes": 4, "amount": "1.20",
         "dimension": "empathy"})");
  const std::string first = Case("Ann");
  for (int i = 0; i < 6; ++i) Case("");
  EXPECT_EQ(At(Propose("card"), "capacity/counted"), "all");
  Ok(NoteExpectation, agent,
     R"({"kind": "need", "words": {"text": "To be heard", "author": "customer"},
         "dimension": "empathy", "importance": 4, "formed_by": "past experience",
         "learned_by": "asked"})",
     first);
  const JsonValue proposal = Propose("card");
  EXPECT_EQ(At(proposal, "capacity/counted"), "expectation");
  EXPECT_EQ(At(proposal, "capacity/cases"), "1");
  EXPECT_EQ(At(proposal, "capacity/days"), "7") << "less than a week says nothing of a week";
  EXPECT_EQ(At(proposal, "capacity/amount_a_week"), "1.20");
  EXPECT_EQ(At(proposal, "capacity/minutes_a_week"), "4");
}

class CapacityOfAQueueTest : public RoutineProposalsTest {
 protected:
  void KnowTheQueue() {
    JsonWriter body;
    body.BeginObject().Key("team").String("Service desk").Key("name").String("October");
    body.Key("columns").String(ReadProjectFile("demo/columns/generated.toml"));
    body.Key("log").String(connect::GenerateCallLog({.days = 14})).EndObject();
    calibration_ = At(Ok(ImportCalls, manager, body.text()), "calibration");
  }
  void Cases(int cases) {
    for (int i = 0; i < cases; ++i) Case("", "enquiry");
  }
  std::string calibration_;
};

TEST_F(CapacityOfAQueueTest, SaysWhatItDoesToEveryHalfHourOfTheWeek) {
  KnowTheQueue();
  Use("call-back", "Ann");
  Cases(500);
  const JsonValue proposal = Propose("call-back");
  const JsonValue& queue = Sub(proposal, "capacity/teams/0/queue");
  EXPECT_EQ(At(queue, "calibration"), calibration_);
  EXPECT_EQ(At(queue, "calibration_version").size(), 16u);
  const double customers = Figure(queue, "customers_a_week");
  EXPECT_NEAR(Figure(queue, "share"), 500 / customers, 1e-3);
  EXPECT_GT(Figure(queue, "extra_late_a_week"), 0);
  EXPECT_GT(Figure(queue, "extra_wait_minutes_a_week"), 0);
  const JsonValue& worst = Sub(queue, "half_hours/0");
  EXPECT_GT(Figure(worst, "after/load"), Figure(worst, "before/load"));
  EXPECT_GT(Figure(worst, "after/late_share"), Figure(worst, "before/late_share"));
  EXPECT_THAT(
      At(proposal, "capacity/sentence"),
      HasSubstr("customers of Service desk who wait longer than 2 minutes would rise from"));
  EXPECT_THAT(At(proposal, "capacity/sentence"), HasSubstr(At(worst, "starts")));
  // It stands on the proposal: what comes later is counted when it moves on.
  Cases(100);
  EXPECT_EQ(At(Listed(At(proposal, "id")), "capacity/sentence"), At(proposal, "capacity/sentence"));
  const JsonValue moved = Move(At(proposal, "id"), "submitted");
  EXPECT_EQ(At(moved, "capacity/cases"), "601");
}

TEST_F(CapacityOfAQueueTest, SaysWhetherCapacityIsEnoughAndHowManyMoreAreNeeded) {
  KnowTheQueue();
  Use("call-back", "Ann");
  const JsonValue little = Propose("call-back");
  EXPECT_EQ(At(little, "capacity/teams/0/queue/enough"), "true");
  Cases(20);
  EXPECT_THAT(At(Propose("call-back"), "capacity/sentence"), HasSubstr("capacity is enough"));
  Cases(1500);
  const JsonValue much = Propose("call-back");
  EXPECT_EQ(At(much, "capacity/teams/0/queue/enough"), "false");
  EXPECT_GT(Figure(much, "capacity/teams/0/queue/more_agent_hours"), 0);
  EXPECT_GT(Figure(much, "capacity/teams/0/queue/half_hours/0/more_agents"), 0);
  EXPECT_THAT(At(much, "capacity/sentence"), HasSubstr("capacity is not enough"));
  EXPECT_THAT(At(much, "capacity/sentence"), HasSubstr("more agent hours in"));
}

TEST_F(RoutineProposalsTest, EveryStepIsForWhomTheProcedureNames) {
  const std::string id = At(Propose("call-back"), "id");
  const auto moves = [&](PersonId person) {
    std::string out;
    const JsonValue listed = Ok(ListProposals, person);
    for (const JsonValue& move : Sub(Sub(listed, "items/0"), "moves").items) {
      out += At(move, "to") + ";";
    }
    return out;
  };
  EXPECT_EQ(moves(agent), "submitted;withdrawn;") << "it is theirs";
  EXPECT_EQ(moves(colleague), "");
  EXPECT_EQ(moves(lead), "submitted;");
  EXPECT_EQ(moves(manager), "submitted;declined;");
  EXPECT_EQ(Refused(MoveProposal, colleague, R"({"state": "submitted"})", id).code,
            "not-yours-to-move");
  EXPECT_EQ(Refused(MoveProposal, manager, R"({"state": "declined"})", id).code, "reason-missing");
  EXPECT_EQ(Refused(MoveProposal, agent, R"({"state": "withdrawn"})", id).place, "/words");
  const JsonValue withdrawn =
      Ok(MoveProposal, agent,
         R"({"state": "withdrawn", "words": {"text": "I was wrong about it."}})", id);
  EXPECT_EQ(At(withdrawn, "is"), "withdrawn");
  EXPECT_EQ(At(withdrawn, "steps/0/words/text"), "I was wrong about it.");
  EXPECT_EQ(Sub(withdrawn, "moves").items.size(), 0u);
  EXPECT_EQ(Refused(MoveProposal, manager, R"({"state": "submitted"})", id).code, "proposal-move");
}

TEST_F(RoutineProposalsTest, AnOrganisationGoesItsOwnWay) {
  EXPECT_EQ(At(Ok(SeeChangeProcedure, agent), "name"), "Standard change procedure");
  const std::string open = At(Propose("call-back"), "id");
  EXPECT_EQ(Refused(SetChangeProcedure, manager, kOwnProcedure).code, "procedure-in-use");
  Ok(MoveProposal, manager, R"({"state": "declined", "words": {"text": "Not now."}})", open);
  EXPECT_EQ(At(Ok(SetChangeProcedure, manager, kOwnProcedure), "name"), "Ours");
  EXPECT_EQ(At(Ok(SeeChangeProcedure, agent), "states/0/name"), "idea box");
  EXPECT_EQ(At(Listed(open), "is"), "declined") << "what was decided stays so";

  const JsonValue own = Propose("call-back");
  EXPECT_EQ(At(own, "state"), "idea box");
  const JsonValue pilot = Ok(MoveProposal, colleague, R"({"state": "pilot"})", At(own, "id"));
  EXPECT_EQ(At(pilot, "is"), "trial");
  EXPECT_EQ(At(pilot, "trials/0/status"), "running");
  const JsonValue adopted = Move(At(own, "id"), "in the handbook");
  EXPECT_EQ(At(adopted, "is"), "adopted");
  EXPECT_EQ(At(Ok(SeeCurrentOffer, agent), "number"), "2");
  const Error unsound = Refused(SetChangeProcedure, manager, R"({"name": "x", "states": [],
                                                                 "moves": []})");
  EXPECT_EQ(unsound.code, "procedure-first-state");
}

TEST_F(RoutineProposalsTest, ATrialHasATeamATimeAndAnOwnerAndItsEvidenceStandsApart) {
  for (int i = 0; i < 3; ++i) Use("call-back", "Before " + std::to_string(i), false);
  const std::string until = FormatInstant(clock().Now() + 10 * kMicrosPerDay);
  const std::string id = OnTrial("call-back", "routine",
                                 R"(, "trial": {"team": "Service desk", "owner": ")" +
                                     lead.ToString() + R"(", "until": ")" + until + R"("})");
  for (int i = 0; i < 5; ++i) Use("call-back", "During " + std::to_string(i));
  const JsonValue running = Listed(id);
  EXPECT_EQ(At(running, "trials/0/status"), "running");
  EXPECT_EQ(At(running, "trials/0/team"), "Service desk");
  EXPECT_EQ(At(running, "trials/0/owner/id"), lead.ToString());
  EXPECT_EQ(At(running, "trials/0/until"), until);
  EXPECT_THAT(At(running, "trials/0/watched/0"), HasSubstr("late"));
  EXPECT_EQ(At(running, "trials/0/shows/before/uses"), "3");
  EXPECT_EQ(At(running, "trials/0/shows/before/valued"), "0");
  EXPECT_EQ(At(running, "trials/0/shows/during/uses"), "5");
  EXPECT_EQ(At(running, "trials/0/shows/during/valued"), "5");
  EXPECT_THAT(At(running, "trials/0/shows/during/sentence"), HasSubstr("5 of the 5"));

  clock().Advance(6 * kMicrosPerDay);
  EXPECT_EQ(At(Listed(id), "trials/0/status"), "over");
  Use("call-back", "After it");
  const JsonValue adopted = Move(id, "adopted");
  EXPECT_EQ(At(adopted, "trials/0/status"), "ended");
  EXPECT_EQ(At(adopted, "trials/0/ended_at"), until);
  EXPECT_EQ(At(Listed(id), "trials/0/shows/during/uses"), "5") << "it stands on the proposal";
}

TEST_F(RoutineProposalsTest, WhatIsWrittenDownLaterNeverCountsAsBefore) {
  const std::string late = Use("call-back", "Ann");
  const std::string id = OnTrial("call-back");
  EXPECT_EQ(At(Listed(id), "trials/0/shows/before/uses"), "1");
  static const Sql kLater = {
      "update action set recorded_at = $3 where organisation_id = $1 and id = $2"};
  Write(kLater, {organisation().id, AnyId::Parse(late).value(), clock().Now() + kMicrosPerDay});
  EXPECT_EQ(At(Listed(id), "trials/0/shows/before/uses"), "0");
  EXPECT_EQ(At(Listed(id), "trials/0/shows/during/uses"), "0");
}

TEST_F(RoutineProposalsTest, ATrialThatCannotBeIsRefusedWhereItIsWrong) {
  const std::string id = At(Propose("call-back"), "id");
  Move(id, "submitted");
  const auto refused = [&](std::string_view state, std::string_view trial) {
    const Error error = Refused(
        MoveProposal, manager,
        R"({"state": ")" + std::string(state) + R"(", "trial": )" + std::string(trial) + "}", id);
    return error.code + " " + error.place;
  };
  EXPECT_EQ(refused("under review", "{}"), "trial-not-wanted /trial");
  Move(id, "under review");
  EXPECT_EQ(refused("on trial", R"({"team": "Nobody's"})"), "team-unknown /trial/team");
  EXPECT_EQ(refused("on trial", R"({"from": "2020-01-01T00:00:00Z"})"),
            "trial-in-the-past /trial/from");
  EXPECT_EQ(refused("on trial", R"({"until": "2020-01-01T00:00:00Z"})"),
            "trial-length /trial/until");
  EXPECT_EQ(refused("on trial", R"({"until": "2099-01-01T00:00:00Z"})"),
            "trial-length /trial/until");
  EXPECT_EQ(refused("on trial", R"({"owner": "0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e"})"),
            "owner-unknown /trial/owner");
}

TEST_F(RoutineProposalsTest, HarmEndsATrialAsASuggestionToStop) {
  const std::string id = OnTrial("call-back");
  const auto keep_house = [&] {
    for (int minute = 0; minute < 60; ++minute) {
      ASSERT_TRUE(KeepHouse(services(), clock().Now()));
      clock().Advance(kMicrosPerMinute);
    }
  };
  keep_house();
  EXPECT_EQ(At(Listed(id), "trials/0/status"), "running") << "nothing has happened";
  for (int i = 0; i < 10; ++i) {
    Ok(ObserveEffect, agent, R"({"method": "observed", "not_unreasonably": false})",
       Use("call-back", "Customer " + std::to_string(i)));
  }
  keep_house();
  keep_house();
  const JsonValue stopped = Listed(id);
  EXPECT_EQ(At(stopped, "trials/0/status"), "stop suggested");
  EXPECT_EQ(At(stopped, "trials/0/shows/during/alarm"), "true");
  EXPECT_EQ(At(stopped, "state"), "on trial") << "people decide";
  static const Sql kSuggested = {
      "select count(*) from event where organisation_id = $1 and kind = 'trial_stop_suggested'"};
  EXPECT_EQ(Count(kSuggested), 1);
  Ok(MoveProposal, manager, R"({"state": "declined", "words": {"text": "Others waited for it."}})",
     id);
  EXPECT_EQ(At(Listed(id), "trials/0/status"), "stop suggested");
}

TEST_F(RoutineProposalsTest, WhatIsRoutineGoesBackToExtraTheSameWay) {
  for (int i = 0; i < 4; ++i) Use("call-back", "Customer " + std::to_string(i));
  Move(OnTrial("call-back"), "adopted", R"(, "promise": "We call back.")");
  ASSERT_EQ(Sub(Ok(SeeCurrentOffer, agent), "items").items.size(), 2u);
  clock().Advance(3 * kMicrosPerDay);
  const std::string back = OnTrial("call-back", "improvement");
  const JsonValue listed = Listed(back);
  EXPECT_EQ(At(listed, "capacity/uses_a_week"), "4");
  EXPECT_EQ(At(listed, "capacity/extra_a_week"), "-4");
  EXPECT_THAT(At(listed, "capacity/sentence"),
              HasSubstr("No longer done, it would free 40 minutes a week"));
  EXPECT_EQ(At(listed, "trials/0/shows/before/uses"), "4");
  Move(back, "adopted");
  const JsonValue offer = Ok(SeeCurrentOffer, agent);
  EXPECT_EQ(At(offer, "number"), "3");
  EXPECT_EQ(At(offer, "from_proposal"), back);
  EXPECT_EQ(Sub(offer, "items").items.size(), 1u);
  EXPECT_EQ(At(Listed(back), "offer"), At(offer, "id"));
}

}  // namespace
}  // namespace extramile::app
