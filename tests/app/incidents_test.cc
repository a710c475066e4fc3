// Incidents: one failure, many customers. Found once each, checked as one, signed off once, done
// piece by piece at a pace that others can bear, and told.
#include "app/incidents.h"

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "app/actions.h"
#include "app/cases.h"
#include "app/checks.h"
#include "app/consultations.h"
#include "app/desk_test_support.h"
#include "app/expire_holds.h"
#include "app/ideas.h"
#include "app/improvements.h"
#include "app/incident_affected.h"
#include "app/incident_fulfilment.h"
#include "app/policy.h"
#include "app/proposals.h"
#include "app/replay.h"
#include "connect/csv.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const Sql kHeldLines = {
    "select h.lines from hold h where h.organisation_id = $1 and h.state = 'held'"};

class IncidentsTest : public DeskTest {
 public:
  IncidentsTest() { services().tables = &csv_; }

  std::string Report(std::string_view more = "") {
    return At(Ok(ReportIncident, agent,
                 R"({"title": "Parcels went to the wrong depot", "cause": "systems",
                     "kind": "Late  Parcel")" +
                     std::string(more) + "}"),
              "id");
  }
  // An incident that hit so many customers.
  std::string Hit(int customers) {
    const std::string incident = Report();
    std::string references;
    for (int i = 0; i < customers; ++i) {
      references += (i ? ", " : "") + ("\"r-" + std::to_string(i) + "\"");
    }
    const JsonValue report =
        Ok(AddAffected, agent, R"({"references": [)" + references + "]}", incident);
    EXPECT_EQ(At(report, "added"), std::to_string(customers));
    return incident;
  }
  std::string ForAll(const std::string& incident, std::string_view members) {
    return At(Ok(ProposeForAll, agent, "{" + std::string(members) + "}", incident), "id");
  }
  JsonValue See(const std::string& incident) { return Ok(SeeIncident, agent, "", incident); }
  std::string SignOff(const std::string& idea, PersonId who) {
    const std::string asked =
        At(Ok(Consult, agent,
              R"({"purpose": "approval", "mode": "in app", "with_person": ")" + who.ToString() +
                  R"("})",
              idea),
           "id");
    Ok(AnswerConsultation, who, R"({"state": "approved"})", asked);
    return asked;
  }
  std::string PlanBody(const std::string& idea, std::string_view more = "") {
    return R"({"idea": ")" + idea + R"(", "message": {"text": "We sent it to the wrong place."})" +
           std::string(more) + "}";
  }
  JsonValue Plan(const std::string& incident, const std::string& idea) {
    return Ok(PlanFulfilment, agent, PlanBody(idea), incident);
  }
  // A voucher for each, signed off and planned.
  std::string Vouchers(const std::string& incident) {
    std::string idea = ForAll(incident, R"("gesture": "voucher")");
    Check(idea);
    SignOff(idea, manager);
    Plan(incident, idea);
    return idea;
  }

 private:
  connect::CsvReader csv_;
};

TEST_F(IncidentsTest, FindsThoseAffectedEachOnce) {
  const std::string one = Case("ann"), two = Case("ann"), three = Case("bob"), unknown = Case();
  const std::string incident = Report();
  const JsonValue found =
      Ok(FindAffected, agent, "", incident, {{"reason", "PARCEL"}, {"channel", "phone"}});
  EXPECT_EQ(Sub(found, "items").items.size(), 4u);
  EXPECT_EQ(Sub(Ok(FindAffected, agent, "", incident, {{"reason", "lamp"}}), "items").items.size(),
            0u);
  const std::string body = R"({"cases": [")" + one + R"(", ")" + two + R"(", ")" + unknown +
                           R"("], "references": ["bob", "cyd", "cyd"]})";
  const JsonValue report = Ok(AddAffected, agent, body, incident);
  EXPECT_EQ(At(report, "read"), "6");
  EXPECT_EQ(At(report, "added"), "4");
  EXPECT_EQ(At(report, "known_already"), "2");
  const JsonValue again = Ok(AddAffected, agent, body, incident);
  EXPECT_EQ(At(again, "added"), "0");
  const JsonValue file = See(incident);
  EXPECT_EQ(At(file, "progress/affected"), "4");
  EXPECT_EQ(At(file, "incident/kind"), "late parcel");
  EXPECT_EQ(At(file, "affected/0/state"), "not planned");
  EXPECT_EQ(At(file, "affected/0/told/state"), "not yet");
}

