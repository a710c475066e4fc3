// Money, time, ids and hashes: the values every record is made of.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/id.h"
#include "base/json_writer.h"
#include "base/money.h"
#include "base/time.h"

namespace extramile {
namespace {

TEST(Money, ReadsAndWritesExactly) {
  const auto yen = *Currency::Parse("JPY");
  const auto dinar = *Currency::Parse("KWD");
  EXPECT_EQ(ParseMoney("12.5", Currency::Gbp())->minor, 1250);
  EXPECT_EQ(ParseMoney("0.10", Currency::Gbp())->minor + ParseMoney("0.20", Currency::Gbp())->minor,
            30);
  EXPECT_EQ(ParseMoney("7", yen)->minor, 7);
  EXPECT_EQ(ParseMoney("1.234", dinar)->minor, 1234);
  EXPECT_EQ(ParseMoney("1.500", Currency::Gbp())->minor, 150);
  EXPECT_EQ(FormatAmount({-5, Currency::Gbp()}), "-0.05");
  EXPECT_EQ(FormatAmount({7, yen}), "7");
  EXPECT_EQ(FormatAmount({INT64_MIN, yen}), "-9223372036854775808");
  for (const char* bad :
       {"", "-", ".5", "1.", "1.234", "1e3", "12,50", "99999999999999999999", "1.2.3"}) {
    EXPECT_FALSE(ParseMoney(bad, Currency::Gbp())) << bad;
  }
}

TEST(Time, ReadsRfc3339) {
  EXPECT_EQ(ParseInstant("1970-01-01T00:00:00Z")->micros, 0);
  EXPECT_EQ(*ParseInstant("2026-11-22T14:05:00+01:00"), *ParseInstant("2026-11-22T13:05:00Z"));
  EXPECT_EQ(FormatInstant(*ParseInstant("2026-11-22T13:05:00.1234567Z")),
            "2026-11-22T13:05:00.123456Z");
  EXPECT_EQ(FormatInstant(*ParseInstant("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500Z");
  for (const char* bad :
       {"", "2026-02-30T00:00:00Z", "2026-11-22", "2026-11-22T14:05:00", "2026-11-22T24:00:00Z",
        "2026-11-22T14:05:00Zx", "2026-11-22T14:05:00+25:00"}) {
    EXPECT_FALSE(ParseInstant(bad)) << bad;
  }
}

TEST(Time, KeepsTheOrganisationsDay) {
  const auto london = *TimeZone::Find("Europe/London");
  const auto summer = *ParseInstant("2026-07-01T23:30:00Z");
  EXPECT_EQ(london.ToLocal(summer).Date(), "2026-07-02");
  EXPECT_EQ(london.ToLocal(summer).Clock(), "00:30");
  EXPECT_EQ(london.ToLocal(summer).weekday, 4);
  EXPECT_EQ(FormatInstant(london.StartOfDay(summer)), "2026-07-01T23:00:00Z");
  EXPECT_FALSE(TimeZone::Find("Europe/Atlantis"));
}

TEST(Id, SortsByTimeAndReadsBack) {
  const auto early = PersonId::Make(Instant{1'000'000}, SystemRandom());
  const auto late = PersonId::Make(Instant{2'000'000}, SystemRandom());
  EXPECT_LT(early, late);
  EXPECT_EQ(*PersonId::Parse(early.ToString()), early);
  EXPECT_EQ(early.ToString()[14], '7');
  EXPECT_FALSE(PersonId::Parse("not-an-id"));
}

TEST(Hash, SeparatesDomains) {
  // RFC 4231, test case 2.
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_NE(HashWithDomain("a", "bc"), HashWithDomain("ab", "c"));
}

TEST(JsonWriter, EscapesAndSeparates) {
  JsonWriter json;
  json.BeginObject()
      .Key("a\"\n")
      .BeginArray()
      .Int(1)
      .String("x\x01")
      .Null()
      .EndArray()
      .Key("b")
      .Double(0.1);
  json.EndObject();
  EXPECT_EQ(json.text(), R"({"a\"\n":[1,"x\u0001",null],"b":0.1})");
}

}  // namespace
}  // namespace extramile
