#include "cli/call.h"

#include <gtest/gtest.h>

namespace extramile::cli {
namespace {

constexpr char kId[] = "0193553a-0000-7000-8000-000000000000";

Result<ApiCall> Read(const std::string& operation, std::vector<std::string> flags) {
  return ReadCall(operation, flags);
}

TEST(Call, FlagsGoToThePathAndIntoTheBody) {
  const auto call = Read("propose_idea", {"--id", kId, "--gesture", "call-back", "--amount", "0.1",
                                          "--minutes", "12", "--words.text", "Sorry",
                                          "--conditions[]", "quiet", "--conditions[]", "late"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->path.at("id"), kId);
  EXPECT_EQ(*call->body,
            R"({"gesture":"call-back","amount":0.1,"minutes":12,"words":{"text":"Sorry"},)"
            R"("conditions":["quiet","late"]})");
}

TEST(Call, NumbersKeepTheirDigitsAndTextStaysText) {
  const auto call = Read("add_budget", {"--name", "June 2026", "--per-month", "100.10", "--team",
                                        "007", "--valid-to", "2026-12-01T00:00:00Z"});
  ASSERT_TRUE(call);
  EXPECT_EQ(*call->body, R"({"name":"June 2026","per_month":100.10,"team":"007",)"
                         R"("valid_to":"2026-12-01T00:00:00Z"})");
}

TEST(Call, AnyJsonCanBeGiven) {
  const auto call = Read("match_offer", {"--id", kId, "--lines:json", R"([{"a":null}])"});
  ASSERT_TRUE(call);
  EXPECT_EQ(*call->body, R"({"lines":[{"a":null}]})");
  EXPECT_EQ(*Read("match_offer", {"--id", kId, "--json", "{}"})->body, "{}");
}

TEST(Call, AReadsFlagsAreItsQuery) {
  const auto call = Read("list_cases", {"--state", "open", "--limit", "5"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->query.at("state"), "open");
  EXPECT_EQ(call->body, std::nullopt);
}

TEST(Call, MistakesNameTheFlag) {
  EXPECT_EQ(Read("dance", {}).error().code, "operation-unknown");
  EXPECT_EQ(Read("open_case_now", {"--reason"}).error().place, "--reason");
  EXPECT_EQ(Read("open_case_now", {"reason", "x"}).error().place, "reason");
  EXPECT_EQ(Read("open_case_now", {"--reason", "a", "--reason", "b"}).error().place, "--reason");
}

}  // namespace
}  // namespace extramile::cli