TEST_F(IncidentsTest, ReadsATableOfCustomers) {
  const std::string incident = Report();
  const std::string csv =
      "customer_reference,customer_name\nr-1,Ann\nr-2,Bob\n,Nobody\nr-1,Ann again\n";
  const Request request{.organisation = organisation(),
                        .actor = {agent, Roles(Role::kAgent)},
                        .now = clock().Now(),
                        .path = {{"id", incident}},
                        .raw_body = csv};
  const auto answer = RunAndWait(services(), AddAffected, request);
  ASSERT_TRUE(answer) << answer.error().ToString();
  const JsonValue report = *ParseJson(answer->body);
  EXPECT_EQ(At(report, "added"), "2");
  EXPECT_EQ(At(report, "known_already"), "1");
  EXPECT_EQ(At(report, "refused/0/code"), "reference-missing");
  const JsonValue file = See(incident);
  EXPECT_EQ((std::set<std::string>{At(file, "affected/0/name"), At(file, "affected/1/name")}),
            (std::set<std::string>{"Ann", "Bob"}));
}

TEST_F(IncidentsTest, ChecksOnceForAllOfThemTogether) {
  const std::string incident = Hit(12);
  // Within the limit for one case, and far above it for twelve.
  const JsonValue check = Check(ForAll(incident, R"("gesture": "voucher")"));
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(At(check, "sign_off_role"), "manager");
  EXPECT_THAT(At(check, "sentence"),
              StartsWith("12 customers, GBP 120.00 in all, 24 minutes in all. Ask a manager: "));
  EXPECT_EQ(At(Check(Idea(Case("zoe"), R"("gesture": "voucher")")), "outcome"), "allowed");
}

TEST_F(IncidentsTest, LawLooksAtEachCustomer) {
  const std::string incident = Hit(2);
  const std::string council =
      At(Ok(OpenCase, agent,
            R"({"kind": "enquiry", "reason": "Parcel late", "channel": "phone",
             "customer": {"reference": "council", "public_official": true}, "incident": ")" +
                incident + R"("})"),
         "reference");
  const JsonValue check =
      Check(ForAll(incident, R"("gesture": "voucher", "amount": "2.00", "minutes": 0)"));
  EXPECT_EQ(At(check, "sign_off_role"), "manager");
  EXPECT_THAT(At(check, "gates/4/findings/0/reason"),
              StartsWith("For one customer (" + council + "): Anything of value to a public"));
}

TEST_F(IncidentsTest, DoingItInPartsBuysNothing) {
  const std::string incident = Hit(2);
  const std::string idea = ForAll(incident, R"("gesture": "voucher", "minutes": 0)");
  EXPECT_EQ(At(Check(idea), "outcome"), "allowed");
  Plan(incident, idea);
  // Twenty pounds are planned for; the next one would be the third within the limit of a case.
  Ok(AddAffected, agent, R"({"references": ["one more"]})", incident);
  EXPECT_EQ(At(Check(idea), "outcome"), "needs sign-off");
}

TEST_F(IncidentsTest, NobodySignsOffTheirOwn) {
  const std::string incident = Hit(12);
  const std::string idea =
      At(Ok(ProposeForAll, manager, R"({"gesture": "hamper"})", incident), "id");
  Ok(CheckIdea, manager, "{}", idea);
  const std::string asked =
      At(Ok(Consult, manager, R"({"purpose": "approval", "mode": "in app"})", idea), "id");
  EXPECT_EQ(Refused(AnswerConsultation, manager, R"({"state": "approved"})", asked).code,
            "own-proposal");
}

