#include "feel/temporal.h"

#include <gtest/gtest.h>

namespace extramile::feel {
namespace {

TEST(Temporal, CivilDaysRoundTripFromOneEndToTheOther) {
  for (int64_t days = DaysFromCivil(-kMaxYear, 1, 1); days < DaysFromCivil(kMaxYear, 12, 31);
       days += 1'000'003) {
    const Civil civil = CivilFromDays(days);
    ASSERT_EQ(DaysFromCivil(civil.year, civil.month, civil.day), days);
  }
  EXPECT_EQ(DaysFromCivil(1970, 1, 1), 0);
  EXPECT_EQ(WeekdayFromDays(0), 4);
}

TEST(Temporal, ReadsOnlyWhatIsExactlyADate) {
  EXPECT_TRUE(ParseDate("2024-02-29"));
  EXPECT_TRUE(ParseDate("-0044-03-15"));
  EXPECT_TRUE(ParseDate("999999999-12-31"));
  for (const char* text : {"2023-02-29", "2023-13-01", "23-01-01", "02023-01-01", "2023-1-1",
                           "2023-01-01Z", "+2023-01-01", ""}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
}

TEST(Temporal, WritesTimesAsTheyWereRead) {
  for (const char* text :
       {"10:30:00", "10:30:00.001", "10:30:00Z", "10:30:00+05:30", "10:30:00@Europe/Paris"}) {
    EXPECT_EQ(ToString(ParseTime(text).value()), text);
  }
  EXPECT_EQ(ToString(ParseTime("10:30:00+00:00").value()), "10:30:00Z");
  EXPECT_FALSE(ParseTime("25:00:00"));
  EXPECT_FALSE(ParseTime("10:30:00@Nowhere/Town"));
}

TEST(Temporal, Durations) {
  EXPECT_EQ(ToString(ParseDaysDuration("PT36H").value()), "P1DT12H");
  EXPECT_EQ(ToString(ParseDaysDuration("-PT0.5S").value()), "-PT0.5S");
  EXPECT_EQ(ToString(ParseMonthsDuration("P14M").value()), "P1Y2M");
  EXPECT_EQ(ToString(ParseMonthsDuration("P0M").value()), "P0M");
  for (const char* text : {"P", "PT", "P1DT", "P1Y1D", "PT1M1H", "1D"}) {
    EXPECT_FALSE(ParseDaysDuration(text)) << text;
    EXPECT_FALSE(ParseMonthsDuration(text)) << text;
  }
}

TEST(Temporal, ZonesFollowTheirRulesInFarYears) {
  const auto summer = ParseDateTime("2026-07-01T12:00:00@Europe/London"),
             winter = ParseDateTime("2026-01-01T12:00:00@Europe/London");
  EXPECT_EQ(OffsetSeconds(*summer), 3600);
  EXPECT_EQ(OffsetSeconds(*winter), 0);
  EXPECT_EQ(OffsetSeconds(*ParseDateTime("2126-07-01T12:00:00@Europe/London")), 3600);
}

TEST(Temporal, AnInstantBecomesLocalTimeWithItsOffset) {
  const auto instant = ParseInstant("2026-07-01T12:00:00Z");
  const auto london = TimeZone::Find("Europe/London");
  EXPECT_EQ(ToString(FromInstant(*instant, &*london)), "2026-07-01T13:00:00+01:00");
  EXPECT_EQ(ToString(FromInstant(*instant, nullptr)), "2026-07-01T12:00:00Z");
}

}  // namespace
}  // namespace extramile::feel
