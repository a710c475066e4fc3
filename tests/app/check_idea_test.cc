// Checks and previews: what they say, what they hold, and that two of them never hold the same
// pound.
#include <gmock/gmock.h>

#include <thread>

#include "app/actions.h"
#include "app/authority_grants.h"
#include "app/change.h"
#include "app/checks.h"
#include "app/desk_test_support.h"
#include "app/expire_holds.h"
#include "app/ideas.h"
#include "app/offers.h"
#include "app/tiles.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;

const Sql kChecks = {"select count(*) from idea_check where organisation_id = $1"};
const Sql kHeldHolds = {"select count(*) from hold where organisation_id = $1 and state = 'held'"};
const Sql kExpiredState = {
    "select count(*) from hold where organisation_id = $1 and state = 'expired'"};
const Sql kSnapshotBytes = {
    "select count(*) from idea_check where organisation_id = $1 and snapshot is not null"};
const Sql kCheckedEvents = {
    "select count(*) from event where organisation_id = $1 and kind = 'idea_checked'"};

class CheckIdeaTest : public DeskTest {};

TEST_F(CheckIdeaTest, WithinTheLimitIsAllowedAndHoldsMoneyAndMinutes) {
  const JsonValue check = Check(Idea(Case("ann"), R"("gesture": "voucher")"));
  EXPECT_EQ(At(check, "outcome"), "allowed");
  EXPECT_EQ(At(check, "sentence"), "Yes: within your limit of GBP 20.00 a case.");
  EXPECT_EQ(At(check, "held_money"), "10.00");
  EXPECT_EQ(At(check, "held_minutes"), "2");
  EXPECT_EQ(At(check, "timing"), "before");
  EXPECT_EQ(At(check, "valid_until"), "2026-11-17T14:30:00Z");
  EXPECT_EQ(Sub(check, "gates").items.size(), 6u);
  EXPECT_THAT(At(check, "policy"), HasSubstr("uk-starter sha256:"));
  EXPECT_EQ(Held("grant"), 1000);
  EXPECT_EQ(Held("grant", "minutes"), 2);
  EXPECT_EQ(Held("customer"), 1000);
  EXPECT_EQ(Count(kCheckedEvents), 1);
  EXPECT_EQ(Count(kSnapshotBytes), 1);
}

TEST_F(CheckIdeaTest, WhatSeeCheckShowsIsWhatTheCheckAnswered) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "hamper")");
  const auto answered = Run(CheckIdea, agent, "{}", idea);
  ASSERT_TRUE(answered) << answered.error().ToString();
  const std::string id = At(ParseJson(answered->body).value(), "id");
  const auto seen = Run(SeeCheck, agent, "", id);
  ASSERT_TRUE(seen) << seen.error().ToString();
  EXPECT_EQ(seen->body, answered->body);
}

TEST_F(CheckIdeaTest, AboveTheLimitAsksALeadHoldsNothingAndOffersLess) {
  const JsonValue check = Check(Idea(Case("ann"), R"("gesture": "hamper")"));
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(At(check, "sign_off_role"), "lead");
  EXPECT_EQ(At(check, "sentence"),
            "Ask a lead: GBP 35.00 is above your limit of GBP 20.00 a case.");
  EXPECT_EQ(At(check, "held_money"), "0.00");
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(At(check, "nearest/amount"), "20.00");
  EXPECT_EQ(At(check, "nearest/sentence"), "Up to GBP 20.00 you may do it yourself.");
}

TEST_F(CheckIdeaTest, ARuleThatOffersNoVariantLeavesItOut) {
  const JsonValue check =
      Check(Idea(Case("ann"), R"("gesture": "voucher", "recipient_kind": "public body")"));
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(At(check, "sign_off_role"), "manager");
  EXPECT_EQ(At(check, "nearest"), "null");
}

TEST_F(CheckIdeaTest, WhatTheLawForbidsIsRefusedWithItsCitation) {
  const JsonValue check =
      Check(Idea(Case("ann"), R"("gesture": "voucher", "conditions": ["review"])"));
  EXPECT_EQ(At(check, "outcome"), "not allowed");
  EXPECT_THAT(At(check, "sentence"), testing::StartsWith("No: "));
  EXPECT_EQ(At(check, "gates/4/gate"), "regulation");
  EXPECT_EQ(At(check, "gates/4/verdict"), "not allowed");
  EXPECT_THAT(At(check, "gates/4/findings/0/citation"), HasSubstr("Consumers Act 2024"));
  EXPECT_THAT(At(check, "gates/4/findings/0/rule"), HasSubstr("regulation"));
}

TEST_F(CheckIdeaTest, APreviewTriesOtherFiguresAndWritesNothing) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  const JsonValue preview = Ok(PreviewIdea, agent, R"({"amount": "20.01"})", idea);
  EXPECT_EQ(At(preview, "id"), "null");
  EXPECT_EQ(At(preview, "outcome"), "needs sign-off");
  EXPECT_EQ(Count(kChecks), 0);
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Refused(CheckIdea, agent, R"({"amount": "20.01"})", idea).code, "preview-only");
}

