// FEEL as a rule author meets it: each test names what DMN 1.5 says.
#include "feel/expression.h"

#include <gtest/gtest.h>

#include "feel/json.h"

namespace extramile::feel {
namespace {

// The result as FEEL text; an expression that does not compile gives its error's code.
std::string Eval(std::string_view text, std::string_view json = "{}") {
  auto parsed = ParseJson(json);
  if (!parsed) return "bad json";
  std::vector<std::string_view> names;
  for (const auto& [name, value] : parsed->members) names.push_back(name);
  const auto expression = Expression::Compile(text, names);
  if (!expression) return expression.error().code;
  Arena arena(size_t{32} << 20);
  const auto now = ParseDateTime("2026-11-22T14:05:00Z");
  const Outcome outcome =
      expression->Evaluate(arena, FromJson(arena, *parsed), *now, {.max_steps = 300'000});
  return outcome.stopped ? "stopped" : ToFeel(outcome.value);
}

// Whether a cell matches `?`.
std::string Cell(std::string_view cell, std::string_view input) {
  const auto tests = Expression::CompileTests(cell);
  if (!tests) return tests.error().code;
  const auto value = Expression::Compile(input);
  if (!value) return value.error().code;
  Arena arena;
  ContextBuilder context(arena);
  context.Set("?", value->Evaluate(arena).value);
  return ToFeel(tests->Evaluate(arena, context.Build()).value);
}

TEST(Feel, DecimalsAreExact) {
  EXPECT_EQ(Eval("0.1 + 0.2"), "0.3");
  EXPECT_EQ(Eval("0.1 + 0.2 = 0.3"), "true");
  EXPECT_EQ(Eval("1 / 3"), "0.3333333333333333333333333333333333");
  EXPECT_EQ(Eval("9223372036854775807 + 1"), "9223372036854775808");
  EXPECT_EQ(Eval("99999999999 * 99999999999"), "9999999999800000000001");
  EXPECT_EQ(Eval("2 ** 0.5 > 1.414 and 2 ** 0.5 < 1.415"), "true");
  EXPECT_EQ(Eval("-2 ** 2"), "4");
}

TEST(Feel, LongestKnownNameWins) {
  EXPECT_EQ(Eval("a - b", R"({"a": 5, "b": 2})"), "3");
  EXPECT_EQ(Eval("a-b", R"({"a": 5, "b": 2, "a-b": 100})"), "100");
  EXPECT_EQ(Eval("same customer so far + 1", R"({"same customer so far": 4, "same": 1})"), "5");
  EXPECT_EQ(Eval("for whom = \"me\"", R"({"for whom": "me"})"), "true");
  EXPECT_EQ(Eval("time of check", R"({"time of check": 1})"), "1");
  EXPECT_EQ(Eval("staff.authority.per  case + 1", R"({"staff": {"authority": {"per case": 25}}})"),
            "26");
  EXPECT_EQ(Eval("others.extra wait minutes > 2 and others.extra late = 0",
                 R"({"others": {"extra wait minutes": 3, "extra late": 0}})"),
            "true");
}

TEST(Feel, UnknownNameIsRefusedWithItsPlace) {
  const auto expression = Expression::Compile("1 +\n  amuont");
  ASSERT_FALSE(expression);
  EXPECT_EQ(expression.error().code, "unknown-name");
  EXPECT_EQ(expression.error().place, ", line 2 character 3");
  EXPECT_NE(expression.error().message.find("amuont"), std::string::npos);
}

TEST(Feel, ThreeValuedLogic) {
  EXPECT_EQ(Eval("true and null"), "null");
  EXPECT_EQ(Eval("false and null"), "false");
  EXPECT_EQ(Eval("true or \"x\""), "true");
  EXPECT_EQ(Eval("false or \"x\""), "null");
  EXPECT_EQ(Eval("not(null)"), "null");
  EXPECT_EQ(Eval("if null then 1 else 2"), "2");
  EXPECT_EQ(Eval("null = null"), "true");
  EXPECT_EQ(Eval("1 = \"1\""), "null");
}

TEST(Feel, EveryNullOfAnErrorSaysWhy) {
  const auto expression = Expression::Compile("10 / (5 - 5)");
  ASSERT_TRUE(expression);
  Arena arena;
  const Outcome outcome = expression->Evaluate(arena);
  EXPECT_TRUE(outcome.value.is_null());
  EXPECT_NE(outcome.value.reason(), 0u);
  ASSERT_EQ(outcome.problems.size(), 1u);
  EXPECT_EQ(outcome.problems[0].code, "division-by-zero");
  EXPECT_EQ(outcome.problems[0].place, ", character 4");
}

TEST(Feel, UnaryTests) {
  EXPECT_EQ(Cell("-", "1"), "true");
  EXPECT_EQ(Cell("< 5", "4"), "true");
  EXPECT_EQ(Cell("[1..5[", "5"), "false");
  EXPECT_EQ(Cell("]1..5]", "5"), "true");
  EXPECT_EQ(Cell("\"a\", \"b\"", "\"b\""), "true");
  EXPECT_EQ(Cell("not(\"a\", \"b\")", "\"b\""), "false");
  EXPECT_EQ(Cell("not(\"a\", \"b\")", "\"c\""), "true");
  EXPECT_EQ(Cell("? > 2 and ? < 4", "3"), "true");
  EXPECT_EQ(Cell("list contains(?, \"x\")", "[\"x\", \"y\"]"), "true");
  EXPECT_EQ(Cell("< 5", "\"text\""), "null");
  EXPECT_EQ(Cell("null", "null"), "true");
  EXPECT_EQ(Cell("= 3", "3"), "true");
  EXPECT_EQ(Cell("!= 3", "3"), "false");
  EXPECT_EQ(Cell("1 < 2", "\"anything\""), "true");
  EXPECT_EQ(Cell("true", "\"anything\""), "null");
  EXPECT_EQ(Cell("true", "null"), "false");
}

TEST(Feel, AConditionAmongTestsHoldsBesideALiteralThatIsCompared) {
  EXPECT_EQ(Cell("list contains([1], 1)", "5"), "true");
  EXPECT_EQ(Eval("5 in (not(false))"), "true");
  EXPECT_EQ(Eval("5 in (true)"), "null");
  EXPECT_EQ(Eval("false in (true)"), "false");
}

TEST(Feel, BetweenIsDecidedByTheSideThatFails) {
  EXPECT_EQ(Eval("0 between 1 and null"), "false");
  EXPECT_EQ(Eval("5 between null and 1"), "false");
  EXPECT_EQ(Eval("5 between 1 and null"), "null");
}

TEST(Feel, ListsAndFilters) {
  EXPECT_EQ(Eval("[1, 2, 3][-1]"), "3");
  EXPECT_EQ(Eval("[1, 2, 3][item > 1]"), "[2, 3]");
  EXPECT_EQ(Eval("lines[kind = \"credit\"].amount",
                 R"({"lines": [{"kind": "credit", "amount": 5}, {"kind": "gift", "amount": 9}]})"),
            "[5]");
  EXPECT_EQ(Eval("sum(for l in lines return l.amount * l.count)",
                 R"({"lines": [{"amount": 1.5, "count": 2}, {"amount": 2, "count": 1}]})"),
            "5");
  EXPECT_EQ(Eval("for i in 1..4 return if i <= 2 then 1 else partial[-1] + partial[-2]"),
            "[1, 1, 2, 3]");
  EXPECT_EQ(Eval("some x in [1, 2], y in [2, 3] satisfies x = y"), "true");
  EXPECT_EQ(Eval("every x in [1, 2] satisfies x > 1"), "false");
  EXPECT_EQ(Eval("sort([3, 1, 2], function(a, b) a < b)"), "[1, 2, 3]");
  EXPECT_EQ(Eval("flatten([[1, [2]], 3])"), "[1, 2, 3]");
}

TEST(Feel, ContextsAndFunctions) {
  EXPECT_EQ(Eval("{a: 1, b: a + 1}.b"), "2");
  EXPECT_EQ(Eval("{f: function(x, y) x - y, r: f(y: 1, x: 5)}.r"), "4");
  EXPECT_EQ(Eval("{add: function(n) function(m) n + m, r: add(2)(3)}.r"), "5");
  EXPECT_EQ(Eval("{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r"),
            "2432902008176640000");
  EXPECT_EQ(Eval("get value({\"odd name\": 7}, \"odd name\")"), "7");
  EXPECT_EQ(Eval("{a: 1} instance of context<a: number>"), "true");
}

TEST(Feel, DatesAndTimes) {
  EXPECT_EQ(Eval("date(\"2026-11-22\") + duration(\"P1M\")"), "@\"2026-12-22\"");
  EXPECT_EQ(Eval("date(2024, 1, 31) + @\"P1M\""), "@\"2024-02-29\"");
  EXPECT_EQ(Eval("now().hour"), "14");
  EXPECT_EQ(Eval("today() - @\"2026-11-01\""), "@\"P21D\"");
  EXPECT_EQ(Eval("date and time(\"2026-07-01T10:00:00@Europe/London\").time offset"), "@\"PT1H\"");
  EXPECT_EQ(Eval("date and time(\"2026-07-01T10:00:00@Europe/London\") = date and "
                 "time(\"2026-07-01T09:00:00Z\")"),
            "true");
  EXPECT_EQ(Eval("years and months duration(@\"2024-02-29\", @\"2026-02-28\")"), "@\"P1Y11M\"");
  EXPECT_EQ(Eval("day of week(@\"2026-11-22\")"), "\"Sunday\"");
  EXPECT_EQ(Eval("date(\"2026-02-30\")"), "null");
  EXPECT_EQ(Eval("@\"999999999-12-31\" + @\"P1D\""), "null");
}

TEST(Feel, RangesAndBetween) {
  EXPECT_EQ(Eval("5 in [1..10]"), "true");
  EXPECT_EQ(Eval("10 in [1..10)"), "false");
  EXPECT_EQ(Eval("5 in (1, 5, 9)"), "true");
  EXPECT_EQ(Eval("5 in (> 4)"), "true");
  EXPECT_EQ(Eval("5 between 1 and 5"), "true");
  EXPECT_EQ(Eval("x in ]1..5[ and true", R"({"x": 5})"), "false");
  EXPECT_EQ(Eval("overlaps([1..5], [5..9])"), "true");
  EXPECT_EQ(Eval("before([1..5), [5..9])"), "true");
}

TEST(Feel, Texts) {
  EXPECT_EQ(Eval("substring(\"foobar\", -3, 2)"), "\"ba\"");
  EXPECT_EQ(Eval("string length(\"\\U01F40E\")"), "1");
  EXPECT_EQ(Eval("upper case(\"straße\")"), "\"STRASSE\"");
  EXPECT_EQ(Eval("replace(\"abc\", \"([a-z-[b]])\", \"<$1>\")"), "\"<a>b<c>\"");
  EXPECT_EQ(Eval("matches(\"x\", \"(\")"), "null");
  EXPECT_EQ(Eval("split(\"a;b\", \";\")"), "[\"a\", \"b\"]");
  EXPECT_EQ(Eval("string(1.50)"), "\"1.5\"");
}

TEST(Feel, HostileExpressionsEndWithAnError) {
  const std::string deep(100'000, '(');
  EXPECT_EQ(Eval(deep), "feel-too-deep");
  EXPECT_EQ(Eval("1 = " + std::string(100'000, '=') + " 1"), "feel-too-deep");
  EXPECT_EQ(Eval("contains" + std::string(60, '=') + "ins(1)"), "unknown-name");
  EXPECT_EQ(Eval("1 = " + std::string(60, '=') + " 1"), "false");
  std::string sum = "1";
  for (int i = 0; i < 200'000; ++i) sum += "+x";
  EXPECT_EQ(Eval(sum, R"({"x": 1})"), "stopped");
  EXPECT_EQ(Eval("{f: function(n) f(n + 1), r: f(1)}.r"), "stopped");
  EXPECT_EQ(Eval("count(for i in 1..1000000000000 return i)"), "stopped");
  EXPECT_EQ(Eval("{f: function(l, n) if n = 0 then l else f(concatenate(l, l), n - 1), r: "
                 "count(f([1], 100))}.r"),
            "stopped");
  EXPECT_EQ(Eval("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\")"), "null");
  EXPECT_EQ(Eval("\"no end"), "feel-syntax");
}

}  // namespace
}  // namespace extramile::feel
