// Expressions written to hurt: each ends with an error or a null, within the limits of steps, stack
// and memory.
#include <gtest/gtest.h>

#include "feel/expression.h"

namespace extramile::feel {
namespace {

std::string Repeated(std::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  while (count-- > 0) out += text;
  return out;
}

constexpr size_t kArenaBytes = size_t{32} << 20;

// The error's code, "stopped", or the value.
std::string Eval(const std::string& text, bool lenient = false) {
  CompilerOptions options;
  options.lenient = lenient;
  const auto expression = Expression::Compile(text, {}, options);
  if (!expression) return expression.error().code;
  Arena arena(kArenaBytes);
  const Outcome outcome = expression->Evaluate(arena, {}, {}, {.max_steps = 300'000});
  return outcome.stopped ? "stopped" : ToFeel(outcome.value);
}

TEST(Hostile, NestingOfEveryKindIsRefused) {
  constexpr size_t kDeep = 100'000;
  for (const char* opening : {"(",
                              "[",
                              "{a: ",
                              "not(",
                              "-",
                              "if ",
                              "for x in ",
                              "some x in ",
                              "function(x) ",
                              "1 + (",
                              "[1..",
                              "(1..",
                              "]1..",
                              "x in (",
                              "< ",
                              "(< ",
                              "1[",
                              "{a: function() ",
                              "string(",
                              "@",
                              "1 instance of list<",
                              "1 instance of context<a: ",
                              "1 instance of function<"}) {
    const std::string error = Eval(Repeated(opening, kDeep));
    EXPECT_TRUE(error == "feel-too-deep" || error == "feel-syntax" || error == "unknown-name" ||
                error == "feel-too-long" || error == "unknown-type")
        << opening << " gave " << error;
  }
}

TEST(Hostile, LongRowsOfOperatorsEnd) {
  for (const char* link : {" + 1", " * 1", " - 1", " ** 1", " and true", " or false", " = 1",
                           " < 1", "[1]", ".a", " in 1", " between 1 and 1"}) {
    Eval("1" + Repeated(link, 60'000), true);
  }
  SUCCEED();
}

TEST(Hostile, ALongNameIsOneError) {
  EXPECT_EQ(Eval(Repeated("a", size_t{10} << 20)), "feel-too-long");
  EXPECT_EQ(Eval(Repeated("a", 1'000'000)), "unknown-name");
  EXPECT_EQ(Eval(Repeated("a ", 400'000)), "unknown-name");
  EXPECT_EQ(Eval("\"" + Repeated("a", 1'000'000)), "feel-syntax");
  EXPECT_EQ(Eval(Repeated("/*", 400'000)), "feel-syntax");
}

TEST(Hostile, HugeRangesAreCountedOnlySoFar) {
  EXPECT_EQ(Eval("for i in 1..1e18 return i"), "stopped");
  EXPECT_EQ(Eval("for i in 1..1e30 return i"), "null");
  EXPECT_EQ(Eval("some i in 1..1000000000000 satisfies i < 0"), "stopped");
  EXPECT_EQ(Eval("for i in @\"-999999999-01-01\"..@\"999999999-12-31\" return 1"), "stopped");
  EXPECT_EQ(Eval("for i in 1..1000, j in 1..1000, k in 1..1000 return 1"), "stopped");
  EXPECT_EQ(Eval("count((for i in 1..100000 return i)[item > 0 and count([item][true]) > 0])"),
            "stopped");
}

TEST(Hostile, MemoryThatDoublesIsStopped) {
  EXPECT_EQ(Eval("{f: function(t, n) if n = 0 then t else f(t + t, n - 1), "
                 "r: string length(f(\"xxxxxxxxxxxxxxxx\", 60))}.r"),
            "stopped");
  EXPECT_EQ(Eval("{f: function(c, n) if n = 0 then c else f({a: c, b: c}, n - 1), "
                 "r: string length(string(f({a: 1}, 40)))}.r"),
            "null");
  EXPECT_EQ(Eval("{f: function(l, n) if n = 0 then l else f([l, l], n - 1), "
                 "r: count(flatten(f([1], 60)))}.r"),
            "stopped");
  EXPECT_EQ(Eval("{f: function(l, n) if n = 0 then l else f([l, l], n - 1), "
                 "r: f([1], 60) = f([1], 60)}.r"),
            "stopped");
}

TEST(Hostile, ValuesThatShareTheirPartsAreNotWalkedForEver) {
  const auto doubled = [](const std::string& use) {
    return Eval("{f: function(l, n) if n = 0 then l else f([l, l], n - 1), r: " + use + "}.r");
  };
  EXPECT_EQ(doubled("distinct values([f([1], 60), f([1], 60)])"), "stopped");
  EXPECT_EQ(doubled("list contains([f([1], 60)], f([1], 60))"), "stopped");
  EXPECT_EQ(doubled("string length(string(f([1], 60))) > 0"), "null");
  std::string type = "number";
  for (int i = 0; i < 61; ++i) type = "list<" + type + ">";
  EXPECT_EQ(doubled("f([1], 60) instance of " + type), "false");
}

TEST(Hostile, ValuesNestedWithoutEndNeedNoStackWithoutEnd) {
  const auto nested = [](const std::string& use) {
    return Eval("{deep: (for i in 1..60000 return [partial[-1]])[-1], r: " + use + "}.r");
  };
  EXPECT_EQ(nested("deep = deep"), "null");
  EXPECT_EQ(nested("count(deep.a)"), "stopped");
  EXPECT_EQ(nested("flatten(deep)"), "null");
  EXPECT_EQ(nested("string length(string(deep)) < 10000"), "true");
  EXPECT_EQ(nested("deep instance of list<list<list>>"), "true");
}

TEST(Hostile, WorkDoneAtOnceIsCounted) {
  const std::string big = "big: for i in 1..20000 return i, ";
  EXPECT_EQ(Eval("{" + big + "r: count(for i in 1..20000 return list contains(big, -1))}.r"),
            "stopped");
  EXPECT_EQ(Eval("{" + big + "r: count(distinct values(big))}.r"), "stopped");
  EXPECT_EQ(Eval("{" + big + "r: count(for i in 1..20000 return -1 in (big))}.r"), "stopped");
  EXPECT_EQ(Eval("{c: context(for i in 1..20000 return {key: string(i), value: i}), r: c.x}.r"),
            "stopped");
}

TEST(Hostile, RecursionEnds) {
  EXPECT_EQ(Eval("{f: function() f(), r: f()}.r"), "stopped");
  EXPECT_EQ(Eval("{f: function(g) g(g), r: f(f)}.r"), "stopped");
  EXPECT_EQ(Eval("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(60)}.r"),
            "stopped");
  EXPECT_EQ(Eval("{f: function(n) [n][f(n + 1)], r: f(0)}.r"), "stopped");
}

TEST(Hostile, PatternsThatBacktrackAreGivenUp) {
  const std::string text = "\"" + Repeated("a", 60) + "!\"";
  EXPECT_EQ(Eval("matches(" + text + ", \"(a+)+$\")"), "null");
  EXPECT_EQ(Eval("matches(" + text + ", \"(a|aa)+$\")"), "null");
  EXPECT_EQ(Eval("matches(" + text + ", \"(.*a){25}$\")"), "null");
  EXPECT_EQ(Eval("replace(" + text + ", \"(a+)+$\", \"x\")"), "null");
  EXPECT_EQ(Eval("split(" + text + ", \"(a+)+$\")"), "null");
  EXPECT_EQ(Eval("matches(\"a\", \"" + Repeated("(", 100'000) + "\")"), "null");
  EXPECT_EQ(Eval("matches(\"a\", \"" + Repeated("[a-[", 100'000) + "\")"), "null");
  EXPECT_EQ(Eval("matches(\"a\", \"a{1000000000}\")"), "null");
}

TEST(Hostile, NumbersAndTimesBeyondTheLargestAreNull) {
  EXPECT_EQ(Eval("10 ** 100000"), "null");
  EXPECT_EQ(Eval("(10 ** 6000) * (10 ** 6000)"), "null");
  EXPECT_EQ(Eval("2 ** 1e18"), "null");
  EXPECT_EQ(Eval("exp(1e9)"), "null");
  EXPECT_EQ(Eval("duration(\"P999999999999999999Y\") * 1e18"), "null");
  EXPECT_EQ(Eval("@\"999999999-12-31T23:59:59\" + duration(\"P99999999999999D\")"), "null");
  EXPECT_EQ(Eval("date(1e30, 1, 1)"), "null");
  EXPECT_EQ(Eval("decimal(1, 1e18)"), "null");
  EXPECT_EQ(Eval("substring(\"a\", 1e30)"), "null");
  EXPECT_EQ(Eval("[1][1e30]"), "null");
  EXPECT_EQ(Eval("sublist([1], -1e30)"), "null");
}

TEST(Hostile, BytesThatAreNoTextDoNoHarm) {
  for (const std::string bytes : {"\xFF\xFE", "\"\xC3\"", "\xF0\x9F", "a\x80 b", "\"\\uD800\"",
                                  "\"\\U999999\"", "\xE2\x80\xA8"}) {
    Eval(bytes, true);
    Eval("upper case(\"" + bytes + "\")", true);
    Eval("matches(\"" + bytes + "\", \"" + bytes + "\")", true);
  }
  Eval(std::string(1000, '\0'), true);
  SUCCEED();
}

}  // namespace
}  // namespace extramile::feel