TEST_F(CheckIdeaTest, ARecheckReplacesTheCasesHold) {
  const std::string service_case = Case("ann");
  Check(Idea(service_case, R"("gesture": "voucher")"));
  const JsonValue second = Check(Idea(service_case, R"("gesture": "voucher", "amount": "12.00")"));
  EXPECT_EQ(At(second, "held_money"), "12.00");
  EXPECT_EQ(Held("grant"), 1200);
  EXPECT_EQ(Count(kHeldHolds), 1);
}

TEST_F(CheckIdeaTest, GesturesToOneCustomerAddUp) {
  for (int i = 0; i < 3; ++i) {
    const std::string idea = Idea(Case("ann"), R"("gesture": "voucher", "amount": "20.00")");
    EXPECT_EQ(At(Check(idea), "outcome"), "allowed");
    Ok(TakeAction, agent, "{}", idea);
  }
  const JsonValue fourth = Check(Idea(Case("ann"), R"("gesture": "voucher", "amount": "1.00")"));
  EXPECT_EQ(At(fourth, "outcome"), "needs sign-off");
  EXPECT_THAT(At(fourth, "sentence"), HasSubstr("GBP 60.00"));
  EXPECT_EQ(At(Check(Idea(Case("bob"), R"("gesture": "voucher", "amount": "1.00")")), "outcome"),
            "allowed");
}

TEST_F(CheckIdeaTest, WhatTheOfferPromisesIsRoutineAndHoldsNothing) {
  const std::string offer = At(Ok(DraftOffer, manager, R"({"title": "Offer", "summary": "All",
      "items": [{"promise": "A call back", "gesture": "call-back"}]})"),
                               "id");
  Ok(PublishOffer, manager, "{}", offer);
  const JsonValue check = Check(Idea(Case("ann"), R"("gesture": "call-back")"));
  EXPECT_EQ(At(check, "outcome"), "routine");
  EXPECT_EQ(At(check, "gates/0/verdict"), "routine");
  EXPECT_THAT(At(check, "sentence"), HasSubstr("version 1 of the service offer"));
  EXPECT_EQ(Held("grant", "minutes"), 0);
}

TEST_F(CheckIdeaTest, AnIdeaInOwnWordsGoesToALead) {
  const JsonValue check = Check(
      Idea(Case("ann"), R"("words": {"text": "Send a book"}, "kind": "goods", "amount": "5.00")"));
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(At(check, "sign_off_role"), "lead");
}

TEST_F(CheckIdeaTest, ThePersonsOwnVerdictIsKeptBesideTheEngines) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "hamper")");
  const JsonValue check = Ok(CheckIdea, agent, R"({"own_verdict": "allowed"})", idea);
  EXPECT_EQ(At(check, "own_verdict"), "allowed");
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
}

TEST_F(CheckIdeaTest, AGrantTakenBackCountsAtOnce) {
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  EXPECT_EQ(At(Check(idea), "outcome"), "allowed");
  const JsonValue grants = Ok(ListGrants, manager);
  Ok(RevokeAuthority, manager, "{}", At(grants, "0/id"));
  const JsonValue check = Check(idea);
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_EQ(Held("grant"), 0);
}

TEST_F(CheckIdeaTest, APersonalGrantGoesBeforeTheRoles) {
  Grant(R"({"person": ")" + agent.ToString() + R"(", "purpose": "act", "per_case": "5.00"})");
  const JsonValue check = Check(Idea(Case("ann"), R"("gesture": "voucher")"));
  EXPECT_EQ(At(check, "outcome"), "needs sign-off");
  EXPECT_THAT(At(check, "sentence"), HasSubstr("GBP 5.00"));
}

TEST_F(CheckIdeaTest, AHoldThatRanOutIsNotInTheWay) {
  for (int i = 0; i < 5; ++i) {
    Check(Idea(Case("c" + std::to_string(i)), R"("gesture": "voucher", "amount": "20.00")"));
  }
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  EXPECT_EQ(At(Check(idea), "outcome"), "needs sign-off");
  clock().Advance(31 * kMicrosPerMinute);
  EXPECT_EQ(At(Check(idea), "outcome"), "allowed");
  EXPECT_EQ(Held("grant"), 1000);
  EXPECT_EQ(Count(kExpiredState), 5);
}

TEST_F(CheckIdeaTest, TheSweepReleasesWhatRanOut) {
  Check(Idea(Case("ann"), R"("gesture": "voucher")"));
  EXPECT_EQ(ExpireHolds(services(), organisation(), clock().Now()).value(), 0);
  clock().Advance(31 * kMicrosPerMinute);
  EXPECT_EQ(ExpireHolds(services(), organisation(), clock().Now()).value(), 1);
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Held("customer"), 0);
}

