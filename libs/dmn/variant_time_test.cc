// Where rules change with a moment: against every minute of the horizon.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "dmn/variant.h"

namespace extramile::dmn {
namespace {

using feel::Value;

struct Column {
  std::string expression;
  std::vector<std::string> cells;  // drawn from
};

// The rules that match, as a list: what changes with the moment.
Model ModelOf(const std::vector<std::string>& inputs,
              const std::vector<std::vector<std::string>>& rules) {
  std::string xml =
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" )"
      R"(namespace="urn:m"><inputData id="idea" name="idea"/><inputData id="staff" name="staff"/>)"
      R"(<decision id="o" name="outcome"><variable name="outcome"/>)";
  for (const char* input : {"idea", "staff"}) {
    xml += "<informationRequirement><requiredInput href=\"#" + std::string(input) +
           "\"/></informationRequirement>";
  }
  xml += "<decisionTable hitPolicy=\"COLLECT\">";
  const auto text = [](const std::string& feel) { return "<text><![CDATA[" + feel + "]]></text>"; };
  for (const std::string& input : inputs) {
    xml += "<input><inputExpression>" + text(input) + "</inputExpression></input>";
  }
  xml += "<output/>";
  for (size_t r = 0; r < rules.size(); ++r) {
    xml += "<rule>";
    for (const std::string& cell : rules[r]) xml += "<inputEntry>" + text(cell) + "</inputEntry>";
    xml += "<outputEntry>" + text(std::to_string(r)) + "</outputEntry></rule>";
  }
  const LoadedFile file{"m.dmn", xml + "</decisionTable></decision></definitions>"};
  auto model = Load(std::span(&file, 1));
  EXPECT_TRUE(model) << model.error().ToString() << "\n" << file.xml;
  return *model;
}

const std::string_view kWanted[] = {"outcome"};
const TimeZone kLondon = TimeZone::Find("Europe/London").value();
// The clocks go back at 01:00 UTC on this Sunday.
const Instant kMorning = ParseInstant("2026-10-25T00:10:30Z").value();
constexpr int64_t kHorizon = 15 * kMicrosPerHour;

Value Inputs(feel::Arena& arena, Instant at) {
  feel::ContextBuilder idea(arena), staff(arena), all(arena);
  idea.Set("when", Value::Of(arena, at, &kLondon)).Set("minutes", Value::Int(20));
  staff.Set("began", Value::Of(arena, kMorning + -kMicrosPerHour, &kLondon));
  staff.Set("ends", Value::Of(arena, kMorning + 8 * kMicrosPerHour, &kLondon));
  staff.Set("rest", Value::Of(feel::DaysDuration{.seconds = 5400, .nanos = 0}));
  staff.Set("none", Value());
  return all.Set("idea", idea.Build()).Set("staff", staff.Build()).Build();
}

std::string Said(const Model& model, Evaluation& evaluation, Instant at) {
  evaluation.Reset();
  EXPECT_TRUE(
      Evaluate(model, kWanted, Inputs(evaluation.arena(), at), {kMorning, &kLondon}, evaluation));
  return ToFeel(evaluation.value(0));
}

TimeCandidates Look(const Model& model) {
  feel::Arena arena;
  return TimeBoundaries(model, kWanted, Inputs(arena, kMorning), {kMorning, &kLondon},
                        {.path = {"idea", "when"}, .from = kMorning, .until = kMorning + kHorizon})
      .value();
}

// Every minute says what the candidate at or before it says.
void ExpectNothingBetween(const Model& model, const TimeCandidates& found,
                          const std::string& shown) {
  Evaluation evaluation;
  ASSERT_FALSE(found.values.empty());
  size_t at = 0;
  std::string said;
  const int64_t first = kMorning.micros / kMicrosPerMinute + 1;
  for (int64_t minute = first; minute * kMicrosPerMinute < (kMorning + kHorizon).micros; ++minute) {
    const Instant now{minute * kMicrosPerMinute};
    if (at < found.values.size() && found.values[at] == now) {
      ++at;
      said = Said(model, evaluation, now);
    } else {
      ASSERT_EQ(Said(model, evaluation, now), said) << FormatInstant(now) << "\n" << shown;
    }
  }
  ASSERT_EQ(at, found.values.size());
}

TEST(VariantTime, FindsWhereADayIsCut) {
  const Model model = ModelOf({"idea.when.hour", "time(idea.when)"},
                              {{"[9..12)", "-"}, {"-", "> @\"10:20:00@Europe/London\""}});
  const TimeCandidates local = Look(ModelOf({"idea.when.hour"}, {{">= 9"}, {"< 3"}}));
  EXPECT_TRUE(local.exact);
  EXPECT_LT(local.values.size(), 60u);
  ExpectNothingBetween(model, Look(model), "hours and a clock of a zone");
}

TEST(VariantTime, RulesThatDoNotAskHaveNoBoundaries) {
  const TimeCandidates found = Look(ModelOf({"idea.minutes"}, {{"> 5"}}));
  EXPECT_TRUE(found.exact);
  EXPECT_EQ(found.values.size(), 2u) << "the first and the last minute";
}

TEST(VariantTime, WhatCannotBeSolvedIsTriedEveryMinute) {
  const Model model = ModelOf({"modulo(idea.when.minute, 7)"}, {{"3"}});
  const TimeCandidates found = Look(model);
  EXPECT_TRUE(found.exact);
  EXPECT_EQ(found.values.size(), 15u * 60);
  ExpectNothingBetween(model, found, "minutes");
}

TEST(VariantTime, APathThatIsNoMomentIsRefused) {
  const Model model = ModelOf({"idea.minutes"}, {{"> 5"}});
  feel::Arena arena;
  const auto refused =
      TimeBoundaries(model, kWanted, Inputs(arena, kMorning), {kMorning, &kLondon},
                     {.path = {"idea", "minutes"}, .from = kMorning, .until = kMorning + kHorizon});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "no-such-time");
}

TEST(VariantTime, AgreesWithEveryMinuteOnRandomRules) {
  const std::vector<Column> columns = {
      {"idea.when",
       {R"(< @"2026-10-25T03:30:00Z")", R"([@"2026-10-25T02:00:00Z"..staff.ends])", "> staff.began",
        R"(>= @"2026-10-25T05:00:00")", R"(? - staff.began > duration("PT3H20M"))", "null",
        R"(not(> staff.ends))", "staff.ends"}},
      {"idea.when.hour", {"< 3", "[1..2]", "1, 5, 9", "not(4)", ">= 12"}},
      {"time(idea.when)",
       {R"(> @"01:30:00")", R"(> @"04:15:00Z")", R"([@"02:00:00"..@"03:00:00"])", "-"}},
      {"idea.when - staff.began",
       {R"(< @"PT4H")", "> staff.rest", R"([@"PT90M"..@"PT5H1M"])", R"(> @"P1M")"}},
      {"(staff.ends - idea.when) / duration(\"PT1H\")", {"> 2", "[0..1.5]", "< -3"}},
      {"idea.when + staff.rest * 2", {"> staff.ends", R"(< @"2026-10-25T04:44:30Z")"}},
      {"date(idea.when)", {R"(@"2026-10-25")", R"(> @"2026-10-24")"}},
      {"day of week(idea.when)", {R"("Sunday")", R"("Monday", "Saturday")"}},
      {"idea.when.weekday", {"7", "< 3"}},
      {"if idea.when > staff.ends then staff.ends else idea.when",
       {R"(> @"2026-10-25T06:00:00Z")", "staff.ends"}},
      {"time(idea.when).hour", {"> 6", "1"}},
      {"string(idea.when)", {R"(contains(?, "T05:2"))"}},
      {"(idea.when - duration(\"PT30M\")).hour", {"3", "> 8"}},
      {"idea.when > staff.began + duration(\"PT2H7M\") and idea.minutes > 3", {"true", "false"}},
      {"idea.minutes", {"> 3", "< 3"}},
      {"staff.none", {"null"}}};
  std::mt19937_64 dice(7);
  size_t most = 0;
  for (int round = 0; round < 120; ++round) {
    std::vector<std::string> inputs;
    std::vector<size_t> chosen;
    for (size_t n = 1 + dice() % 3; n > 0; --n) {
      chosen.push_back(dice() % columns.size());
      inputs.push_back(columns[chosen.back()].expression);
    }
    std::vector<std::vector<std::string>> rules(1 + dice() % 4);
    std::string shown;
    for (auto& rule : rules) {
      for (const size_t column : chosen) {
        const auto& cells = columns[column].cells;
        rule.push_back(dice() % 4 == 0 ? "-" : cells[dice() % cells.size()]);
        shown += columns[column].expression + ": " + rule.back() + "   ";
      }
      shown += "\n";
    }
    const Model model = ModelOf(inputs, rules);
    const TimeCandidates found = Look(model);
    ASSERT_TRUE(found.exact) << shown;
    if (found.values.size() < 900) most = std::max(most, found.values.size());
    ExpectNothingBetween(model, found, shown);
    if (HasFatalFailure()) return;
  }
  EXPECT_LT(most, 200u) << "most rules are solved, not tried";
}

}  // namespace
}  // namespace extramile::dmn
