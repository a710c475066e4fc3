#include "desk/change_procedure.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "desk/default_change_procedure.h"
#include "desk/vocabulary.h"

namespace extramile::desk {
namespace {

constexpr std::array<std::string_view, 5> kMeanings = {"open", "trial", "adopted", "declined",
                                                       "withdrawn"};
constexpr TextLimits kName = {.min_bytes = 1, .max_bytes = 60};
constexpr size_t kMostStates = 20;
constexpr size_t kMostMoves = 100;

Error Unsound(std::string code, std::string message, std::string place, std::string advice) {
  return {.kind = ErrorKind::kInvalid,
          .code = std::move(code),
          .message = std::move(message),
          .place = std::move(place),
          .advice = std::move(advice)};
}

ProcedureState ReadState(const JsonValue& json, ObjectReader& all, size_t index) {
  ObjectReader in(json, all.PlaceOf("states/" + std::to_string(index)));
  ProcedureState out;
  out.name = in.String("name", kName);
  const std::string is =
      in.Word("is", {kMeanings[0], kMeanings[1], kMeanings[2], kMeanings[3], kMeanings[4]});
  if (auto read = in.Finish(); !read) {
    all.Adopt(read.error());
    return out;
  }
  out.is = static_cast<StateMeaning>(std::find(kMeanings.begin(), kMeanings.end(), is) -
                                     kMeanings.begin());
  return out;
}

ProcedureMove ReadMove(const JsonValue& json, ObjectReader& all, size_t index) {
  ObjectReader in(json, all.PlaceOf("moves/" + std::to_string(index)));
  ProcedureMove out;
  out.from = in.String("from", kName);
  out.to = in.String("to", kName);
  out.who = in.Strings("who", 4);
  for (const std::string& who : out.who) {
    if (who != "agent" && who != "lead" && who != "manager" && who != "author") {
      in.Reject("who", "procedure-who", "'" + who + "' is nobody who moves proposals.",
                "Name agent, lead, manager or author.");
    }
  }
  if (out.who.empty()) {
    in.Reject("who", "procedure-who", "Nobody may make this move.",
              "Name agent, lead, manager or author, or leave the move out.");
  }
  if (auto read = in.Finish(); !read) all.Adopt(read.error());
  return out;
}

// From every state in `reached`, along the moves or against them.
std::set<std::string> Reach(std::set<std::string> reached, const std::vector<ProcedureMove>& moves,
                            bool forwards) {
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const ProcedureMove& move : moves) {
      if (reached.contains(forwards ? move.from : move.to)) {
        reached.insert(forwards ? move.to : move.from);
      }
    }
  }
  return reached;
}

}  // namespace

std::string_view Word(StateMeaning meaning) { return kMeanings[static_cast<size_t>(meaning)]; }

Result<ChangeProcedure> ChangeProcedure::Parse(const JsonValue& json) {
  ObjectReader in(json);
  ChangeProcedure out;
  out.name_ = in.String("name", {.max_bytes = 200});
  if (const JsonValue* states = in.Array("states", true, kMostStates)) {
    for (size_t i = 0; i < states->items.size(); ++i) {
      out.states_.push_back(ReadState(states->items[i], in, i));
    }
  }
  if (const JsonValue* moves = in.Array("moves", true, kMostMoves)) {
    for (size_t i = 0; i < moves->items.size(); ++i) {
      out.moves_.push_back(ReadMove(moves->items[i], in, i));
    }
  }
  EM_TRY(in.Finish());
  EM_TRY(out.Examine());
  return out;
}