TEST_F(CheckIdeaTest, TheBudgetBearsItAndEndsIt) {
  Ok(AddBudget, manager, R"({"name": "Team", "team": "Service desk", "per_month": "15.00"})");
  EXPECT_EQ(At(Check(Idea(Case("ann"), R"("gesture": "voucher")")), "outcome"), "allowed");
  EXPECT_EQ(Held("budget"), 1000);
  const JsonValue second = Check(Idea(Case("bob"), R"("gesture": "voucher")"));
  EXPECT_EQ(At(second, "outcome"), "needs sign-off");
  EXPECT_EQ(At(second, "gates/2/verdict"), "needs sign-off");
  EXPECT_EQ(At(Ok(ListBudgets, manager), "0/left"), "5.00");
}

TEST_F(CheckIdeaTest, TwoPlansDecidedOnTheSameMoneyDoNotBothStand) {
  // Both decide before either writes: the second is stale, and its second decision sees the first.
  Grant(R"({"person": ")" + agent.ToString() +
        R"(", "purpose": "act", "per_case": "20.00", "per_month": "15.00"})");
  const std::string first = Idea(Case("ann"), R"("gesture": "voucher")");
  const std::string second = Idea(Case("bob"), R"("gesture": "voucher")");
  const auto decide = [&](const std::string& idea) {
    Request request{.organisation = organisation(),
                    .actor = {agent, Roles(Role::kAgent)},
                    .now = clock().Now(),
                    .path = {{"id", idea}}};
    return CheckIdea(services(), request).value();
  };
  Answer a = decide(first), b = decide(second);
  EXPECT_TRUE(CommitAndWait(store(), std::move(a.plan)));
  const auto refused = CommitAndWait(store(), std::move(b.plan));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kStale);
  EXPECT_EQ(At(Check(second), "outcome"), "needs sign-off");
  EXPECT_EQ(Held("grant"), 1000);
}

TEST_F(CheckIdeaTest, ManyAtOnceNeverHoldMoreThanTheMonthsLimit) {
  std::vector<std::string> ideas;
  for (int i = 0; i < 40; ++i) {
    ideas.push_back(Idea(Case("c" + std::to_string(i)), R"("gesture": "voucher")"));
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = static_cast<size_t>(t); i < ideas.size(); i += 4) {
        (void)Run(CheckIdea, agent, "{}", ideas[i]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(Held("grant"), 10000);
  EXPECT_GE(Held("grant"), 9000);
}

TEST_F(CheckIdeaTest, TilesShowWhatMayBeDoneFirstAndWithoutMoneyFirst) {
  const JsonValue tiles = Ok(SeeTiles, agent, "", Case("ann"));
  ASSERT_EQ(tiles.items.size(), 4u);
  EXPECT_EQ(At(tiles, "0/gesture/code"), "call-back");
  EXPECT_EQ(At(tiles, "0/one_tap"), "true");
  EXPECT_EQ(At(tiles, "1/gesture/code"), "risk-visit");
  EXPECT_EQ(At(tiles, "1/one_tap"), "false");
  EXPECT_EQ(At(tiles, "2/gesture/code"), "voucher");
  EXPECT_EQ(At(tiles, "3/gesture/code"), "hamper");
  EXPECT_EQ(At(tiles, "3/outcome"), "needs sign-off");
  EXPECT_EQ(At(tiles, "3/one_tap"), "false");
  EXPECT_EQ(Count(kChecks), 0);
}

TEST_F(CheckIdeaTest, OneTapIsIdeaCheckAndAction) {
  const std::string service_case = Case("ann");
  const auto tapped = Tap(service_case, "voucher");
  ASSERT_TRUE(tapped) << tapped.error().ToString();
  const JsonValue answer = ParseJson(tapped->body).value();
  EXPECT_EQ(At(answer, "check/outcome"), "allowed");
  EXPECT_EQ(At(answer, "action/state"), "done");
  EXPECT_EQ(At(answer, "action/check"), At(answer, "check/id"));
  EXPECT_EQ(Held("grant"), 0);
  EXPECT_EQ(Spent("grant"), 1000);
  EXPECT_EQ(Spent("grant", "minutes"), 2);
  const auto refused = Tap(service_case, "hamper");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "tile-not-cleared");
  EXPECT_THAT(refused.error().message, HasSubstr("Ask a lead"));
  EXPECT_EQ(Tap(service_case, "risk-visit").error().code, "tile-not-cleared");
}

TEST_F(CheckIdeaTest, ALateTapIsVisiblyAfterTheFact) {
  const auto tapped = Tap(Case("ann"), "call-back", R"({"occurred_at": "2026-11-17T13:00:00Z"})");
  ASSERT_TRUE(tapped) << tapped.error().ToString();
  const JsonValue answer = ParseJson(tapped->body).value();
  EXPECT_EQ(At(answer, "check/timing"), "after the fact");
  EXPECT_EQ(At(answer, "action/occurred_at"), "2026-11-17T13:00:00Z");
}

}  // namespace
}  // namespace extramile::app
