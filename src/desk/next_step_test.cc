#include "desk/next_step.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

TEST(NextStep, WalksTheWholeLoopInOrder) {
  CaseProgress p;
  EXPECT_EQ(NextStep(p), "Explain the service offer to this customer.");
  p.explanations = 1;
  EXPECT_EQ(NextStep(p), "Note what this customer expects or needs.");
  p.expectations = 1;
  EXPECT_EQ(NextStep(p), "Match what they expect against the offer.");
  p.matches = 1;
  EXPECT_EQ(NextStep(p), "Think of something small that this customer would notice.");
  p.ideas = 1;
  EXPECT_EQ(NextStep(p), "Weigh a second idea beside the first.");
  p.ideas = 2;
  EXPECT_EQ(NextStep(p), "Choose one of the ideas.");
  p.chosen = 1;
  EXPECT_EQ(NextStep(p), "Check whether it may be done now.");
  p.last_outcome = "needs sign-off";
  EXPECT_EQ(NextStep(p), "Ask for the sign-off.");
  p.approvals_awaited = 1;
  EXPECT_EQ(NextStep(p), "Wait for the sign-off that was asked for.");
  p.approvals_awaited = 0;
  p.approvals_given = 1;
  EXPECT_EQ(NextStep(p), "Carry the idea out.");
  p.done = 1;
  EXPECT_EQ(NextStep(p), "Tell the customer what was done for them.");
  p.told = 1;
  EXPECT_EQ(NextStep(p), "See whether other customers were affected.");
  p.effects = 1;
  EXPECT_EQ(NextStep(p), "Note how the customer took it.");
  p.feedback = 1;
  p.praise_kept = 1;
  EXPECT_EQ(NextStep(p), "Pass the praise on.");
  p.praise_kept = 0;
  EXPECT_EQ(NextStep(p), "Close the case.");
  p.closed = true;
  EXPECT_EQ(NextStep(p), "Nothing is open.");
}

TEST(NextStep, AsksForTheMatchOnlyWhereTheCaseBecomesEvidence) {
  // One tap on a tile: idea, check and action, and nothing written down before.
  CaseProgress p{
      .ideas = 1, .last_outcome = "allowed", .done = 1, .told = 1, .effects = 1, .feedback = 1};
  EXPECT_EQ(NextStep(p), "Close the case.");
  p.use_as_evidence = true;
  EXPECT_EQ(NextStep(p), "For evidence: note how the offer was explained.");
  p.explanations = p.expectations = p.matches = 1;
  EXPECT_EQ(NextStep(p), "For evidence: note a second idea that was weighed.");
}

TEST(NextStep, WhatMayNotBeDoneLeadsToAnotherIdea) {
  const CaseProgress p{.explanations = 1,
                       .expectations = 1,
                       .matches = 1,
                       .ideas = 2,
                       .chosen = 1,
                       .last_outcome = "not allowed"};
  EXPECT_EQ(NextStep(p), "Choose another idea: this one may not be done.");
}

}  // namespace
}  // namespace extramile::desk