TEST_F(IncidentsTest, OneSignOffHoldsForAllAndEachPieceSpendsItsShare) {
  const std::string incident = Hit(12);
  const std::string idea = ForAll(incident, R"("gesture": "voucher")");
  Check(idea);
  EXPECT_EQ(Refused(PlanFulfilment, agent, PlanBody(idea), incident).code, "not-signed-off");
  SignOff(idea, manager);
  EXPECT_EQ(Held("grant"), 12000);
  const JsonValue planned = Plan(incident, idea);
  EXPECT_EQ(At(planned, "customers"), "12");
  EXPECT_EQ(Held("grant"), 12000);
  EXPECT_EQ(Held("customer"), 12000);
  EXPECT_EQ(Held("grant", "minutes"), 24);

  const JsonValue piece = Ok(TakeNextPiece, colleague, "", incident);
  EXPECT_EQ(At(piece, "message/text"), "We sent it to the wrong place.");
  EXPECT_EQ(At(Ok(TakeNextPiece, colleague, "", incident), "id"), At(piece, "id"));
  const JsonValue done = Ok(FinishPiece, colleague, R"({"channel": "phone"})", At(piece, "id"));
  EXPECT_EQ(At(done, "state"), "done");
  EXPECT_EQ(At(done, "told"), "true");
  EXPECT_EQ(Spent("grant"), 1000);
  EXPECT_EQ(Held("grant"), 11000);
  EXPECT_EQ(Spent("customer"), 1000);
  EXPECT_EQ(Refused(FinishPiece, colleague, "{}", At(piece, "id")).code, "piece-done");
  const JsonValue file = See(incident);
  EXPECT_EQ(At(file, "progress/done"), "1");
  EXPECT_EQ(At(file, "progress/told"), "1");
  EXPECT_EQ(At(file, "incident/gesture_cost"), "10.00");
  EXPECT_EQ(At(file, "kind/gesture_cost"), "10.00");
  EXPECT_EQ(At(Ok(SeeCase, agent, "", At(piece, "case_id")), "actions/0/amount"), "10.00");
}

// A check for everybody keeps what it rests on: all together, and each customer.
TEST_F(IncidentsTest, ItsChecksAreReplayed) {
  const std::string incident = Hit(3);
  const JsonValue check = Check(ForAll(incident, R"("gesture": "voucher")"));
  const auto in_force = services().policies.Current("uk-starter").value();
  const ReplayReport same = ReplayChecks(store(), organisation(), *in_force).value();
  EXPECT_EQ(same.checks, 1);
  EXPECT_EQ(same.unreadable, 0);
  EXPECT_EQ(same.flips, 0);
  // A rule of a gate that looks at each customer and not at all together.
  std::string text = ReadProjectFile("policies/uk-starter/extra-mile.dmn");
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), text.npos) << from;
    text.replace(text.find(from), from.size(), to);
  };
  replace("guidelines_rule_1_in_1\"><text>&gt;= 6</text>",
          "guidelines_rule_1_in_1\"><text>&gt;= 0</text>");
  replace("guidelines_rule_1_verdict\"><text>\"needs sign-off\"</text>",
          "guidelines_rule_1_verdict\"><text>\"not allowed\"</text>");
  const auto draft =
      CompilePolicy(MakeBundle("strict", {{"extra-mile.dmn", text}}).value()).value();
  const ReplayReport report = ReplayChecks(store(), organisation(), *draft).value();
  ASSERT_EQ(report.flips, 1);
  EXPECT_EQ(Word(report.examples[0].change.from),
            At(check, "outcome") + " (" + At(check, "sign_off_role") + ")");
  EXPECT_EQ(Word(report.examples[0].change.to), "not allowed");
  EXPECT_THAT(report.by_rule.begin()->first.first, HasSubstr("guidelines, rule 1"));
  EXPECT_THAT(report.examples[0].now, StartsWith("This customer has had 0 extras"));
}

