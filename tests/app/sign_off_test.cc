// Consultations and actions: who may agree, what an agreement covers, what a doing rests on and
// what it costs.
#include <gmock/gmock.h>

#include "app/actions.h"
#include "app/authority_grants.h"
#include "app/cases.h"
#include "app/checks.h"
#include "app/consultations.h"
#include "app/desk_test_support.h"
#include "app/expire_holds.h"
#include "app/ideas.h"
#include "app/incidents.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;

const Sql kAfterTheFact = {
    "select count(*) from idea_check where organisation_id = $1 and timing = 'after the fact'"};
const Sql kSameIdentity = {
    "update membership set identity_id = (select identity_id from membership where "
    "organisation_id = $1 and person_id = $2) where organisation_id = $1 and person_id = $3"};

class SignOffTest : public DeskTest {
 public:
  // An idea above the agent's limit, checked.
  std::string Hamper() {
    const std::string idea = Idea(Case("ann"), R"("gesture": "hamper")");
    Check(idea);
    return idea;
  }
  std::string Ask(const std::string& idea, std::string_view more = "") {
    return At(Ok(Consult, agent,
                 R"({"purpose": "approval", "mode": "in app", "with_person": ")" + lead.ToString() +
                     R"(")" + std::string(more) + "}",
                 idea),
              "id");
  }
};

TEST_F(SignOffTest, AnApprovalHoldsTheApproversAuthorityAndLetsTheAgentAct) {
  const std::string idea = Hamper();
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "not-signed-off");
  const std::string consultation = Ask(idea);
  const JsonValue answer = Ok(AnswerConsultation, lead,
                              R"({"state": "approved", "words": {"text": "Do it"}})", consultation);
  EXPECT_EQ(At(answer, "state"), "approved");
  EXPECT_EQ(At(answer, "envelope/amount"), "35.00");
  EXPECT_EQ(At(answer, "answer_words/text"), "Do it");
  EXPECT_EQ(Held("grant"), 3500);
  EXPECT_EQ(At(Ok(SeeMyAuthority, lead), "held_money"), "35.00");
  EXPECT_EQ(At(Ok(SeeMyAuthority, agent), "held_money"), "0.00");
  const JsonValue action = Ok(TakeAction, agent, R"({"amount": "34.00"})", idea);
  EXPECT_EQ(At(action, "state"), "done");
  EXPECT_EQ(At(action, "amount"), "34.00");
  EXPECT_EQ(At(action, "consultation"), consultation);
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Spent("grant"), 3400);
  EXPECT_EQ(Spent("customer"), 3400);
}

TEST_F(SignOffTest, AnApprovalChangedBetweenDecidingAndWritingStopsTheAction) {
  const std::string idea = Hamper();
  const std::string consultation = Ask(idea);
  Ok(AnswerConsultation, lead, R"({"state": "approved"})", consultation);
  WritePlan decided = Decide(TakeAction, agent, "{}", idea);
  static const Sql kTakenBack = {
      "update consultation set state = 'declined', version = version + 1 where "
      "organisation_id = $1"};
  Write(kTakenBack, {organisation().id});
  const auto written = CommitAndWait(store(), std::move(decided));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::kStale);
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "not-signed-off");
}

TEST_F(SignOffTest, TheSystemLaysOutTheFacts) {
  const std::string idea = Hamper();
  const JsonValue asked =
      Ok(Consult, agent, R"({"purpose": "advice", "mode": "in app", "words": {"text": "May I?"}})",
         idea);
  EXPECT_EQ(At(asked, "facts/0"), "It costs GBP 35.00 and takes 5 minutes.");
  EXPECT_THAT(At(asked, "facts/1"), HasSubstr("Ask a lead"));
  EXPECT_EQ(At(asked, "words/text"), "May I?");
  EXPECT_EQ(At(asked, "state"), "requested");
}

