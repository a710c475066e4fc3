#include "feel/json_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "feel/json.h"

namespace extramile::feel {
namespace {

// What the two-step way makes of a text; nullopt where it is refused.
std::optional<std::string> Plainly(std::string_view text) {
  Arena arena;
  const auto json = ParseJson(text);
  if (!json) return std::nullopt;
  return ToJson(FromJson(arena, *json));
}

std::optional<std::string> Directly(JsonParser& parser, std::string_view text) {
  Arena arena;
  const auto value = parser.Parse(text, arena);
  if (!value) return std::nullopt;
  return ToJson(*value);
}

const char* const kTexts[] = {
    R"({"idea":{"amount":12.50,"same customer so far":0,"lines":[{"a":1},{"a":2}]},"on":true})",
    R"({"idea":{"amount":3,"same customer so far":-0.5,"lines":[],"x":{}},"on":null})",
    R"( [ 1 , -2.25 , 1e3 , 123456789012345678 , 1234567890123456789 , 0.1234567890123456789 ] )",
    R"({"a\"b":1,"c\\":2,"\u00e9":"\ud83d\ude00 \n\t\/"})",
    R"({"a\"b":1,"c\\":2})",
    R"({"a"b":1,"c\":2})",
    R"({"a":1,"b":2,"a":3})",
    R"({"a":{"a":{"a":1}}})",
    R"("only a text")",
    "-7",
    "01",
    "1.",
    "-",
    "1e",
    ".5",
    "tru",
    "nulls",
    "[1,]",
    "[1 2]",
    R"({"a":1,})",
    R"({"a" 1})",
    R"({a:1})",
    R"({"a":1}x)",
    R"("open)",
    R"("\u12")",
    R"("\ud800")",
    R"("\udc00")",
    R"("\ud800\u0041")",
    R"("\u0000")",
    R"({"\u0000":1})",
    R"("\x")",
    "\"a\nb\"",
    "\"\xff\"",
    "\"\xc3\xa9\"",
    "",
    "  ",
    "[1e400, 1e6200]",
    " 1e400 ",
    "1e400,1]",
    "false#",
    " null ",
    "1 2",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
};

TEST(JsonParser, ReadsAndRefusesWhatTheTwoStepsDo) {
  JsonParser parser;
  for (int round = 0; round < 2; ++round) {
    for (const char* text : kTexts) EXPECT_EQ(Directly(parser, text), Plainly(text)) << text;
  }
}

TEST(JsonParser, AgreesOnTextsWithOneByteChanged) {
  JsonParser parser;
  std::mt19937 random(7);
  constexpr std::string_view kBytes = "\"\\{}[]:,0129.-eEtfnu \n\xc3\xa9z";
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = kTexts[random() % 4];
    text[random() % text.size()] = kBytes[random() % kBytes.size()];
    const auto direct = Directly(parser, text);
    EXPECT_EQ(direct, Plainly(text)) << text;
    accepted += direct ? 1 : 0;
  }
  EXPECT_GT(accepted, 1000);
}

// A text of one shape with other values in it; now and then an entry more or less, or a space.
std::string TextOfAShape(std::mt19937& random) {
  const auto value = [&]() -> std::string {
    static const char* const kValues[] = {"0",
                                          "7",
                                          "12.50",
                                          "-3",
                                          "1234567",
                                          "12345678",
                                          "0.1234567",
                                          "0.12345678",
                                          "1e3",
                                          "01",
                                          "1.",
                                          "null",
                                          "true",
                                          "[]",
                                          "[1,\"a\"]",
                                          "[{\"a\":1},{\"a\":2}]",
                                          "{}",
                                          "{\"a\":1}",
                                          "\"\"",
                                          "\"agent\"",
                                          "\"exactly sixteen.\"",
                                          "\"a text that is longer than a block\"",
                                          "\"\\u00e9\\n\"",
                                          "\"\xc3\xa9\"",
                                          "\"\xc3\"",
                                          "\"2026-11-22T10:00:00Z\"",
                                          "99,"};
    return kValues[random() % std::size(kValues)];
  };
  std::string text = R"({"idea":{"amount":)" + value() + R"(,"same customer so far":)" + value();
  if (random() % 8 == 0) text += R"(,"more":)" + value();
  text +=
      R"(},"on":)" + value() + R"(,"a name that is longer than thirty-two characters":)" + value();
  if (random() % 8 == 0) text += ' ';
  return text + R"(,"staff":{"role":)" + value() + "}}" + (random() % 16 == 0 ? "}" : "");
}

TEST(JsonParser, ReadsTextsOfTheShapeThatItLearnedAsItReadsAnyOther) {
  JsonParser learning({.temporal = {"on"}});
  std::mt19937 random(11);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = TextOfAShape(random);
    JsonParser fresh({.temporal = {"on"}});
    Arena arena, other;
    const auto one = learning.Parse(text, arena);
    const auto two = fresh.Parse(text, other);
    ASSERT_EQ(one.has_value(), two.has_value()) << text;
    if (!one) {
      EXPECT_EQ(one.error().ToString(), two.error().ToString()) << text;
      continue;
    }
    ++accepted;
    EXPECT_EQ(ToFeel(*one), ToFeel(*two)) << text;
  }
  EXPECT_GT(accepted, 5000);
}

TEST(JsonParser, KeepsTheNamesThatItIsGiven) {
  const std::string name = "amount";
  JsonParser parser({.names = {name}});
  Arena arena;
  const auto value = parser.Parse(R"({"amount":1,"other":2})", arena);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->entries()[0].name().data(), name.data());
  EXPECT_EQ(ToJson(*value), R"({"amount":1,"other":2})");
}

TEST(JsonParser, SaysWhereATextBreaks) {
  JsonParser parser;
  Arena arena;
  const auto broken = parser.Parse(R"({"amount": twelve})", arena);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, "json-syntax");
  EXPECT_EQ(broken.error().place, "byte 12");
}

TEST(JsonParser, MakesDatesOfTextsThatAreNamed) {
  JsonParser parser({.temporal = {"when"}});
  Arena arena;
  const auto value = parser.Parse(
      R"({"when":"2026-11-22T10:00:00Z","note":"2026-11-22","x":{"when":"soon"}})", arena);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->Find("when").kind(), Kind::kDateTime);
  EXPECT_TRUE(value->Find("note").is_string());
  EXPECT_EQ(value->Find("x").Find("when").string(), "soon");
}

TEST(JsonParser, ForgetsKeysThatNeverComeAgain) {
  JsonParser parser;
  Arena arena;
  for (int i = 0; i < 30000; ++i) {
    const std::string text = "{\"key " + std::to_string(i) + "\":" + std::to_string(i) + "}";
    const auto value = parser.Parse(text, arena);
    ASSERT_TRUE(value);
    EXPECT_EQ(ToJson(*value), text);
    arena.Reset();
  }
}

}  // namespace
}  // namespace extramile::feel