TEST_F(IncidentsTest, WhoIsNotReachedIsTriedAgain) {
  const std::string incident = Hit(12);
  Vouchers(incident);
  const std::string piece = At(Ok(TakeNextPiece, agent, "", incident), "id");
  Ok(FinishPiece, agent, R"({"reached": false})", piece);
  EXPECT_EQ(At(See(incident), "progress/not_reached"), "1");
  Ok(TellPiece, agent, R"({"channel": "letter"})", piece);
  const JsonValue file = See(incident);
  EXPECT_EQ(At(file, "progress/not_reached"), "0");
  EXPECT_EQ(At(file, "progress/told"), "1");
  EXPECT_EQ(Refused(TellPiece, agent, "{}", piece).code, "told-already");
}

TEST_F(IncidentsTest, CancellingGivesBackWhatIsHeld) {
  const std::string incident = Hit(12);
  const std::string idea = Vouchers(incident);
  const std::string piece = At(Ok(TakeNextPiece, agent, "", incident), "id");
  Ok(FinishPiece, agent, "{}", piece);
  const std::string plan = At(See(incident), "fulfilments/0/id");
  EXPECT_EQ(Refused(CancelFulfilment, colleague, "", plan).code, "not-yours");
  EXPECT_EQ(At(Ok(CancelFulfilment, lead, "", plan), "cancelled"), "11");
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Held("customer"), 0);
  EXPECT_EQ(Held("incident"), 0);
  EXPECT_EQ(Spent("incident"), 1000);
  // Those left out can be planned for again; who has it, has it.
  EXPECT_THAT(At(Check(idea), "sentence"), StartsWith("11 customers, GBP 110.00"));
}

TEST_F(IncidentsTest, AReversedActionGivesItsOwnShareBack) {
  const std::string incident = Hit(12);
  Vouchers(incident);
  std::string action;
  for (int i = 0; i < 2; ++i) {
    const std::string piece = At(Ok(TakeNextPiece, agent, "", incident), "id");
    action = At(Ok(FinishPiece, agent, "{}", piece), "action");
  }
  EXPECT_EQ(Spent("grant"), 2000);
  Ok(ChangeAction, agent, R"({"state": "reversed"})", action);
  EXPECT_EQ(Spent("grant"), 1000);
  EXPECT_EQ(Spent("customer"), 1000);
  EXPECT_EQ(At(See(incident), "progress/done"), "1");
}

TEST_F(IncidentsTest, AYesThatWasNotSaidStopsWhatIsNotDoneYet) {
  const std::string incident = Hit(12);
  const std::string idea = ForAll(incident, R"("gesture": "voucher")");
  Check(idea);
  const JsonValue told =
      Ok(Consult, agent,
         R"({"purpose": "approval", "mode": "spoken", "with_person": ")" + manager.ToString() +
             R"(", "spoken_answer": {"state": "approved"}})",
         idea);
  Plan(incident, idea);
  const std::string piece = At(Ok(TakeNextPiece, agent, "", incident), "id");
  Ok(AnswerConsultation, manager, R"({"state": "declined"})", At(told, "id"));
  EXPECT_EQ(Refused(FinishPiece, agent, "{}", piece).code, "not-signed-off");
  EXPECT_EQ(Spent("grant"), 0);
  Ok(CancelFulfilment, agent, "", At(See(incident), "fulfilments/0/id"));
  EXPECT_EQ(Held("grant"), 0);
}