TEST_F(SignOffTest, NobodyAnswersTheirOwnProposalUnderAnyName) {
  const std::string service_case = Case("ann");
  const std::string idea =
      At(Ok(ProposeIdea, lead, R"({"gesture": "voucher"})", service_case), "id");
  Ok(CheckIdea, lead, "{}", idea);
  const std::string own =
      At(Ok(Consult, lead, R"({"purpose": "approval", "mode": "in app"})", idea), "id");
  EXPECT_EQ(Refused(AnswerConsultation, lead, R"({"state": "approved"})", own).code,
            "own-proposal");
  const PersonId alias = Person("lead manager");
  Write(kSameIdentity, {organisation().id, lead, alias});
  EXPECT_EQ(Refused(AnswerConsultation, alias, R"({"state": "approved"})", own).code,
            "own-proposal");
  Ok(AnswerConsultation, manager, R"({"state": "approved"})", own);
}

TEST_F(SignOffTest, AnApproverStaysWithinTheirOwnAuthority) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "hamper", "amount": "150.00")");
  EXPECT_EQ(At(Check(idea), "sign_off_role"), "manager");
  const std::string consultation = Ask(idea);
  EXPECT_EQ(Refused(AnswerConsultation, lead, R"({"state": "approved"})", consultation).code,
            "rank-too-low");
  const std::string hamper = Hamper();
  const Error error =
      Refused(AnswerConsultation, lead, R"({"state": "changed", "envelope": {"amount": "101.00"}})",
              Ask(hamper));
  EXPECT_EQ(error.code, "approval-above-case-limit");
  EXPECT_THAT(error.message, HasSubstr("GBP 100.00"));
  EXPECT_EQ(Held("grant"), 0);
}

TEST_F(SignOffTest, AChangedApprovalCoversItsEnvelopeOnly) {
  const std::string idea = Hamper();
  const std::string consultation = Ask(idea);
  Ok(AnswerConsultation, lead, R"({"state": "changed", "envelope": {"amount": "25.00",
      "until": "2026-11-17T18:00:00Z"}})",
     consultation);
  EXPECT_EQ(Held("grant"), 2500);
  EXPECT_EQ(Refused(TakeAction, agent, R"({"amount": "30.00"})", idea).code, "beyond-approval");
  clock().Advance(5 * kMicrosPerHour);
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "beyond-approval");
}

TEST_F(SignOffTest, ASmallerOneIsCheckedAgainAndStaysInside) {
  const std::string idea = Hamper();
  Ok(AnswerConsultation, lead, R"({"state": "approved"})", Ask(idea));
  const JsonValue again = Check(idea);
  EXPECT_EQ(At(again, "held_money"), "35.00");
  EXPECT_EQ(Held("grant"), 3500);
  EXPECT_EQ(At(Ok(SeeMyAuthority, lead), "held_money"), "35.00");
  Ok(TakeAction, agent, "{}", idea);
  EXPECT_EQ(Spent("grant"), 3500);
}

TEST_F(SignOffTest, ASpokenYesCountsAtOnceAndIsConfirmedAfterwards) {
  const std::string idea = Hamper();
  const JsonValue told = Ok(Consult, agent,
                            R"({"purpose": "approval", "mode": "spoken", "with_person": ")" +
                                lead.ToString() + R"(", "spoken_answer": {"state": "approved"}})",
                            idea);
  EXPECT_EQ(At(told, "state"), "approved");
  EXPECT_EQ(At(told, "confirmed_at"), "null");
  Ok(TakeAction, agent, "{}", idea);
  EXPECT_EQ(Refused(ConfirmConsultation, manager, "", At(told, "id")).code, "not-asked");
  const JsonValue confirmed = Ok(ConfirmConsultation, lead, "", At(told, "id"));
  EXPECT_NE(At(confirmed, "confirmed_at"), "null");
  EXPECT_EQ(Refused(ConfirmConsultation, lead, "", At(told, "id")).code, "nothing-to-confirm");
}

TEST_F(SignOffTest, ASpokenYesThatWasNotSaidIsTakenBack) {
  const std::string idea = Hamper();
  const JsonValue told = Ok(Consult, agent,
                            R"({"purpose": "approval", "mode": "spoken", "with_person": ")" +
                                lead.ToString() + R"(", "spoken_answer": {"state": "approved"}})",
                            idea);
  Ok(AnswerConsultation, lead, R"({"state": "declined"})", At(told, "id"));
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "not-signed-off");
}

