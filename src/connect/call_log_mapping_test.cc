// Mapping files: the two that ship are whole, and a mistake is answered with what and where.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "connect/call_log.h"

namespace extramile::connect {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream in(std::string(EXTRAMILE_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Bank() { return ReadFile("demo/columns/anonymous-bank.toml"); }

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ColumnMapping, ReadsTheBanks) {
  const auto mapping = ParseColumnMapping(Bank(), "anonymous-bank.toml");
  ASSERT_TRUE(mapping) << mapping.error().ToString();
  EXPECT_EQ(mapping->separator, '\t');
  EXPECT_EQ(mapping->names[ColumnMapping::kQueueStart], "q_start");
  EXPECT_EQ(mapping->century, 1900);
  EXPECT_TRUE(mapping->zero_time_means_none);
  EXPECT_EQ(mapping->zone, "Asia/Jerusalem");
  ASSERT_EQ(mapping->day_classes.size(), 3u);
  EXPECT_EQ(mapping->day_classes[2].name, "weekday");
  EXPECT_EQ(mapping->day_classes[2].weekdays, (std::vector<int>{7, 1, 2, 3, 4}));
}

TEST(ColumnMapping, SaysWhereTheSyntaxBreaks) {
  const auto mapping = ParseColumnMapping("name = \"x\"\nseparator = tab\n", "mine.toml");
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().kind, ErrorKind::kMalformed);
  EXPECT_EQ(mapping.error().code, "columns-syntax");
  EXPECT_TRUE(mapping.error().place.starts_with("mine.toml:2:")) << mapping.error().place;
}

struct Mistake {
  const char* from;
  const char* to;
  const char* code;
  const char* said;  // a part of the message
};

TEST(ColumnMapping, SaysWhatIsWrong) {
  const Mistake mistakes[] = {
      {"separator = \"tab\"", "separator = \"pipe\"", "columns-separator",
       "tab, comma or semicolon"},
      {"queue_start = \"q_start\"", "", "columns-missing-key", "'columns.queue_start' is missing"},
      {"type = \"type\"", "kind = \"type\"", "columns-unknown-key", "'columns.kind'"},
      {"date = \"date\"", "date = 6", "columns-wrong-type", "'columns.date' must be a text"},
      {"\"YYMMDD\"", "\"YYMM\"", "columns-date-format", "YYYY or YY, MM and DD"},
      {"\"YYMMDD\"", "\"YMYMDD\"", "columns-date-format", "YYYY or YY, MM and DD"},
      {"century = 1900", "century = 1985", "columns-century", "1900 or 2000"},
      {"century = 1900", "", "columns-missing-key", "'times.century' is missing"},
      {"Asia/Jerusalem", "Asia/Atlantis", "columns-zone", "no time zone"},
      {"[\"HANG\"]", "\"HANG\"", "columns-wrong-type", "a list of texts"},
      {"[\"HANG\"]", "[]", "columns-wrong-type", "a list of texts"},
      {"[\"HANG\"]", "[\"AGENT\"]", "columns-outcomes", "twice"},
      {"friday = [\"friday\"]", "friday = [\"freitag\"]", "columns-days", "'freitag'"},
      {"friday = [\"friday\"]", "friday = [\"sunday\"]", "columns-days", "'sunday'"},
      {"friday = [\"friday\"]", "", "columns-days", "leaves out"},
      {"header = true", "header = 1", "columns-wrong-type", "true or false"},
      {"header = true", "header = false", "columns-position", "a number from 1"},
      {"header = true", "headers = true", "columns-unknown-key", "'headers'"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.to);
    const auto mapping =
        ParseColumnMapping(Replaced(Bank(), mistake.from, mistake.to), "mine.toml");
    ASSERT_FALSE(mapping);
    EXPECT_EQ(mapping.error().code, mistake.code) << mapping.error().ToString();
    EXPECT_NE(mapping.error().message.find(mistake.said), std::string::npos)
        << mapping.error().message;
    EXPECT_TRUE(mapping.error().place.starts_with("mine.toml:")) << mapping.error().place;
  }
}

TEST(ColumnMapping, RefusesAVeryLargeFile) {
  EXPECT_EQ(ParseColumnMapping(std::string(100'000, '#'), "mine.toml").error().code,
            "columns-too-large");
}

}  // namespace
}  // namespace extramile::connect