TEST_F(IncidentsTest, MoneyAloneMayGoAtOnce) {
  const std::string incident = Hit(12);
  const std::string idea = ForAll(incident, R"("gesture": "voucher", "minutes": 0)");
  Check(idea);
  SignOff(idea, manager);
  const JsonValue planned = Plan(incident, idea);
  EXPECT_EQ(At(planned, "first_at"), At(planned, "last_at"));
  for (int i = 0; i < 12; ++i) {
    Ok(FinishPiece, agent, "{}", At(Ok(TakeNextPiece, agent, "", incident), "id"));
  }
  EXPECT_EQ(Refused(TakeNextPiece, agent, "", incident).code, "nobody-next");
  EXPECT_EQ(Held("grant"), 0);
}

TEST_F(IncidentsTest, APieceIsNotTakenBeforeItsTurn) {
  const std::string incident = Hit(5);
  const std::string idea = ForAll(incident, R"("gesture": "call-back")");
  Check(idea);
  SignOff(idea, lead);
  Plan(incident, idea);
  // Where no queue is known a quarter of an hour may go: one call back each half-hour.
  Ok(FinishPiece, agent, "{}", At(Ok(TakeNextPiece, agent, "", incident), "id"));
  EXPECT_THAT(Refused(TakeNextPiece, agent, "", incident).message, HasSubstr("14:30"));
  clock().Advance(31 * kMicrosPerMinute);
  Ok(TakeNextPiece, agent, "", incident);
  // Two hours behind: still no more than one each half-hour.
  clock().Advance(120 * kMicrosPerMinute);
  Ok(TakeNextPiece, colleague, "", incident);
  EXPECT_EQ(Refused(TakeNextPiece, lead, "", incident).code, "others-would-wait");
}

TEST_F(IncidentsTest, APromotionInTheMessageAsksTheRules) {
  const std::string incident = Hit(2);
  const std::string idea = ForAll(incident, R"("gesture": "voucher", "minutes": 0)");
  Check(idea);
  const Error refused =
      Refused(PlanFulfilment, agent, PlanBody(idea, R"(, "promotion": true)"), incident);
  EXPECT_EQ(refused.code, "check-says-no");
  EXPECT_THAT(refused.message, HasSubstr("promotion needs consent"));
}

TEST_F(IncidentsTest, WhoWasAddedByMistakeIsTakenOutUntilTheirTurn) {
  const std::string incident = Hit(12);
  Vouchers(incident);
  const std::string piece = At(Ok(TakeNextPiece, agent, "", incident), "id");
  const JsonValue file = See(incident);
  const auto remove = [&](const std::string& service_case) {
    const Request request{.organisation = organisation(),
                          .actor = {agent, Roles(Role::kAgent)},
                          .now = clock().Now(),
                          .path = {{"id", incident}, {"case", service_case}}};
    return RunAndWait(services(), RemoveAffected, request);
  };
  std::string waiting, taken;
  for (const JsonValue& one : Sub(file, "affected").items) {
    (At(one, "state") == "taken" ? taken : waiting) = At(one, "case_id");
  }
  EXPECT_EQ(remove(taken).error().code, "piece-under-way");
  ASSERT_TRUE(remove(waiting));
  EXPECT_EQ(At(See(incident), "progress/affected"), "11");
  EXPECT_EQ(Held("grant"), 11000);
}