TEST_F(SignOffTest, AdviceNeverBlocks) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  Check(idea);
  const std::string asked = At(
      Ok(Consult, agent,
         R"({"purpose": "advice", "mode": "in app", "with_person": ")" + lead.ToString() + R"("})",
         idea),
      "id");
  Ok(TakeAction, agent, "{}", idea);
  EXPECT_EQ(Refused(AnswerConsultation, lead, R"({"state": "approved"})", asked).code,
            "wrong-answer");
  Ok(AnswerConsultation, lead, R"({"state": "answered", "words": {"text": "Good"}})", asked);
}

TEST_F(SignOffTest, ADeadlinePassesToTheDeputyAndThenExpires) {
  const std::string asked = Ask(
      Hamper(), R"(, "deputy": ")" + manager.ToString() + R"(", "due_at": "2026-11-17T15:00:00Z")");
  const auto state = [&] {
    return At(Ok(ListConsultations, agent, "", "", {{"with", "mine"}}), "items/0/state");
  };
  clock().Advance(61 * kMicrosPerMinute);
  EXPECT_EQ(ExpireHolds(services(), organisation(), clock().Now()).value(), 1);
  EXPECT_EQ(state(), "escalated");
  EXPECT_EQ(At(Ok(ListConsultations, manager, "", "", {{"with", "me"}}), "items/0/id"), asked);
  clock().Advance(5 * kMicrosPerHour);
  EXPECT_EQ(ExpireHolds(services(), organisation(), clock().Now()).value(), 1);
  EXPECT_EQ(state(), "expired");
  EXPECT_EQ(Refused(AnswerConsultation, manager, R"({"state": "approved"})", asked).code,
            "consultation-closed");
}

TEST_F(SignOffTest, OnlyTheAskerWithdraws) {
  const std::string asked = Ask(Hamper());
  EXPECT_EQ(Refused(WithdrawConsultation, lead, "", asked).code, "not-yours");
  EXPECT_EQ(At(Ok(WithdrawConsultation, agent, "", asked), "state"), "withdrawn");
}

TEST_F(SignOffTest, AnActionNeedsACheckOfItsOwnThatStillHolds) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "not-checked");
  Check(idea);
  EXPECT_EQ(Refused(TakeAction, colleague, "{}", idea).code, "checked-by-another");
  EXPECT_EQ(Refused(TakeAction, agent, R"({"amount": "10.01"})", idea).code, "beyond-check");
  clock().Advance(31 * kMicrosPerMinute);
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "check-expired");
  Check(idea);
  Ok(TakeAction, agent, "{}", idea);
  EXPECT_EQ(Refused(TakeAction, agent, "{}", idea).code, "already-done");
}

TEST_F(SignOffTest, WhatCameBeforeItsCheckIsAcceptedAndSaysSo) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  Check(idea);
  Ok(TakeAction, agent, R"({"occurred_at": "2026-11-17T13:00:00Z"})", idea);
  EXPECT_EQ(Count(kAfterTheFact), 1);
}

TEST_F(SignOffTest, ALateRecordOfATimelyActionSpendsThoughItsHoldRanOut) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  Check(idea);
  clock().Advance(3 * kMicrosPerHour);
  ASSERT_TRUE(ExpireHolds(services(), organisation(), clock().Now()));
  EXPECT_EQ(Held("grant"), 0);
  Ok(TakeAction, agent, R"({"occurred_at": "2026-11-17T14:10:00Z"})", idea);
  EXPECT_EQ(Spent("grant"), 1000);
  EXPECT_EQ(Count(kAfterTheFact), 0);
}

TEST_F(SignOffTest, ReversingGivesEverythingBack) {
  const std::string incident =
      At(Ok(ReportIncident, agent, R"({"title": "Van broke down", "cause": "resources"})"), "id");
  const std::string service_case =
      At(Ok(OpenCase, agent,
            R"({"kind": "complaint", "reason": "Late", "channel": "phone",
                                 "incident": ")" +
                incident + R"("})"),
         "id");
  const std::string idea = Idea(service_case, R"("gesture": "voucher")");
  Check(idea);
  const std::string action = At(Ok(TakeAction, agent, "{}", idea), "id");
  EXPECT_EQ(Spent("grant"), 1000);
  EXPECT_EQ(Spent("incident"), 1000);
  const JsonValue reversed = Ok(ChangeAction, agent, R"({"state": "reversed"})", action);
  EXPECT_EQ(At(reversed, "state"), "reversed");
  for (const char* owner : {"grant", "customer", "incident"}) {
    EXPECT_EQ(Spent(owner), 0) << owner;
  }
  EXPECT_EQ(Spent("grant", "minutes"), 0);
  EXPECT_EQ(Refused(ChangeAction, agent, R"({"state": "done"})", action).code, "action-state");
}

