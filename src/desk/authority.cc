#include "desk/authority.h"

#include <algorithm>
#include <tuple>

#include "desk/vocabulary.h"

namespace extramile::desk {
namespace {

bool InForce(Instant from, const std::optional<Instant>& to, Instant at) {
  return from <= at && (!to || at < *to);
}

bool SpeaksFor(const Grant& grant, const Holder& holder, Purpose purpose, Instant at) {
  if (grant.purpose != purpose || !InForce(grant.valid_from, grant.valid_to, at)) return false;
  return grant.person ? *grant.person == holder.person : HasRole(holder.roles, grant.role);
}

// Larger goes before smaller.
auto Particularity(const Grant& grant) {
  return std::tuple(grant.person.has_value(), !grant.gesture_kind.empty(),
                    ParseRank(grant.role).value_or(Rank::kNone), grant.valid_from, grant.id);
}

std::optional<int64_t> Left(const std::optional<int64_t>& limit, int64_t used) {
  if (!limit) return std::nullopt;
  return std::max<int64_t>(0, *limit - used);
}

bool Bears(const Budget& budget, std::string_view team, Instant at) {
  return InForce(budget.valid_from, budget.valid_to, at) && (!budget.team || *budget.team == team);
}

AccountKey BudgetKey(const Budget& budget, Measure measure, std::string_view month) {
  return {Owner::kBudget, budget.id, PersonId{}, measure, std::string(month)};
}

}  // namespace

std::string_view Word(Owner owner) {
  constexpr std::string_view kWords[] = {"grant", "budget", "customer", "incident"};
  return kWords[static_cast<size_t>(owner)];
}

Owner ParseOwner(std::string_view word) {
  for (const Owner owner : {Owner::kBudget, Owner::kCustomer, Owner::kIncident}) {
    if (Word(owner) == word) return owner;
  }
  return Owner::kGrant;
}

std::string_view Word(Measure measure) { return measure == Measure::kMoney ? "money" : "minutes"; }

std::vector<const Grant*> GrantsOf(std::span<const Grant> grants, const Holder& holder,
                                   Purpose purpose, Instant at) {
  std::vector<const Grant*> found;
  for (const Grant& grant : grants) {
    if (SpeaksFor(grant, holder, purpose, at)) found.push_back(&grant);
  }
  std::sort(found.begin(), found.end(),
            [](const Grant* a, const Grant* b) { return Particularity(*a) > Particularity(*b); });
  return found;
}

const Grant* GoverningGrant(std::span<const Grant> grants, const Holder& holder, Purpose purpose,
                            std::string_view gesture_kind, Instant at) {
  const Grant* best = nullptr;
  for (const Grant& grant : grants) {
    if (!SpeaksFor(grant, holder, purpose, at)) continue;
    if (!grant.gesture_kind.empty() && grant.gesture_kind != gesture_kind) continue;
    if (!best || Particularity(grant) > Particularity(*best)) best = &grant;
  }
  return best;
}

void Accounts::Add(Account account) { accounts_.push_back(std::move(account)); }

void Accounts::PutBack(const AccountKey& key, int64_t quantity) {
  for (Account& account : accounts_) {
    if (account.key == key) account.held = std::max<int64_t>(0, account.held - quantity);
  }
}

int64_t Accounts::Used(const AccountKey& key) const {
  for (const Account& account : accounts_) {
    if (account.key == key) return account.held + account.spent;
  }
  return 0;
}

int64_t Accounts::TotalMoney(Owner owner, AnyId owner_id) const {
  int64_t total = 0;
  for (const Account& account : accounts_) {
    const AccountKey& key = account.key;
    if (key.owner == owner && key.owner_id == owner_id && key.measure == Measure::kMoney) {
      total += account.held + account.spent;
    }
  }
  return total;
}

Allowance AllowanceOf(const Grant* grant, const Accounts& accounts, std::string_view month,
                      std::string_view day, PersonId person) {
  Allowance left;
  if (!grant) return left;
  left.granted = true;
  left.per_case = grant->per_case;
  left.per_customer_year = grant->per_customer_year;
  left.per_month = grant->per_month;
  left.left_this_month =
      Left(grant->per_month,
           accounts.Used({Owner::kGrant, grant->id, person, Measure::kMoney, std::string(month)}));
  left.minutes_left_today =
      Left(grant->minutes_per_day,
           accounts.Used({Owner::kGrant, grant->id, person, Measure::kMinutes, std::string(day)}));
  return left;
}

BudgetsLeft LeftOf(std::span<const Budget> budgets, const Accounts& accounts, std::string_view team,
                   std::string_view month, Instant at) {
  BudgetsLeft left;
  for (const Budget& budget : budgets) {
    if (!Bears(budget, team, at)) continue;
    const int64_t rest = std::max<int64_t>(
        0, budget.per_month - accounts.Used(BudgetKey(budget, Measure::kMoney, month)));
    auto& least = budget.team ? left.team : left.organisation;
    least = least ? std::min(*least, rest) : rest;
  }
  return left;
}

std::vector<Line> LinesFor(const Claim& claim, const Grant* grant, std::span<const Budget> budgets,
                           const Accounts& accounts) {
  std::vector<Line> lines;
  const auto take = [&](AccountKey key, int64_t quantity, std::optional<int64_t> limit) {
    if (quantity <= 0) return;
    if (limit) limit = std::max(*limit, accounts.Used(key) + quantity);  // so: limit >= quantity
    lines.push_back({std::move(key), quantity, limit});
  };
  if (grant) {
    take({Owner::kGrant, grant->id, claim.person, Measure::kMoney, claim.month}, claim.amount,
         grant->per_month);
    take({Owner::kGrant, grant->id, claim.person, Measure::kMinutes, claim.day}, claim.minutes,
         grant->minutes_per_day);
  }
  for (const Budget& budget : budgets) {
    if (!Bears(budget, claim.team, claim.at)) continue;
    take(BudgetKey(budget, Measure::kMoney, claim.month), claim.amount, budget.per_month);
    if (budget.minutes_per_month) {
      take(BudgetKey(budget, Measure::kMinutes, claim.month), claim.minutes,
           budget.minutes_per_month);
    }
  }
  // The year's limit is on twelve months of days; what stands in other days' accounts is taken off
  // the limit that this day's account must keep.
  AccountKey customer{Owner::kCustomer, claim.customer, PersonId{}, Measure::kMoney,
                      claim.decision_day};
  std::optional<int64_t> customer_limit;
  if (grant && grant->per_customer_year) {
    customer_limit = *grant->per_customer_year - (claim.customer_so_far - accounts.Used(customer));
  }
  take(std::move(customer), claim.amount, customer_limit);
  if (claim.incident) {
    take({Owner::kIncident, *claim.incident, PersonId{}, Measure::kMoney, ""}, claim.amount,
         std::nullopt);
  }
  return lines;
}

std::optional<ApprovalShortfall> WhyNotCovered(const Grant* grant, const Allowance& left,
                                               int64_t amount, int64_t minutes,
                                               int64_t customer_so_far) {
  if (!grant) return ApprovalShortfall{"approval-no-grant"};
  if (left.per_case && amount > *left.per_case) {
    return ApprovalShortfall{"approval-above-case-limit", *left.per_case};
  }
  if (amount > 0 && left.per_customer_year && customer_so_far + amount > *left.per_customer_year) {
    return ApprovalShortfall{"approval-above-customer-limit", *left.per_customer_year};
  }
  if (amount > 0 && left.left_this_month && amount > *left.left_this_month) {
    return ApprovalShortfall{"approval-above-month", *left.left_this_month};
  }
  if (minutes > 0 && left.minutes_left_today && minutes > *left.minutes_left_today) {
    return ApprovalShortfall{"approval-above-minutes", *left.minutes_left_today, true};
  }
  return std::nullopt;
}

}  // namespace extramile::desk
