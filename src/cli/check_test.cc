#include "cli/check.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace extramile::cli {
namespace {

const std::string kPolicy = std::string(EXTRAMILE_SOURCE_DIR) + "/policies/uk-starter";

std::string Context(const std::string& amount) {
  return R"({"idea":{"gesture":"voucher","kind":"goods","lines":[],"amount":)" + amount +
         R"(,"currency":"GBP","minutes":5,"goods value":0,"when":"2026-11-22T10:00:00Z",)"
         R"("channel":"phone","recipient kind":"person","conditions":[],"origin":"own",)"
         R"("same customer so far":0,"same incident so far":0},)"
         R"("staff":{"role":"agent","duties":[],"authority":{"granted":true,"per case":20,)"
         R"("per customer per year":100,"per month":300,"left this month":300,)"
         R"("minutes left today":30},"on shift":true,"hours this week":30},)"
         R"("customer":{"segment":null,"internal":false,"country":"GB",)"
         R"("gestures last 12 months":0,"preferences used":[],"consented":[],"vulnerable":false,)"
         R"("business":false,"public official":false,"age verified":false},)"
         R"("case":{"reason":"late","channel":"phone","complaint":false,)"
         R"("regulated product":false,"remedy due":false,"incident":false,)"
         R"("opened":"2026-11-22T09:00:00Z","severity":null},)"
         R"("offer":{"version":3,"routine":[],"standard":null},)"
         R"("others":{"extra wait minutes":1,"extra late":0,"extra abandons":0,)"
         R"("late share before":0.1,"late share after":0.1,"verdict":"ok","method":"exact"},)"
         R"("precedent":{"similar":0,"granted share":null,"median amount":null},)"
         R"("budget":{"team left":500,"organisation left":5000},)"
         R"("time of check":"2026-11-22T10:00:00Z"})";
}

struct Answer {
  CheckTotals totals;
  std::vector<std::string> lines;
};

// Through two files, as a shell would.
Answer Check(const std::string& text) {
  std::FILE* in = std::tmpfile();
  std::FILE* out = std::tmpfile();
  std::fwrite(text.data(), 1, text.size(), in);
  std::rewind(in);
  const auto totals = CheckLines({.policy = kPolicy, .time_zone = ""}, fileno(in), fileno(out));
  Answer answer;
  if (totals) answer.totals = *totals;
  std::rewind(out);
  std::string line;
  for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    answer.lines.push_back(line);
    line.clear();
  }
  EXPECT_TRUE(line.empty()) << "the last decision has no newline";
  std::fclose(in);
  std::fclose(out);
  return answer;
}

TEST(Check, DecidesALineEachInOrder) {
  const Answer answer = Check(Context("10") + "\n" + Context("25") + "\n\n" + Context("0.10"));
  EXPECT_EQ(answer.totals.lines, 4);
  EXPECT_EQ(answer.totals.refused, 0);
  ASSERT_EQ(answer.lines.size(), 3u);
  EXPECT_EQ(answer.lines[0].find(R"({"outcome":"allowed","role":null,)"), 0u) << answer.lines[0];
  EXPECT_EQ(answer.lines[1].find(R"({"outcome":"needs sign-off","role":"lead",)"), 0u);
  EXPECT_NE(
      answer.lines[1].find(R"("reason":"GBP 25.00 is above your limit of GBP 20.00 a case.")"),
      std::string::npos)
      << answer.lines[1];
  EXPECT_NE(answer.lines[1].find(R"("rule":"authority, rule 1","role":"lead","inputs":["Role",)"),
            std::string::npos);
}

TEST(Check, ABadLineIsNamedAndTheOthersAreDecided) {
  const Answer answer = Check(Context("10") + "\n{\"idea\":\n[]\n" + Context("10") + "\n");
  EXPECT_EQ(answer.totals.refused, 2);
  ASSERT_EQ(answer.lines.size(), 4u);
  EXPECT_EQ(answer.lines[1],
            R"({"line":2,"error":{"code":"json-syntax","message":"This is not valid JSON.",)"
            R"("place":"byte 9"}})");
  EXPECT_EQ(answer.lines[2].find(R"({"line":3,"error":{"code":"context-incomplete",)"), 0u);
  EXPECT_EQ(answer.lines[3], answer.lines[0]);
}

TEST(Check, ALineThatIsTooLongIsRefusedAndTheNextIsReadWhole) {
  const std::string line = Context("10");
  for (const size_t length : {(size_t{1} << 20) - 1, (size_t{1} << 20) + 1, size_t{5} << 20}) {
    const Answer answer = Check(line + "\n\"" + std::string(length, 'x') + "\"\n" + line + "\n");
    EXPECT_EQ(answer.totals.lines, 3);
    ASSERT_EQ(answer.lines.size(), 3u) << length;
    EXPECT_EQ(answer.lines[1].find(R"({"line":2,"error":{"code":"body-too-large")"), 0u)
        << answer.lines[1].substr(0, 100);
    EXPECT_EQ(answer.lines[2], answer.lines[0]);
  }
}

TEST(Check, ManyLinesAcrossBlocks) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += Context(std::to_string(i % 40)) + "\n";
  const Answer answer = Check(text);
  EXPECT_EQ(answer.totals.refused, 0);
  ASSERT_EQ(answer.lines.size(), 3000u);
  for (size_t i = 40; i < answer.lines.size(); ++i)
    EXPECT_EQ(answer.lines[i], answer.lines[i % 40]);
}

}  // namespace
}  // namespace extramile::cli
