// Authority in money and minutes: which grant speaks for a person, what is left of it, and which
// ledger lines an idea takes from it.
//
// One grant governs an idea: the most particular that is in force. A grant to the person goes
// before one to a role they hold (so a personal limit, wider or narrower, replaces the role's), a
// grant for the idea's kind of gesture before a general one, a higher role before a lower one, a
// later grant before an earlier one. Its nulls mean "no limit of this kind".
//
// A line is a quantity taken from one account of the ledger: money from the grant's month, minutes
// from its day, both from the budgets that bear them; and what is given to a customer or for an
// incident, so that gestures add up. Every line carries the limit its decision relied on. Where the
// rules knowingly allow more than a limit, the line may reach what the decision saw, no further.
//
// Pure and thread-safe; O(grants + budgets + accounts).
//
//   const Grant* grant = GoverningGrant(grants, holder, Purpose::kAct, "discount", now);
//   const Allowance left = AllowanceOf(grant, accounts, month, day, holder.person);
//   std::vector<Line> lines = LinesFor(claim, grant, budgets, accounts);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace extramile::desk {

enum class Purpose { kAct, kApprove };

struct Grant {
  AnyId id;
  std::optional<PersonId> person;  // exactly one of person and role
  std::string role;
  Purpose purpose = Purpose::kAct;
  std::string gesture_kind;                                       // empty: any
  std::optional<int64_t> per_case, per_customer_year, per_month;  // minor units
  std::optional<int64_t> minutes_per_day;
  Instant valid_from;
  std::optional<Instant> valid_to;
};

struct Budget {
  AnyId id;
  std::string name;
  std::optional<std::string> team;  // null: the organisation's
  int64_t per_month = 0;
  std::optional<int64_t> minutes_per_month;
  Instant valid_from;
  std::optional<Instant> valid_to;
};

struct Holder {
  PersonId person;
  std::string roles;  // words, one space between
};

// nullptr: no grant speaks for this person.
const Grant* GoverningGrant(std::span<const Grant> grants, const Holder& holder, Purpose purpose,
                            std::string_view gesture_kind, Instant at);
// Every grant that could govern something of this person's at that time.
std::vector<const Grant*> GrantsOf(std::span<const Grant> grants, const Holder& holder,
                                   Purpose purpose, Instant at);

// The ledger ----------------------------------------------------------------------------------

enum class Owner { kGrant, kBudget, kCustomer, kIncident };
std::string_view Word(Owner owner);       // "grant", ...
Owner ParseOwner(std::string_view word);  // of a word that Word gave
enum class Measure { kMoney, kMinutes };
std::string_view Word(Measure measure);  // "money", "minutes"

struct AccountKey {
  Owner owner = Owner::kGrant;
  AnyId owner_id;
  PersonId person;  // nil but for grants, whose limits are each person's own
  Measure measure = Measure::kMoney;
  std::string period;  // "2026-11", "2026-11-22" or ""
  bool operator==(const AccountKey&) const = default;
};

struct Account {
  AccountKey key;
  int64_t held = 0;
  int64_t spent = 0;
};

struct Line {
  AccountKey key;
  int64_t quantity = 0;
  std::optional<int64_t> limit;  // of held + spent with this line
};

// What the ledger says at one moment. A hold that is about to be replaced or has run out is put
// back first, so that it is not in its successor's way.
class Accounts {
 public:
  void Add(Account account);
  void PutBack(const AccountKey& key, int64_t quantity);
  int64_t Used(const AccountKey& key) const;  // held and spent; 0 where there is no account
  // All money of one owner over all its periods.
  int64_t TotalMoney(Owner owner, AnyId owner_id) const;

 private:
  std::vector<Account> accounts_;  // a handful: searched one by one
};

struct Allowance {
  bool granted = false;
  std::optional<int64_t> per_case, per_customer_year, per_month;
  std::optional<int64_t> left_this_month, minutes_left_today;  // never below 0
};
Allowance AllowanceOf(const Grant* grant, const Accounts& accounts, std::string_view month,
                      std::string_view day, PersonId person);

struct BudgetsLeft {
  std::optional<int64_t> team, organisation;  // the least of several; null where there is none
};
BudgetsLeft LeftOf(std::span<const Budget> budgets, const Accounts& accounts, std::string_view team,
                   std::string_view month, Instant at);

// What an idea takes, and from whom.
struct Claim {
  PersonId person;  // whose authority: the actor's, or the approver's
  int64_t amount = 0;
  int64_t minutes = 0;
  std::string team;   // of the case: whose budget bears it
  std::string month;  // "2026-11": of the decision
  std::string day;    // "2026-11-22": of the doing for minutes, and of the decision for customers
  std::string decision_day;
  AnyId customer;  // a walk-up without a customer's record: the case itself
  std::optional<AnyId> incident;
  int64_t customer_so_far = 0;  // money given to this customer in 12 months, without this
  Instant at;
};
std::vector<Line> LinesFor(const Claim& claim, const Grant* grant, std::span<const Budget> budgets,
                           const Accounts& accounts);

// Why a grant does not cover an approval, in words for the approver; nullopt where it does.
struct ApprovalShortfall {
  std::string code;   // "approval-above-case-limit", ...
  int64_t limit = 0;  // minor units, or minutes
  bool minutes = false;
};
std::optional<ApprovalShortfall> WhyNotCovered(const Grant* grant, const Allowance& left,
                                               int64_t amount, int64_t minutes,
                                               int64_t customer_so_far);

}  // namespace extramile::desk