TEST_F(IncidentsTest, WhatAKindCostsAsksForItsCauseToBeMended) {
  const std::string incident = Hit(51);
  Grant(R"({"role": "manager", "purpose": "approve", "per_case": "5000.00",
            "minutes_per_day": 480})");
  const std::string idea = ForAll(incident, R"("gesture": "voucher", "minutes": 0)");
  Check(idea);
  SignOff(idea, manager);
  Plan(incident, idea);
  const auto give = [&](int times) {
    for (int i = 0; i < times; ++i) {
      Ok(FinishPiece, agent, "{}", At(Ok(TakeNextPiece, agent, "", incident), "id"));
    }
    clock().Advance(kMicrosPerMinute);
  };
  const auto raised = [&] {
    return RaiseImprovements(services(), organisation(), clock().Now()).value();
  };
  give(50);
  EXPECT_EQ(raised(), 0);  // 500.00, and the rules say above 500
  give(1);
  EXPECT_EQ(raised(), 1);
  EXPECT_EQ(raised(), 0);
  clock().Advance(kMicrosPerDay * 3);
  EXPECT_EQ(raised(), 0);  // it is open

  const std::string improvement = At(See(incident), "kind/improvement");
  JsonValue shown = Ok(SeeImprovement, agent, "", improvement);
  EXPECT_EQ(At(shown, "incident_kind"), "late parcel");
  EXPECT_EQ(At(shown, "counted_before/gestures"), "51");
  EXPECT_EQ(At(shown, "counted_before/gesture_cost"), "510.00");
  EXPECT_EQ(At(shown, "counted_after"), "null");
  EXPECT_EQ(At(shown, "owner"), "null");
  Ok(ChangeImprovement, lead,
     R"({"why_1": {"text": "The labels were swapped"}, "before": {"text": "One depot, two codes"},
         "owner": ")" +
         manager.ToString() + R"("})",
     improvement);
  shown =
      Ok(ChangeImprovement, lead, R"({"why_1": {"text": "Two labels look alike"}})", improvement);
  EXPECT_EQ(At(shown, "whys/0/text"), "Two labels look alike");
  EXPECT_EQ(At(shown, "whys/1"), "null");
  EXPECT_EQ(At(shown, "before/text"), "One depot, two codes");
  EXPECT_EQ(At(shown, "owner/id"), manager.ToString());
  EXPECT_EQ(At(Ok(SeeImprovement, agent, "", improvement), "whys/0/text"), "Two labels look alike");

  // Decided: what was spent before does not ask again.
  Ok(MoveProposal, manager, R"({"state": "declined", "words": {"text": "The depot closes"}})",
     improvement);
  clock().Advance(kMicrosPerDay * 3);
  EXPECT_EQ(raised(), 0);
}

// Many colleagues at once: nobody gets the same customer, nothing is paid twice.
TEST_F(IncidentsTest, ColleaguesTakeTheNextInLineAtTheSameTime) {
  constexpr int kCustomers = 40, kColleagues = 6;
  const std::string incident = Hit(kCustomers);
  const std::string idea = ForAll(incident, R"("gesture": "voucher", "minutes": 0)");
  Check(idea);
  SignOff(idea, manager);
  Plan(incident, idea);
  std::vector<PersonId> people;
  for (int i = 0; i < kColleagues; ++i) people.push_back(Person("agent"));
  std::atomic<int> done = 0;
  std::vector<std::vector<std::string>> cases(kColleagues);
  std::vector<std::thread> threads;
  for (int i = 0; i < kColleagues; ++i) {
    threads.emplace_back([&, i] {
      while (true) {
        const auto piece = Run(TakeNextPiece, people[i], "", incident);
        if (!piece) {
          if (piece.error().code == "nobody-next") return;
          continue;  // two were quicker: tap again
        }
        const JsonValue taken = *ParseJson(piece->body);
        // Both of a double tap, at the same moment.
        std::thread twice(
            [&] { done += Run(FinishPiece, people[i], "{}", At(taken, "id")) ? 1 : 0; });
        done += Run(FinishPiece, people[i], "{}", At(taken, "id")) ? 1 : 0;
        twice.join();
        cases[i].push_back(At(taken, "case_id"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> different;
  for (const auto& mine : cases) different.insert(mine.begin(), mine.end());
  EXPECT_EQ(different.size(), static_cast<size_t>(kCustomers));
  EXPECT_EQ(done, kCustomers);
  EXPECT_EQ(Spent("grant"), kCustomers * 1000);
  EXPECT_EQ(Spent("customer"), kCustomers * 1000);
  EXPECT_EQ(Held("grant"), 0);
}

}  // namespace
}  // namespace extramile::app