TEST_F(SignOffTest, AFailedActionSpendsNothing) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  Check(idea);
  const JsonValue failed = Ok(TakeAction, agent, R"({"state": "failed"})", idea);
  EXPECT_EQ(At(failed, "amount"), "0.00");
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Spent("grant"), 0);
}

TEST_F(SignOffTest, PromisesAreMadeKeptAndRenegotiated) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "call-back")");
  Check(idea);
  const JsonValue action = Ok(TakeAction, agent, R"({"promises": [{"due_at":
      "2026-11-18T09:00:00Z", "words": {"text": "Ring tomorrow"}}]})",
                              idea);
  const std::string promise = At(action, "promises/0/id");
  EXPECT_EQ(At(action, "promises/0/state"), "open");
  EXPECT_EQ(Refused(SettlePromise, agent, R"({"state": "renegotiated"})", promise).code,
            "due-missing");
  const JsonValue moved =
      Ok(SettlePromise, agent, R"({"state": "renegotiated", "due_at": "2026-11-19T09:00:00Z"})",
         promise);
  EXPECT_EQ(At(moved, "due_at"), "2026-11-19T09:00:00Z");
  EXPECT_EQ(At(Ok(SettlePromise, agent, R"({"state": "kept"})", promise), "state"), "kept");
  EXPECT_EQ(Refused(SettlePromise, agent, R"({"state": "broken"})", promise).code,
            "promise-settled");
  const JsonValue second =
      Ok(MakePromise, agent, R"({"due_at": "2026-11-20T09:00:00Z", "words": {"text": "Write"}})",
         At(action, "id"));
  EXPECT_EQ(At(second, "action"), At(action, "id"));
}

TEST_F(SignOffTest, TheCaseShowsItsIdeasConsultationsAndActions) {
  const std::string service_case = Case("ann");
  const std::string idea = Idea(service_case, R"("gesture": "hamper")");
  Check(idea);
  Ok(AnswerConsultation, lead, R"({"state": "approved"})", Ask(idea));
  Ok(ChooseIdea, agent, R"({"words": {"text": "It fits the loss"}})", idea);
  Ok(TakeAction, agent, "{}", idea);
  const JsonValue file = Ok(SeeCase, agent, "", service_case);
  EXPECT_EQ(At(file, "ideas/0/state"), "chosen");
  EXPECT_EQ(At(file, "ideas/0/choice_reason/text"), "It fits the loss");
  EXPECT_EQ(At(file, "ideas/0/last_check/outcome"), "needs sign-off");
  EXPECT_EQ(At(file, "consultations/0/state"), "approved");
  EXPECT_EQ(At(file, "actions/0/state"), "done");
}

TEST_F(SignOffTest, ALeadPassesOnNoMoreThanTheyHold) {
  const JsonValue grants = Ok(ListGrants, manager);
  const std::string whole = At(grants, "1/id");  // to approve, for leads
  const auto part = [&](std::string_view limits) {
    return R"({"person": ")" + colleague.ToString() +
           R"(", "purpose": "approve", "delegated_from": ")" + whole + R"(", )" +
           std::string(limits) + "}";
  };
  EXPECT_EQ(Refused(GrantAuthority, lead,
                    part(R"("per_case": "101.00", "per_month": "50.00", "minutes_per_day": 10)"))
                .code,
            "beyond-own-authority");
  EXPECT_EQ(Refused(GrantAuthority, lead, R"({"role": "agent", "purpose": "act"})").code,
            "only-delegation");
  const JsonValue passed =
      Ok(GrantAuthority, lead,
         part(R"("per_case": "50.00", "per_month": "50.00", "minutes_per_day": 10)"));
  EXPECT_EQ(At(passed, "delegated_from"), whole);
}

}  // namespace
}  // namespace extramile::app
