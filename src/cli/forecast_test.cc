// `extramile forecast evaluate`, on the demonstration's log, on the real one where it is present,
// and on logs that are none.
#include "cli/forecast.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json_reader.h"
#include "cli/seed.h"

namespace extramile::cli {
namespace {

const std::filesystem::path kSource = EXTRAMILE_SOURCE_DIR;

ForecastToEvaluate Generated() {
  ForecastToEvaluate what;
  what.log = kSource / "demo/call-log/generated.tsv";
  what.columns = kSource / "demo/columns/generated.toml";
  return what;
}

std::string Evaluate(const ForecastToEvaluate& what) {
  std::ostringstream out;
  const auto done = EvaluateForecastOf(what, out);
  return done ? out.str() : done.error().code;
}

double Figure(const JsonValue& json, const char* name) {
  const JsonValue* value = json.Find(name);
  return value ? std::stod(value->text) : -1e9;
}

TEST(ForecastEvaluate, AnswersAMachine) {
  ForecastToEvaluate what = Generated();
  what.json = true;
  const std::string answer = Evaluate(what);
  const auto json = ParseJson(answer);
  ASSERT_TRUE(json) << answer;
  std::vector<std::string> keys;
  for (const JsonMember& member : json->members) keys.push_back(member.name);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"half_hours", "calls", "mae_model_s", "mae_hour_of_day_s",
                                      "mae_last_half_hour_s", "improvement"}));
  EXPECT_GT(Figure(*json, "half_hours"), 100);
  EXPECT_NEAR(Figure(*json, "improvement"),
              1 - Figure(*json, "mae_model_s") / Figure(*json, "mae_hour_of_day_s"), 1e-3);
}

TEST(ForecastEvaluate, AnswersAPerson) {
  ForecastToEvaluate what = Generated();
  what.splits = true;
  what.hours = "9-17";
  const std::string answer = Evaluate(what);
  EXPECT_NE(answer.find("Learnt from 7 days of the kind 'weekday'"), std::string::npos) << answer;
  EXPECT_NE(answer.find("9:00 to 17:00"), std::string::npos);
  EXPECT_NE(answer.find("s  the hour-of-day mean"), std::string::npos);
  EXPECT_NE(answer.find("the second half, then the first"), std::string::npos);
}

// The goal of the design on the real log, weekdays 7-24 h.
TEST(ForecastEvaluate, IsFifteenPerCentCloserOnTheRealLog) {
  ForecastToEvaluate what;
  what.log = kSource / "../shared/data/anonymous-bank-1999-02/data_anonymous_bank_february.txt";
  what.columns = kSource / "demo/columns/anonymous-bank.toml";
  if (!std::filesystem::exists(what.log)) {
    GTEST_SKIP() << "The real call log is not here, so this says nothing about it.";
  }
  what.json = true;
  const std::string answer = Evaluate(what);
  const auto json = ParseJson(answer);
  ASSERT_TRUE(json) << answer;
  EXPECT_GE(Figure(*json, "improvement"), 0.15);
  EXPECT_LT(Figure(*json, "mae_model_s"), Figure(*json, "mae_last_half_hour_s"));
  what.hours = "7-24";
  EXPECT_EQ(Evaluate(what), answer) << "these are the hours in which calls come";
}

TEST(ForecastEvaluate, DrawsAPicture) {
  ForecastToEvaluate what = Generated();
  what.plot = std::filesystem::path(testing::TempDir()) / "extramile-forecast.svg";
  Evaluate(what);
  std::ostringstream text;
  text << std::ifstream(what.plot).rdbuf();
  EXPECT_EQ(text.str().rfind("<svg ", 0), 0u);
  EXPECT_NE(text.str().find("2026-10-14"), std::string::npos) << "a scored day";
  EXPECT_EQ(text.str().find("2026-10-13"), std::string::npos) << "a training day";
  EXPECT_EQ(text.str().find("nan"), std::string::npos);
  what.plot = "/nowhere/at/all.svg";
  EXPECT_EQ(Evaluate(what), "file-unwritable");
}

TEST(ForecastEvaluate, SaysWhatIsWrongWithALog) {
  const auto path = std::filesystem::path(testing::TempDir()) / "extramile-calls.tsv";
  ForecastToEvaluate what = Generated();
  // The rows that have this in them, below the header.
  const auto only = [&](const std::string& part) {
    std::ifstream in(Generated().log);
    std::ofstream out(path);
    std::string line;
    for (size_t i = 0; std::getline(in, line); ++i) {
      if (i == 0 || line.find(part) != std::string::npos) out << line << '\n';
    }
  };
  what.log = path;
  only("\t261005\t");
  EXPECT_EQ(Evaluate(what), "forecast-too-few-days");
  only("no row has this");
  EXPECT_EQ(Evaluate(what), "call-log-empty");
  what.log = "no-such-file.tsv";
  EXPECT_EQ(Evaluate(what), "file-unreadable");
  what = Generated();
  what.hours = "nine to five";
  EXPECT_EQ(Evaluate(what), "forecast-hours");
}

}  // namespace
}  // namespace extramile::cli
