#include "desk/snapshot.h"

#include <gtest/gtest.h>

#include <random>

#include "desk/decision_context.h"
#include "feel/json.h"

namespace extramile::desk {
namespace {

using feel::Arena;
using feel::ContextBuilder;
using feel::Value;

std::string RoundTrip(const Value& value) {
  const std::string bytes = EncodeSnapshot(value);
  Arena arena;
  const auto back = DecodeSnapshot(bytes, arena);
  EXPECT_TRUE(back) << back.error().ToString();
  return back ? feel::ToFeel(*back) : "";
}

TEST(Snapshot, KeepsEveryInputOfACheckInFewBytes) {
  Facts facts;
  facts.idea.gesture = "goodwill";
  facts.idea.kind = "money";
  facts.idea.amount = 1250;
  facts.idea.lines = {{"goodwill", 1250, 4}};
  facts.idea.when = facts.time_of_check = *ParseInstant("2026-11-22T11:28:24.339716Z");
  facts.customer.country = "GB";
  facts.others.extra_wait_minutes = 0.8373;
  const TimeZone london = *TimeZone::Find("Europe/London");
  facts.zone = &london;
  Arena arena;
  const Value context = BuildContext(arena, facts);
  EXPECT_EQ(RoundTrip(context), feel::ToFeel(context));
  EXPECT_LT(EncodeSnapshot(context).size(), 400u);
  EXPECT_LT(EncodeSnapshot(context).size() * 3, feel::ToJson(context).size());
}

TEST(Snapshot, KeepsNumbersExactly) {
  Arena arena;
  for (const char* digits : {"0", "127", "128", "-1", "12.5", "-0.001", "9223372036854775807",
                             "1234567890123456789012345678901234"}) {
    const Value number = Value::Of(arena, *feel::Number::Parse(digits));
    EXPECT_EQ(RoundTrip(number), digits);
  }
}

TEST(Snapshot, KeepsNamesAndKindsOutsideTheContract) {
  Arena arena;
  ContextBuilder builder(arena);
  builder.Set("our own name", Value::List(arena, {Value(), Value::Bool(true), Value::Int(-5)}))
      .Set("", Value::StringView("\xE2\x82\xAC 5"))
      .Set("local", Value::Of(arena, *feel::ParseDateTime("2026-11-22T14:05:00")))
      .Set("zoned", Value::Of(arena, *feel::ParseDateTime("2026-11-22T14:05:00@Europe/London")));
  const Value context = builder.Build();
  EXPECT_EQ(RoundTrip(context), feel::ToFeel(context));
}

TEST(Snapshot, DamagedBytesAreAnErrorAndNothingWorse) {
  Facts facts;
  facts.idea.lines = {{"goodwill", 1250, 4}, {"call", 0, 12}};
  facts.staff.duties = {"refund", "goodwill"};
  Arena arena;
  const std::string bytes = EncodeSnapshot(BuildContext(arena, facts));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeSnapshot(bytes.substr(0, size), arena)) << size;
  }
  EXPECT_FALSE(DecodeSnapshot(bytes + '\0', arena));
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = bytes;
    for (int k = 0; k < 3; ++k) changed[random() % changed.size()] = static_cast<char>(random());
    Arena own;
    (void)DecodeSnapshot(changed, own);
  }
  std::string deep(1, 2);
  for (int i = 0; i < 100'000; ++i) deep += std::string("\x09\x01", 2);
  EXPECT_FALSE(DecodeSnapshot(deep, arena));
}

TEST(Snapshot, AnUnknownFormatIsNamed) {
  Arena arena;
  const auto read = DecodeSnapshot("\x01{}", arena);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "snapshot-format");
}

}  // namespace
}  // namespace extramile::desk