Result<void> ChangeProcedure::Examine() const {
  std::set<std::string> names, ends;
  for (size_t i = 0; i < states_.size(); ++i) {
    if (!names.insert(states_[i].name).second) {
      return Fail(Unsound("procedure-state-twice", "Two states have the same name.",
                          "/states/" + std::to_string(i) + "/name", "Give each its own."));
    }
    if (Ends(states_[i].is)) ends.insert(states_[i].name);
  }
  if (states_.empty() || states_.front().is != StateMeaning::kOpen) {
    return Fail(Unsound("procedure-first-state", "The first state is not open.", "/states",
                        "Begin with the state in which a suggestion is made, and say it is open."));
  }
  std::set<std::pair<std::string, std::string>> pairs;
  for (size_t i = 0; i < moves_.size(); ++i) {
    const ProcedureMove& move = moves_[i];
    const std::string place = "/moves/" + std::to_string(i);
    if (!names.contains(move.from) || !names.contains(move.to)) {
      return Fail(Unsound("procedure-state-unknown", "A move names a state that is not listed.",
                          place, "List it among the states, or mend the name."));
    }
    if (ends.contains(move.from) || move.from == move.to ||
        !pairs.emplace(move.from, move.to).second) {
      return Fail(Unsound("procedure-move",
                          "This move leaves a state that ends a proposal, leads back to itself, or "
                          "stands here twice.",
                          place, "Leave it out."));
    }
  }
  const auto reached = Reach({first()}, moves_, true);
  const auto may_end = Reach(ends, moves_, false);
  bool adopts = false, declines = false;
  for (size_t i = 0; i < states_.size(); ++i) {
    const ProcedureState& state = states_[i];
    if (!reached.contains(state.name) || !may_end.contains(state.name)) {
      return Fail(Unsound("procedure-dead-end",
                          "'" + state.name + "' is never reached, or never left.",
                          "/states/" + std::to_string(i), "Add the move that is missing."));
    }
    adopts = adopts || state.is == StateMeaning::kAdopted;
    declines = declines || state.is == StateMeaning::kDeclined;
  }
  if (adopts && declines) return {};
  return Fail(Unsound("procedure-no-decision", "Nothing is ever adopted, or nothing declined.",
                      "/states", "Add a state that is adopted and one that is declined."));
}

const ChangeProcedure& ChangeProcedure::Standard() {
  static const ChangeProcedure standard = Parse(ParseJson(kDefaultChangeProcedure).value()).value();
  return standard;
}

const ProcedureState* ChangeProcedure::Find(std::string_view state) const {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [&](const ProcedureState& one) { return one.name == state; });
  return found == states_.end() ? nullptr : &*found;
}

std::vector<const ProcedureMove*> ChangeProcedure::MovesFrom(std::string_view state) const {
  std::vector<const ProcedureMove*> out;
  for (const ProcedureMove& move : moves_) {
    if (move.from == state) out.push_back(&move);
  }
  return out;
}

const ProcedureMove* ChangeProcedure::FindMove(std::string_view from, std::string_view to) const {
  for (const ProcedureMove* move : MovesFrom(from)) {
    if (move->to == to) return move;
  }
  return nullptr;
}

bool ChangeProcedure::May(const Mover& mover, const ProcedureMove& move) const {
  if (mover.author && MeaningOf(move) == StateMeaning::kAdopted) return false;
  return std::any_of(move.who.begin(), move.who.end(), [&](const std::string& who) {
    return who == "author" ? mover.author : HasRole(mover.roles, who);
  });
}

void ChangeProcedure::Write(JsonWriter& out) const {
  out.BeginObject().Key("name").String(name_).Key("states").BeginArray();
  for (const ProcedureState& state : states_) {
    out.BeginObject().Key("name").String(state.name).Key("is").String(Word(state.is)).EndObject();
  }
  out.EndArray().Key("moves").BeginArray();
  for (const ProcedureMove& move : moves_) {
    out.BeginObject().Key("from").String(move.from).Key("to").String(move.to);
    out.Key("who").BeginArray();
    for (const std::string& who : move.who) out.String(who);
    out.EndArray().EndObject();
  }
  out.EndArray().EndObject();
}

}  // namespace extramile::desk
