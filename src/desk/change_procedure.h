// The change procedure of an organisation, as data: the states that a proposal passes through, what
// each of them means to the program, the moves between them and who may make them.
//
//   {"name": "Branch procedure",
//    "states": [{"name": "suggested", "is": "open"}, {"name": "pilot", "is": "trial"}, ...],
//    "moves": [{"from": "suggested", "to": "pilot", "who": ["author", "manager"]}, ...]}
//
// A proposal begins in the first state. Names are the organisation's own; what a state `is` decides
// what happens: a trial watches the gesture, adopted publishes the next version of the offer,
// declined and withdrawn end it with a reason. `who` names roles, and `author` for whoever
// suggested it. Two things no procedure can waive: nobody adopts what they suggested themselves,
// and whoever declines or withdraws says why.
//
// A parsed procedure is sound: every name is known, every open state can be reached and can end,
// and what has ended stays so. Immutable; Parse is O(states x moves), the rest O(moves).
//
//   EM_ASSIGN(const ChangeProcedure procedure, ChangeProcedure::Parse(json));
//   for (const ProcedureMove* move : procedure.MovesFrom(state)) ...
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

namespace extramile::desk {

enum class StateMeaning { kOpen, kTrial, kAdopted, kDeclined, kWithdrawn };
std::string_view Word(StateMeaning meaning);
constexpr bool Ends(StateMeaning meaning) {
  return meaning != StateMeaning::kOpen && meaning != StateMeaning::kTrial;
}
// Whoever takes a proposal there says why.
constexpr bool NeedsReason(StateMeaning meaning) {
  return meaning == StateMeaning::kDeclined || meaning == StateMeaning::kWithdrawn;
}

struct ProcedureState {
  std::string name;
  StateMeaning is = StateMeaning::kOpen;
};

struct ProcedureMove {
  std::string from, to;
  std::vector<std::string> who;  // agent | lead | manager | author
};

// Who asks, and whether they suggested it.
struct Mover {
  std::string roles;  // words with a space between
  bool author = false;
};

class ChangeProcedure {
 public:
  // Errors: kInvalid, with the place of what is wrong.
  static Result<ChangeProcedure> Parse(const JsonValue& json);
  // The program's own, for organisations that have set none.
  static const ChangeProcedure& Standard();

  const std::string& name() const { return name_; }
  const std::vector<ProcedureState>& states() const { return states_; }
  const std::string& first() const { return states_.front().name; }
  // nullptr: it has no such state.
  const ProcedureState* Find(std::string_view state) const;
  // In the procedure's order; none where it has ended, or where an earlier procedure left it.
  std::vector<const ProcedureMove*> MovesFrom(std::string_view state) const;
  const ProcedureMove* FindMove(std::string_view from, std::string_view to) const;
  StateMeaning MeaningOf(const ProcedureMove& move) const { return Find(move.to)->is; }
  // Whether this person may make this move.
  bool May(const Mover& mover, const ProcedureMove& move) const;

  void Write(JsonWriter& out) const;

 private:
  Result<void> Examine() const;
  std::string name_;
  std::vector<ProcedureState> states_;
  std::vector<ProcedureMove> moves_;
};

}  // namespace extramile::desk
