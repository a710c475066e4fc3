// Dates, times and durations as FEEL has them (ISO 8601 and XML Schema), on own civil-calendar
// arithmetic over int64: years from -999,999,999 to 999,999,999, nanoseconds, offsets to the
// second, zones by their IANA name from the system's zoneinfo.
//
// Values; thread-safe. A time or a date and time may know no offset ("local"), an offset from UTC,
// or a zone.
//
//   std::optional<DateTime> at = ParseDateTime("2026-11-22T14:05:00@Europe/London");
//   ToString(*at);   // "2026-11-22T14:05:00@Europe/London"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace extramile::feel {

inline constexpr int64_t kMaxYear = 999'999'999;
inline constexpr int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr int64_t kNanosPerDay = 86'400 * kNanosPerSecond;

struct Civil {
  int64_t year = 1970;
  int month = 1;  // from 1
  int day = 1;    // from 1
};

// Proleptic Gregorian calendar, days since 1970-01-01.
int64_t DaysFromCivil(int64_t year, int month, int day);
Civil CivilFromDays(int64_t days);
int DaysInMonth(int64_t year, int month);
// ISO: Monday 1 ... Sunday 7.
int WeekdayFromDays(int64_t days);

struct Date {
  int64_t days = 0;
};

enum class ZoneForm : uint8_t { kNone, kOffset, kNamed };
// How local time relates to UTC: not at all, by seconds east, or by a named zone.
struct Zone {
  ZoneForm form = ZoneForm::kNone;
  int32_t value = 0;  // seconds east of UTC, or the zone's index in the system's list
  bool operator==(const Zone&) const = default;
};
std::optional<Zone> FindZone(std::string_view iana_name);
std::string_view ZoneName(const Zone& zone);  // where kNamed

struct Time {
  int64_t nanos = 0;  // since midnight
  Zone zone;
};

struct DateTime {
  int64_t days = 0;
  int64_t nanos = 0;  // since midnight
  Zone zone;
};

// seconds + nanos / 10^9, 0 <= nanos < 10^9 (so -0.5 s is {-1, 500000000}).
struct DaysDuration {
  int64_t seconds = 0;
  int32_t nanos = 0;
};
struct MonthsDuration {
  int64_t months = 0;
};

// nullopt where the text is not exactly of that kind, or out of range.
std::optional<Date> ParseDate(std::string_view text);
std::optional<Time> ParseTime(std::string_view text);
std::optional<DateTime> ParseDateTime(std::string_view text);
std::optional<DaysDuration> ParseDaysDuration(std::string_view text);
std::optional<MonthsDuration> ParseMonthsDuration(std::string_view text);

std::string ToString(const Date& date);
std::string ToString(const Time& time);
std::string ToString(const DateTime& date_time);
std::string ToString(const DaysDuration& duration);
std::string ToString(const MonthsDuration& duration);

// Seconds east of UTC at that local time; nullopt for a local one without offset. (In the gap of a
// clock change the offset before it; in the overlap the first.)
std::optional<int32_t> OffsetSeconds(const DateTime& date_time);
std::optional<int32_t> OffsetSeconds(const Time& time);

// The moment on the UTC scale, in seconds (nanos apart); a local one without offset is taken as
// UTC.
int64_t UtcSeconds(const DateTime& date_time);
DateTime FromInstant(Instant instant, const TimeZone* zone);
// The same moment's days and nanos moved by a duration; nullopt beyond the largest year.
std::optional<DateTime> Plus(const DateTime& date_time, DaysDuration duration);
std::optional<DateTime> Plus(const DateTime& date_time, MonthsDuration duration);
std::optional<Date> Plus(const Date& date, MonthsDuration duration);
Time Plus(const Time& time, DaysDuration duration);
DaysDuration Minus(const DateTime& a, const DateTime& b);
std::optional<DaysDuration> Negate(DaysDuration duration);
std::optional<DaysDuration> Plus(DaysDuration a, DaysDuration b);
int Compare(DaysDuration a, DaysDuration b);

}  // namespace extramile::feel
