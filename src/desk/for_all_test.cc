#include "desk/for_all.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

enum At { kRoutine, kAuthority, kResources, kGuidelines, kRegulation, kOthers };

Judgement Says(Outcome outcome, Rank role = Rank::kNone) {
  Judgement judgement;
  for (size_t i = 0; i < kGates.size(); ++i) judgement.gates[i].name = kGates[i];
  judgement.outcome = outcome;
  judgement.role = role;
  return judgement;
}

Judgement With(Judgement judgement, At gate, Verdict verdict, std::string rule, std::string reason,
               Rank role = Rank::kNone) {
  Finding finding;
  finding.verdict = verdict;
  finding.role = role;
  finding.rule = std::move(rule);
  finding.reason = std::move(reason);
  judgement.gates[gate].findings.push_back(std::move(finding));
  return judgement;
}

TEST(ForAll, TheWholeCountsForAuthorityAlone) {
  const Judgement whole =
      With(With(Says(Outcome::kNotAllowed), kRegulation, Verdict::kNotAllowed, "r1", "Too much."),
           kAuthority, Verdict::kNeedsSignOff, "a2", "Above your limit.", Rank::kManager);
  const JudgedCustomer each[] = {{"C-1", Says(Outcome::kAllowed)},
                                 {"C-2", Says(Outcome::kAllowed)}};
  const Judgement all = JudgementForAll(whole, each);
  EXPECT_EQ(all.outcome, Outcome::kNeedsSignOff);
  EXPECT_EQ(all.role, Rank::kManager);
  EXPECT_TRUE(all.gates[kRegulation].findings.empty());
  EXPECT_EQ(all.gates[kAuthority].verdict, Verdict::kNeedsSignOff);
}

TEST(ForAll, WhatIsForbiddenForOneIsForbidden) {
  const JudgedCustomer each[] = {
      {"C-1", Says(Outcome::kAllowed)},
      {"C-2", With(Says(Outcome::kNotAllowed), kRegulation, Verdict::kNotAllowed, "r1", "No.")}};
  const Judgement all = JudgementForAll(Says(Outcome::kAllowed), each);
  EXPECT_EQ(all.outcome, Outcome::kNotAllowed);
  ASSERT_EQ(all.gates[kRegulation].findings.size(), 1u);
  EXPECT_EQ(all.gates[kRegulation].findings[0].reason, "For one customer (C-2): No.");
  EXPECT_EQ(all.Decisive()->reason, "For one customer (C-2): No.");
}

TEST(ForAll, SaysWhatEverybodyHasOnceAndNamesThreeAtMost) {
  std::vector<JudgedCustomer> each;
  for (int i = 1; i <= 6; ++i) {
    Judgement one = With(Says(Outcome::kAllowed), kGuidelines, Verdict::kOk, "g1", "Say it.");
    if (i <= 5) one = With(one, kGuidelines, Verdict::kOk, "g2", "Again.");
    each.push_back({"C-" + std::to_string(i), one});
  }
  const auto findings = JudgementForAll(Says(Outcome::kAllowed), each).gates[kGuidelines].findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].reason, "Say it.");
  EXPECT_EQ(findings[1].reason, "For 5 (C-1, C-2, C-3, ...): Again.");
}

TEST(ForAll, WhatIsRoutineForEverybodyNeedsNoAuthority) {
  const Judgement whole = With(Says(Outcome::kNeedsSignOff, Rank::kManager), kAuthority,
                               Verdict::kNeedsSignOff, "a2", "Above.", Rank::kManager);
  const JudgedCustomer routine{"C-1", Says(Outcome::kRoutine)};
  const JudgedCustomer extra{"C-2", Says(Outcome::kAllowed)};
  EXPECT_EQ(JudgementForAll(whole, {{routine}}).outcome, Outcome::kRoutine);
  const JudgedCustomer both[] = {routine, extra};
  EXPECT_EQ(JudgementForAll(whole, both).outcome, Outcome::kNeedsSignOff);
}

TEST(ForAll, TheHighestOfThoseWhoMustAgreeIsAsked) {
  const JudgedCustomer each[] = {{"C-1", Says(Outcome::kNeedsSignOff, Rank::kManager)},
                                 {"C-2", Says(Outcome::kNeedsSignOff, Rank::kLead)},
                                 {"C-3", Says(Outcome::kUndecided)}};
  const Judgement all = JudgementForAll(Says(Outcome::kAllowed), each);
  EXPECT_EQ(all.outcome, Outcome::kNeedsSignOff);
  EXPECT_EQ(all.role, Rank::kManager);
}

TEST(ForAll, ALimitAboutOneCustomerIsHeardBesideTheSum) {
  const Judgement whole = With(Says(Outcome::kAllowed), kAuthority, Verdict::kNeedsSignOff, "a1",
                               "The sum.", Rank::kLead);
  const JudgedCustomer each[] = {
      {"C-1", With(With(Says(Outcome::kNeedsSignOff, Rank::kLead), kAuthority,
                        Verdict::kNeedsSignOff, "a4", "This year.", Rank::kLead),
                   kAuthority, Verdict::kNeedsSignOff, "a1", "One.", Rank::kLead)}};
  const auto findings = JudgementForAll(whole, each).gates[kAuthority].findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].reason, "The sum.");
  EXPECT_EQ(findings[1].reason, "This year.");
}

}  // namespace
}  // namespace extramile::desk
