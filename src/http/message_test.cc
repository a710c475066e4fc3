#include "http/message.h"

#include <gtest/gtest.h>

namespace extramile::http {
namespace {

TEST(Message, EncodingIsUndoneByDecoding) {
  const std::string text = "a b/c?d=é&+%";
  EXPECT_EQ(PercentEncode("a b"), "a%20b");
  EXPECT_EQ(*PercentDecode(PercentEncode(text)), text);
}

TEST(Message, ABrokenEncodingIsAnError) {
  for (const char* text : {"%", "%4", "%4g", "a%zz"}) EXPECT_FALSE(PercentDecode(text)) << text;
}

TEST(Message, ReadsQueries) {
  const auto query = ParseQuery("state=open&q=two+words&empty=&flag");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->at("state"), "open");
  EXPECT_EQ(query->at("q"), "two words");
  EXPECT_EQ(query->at("empty"), "");
  EXPECT_EQ(query->at("flag"), "");
  EXPECT_EQ(ParseQuery("a=1&a=2").error().code, "query-twice");
}

TEST(Message, FindsACookieAmongOthers) {
  const HttpRequest request{
      "GET", "/", {{"cookie", "other=1; extramile_session=abc=d; extramile_session2=x"}}, ""};
  EXPECT_EQ(request.Cookie("extramile_session"), "abc=d");
  EXPECT_EQ(request.Cookie("session"), std::nullopt);
}

TEST(Message, SplitsTheTarget) {
  const HttpRequest request{"GET", "/a/b?c=d?e", {}, ""};
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "c=d?e");
}

}  // namespace
}  // namespace extramile::http
