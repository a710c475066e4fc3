#include "feel/print.h"

#include <gtest/gtest.h>

#include "feel/expression.h"

namespace extramile::feel {
namespace {

std::string Printed(std::string_view text) {
  const std::string_view names[] = {"a", "b c", "list"};
  const auto expression = Expression::Compile(text, names);
  return expression ? expression->ToText() : expression.error().ToString();
}

std::string PrintedCell(std::string_view text) {
  const std::string_view names[] = {"a"};
  const auto tests = Expression::CompileTests(text, names);
  return tests ? tests->ToText() : tests.error().ToString();
}

TEST(Print, KeepsBracketsOnlyWhereTheyMatter) {
  EXPECT_EQ(Printed("a+1*b  c"), "a + 1 * b c");
  EXPECT_EQ(Printed("(a + 1) * b c"), "(a + 1) * b c");
  EXPECT_EQ(Printed("a - (b c - 1)"), "a - (b c - 1)");
  EXPECT_EQ(Printed("((a = 1) or a = 2) and a != 3"), "(a = 1 or a = 2) and a != 3");
  EXPECT_EQ(Printed("if a > 1 then \"x\" else null"), "if a > 1 then \"x\" else null");
}

TEST(Print, NamesVariablesByTheirSlots) {
  EXPECT_EQ(Printed("for x in list return x + a"), "for v3 in list return v3 + a");
  EXPECT_EQ(Printed("some x in list satisfies x in (< 3, [5..9))"),
            "some v3 in list satisfies v3 in (< 3, [5..9))");
  EXPECT_EQ(Printed("list[item > 1].key"), "list[item > 1].key");
  EXPECT_EQ(Printed("{n: 1, \"two words\": n + 1}"), "{n: 1, \"two words\": n + 1}");
  EXPECT_EQ(Printed("{f: function(n) if n = 0 then a else f(n - 1)}.f(3)"),
            "{f: function(n) if n = 0 then a else f(n - 1)}.f(3)");
}

TEST(Print, FoldsWhatWasFolded) {
  EXPECT_EQ(Printed("1 + 1"), "2");
  EXPECT_EQ(Printed("date(\"2026-11-22\")"), "@\"2026-11-22\"");
  EXPECT_EQ(Printed("substring(\"abc\", a)"), "substring(\"abc\", a)");
  EXPECT_EQ(Printed("a instance of list<number>"), "a instance of list<number>");
}

TEST(Print, WritesCellsAsTheyAreTyped) {
  for (const char* cell : {"-", "\"gold\", \"silver\"", "< 5", "not(< 5, 7)", "[1..5)", "(> 3)",
                           "? * 2 > a", "list contains(?, \"x\")", ">= @\"2026-11-22\""}) {
    EXPECT_EQ(PrintedCell(cell), cell);
  }
}

}  // namespace
}  // namespace extramile::feel
