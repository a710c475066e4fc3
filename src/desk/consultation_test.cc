#include "desk/consultation.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

PersonId PersonOf(uint8_t n) {
  PersonId id;
  id.bytes[15] = n;
  return id;
}

constexpr Instant kNow{1'000'000};
const PersonId kAgent = PersonOf(1), kLead = PersonOf(2), kDeputy = PersonOf(3);

Consultation Asked() {
  Consultation asked;
  asked.approval = true;
  asked.proposer = asked.idea_author = kAgent;
  asked.with_person = kLead;
  asked.deputy = kDeputy;
  asked.due_at = kNow + 10;
  return asked;
}

std::string CodeOf(const Result<void>& result) { return result ? "" : result.error().code; }

std::string Answer(const Consultation& asked, Answerer who, ConsultationState answer,
                   Instant now = kNow) {
  return CodeOf(MayAnswer(asked, who, answer, now));
}

TEST(Consultation, ThePersonAskedOrTheirDeputyAnswers) {
  EXPECT_EQ(Answer(Asked(), {kLead, Rank::kLead}, ConsultationState::kApproved), "");
  EXPECT_EQ(Answer(Asked(), {kDeputy, Rank::kManager}, ConsultationState::kChanged), "");
  EXPECT_EQ(Answer(Asked(), {PersonOf(9), Rank::kLead}, ConsultationState::kApproved), "not-asked");
  EXPECT_EQ(Answer(Asked(), {PersonOf(9), Rank::kLead}, ConsultationState::kApproved, kNow + 11),
            "");
}

TEST(Consultation, NeverTheProposerNorTheIdeasAuthorNorAnAlias) {
  Consultation asked = Asked();
  asked.with_person.reset();
  asked.idea_author = PersonOf(4);
  for (const PersonId own : {kAgent, PersonOf(4)}) {
    EXPECT_EQ(Answer(asked, {own, Rank::kManager}, ConsultationState::kApproved), "own-proposal");
  }
  EXPECT_EQ(Answer(asked, {kLead, Rank::kManager, true}, ConsultationState::kApproved),
            "own-proposal");
}

TEST(Consultation, AnApprovalNeedsTheRankAndAdviceDoesNot) {
  Consultation asked = Asked();
  asked.needed = Rank::kManager;
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kApproved), "rank-too-low");
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kAnswered), "wrong-answer");
  asked.approval = false;
  EXPECT_EQ(Answer(asked, {kLead, Rank::kAgent}, ConsultationState::kAnswered), "");
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kApproved), "wrong-answer");
}

TEST(Consultation, WhatIsAnsweredStaysAnsweredButASpokenYesCanBeDenied) {
  Consultation asked = Asked();
  asked.state = ConsultationState::kApproved;
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kDeclined),
            "consultation-closed");
  asked.spoken = true;
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kDeclined), "");
  EXPECT_EQ(Answer(asked, {kDeputy, Rank::kLead}, ConsultationState::kDeclined),
            "consultation-closed");
  EXPECT_EQ(CodeOf(MayConfirm(asked, kDeputy)), "not-asked");
  EXPECT_EQ(CodeOf(MayConfirm(asked, kLead)), "");
  asked.confirmed_at = kNow;
  EXPECT_EQ(CodeOf(MayConfirm(asked, kLead)), "nothing-to-confirm");
  EXPECT_EQ(Answer(asked, {kLead, Rank::kLead}, ConsultationState::kDeclined),
            "consultation-closed");
}

TEST(Consultation, TheDeadlineGoesToTheDeputyOnce) {
  Consultation asked = Asked();
  EXPECT_EQ(AfterDeadline(asked, asked.due_at), std::nullopt);
  EXPECT_EQ(AfterDeadline(asked, kNow + 11), ConsultationState::kEscalated);
  asked.state = ConsultationState::kEscalated;
  EXPECT_EQ(AfterDeadline(asked, kNow + 11), ConsultationState::kExpired);
  asked.state = ConsultationState::kRequested;
  asked.deputy.reset();
  EXPECT_EQ(AfterDeadline(asked, kNow + 11), ConsultationState::kExpired);
  asked.state = ConsultationState::kApproved;
  EXPECT_EQ(AfterDeadline(asked, kNow + 11), std::nullopt);
}

TEST(Consultation, OnlyTheAskerWithdrawsAndOnlyWhatIsOpen) {
  Consultation asked = Asked();
  EXPECT_EQ(CodeOf(MayWithdraw(asked, kLead)), "not-yours");
  EXPECT_EQ(CodeOf(MayWithdraw(asked, kAgent)), "");
  asked.state = ConsultationState::kDeclined;
  EXPECT_EQ(CodeOf(MayWithdraw(asked, kAgent)), "consultation-closed");
}

TEST(Envelope, SmallerStaysInsideAndBeyondDoesNot) {
  const Envelope envelope{2500, 10, kNow};
  EXPECT_TRUE(Covers(envelope, 2500, 10, kNow));
  EXPECT_FALSE(Covers(envelope, 2501, 10, kNow));
  EXPECT_FALSE(Covers(envelope, 2500, 11, kNow));
  EXPECT_FALSE(Covers(envelope, 2500, 10, kNow + 1));
  EXPECT_TRUE(Covers({}, 1'000'000, 1000, kNow));
}

TEST(ConsultationState, EveryWordReadsBack) {
  for (int i = 0; i < 8; ++i) {
    const auto state = static_cast<ConsultationState>(i);
    EXPECT_EQ(ParseConsultationState(Word(state)), state);
  }
  EXPECT_EQ(ParseConsultationState("done"), std::nullopt);
}

}  // namespace
}  // namespace extramile::desk
