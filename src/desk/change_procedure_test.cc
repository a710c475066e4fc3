#include "desk/change_procedure.h"

#include <gtest/gtest.h>

#include <set>

namespace extramile::desk {
namespace {

std::vector<std::string> Next(const ChangeProcedure& procedure, std::string_view state,
                              const Mover& mover) {
  std::vector<std::string> out;
  for (const ProcedureMove* move : procedure.MovesFrom(state)) {
    if (procedure.May(mover, *move)) out.push_back(move->to);
  }
  return out;
}
using Names = std::vector<std::string>;

TEST(ChangeProcedure, TheStandardOneGoesFromSuggestionToTrialToDecision) {
  const ChangeProcedure& standard = ChangeProcedure::Standard();
  EXPECT_EQ(standard.first(), "suggested");
  const Mover manager{.roles = "agent manager"};
  EXPECT_EQ(Next(standard, "suggested", manager), (Names{"submitted", "declined"}));
  EXPECT_EQ(Next(standard, "submitted", manager), (Names{"under review", "declined"}));
  EXPECT_EQ(Next(standard, "under review", manager), (Names{"on trial", "adopted", "declined"}));
  EXPECT_EQ(Next(standard, "on trial", manager), (Names{"adopted", "under review", "declined"}));
  for (const char* end : {"adopted", "declined", "withdrawn", "no such state"}) {
    EXPECT_TRUE(standard.MovesFrom(end).empty()) << end;
  }
  EXPECT_EQ(standard.FindMove("suggested", "adopted"), nullptr) << "no shorter way";
}

TEST(ChangeProcedure, AuthorsSubmitAndWithdrawAndNeverAdopt) {
  const ChangeProcedure& standard = ChangeProcedure::Standard();
  EXPECT_EQ(Next(standard, "suggested", {.roles = "agent", .author = true}),
            (Names{"submitted", "withdrawn"}));
  EXPECT_EQ(Next(standard, "suggested", {.roles = "agent"}), Names{});
  EXPECT_EQ(Next(standard, "suggested", {.roles = "lead"}), Names{"submitted"});
  EXPECT_EQ(Next(standard, "under review", {.roles = "manager", .author = true}),
            (Names{"on trial", "declined", "withdrawn"}));
}

TEST(ChangeProcedure, SaysItselfAgain) {
  JsonWriter out;
  ChangeProcedure::Standard().Write(out);
  const auto again = ChangeProcedure::Parse(ParseJson(out.text()).value());
  ASSERT_TRUE(again) << again.error().ToString();
  JsonWriter once_more;
  again->Write(once_more);
  EXPECT_EQ(out.text(), once_more.text());
}

TEST(ChangeProcedure, AnOrganisationsOwnNamesKeepTheirMeaning) {
  const auto own = ChangeProcedure::Parse(ParseJson(R"({"name": "Ours",
        "states": [{"name": "idea box", "is": "open"}, {"name": "pilot", "is": "trial"},
                   {"name": "in the handbook", "is": "adopted"}, {"name": "no", "is": "declined"}],
        "moves": [{"from": "idea box", "to": "pilot", "who": ["agent"]},
                  {"from": "idea box", "to": "no", "who": ["manager"]},
                  {"from": "pilot", "to": "in the handbook", "who": ["author", "manager"]}]})")
                                              .value());
  ASSERT_TRUE(own) << own.error().ToString();
  EXPECT_EQ(own->Find("pilot")->is, StateMeaning::kTrial);
  EXPECT_EQ(Next(*own, "pilot", {.roles = "agent", .author = true}), Names{})
      << "nobody adopts what they suggested, whatever the procedure says";
  EXPECT_EQ(Next(*own, "pilot", {.roles = "manager"}), Names{"in the handbook"});
}

// Each unsound procedure, and where it is told to be wrong.
TEST(ChangeProcedure, RefusesWhatCannotWork) {
  const auto code = [](std::string_view states, std::string_view moves) {
    const auto parsed =
        ChangeProcedure::Parse(ParseJson(R"({"name": "n", "states": [)" + std::string(states) +
                                         R"(], "moves": [)" + std::string(moves) + "]}")
                                   .value());
    return parsed ? std::string("sound") : parsed.error().code + " " + parsed.error().place;
  };
  const std::string states =
      R"({"name": "a", "is": "open"}, {"name": "y", "is": "adopted"},
         {"name": "n", "is": "declined"})";
  const std::string yes = R"({"from": "a", "to": "y", "who": ["manager"]})";
  const std::string no = R"({"from": "a", "to": "n", "who": ["manager"]})";
  EXPECT_EQ(code(states, yes + "," + no), "sound");
  EXPECT_EQ(code(states, yes), "procedure-dead-end /states/2");
  EXPECT_EQ(code(states, yes + "," + no + "," + no), "procedure-move /moves/2");
  EXPECT_EQ(code(states, yes + "," + no + R"(, {"from": "y", "to": "a", "who": ["agent"]})"),
            "procedure-move /moves/2");
  EXPECT_EQ(code(states, yes + R"(, {"from": "a", "to": "z", "who": ["agent"]})"),
            "procedure-state-unknown /moves/1");
  EXPECT_EQ(code(states + R"(, {"name": "a", "is": "open"})", yes + "," + no),
            "procedure-state-twice /states/3/name");
  EXPECT_EQ(code(states, yes + R"(, {"from": "a", "to": "n", "who": ["customer"]})"),
            "procedure-who /moves/1/who");
  EXPECT_EQ(code(states, yes + R"(, {"from": "a", "to": "n", "who": []})"),
            "procedure-who /moves/1/who");
  EXPECT_EQ(code(R"({"name": "y", "is": "adopted"})", ""), "procedure-first-state /states");
  EXPECT_EQ(code(R"({"name": "a", "is": "open"}, {"name": "n", "is": "declined"})", no),
            "procedure-no-decision /states");
}

}  // namespace
}  // namespace extramile::desk
