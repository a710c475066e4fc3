// The ledger: authority and budgets, in money and minutes, set aside and spent so that no two
// decisions spend the same pound.
//
// Each function appends guarded steps to a plan; nothing else writes ledger_account or hold.
// The plan stands only where every limit still holds at the moment of writing (held +
// spent + quantity <= limit, in one statement on the account's row), and fails as a whole with
// kStale otherwise, so that the caller reads and decides again, once.
//
//   plan.recorded_at = now;
//   ledger::Reserve(plan, {.hold = id, ..., .lines = lines, .replaces = current});   // with the
//   check ledger::Release(plan, current);                                                  // on
//   decline or withdrawal ledger::Spend(plan, current, used); // with the action
//
// INVARIANT, of every account after every plan: held = the sum of its lines of holds in state held;
// spent = the sum of its lines of holds in state spent; held + spent passes no limit that a
// reservation relied on.
//
// A subject (a case or an incident) has at most one hold in force: a re-check replaces it in the
// same plan, and of two first checks at once the later one is told that it is stale. Pure; one
// step a line, but for those that a re-check leaves as they were.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "base/id.h"
#include "base/time.h"
#include "desk/authority.h"

namespace extramile::app::ledger {

// A hold as it was read: what it took, and the version that the decision saw.
struct CurrentHold {
  AnyId id;
  int64_t version = 1;
  std::vector<desk::Line> lines = {};  // limits are not looked at
};

struct HoldRequest {
  AnyId hold;  // its id, made by the caller
  AnyId check;
  AnyId subject;  // the case, or the incident
  PersonId holder;
  PersonId recorded_by;
  std::optional<AnyId> consultation = std::nullopt;  // where it is an approver's authority
  int64_t amount = 0;                                // minor units
  int64_t minutes = 0;
  Instant expires_at;
  std::vector<desk::Line> lines = {};
  std::optional<CurrentHold> replaces =
      std::nullopt;  // the subject's hold in force, where there is one
};

// Sets the lines aside.
void Reserve(WritePlan& plan, const HoldRequest& request);

// Replaces one hold by several that take their shares of it: a gesture for everybody that an
// incident hit becomes a piece for each. The accounts are moved by the difference of the sums, each
// once. `pieces` replace nothing of their own, and share their check and holder.
void ReserveEach(WritePlan& plan, const std::optional<CurrentHold>& replaces,
                 std::span<const HoldRequest> pieces);

// Gives the lines of a hold in force back.
void Release(WritePlan& plan, const CurrentHold& hold);
// The same for a hold whose time is over; stale where it is not.
void Expire(WritePlan& plan, const CurrentHold& hold);

// What was really used: its sums, and the quantity for each account.
struct Used {
  int64_t amount = 0;  // minor units
  int64_t minutes = 0;
  std::vector<desk::Line> lines = {};
};
// Turns a hold into spending. An account of the hold that `used` does not name gets everything
// back; one that it names beyond what is held, or that the hold does not have, is guarded by its
// limit.
void Spend(WritePlan& plan, const CurrentHold& hold, const Used& used);

// Sets aside and spends in one step: a tap on a pre-cleared tile. Its record is a hold in state
// spent.
void SpendAtOnce(WritePlan& plan, const HoldRequest& request);

// Takes spending back: the action failed or was reversed. `hold` is in state spent.
void GiveBack(WritePlan& plan, const CurrentHold& hold);

// A hold's lines as they stand in its row, one a row of text: "owner owner-id person measure
// quantity period". ParseLines reads what LinesText wrote.
std::string LinesText(std::span<const desk::Line> lines);
std::vector<desk::Line> ParseLines(std::string_view text);

}  // namespace extramile::app::ledger
