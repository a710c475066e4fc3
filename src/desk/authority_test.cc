#include "desk/authority.h"

#include <gtest/gtest.h>

namespace extramile::desk {
namespace {

AnyId IdOf(uint8_t n) {
  AnyId id;
  id.bytes[15] = n;
  return id;
}

PersonId PersonOf(uint8_t n) {
  PersonId id;
  id.bytes[15] = n;
  return id;
}

constexpr Instant kNow{1'000'000};
const Holder kAgent{PersonOf(1), "agent learner"};

Grant RoleGrant(uint8_t id, std::string role) {
  Grant grant;
  grant.id = IdOf(id);
  grant.role = std::move(role);
  grant.per_case = 2000;
  grant.per_month = 10000;
  grant.minutes_per_day = 60;
  return grant;
}

TEST(GoverningGrant, ThePersonsGoesBeforeTheRolesAndTheKindsBeforeTheGeneral) {
  std::vector<Grant> grants = {RoleGrant(1, "agent"), RoleGrant(2, "agent"), RoleGrant(3, "lead")};
  grants[1].gesture_kind = "discount";
  EXPECT_EQ(GoverningGrant(grants, kAgent, Purpose::kAct, "attention", kNow)->id, IdOf(1));
  EXPECT_EQ(GoverningGrant(grants, kAgent, Purpose::kAct, "discount", kNow)->id, IdOf(2));
  Grant personal = RoleGrant(4, "");
  personal.person = kAgent.person;
  grants.push_back(personal);
  EXPECT_EQ(GoverningGrant(grants, kAgent, Purpose::kAct, "discount", kNow)->id, IdOf(4));
  EXPECT_EQ(GrantsOf(grants, kAgent, Purpose::kAct, kNow).size(), 3u);
}

TEST(GoverningGrant, SomebodyElsesAnotherPurposesAndAPastGrantDoNotSpeak) {
  std::vector<Grant> grants = {RoleGrant(1, ""), RoleGrant(2, "agent"), RoleGrant(3, "agent"),
                               RoleGrant(4, "agent")};
  grants[0].person = PersonOf(2);
  grants[1].purpose = Purpose::kApprove;
  grants[2].valid_to = kNow;
  grants[3].valid_from = kNow + 1;
  EXPECT_EQ(GoverningGrant(grants, kAgent, Purpose::kAct, "discount", kNow), nullptr);
}

AccountKey MonthOf(const Grant& grant) {
  return {Owner::kGrant, grant.id, kAgent.person, Measure::kMoney, "2026-11"};
}

TEST(Allowance, WhatIsHeldAndSpentIsNotLeftAndNeverBelowZero) {
  const Grant grant = RoleGrant(1, "agent");
  Accounts accounts;
  accounts.Add({MonthOf(grant), 3000, 4000});
  accounts.Add({{Owner::kGrant, grant.id, kAgent.person, Measure::kMinutes, "2026-11-17"}, 0, 70});
  Allowance left = AllowanceOf(&grant, accounts, "2026-11", "2026-11-17", kAgent.person);
  EXPECT_EQ(left.left_this_month, 3000);
  EXPECT_EQ(left.minutes_left_today, 0);
  accounts.PutBack(MonthOf(grant), 3000);
  left = AllowanceOf(&grant, accounts, "2026-11", "2026-11-17", kAgent.person);
  EXPECT_EQ(left.left_this_month, 6000);
  EXPECT_FALSE(AllowanceOf(nullptr, accounts, "2026-11", "2026-11-17", kAgent.person).granted);
}

Budget BudgetOf(uint8_t id, std::optional<std::string> team, int64_t per_month) {
  Budget budget;
  budget.id = IdOf(id);
  budget.team = std::move(team);
  budget.per_month = per_month;
  return budget;
}

TEST(Budgets, TheTeamsAndTheOrganisationsAreToldApart) {
  const std::vector<Budget> budgets = {BudgetOf(1, "desk", 5000), BudgetOf(2, "shop", 1),
                                       BudgetOf(3, std::nullopt, 9000)};
  Accounts accounts;
  accounts.Add({{Owner::kBudget, IdOf(3), PersonId{}, Measure::kMoney, "2026-11"}, 500, 500});
  const BudgetsLeft left = LeftOf(budgets, accounts, "desk", "2026-11", kNow);
  EXPECT_EQ(left.team, 5000);
  EXPECT_EQ(left.organisation, 8000);
  EXPECT_EQ(LeftOf({}, accounts, "desk", "2026-11", kNow).team, std::nullopt);
}

Claim ClaimOf(int64_t amount, int64_t minutes) {
  Claim claim;
  claim.person = kAgent.person;
  claim.amount = amount;
  claim.minutes = minutes;
  claim.team = "desk";
  claim.month = "2026-11";
  claim.day = claim.decision_day = "2026-11-17";
  claim.customer = IdOf(50);
  claim.at = kNow;
  return claim;
}

const Line* Find(const std::vector<Line>& lines, Owner owner, Measure measure) {
  for (const Line& line : lines) {
    if (line.key.owner == owner && line.key.measure == measure) return &line;
  }
  return nullptr;
}

TEST(Lines, MoneyAndMinutesAreTakenFromEveryoneWhoBearsThem) {
  const Grant grant = RoleGrant(1, "agent");
  const std::vector<Budget> budgets = {BudgetOf(2, "desk", 5000)};
  Claim claim = ClaimOf(1000, 12);
  claim.incident = IdOf(60);
  const auto lines = LinesFor(claim, &grant, budgets, Accounts());
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(Find(lines, Owner::kGrant, Measure::kMoney)->limit, 10000);
  EXPECT_EQ(Find(lines, Owner::kGrant, Measure::kMinutes)->quantity, 12);
  EXPECT_EQ(Find(lines, Owner::kGrant, Measure::kMinutes)->key.period, "2026-11-17");
  EXPECT_EQ(Find(lines, Owner::kBudget, Measure::kMoney)->limit, 5000);
  EXPECT_EQ(Find(lines, Owner::kCustomer, Measure::kMoney)->limit, std::nullopt);
  EXPECT_EQ(Find(lines, Owner::kIncident, Measure::kMoney)->key.period, "");
}

TEST(Lines, WhatCostsNothingTakesNothing) {
  const Grant grant = RoleGrant(1, "agent");
  EXPECT_TRUE(LinesFor(ClaimOf(0, 0), &grant, {}, Accounts()).empty());
  EXPECT_EQ(LinesFor(ClaimOf(0, 5), &grant, {}, Accounts()).size(), 1u);
}

TEST(Lines, ADayOfACustomerKeepsWhatTheYearLeaves) {
  Grant grant = RoleGrant(1, "agent");
  grant.per_customer_year = 6000;
  Accounts accounts;
  accounts.Add({{Owner::kCustomer, IdOf(50), PersonId{}, Measure::kMoney, "2026-11-17"}, 0, 500});
  Claim claim = ClaimOf(1000, 0);
  claim.customer_so_far = 4500;  // 4000 of it on other days
  const auto lines = LinesFor(claim, &grant, {}, accounts);
  EXPECT_EQ(Find(lines, Owner::kCustomer, Measure::kMoney)->limit, 2000);
}

TEST(Lines, RulesThatAllowMoreThanALimitAllowWhatTheySaw) {
  const Grant grant = RoleGrant(1, "agent");
  Accounts accounts;
  accounts.Add({MonthOf(grant), 0, 9500});
  const auto lines = LinesFor(ClaimOf(1000, 0), &grant, {}, accounts);
  EXPECT_EQ(Find(lines, Owner::kGrant, Measure::kMoney)->limit, 10500);
}

TEST(Approval, EachLimitIsNamedWhenItFallsShort) {
  Grant grant = RoleGrant(1, "lead");
  grant.per_customer_year = 3000;
  const Allowance left = AllowanceOf(&grant, Accounts(), "2026-11", "2026-11-17", kAgent.person);
  EXPECT_EQ(WhyNotCovered(&grant, left, 2000, 60, 1000), std::nullopt);
  EXPECT_EQ(WhyNotCovered(nullptr, left, 1, 0, 0)->code, "approval-no-grant");
  EXPECT_EQ(WhyNotCovered(&grant, left, 2001, 0, 0)->code, "approval-above-case-limit");
  EXPECT_EQ(WhyNotCovered(&grant, left, 2000, 0, 1001)->code, "approval-above-customer-limit");
  EXPECT_EQ(WhyNotCovered(&grant, left, 0, 61, 0)->code, "approval-above-minutes");
}

}  // namespace
}  // namespace extramile::desk
