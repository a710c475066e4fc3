#include "base/json_reader.h"

#include <gtest/gtest.h>

namespace extramile {
namespace {

std::string CodeOf(std::string_view text, JsonLimits limits = {}) {
  auto parsed = ParseJson(text, limits);
  return parsed ? "ok" : parsed.error().code;
}

TEST(ParseJson, KeepsNumbersAsTheirDigits) {
  auto parsed = ParseJson(R"({"a":0.1,"b":12345678901234567890.10,"c":-1e400})");
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(parsed->Find("a")->text, "0.1");
  EXPECT_EQ(parsed->Find("b")->text, "12345678901234567890.10");
  EXPECT_EQ(parsed->Find("c")->text, "-1e400");
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const char* bad :
       {"", "{", "{]", "[1,]", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "nul", "{} {}", "\"\xff\"",
        "{\"a\" 1}", "[1 2]", "{\"a\":.5}", "1 2", "tru", "[nulll]"}) {
    EXPECT_EQ(CodeOf(bad), "json-syntax") << bad;
  }
}

TEST(ParseJson, TakesScalarsAtTheTop) {
  for (const char* good : {"1", "-0.5", "\"a\"", "true", "null", " [ ] ", "{ }", "1 "}) {
    EXPECT_EQ(CodeOf(good), "ok") << good;
  }
}

TEST(ParseJson, RefusesDuplicateKeysDepthAndSize) {
  EXPECT_EQ(CodeOf(R"({"a":1,"b":{"c":1,"c":2}})"), "json-duplicate-key");
  EXPECT_EQ(CodeOf(std::string(40, '[') + std::string(40, ']')), "json-too-deep");
  EXPECT_EQ(CodeOf(std::string(100000, '[') + std::string(100000, ']')), "json-too-deep");
  EXPECT_EQ(CodeOf("[1,2,3]", {.max_bytes = 4}), "body-too-large");
}

TEST(JsonText, GivesBackTheSameDigits) {
  const std::string text = R"({"a":[0.10,-1e400,null,true],"b":{"c":"x\"y"}})";
  EXPECT_EQ(JsonText(*ParseJson(text)), text);
}

TEST(ObjectReader, NamesTheFieldThatIsWrong) {
  const auto body = *ParseJson(R"({"name":"A","minutes":12,"amount":"0.10","extra":1})");
  ObjectReader in(body, "/idea");
  EXPECT_EQ(in.String("name"), "A");
  EXPECT_EQ(in.Int("minutes", 0, 600), 12);
  EXPECT_EQ(in.Amount("amount", Currency::Gbp()).minor, 10);
  const auto done = in.Finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "unknown-field");
  EXPECT_EQ(done.error().place, "/idea/extra");
}

TEST(ObjectReader, ReportsTheFirstErrorOnly) {
  const auto body = *ParseJson(R"({"minutes":"x"})");
  ObjectReader in(body);
  in.String("name");
  in.Int("minutes", 0, 600);
  const auto done = in.Finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "missing-field");
  EXPECT_EQ(done.error().place, "/name");
}

TEST(ParseJson, RefusesTheCharacterThatDatabasesCannotHold) {
  const auto value = ParseJson(R"({"words": {"text": "a\u0000b"}})");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, "json-nul");
  EXPECT_EQ(value.error().place, "/words/text");
}

}  // namespace
}  // namespace extramile
