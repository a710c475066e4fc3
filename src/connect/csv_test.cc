#include "connect/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace extramile::connect {
namespace {

using testing::ElementsAre;

app::Table Parse(std::string_view text) {
  auto table = ParseCsv(text);
  EXPECT_TRUE(table) << table.error().ToString();
  return table ? *std::move(table) : app::Table{};
}

std::string ErrorOf(std::string_view text, CsvLimits limits = {}) {
  const auto table = ParseCsv(text, limits);
  return table ? "no error" : table.error().code;
}

TEST(Csv, ReadsWhatRfc4180Shows) {
  const auto table = Parse("a,b,c\r\n1,\"two, with a comma\",\"say \"\"hi\"\"\"\r\n,,\r\n");
  EXPECT_THAT(table.columns, ElementsAre("a", "b", "c"));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("1", "two, with a comma", "say \"hi\""));
  EXPECT_THAT(table.rows[1].cells, ElementsAre("", "", ""));
}

TEST(Csv, ALineBreakInsideQuotesBelongsToTheCell) {
  const auto table = Parse("a,b\n\"first\r\nsecond\",x\ny,z");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].cells[0], "first\r\nsecond");
  EXPECT_EQ(table.rows[1].number, 3) << "rows count as in a spreadsheet, not by lines";
  EXPECT_THAT(table.rows[1].cells, ElementsAre("y", "z"));
}

TEST(Csv, SkipsTheByteOrderMarkAndBlankLines) {
  const auto table = Parse(
      "\xEF\xBB\xBF"
      "a\n\n1\n\n");
  EXPECT_THAT(table.columns, ElementsAre("a"));
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].number, 3);
}

TEST(Csv, OneDirtyRowLeavesTheOthersAlone) {
  const auto table =
      Parse("a,b\n1,2\nonly one\n1,2,3\nwith \"quote\",2\n\"closed\"then,2\ncaf\xE9,2\n5,6\n");
  ASSERT_EQ(table.rows.size(), 7u);
  std::vector<std::string> faults;
  for (const auto& row : table.rows) faults.push_back(row.fault ? row.fault->code : "");
  EXPECT_THAT(faults, ElementsAre("", "too-few-cells", "too-many-cells", "csv-quote", "csv-quote",
                                  "not-utf8", ""));
  EXPECT_THAT(table.rows[6].cells, ElementsAre("5", "6"));
  for (const auto& row : table.rows) {
    if (row.fault) EXPECT_TRUE(row.cells.empty()) << "nothing of a dirty row is used";
  }
}

TEST(Csv, RefusesWhatIsNoTable) {
  EXPECT_EQ(ErrorOf(""), "csv-empty");
  EXPECT_EQ(ErrorOf("a,a\n1,2\n"), "csv-columns");
  EXPECT_EQ(ErrorOf("a,\n1,2\n"), "csv-columns");
  EXPECT_EQ(ErrorOf("a,b\n\"never ends,2\n3,4\n"), "csv-quote");
  EXPECT_EQ(ErrorOf("\"a"), "csv-quote");
}

TEST(Csv, KeepsWithinItsLimits) {
  EXPECT_EQ(ErrorOf("a\n1\n2\n3\n", {.max_rows = 3}), "no error");
  EXPECT_EQ(ErrorOf("a\n1\n2\n3\n", {.max_rows = 2}), "too-many-rows");
  EXPECT_EQ(ErrorOf("a\n12345\n", {.max_bytes = 4}), "csv-too-large");
  EXPECT_EQ(ErrorOf("a,b,c\n", {.max_columns = 2}), "csv-columns");
  const auto table = ParseCsv("a\n12345\n1\n", {.max_cell_bytes = 4});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows[0].fault->code, "cell-too-long");
  EXPECT_FALSE(table->rows[1].fault);
}

TEST(Csv, NeverFailsOtherwiseWhateverTheBytes) {
  // Every text of up to six of the characters that mean something here.
  constexpr std::string_view kAlphabet = "a,\"\n\r";
  for (int length = 0; length <= 6; ++length) {
    int texts = 1;
    for (int i = 0; i < length; ++i) texts *= static_cast<int>(kAlphabet.size());
    for (int code = 0; code < texts; ++code) {
      std::string text;
      for (int i = 0, rest = code; i < length; ++i, rest /= 5) text += kAlphabet[rest % 5];
      const auto table = ParseCsv(text);
      if (!table) continue;
      for (const auto& row : table->rows) {
        EXPECT_TRUE(row.fault || row.cells.size() == table->columns.size()) << text;
      }
    }
  }
}

}  // namespace
}  // namespace extramile::connect
