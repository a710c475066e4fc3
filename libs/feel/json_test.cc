#include "feel/json.h"

#include <gtest/gtest.h>

namespace extramile::feel {
namespace {

TEST(Json, KeepsDecimalsDigitForDigit) {
  Arena arena;
  const auto json = ParseJson(R"({"a":0.1,"b":[true,null,"x"],"c":{"d":12345678901234567890.5}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(ToJson(FromJson(arena, *json)),
            R"({"a":0.1,"b":[true,null,"x"],"c":{"d":12345678901234567890.5}})");
}

TEST(Json, WritesTemporalValuesAsText) {
  Arena arena;
  EXPECT_EQ(ToJson(Value::Of(*ParseDate("2026-11-22"))), R"("2026-11-22")");
  EXPECT_EQ(ToJson(Value::Of(arena, *ParseDateTime("2026-11-22T10:00:00Z"))),
            R"("2026-11-22T10:00:00Z")");
}

TEST(Json, AContextKeepsTheLastValueOfAName) {
  Arena arena;
  ContextBuilder context(arena);
  context.Set("a", Value::Int(1)).Set("b", Value::Decimal(1250, 2)).Set("a", Value::Int(2));
  EXPECT_EQ(ToJson(context.Build()), R"({"a":2,"b":12.5})");
}

}  // namespace
}  // namespace extramile::feel
