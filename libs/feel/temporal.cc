#include "feel/temporal.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace extramile::feel {
namespace {

__extension__ typedef __int128 int128;

constexpr int64_t kSecondsPerDay = 86'400;

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

// Reads a piece of text from left to right; every step says whether it could.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool AtEnd() const { return rest_.empty(); }
  char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view TakeRest() { return std::exchange(rest_, {}); }

  size_t CountDigits() const {
    size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    return count;
  }
  // Exactly `count` digits.
  bool Fixed(size_t count, int* value) {
    if (CountDigits() < count) return false;
    *value = 0;
    for (size_t i = 0; i < count; ++i) *value = *value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(count);
    return true;
  }
  // One digit or more, up to 18.
  bool Integer(int64_t* value) {
    const size_t count = CountDigits();
    if (count == 0 || count > 18) return false;
    *value = 0;
    for (size_t i = 0; i < count; ++i) *value = *value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(count);
    return true;
  }
  // The digits after a point, as nanoseconds; more than nine are cut off.
  bool Fraction(int64_t* nanos) {
    const size_t count = CountDigits();
    if (count == 0) return false;
    *nanos = 0;
    for (size_t i = 0; i < 9; ++i) *nanos = *nanos * 10 + (i < count ? rest_[i] - '0' : 0);
    rest_.remove_prefix(count);
    return true;
  }

 private:
  std::string_view rest_;
};

bool ScanDate(Scanner& in, Date* date) {
  const bool negative = in.Skip('-');
  const size_t digits = in.CountDigits();
  const char first = in.Peek();
  int64_t year = 0;
  int month = 0, day = 0;
  if (digits < 4 || digits > 9 || (digits > 4 && first == '0') || !in.Integer(&year)) return false;
  if (!in.Skip('-') || !in.Fixed(2, &month) || !in.Skip('-') || !in.Fixed(2, &day)) return false;
  if (negative) year = -year;
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return false;
  date->days = DaysFromCivil(year, month, day);
  return true;
}

bool ScanZone(Scanner& in, Zone* zone) {
  *zone = {};
  if (in.AtEnd()) return true;
  if (in.Skip('Z')) {
    *zone = {ZoneForm::kOffset, 0};
    return true;
  }
  if (in.Skip('@')) {
    const auto found = FindZone(in.TakeRest());
    if (found) *zone = *found;
    return found.has_value();
  }
  const bool negative = in.Peek() == '-';
  int hours = 0, minutes = 0, seconds = 0;
  if (!in.Skip('-') && !in.Skip('+')) return false;
  if (!in.Fixed(2, &hours) || !in.Skip(':') || !in.Fixed(2, &minutes)) return false;
  if (in.Skip(':') && !in.Fixed(2, &seconds)) return false;
  const int32_t total = hours * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > 18 * 3600) return false;
  *zone = {ZoneForm::kOffset, negative ? -total : total};
  return true;
}

// `days` receives 1 where the time is 24:00:00, which is the next day's 00:00:00.
bool ScanTime(Scanner& in, Time* time, int64_t* days) {
  int hour = 0, minute = 0, second = 0;
  int64_t nanos = 0;
  if (!in.Fixed(2, &hour) || !in.Skip(':') || !in.Fixed(2, &minute) || !in.Skip(':') ||
      !in.Fixed(2, &second)) {
    return false;
  }
  if (in.Skip('.') && !in.Fraction(&nanos)) return false;
  if (minute > 59 || second > 59 || hour > 24) return false;
  if (hour == 24 && (minute != 0 || second != 0 || nanos != 0)) return false;
  *days = hour == 24 ? 1 : 0;
  time->nanos = ((hour % 24) * 3600 + minute * 60 + second) * kNanosPerSecond + nanos;
  return ScanZone(in, &time->zone);
}

void AppendTwo(std::string& out, int64_t value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void AppendFraction(std::string& out, int64_t nanos) {
  if (nanos == 0) return;
  std::string digits = std::to_string(nanos);
  digits.insert(0, 9 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  out += '.' + digits;
}

void AppendClock(std::string& out, int64_t nanos) {
  const int64_t seconds = nanos / kNanosPerSecond;
  AppendTwo(out, seconds / 3600);
  out += ':';
  AppendTwo(out, seconds / 60 % 60);
  out += ':';
  AppendTwo(out, seconds % 60);
  AppendFraction(out, nanos % kNanosPerSecond);
}

void AppendZone(std::string& out, const Zone& zone) {
  if (zone.form == ZoneForm::kNamed) {
    out += '@';
    out += ZoneName(zone);
  } else if (zone.form == ZoneForm::kOffset) {
    if (zone.value == 0) {
      out += 'Z';
      return;
    }
    const int32_t seconds = std::abs(zone.value);
    out += zone.value < 0 ? '-' : '+';
    AppendTwo(out, seconds / 3600);
    out += ':';
    AppendTwo(out, seconds / 60 % 60);
    if (seconds % 60 != 0) {
      out += ':';
      AppendTwo(out, seconds % 60);
    }
  }
}

// zoneinfo's tables end in 2037; a later year borrows the rules of an earlier one with the same
// calendar.
int64_t YearWithSameCalendar(int64_t year) {
  if (year <= 2037) return std::max<int64_t>(year, 1800);
  const int weekday = WeekdayFromDays(DaysFromCivil(year, 1, 1));
  for (int64_t candidate = 2037; candidate > 2009; --candidate) {
    if (WeekdayFromDays(DaysFromCivil(candidate, 1, 1)) == weekday &&
        DaysInMonth(candidate, 2) == DaysInMonth(year, 2)) {
      return candidate;
    }
  }
  return 2037;
}

int32_t NamedOffset(const Zone& zone, int64_t days, int64_t nanos) {
  const auto& zones = date::get_tzdb().zones;
  if (zone.value < 0 || static_cast<size_t>(zone.value) >= zones.size()) return 0;
  Civil civil = CivilFromDays(days);
  civil.year = YearWithSameCalendar(civil.year);
  civil.day = std::min(civil.day, DaysInMonth(civil.year, civil.month));
  const int64_t seconds =
      DaysFromCivil(civil.year, civil.month, civil.day) * kSecondsPerDay + nanos / kNanosPerSecond;
  const auto info = zones[static_cast<size_t>(zone.value)].get_info(
      date::local_seconds(std::chrono::seconds(seconds)));
  return static_cast<int32_t>(info.first.offset.count());
}

std::optional<DateTime> Normalise(int128 days, int128 nanos, const Zone& zone) {
  int128 carry = nanos / kNanosPerDay;
  nanos %= kNanosPerDay;
  if (nanos < 0) {
    nanos += kNanosPerDay;
    --carry;
  }
  days += carry;
  if (days < DaysFromCivil(-kMaxYear, 1, 1) || days > DaysFromCivil(kMaxYear, 12, 31)) {
    return std::nullopt;
  }
  return DateTime{static_cast<int64_t>(days), static_cast<int64_t>(nanos), zone};
}

std::optional<DaysDuration> DurationOf(int128 nanos) {
  int128 seconds = nanos / kNanosPerSecond;
  int128 rest = nanos % kNanosPerSecond;
  if (rest < 0) {
    rest += kNanosPerSecond;
    --seconds;
  }
  if (seconds > INT64_MAX || seconds < INT64_MIN) return std::nullopt;
  return DaysDuration{static_cast<int64_t>(seconds), static_cast<int32_t>(rest)};
}

int128 NanosOf(DaysDuration duration) {
  return static_cast<int128>(duration.seconds) * kNanosPerSecond + duration.nanos;
}

}  // namespace

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years, years beginning
// in March.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Civil CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = FloorDivide(days, 146'097);
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int DaysInMonth(int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

int WeekdayFromDays(int64_t days) {
  const int64_t from_monday = days + 3;  // 1970-01-01 was a Thursday
  return static_cast<int>(from_monday - FloorDivide(from_monday, 7) * 7) + 1;
}

std::optional<Zone> FindZone(std::string_view iana_name) {
  const auto& zones = date::get_tzdb().zones;
  const auto found = std::lower_bound(
      zones.begin(), zones.end(), iana_name,
      [](const date::time_zone& zone, std::string_view name) { return zone.name() < name; });
  if (found == zones.end() || found->name() != iana_name) return std::nullopt;
  return Zone{ZoneForm::kNamed, static_cast<int32_t>(found - zones.begin())};
}

std::string_view ZoneName(const Zone& zone) {
  return date::get_tzdb().zones[static_cast<size_t>(zone.value)].name();
}

std::optional<Date> ParseDate(std::string_view text) {
  Scanner in(text);
  Date date;
  if (!ScanDate(in, &date) || !in.AtEnd()) return std::nullopt;
  return date;
}

std::optional<Time> ParseTime(std::string_view text) {
  Scanner in(text);
  Time time;
  int64_t days = 0;
  if (!ScanTime(in, &time, &days) || !in.AtEnd()) return std::nullopt;
  return time;
}

namespace {

// "2026-11-22T10:15:00Z", which most of them are and which machines write: all its characters are
// checked at once, without a branch for each. nullopt for anything else, right or wrong.
std::optional<DateTime> ParseUtc(std::string_view text) {
  constexpr std::string_view kPattern = "0000-00-00T00:00:00Z";
  if (text.size() != kPattern.size()) return std::nullopt;
  unsigned char digits[kPattern.size()];
  unsigned wrong = 0;
  for (size_t i = 0; i < kPattern.size(); ++i) {
    // 0 to 9 where a digit stands for the pattern's, else 0.
    digits[i] = static_cast<unsigned char>(text[i] ^ kPattern[i]);
    wrong |= digits[i] > (kPattern[i] == '0' ? 9U : 0U);
  }
  const auto two = [&](size_t at) { return digits[at] * 10 + digits[at + 1]; };
  const int64_t year = two(0) * 100 + two(2);
  const int month = two(5), day = two(8), hour = two(11), minute = two(14), second = two(17);
  if (wrong != 0 || month < 1 || month > 12 || day < 1 ||
      (day > 28 && day > DaysInMonth(year, month)) || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  return DateTime{DaysFromCivil(year, month, day),
                  (hour * 3600 + minute * 60 + second) * kNanosPerSecond,
                  {ZoneForm::kOffset, 0}};
}

}  // namespace

std::optional<DateTime> ParseDateTime(std::string_view text) {
  if (const auto utc = ParseUtc(text)) return utc;
  Scanner in(text);
  Date date;
  Time time;
  int64_t days = 0;
  if (!ScanDate(in, &date) || !in.Skip('T') || !ScanTime(in, &time, &days) || !in.AtEnd()) {
    return std::nullopt;
  }
  return DateTime{date.days + days, time.nanos, time.zone};
}

std::optional<DaysDuration> ParseDaysDuration(std::string_view text) {
  Scanner in(text);
  const bool negative = in.Skip('-');
  if (!in.Skip('P')) return std::nullopt;
  int128 seconds = 0;
  int64_t nanos = 0;
  bool any = false;
  int64_t value = 0;
  if (in.Peek() != 'T') {
    if (!in.Integer(&value) || !in.Skip('D')) return std::nullopt;
    seconds += static_cast<int128>(value) * kSecondsPerDay;
    any = true;
  }
  if (in.Skip('T')) {
    any = false;
    constexpr std::array<std::pair<char, int64_t>, 3> kUnits = {{{'H', 3600}, {'M', 60}, {'S', 1}}};
    size_t unit = 0;
    while (!in.AtEnd()) {
      if (!in.Integer(&value)) return std::nullopt;
      const bool fraction = in.Skip('.');
      if (fraction && !in.Fraction(&nanos)) nanos = 0;  // "PT1.S" is a second
      while (unit < kUnits.size() && in.Peek() != kUnits[unit].first) ++unit;
      if (unit == kUnits.size() || (fraction && kUnits[unit].first != 'S')) return std::nullopt;
      in.Skip(kUnits[unit].first);
      seconds += static_cast<int128>(value) * kUnits[unit++].second;
      any = true;
    }
  }
  if (!any || !in.AtEnd()) return std::nullopt;
  const int128 total = seconds * kNanosPerSecond + nanos;
  return DurationOf(negative ? -total : total);
}

std::optional<MonthsDuration> ParseMonthsDuration(std::string_view text) {
  Scanner in(text);
  const bool negative = in.Skip('-');
  if (!in.Skip('P')) return std::nullopt;
  int128 months = 0;
  int64_t value = 0;
  if (!in.Integer(&value)) return std::nullopt;
  if (in.Skip('Y')) {
    months = static_cast<int128>(value) * 12;
    if (!in.AtEnd() && !in.Integer(&value)) return std::nullopt;
    if (in.AtEnd()) value = -1;
  }
  if (value >= 0 && in.Peek() == 'M') {
    in.Skip('M');
    months += value;
  }
  if (!in.AtEnd() || (months == 0 && text.back() != 'Y' && text.back() != 'M')) return std::nullopt;
  if (months > INT64_MAX) return std::nullopt;
  return MonthsDuration{static_cast<int64_t>(negative ? -months : months)};
}

std::string ToString(const Date& date) {
  const Civil civil = CivilFromDays(date.days);
  char text[32];
  std::snprintf(text, sizeof text, "%s%04lld-%02d-%02d", civil.year < 0 ? "-" : "",
                static_cast<long long>(std::abs(civil.year)), civil.month, civil.day);
  return text;
}

std::string ToString(const Time& time) {
  std::string out;
  AppendClock(out, time.nanos);
  AppendZone(out, time.zone);
  return out;
}

std::string ToString(const DateTime& date_time) {
  std::string out = ToString(Date{date_time.days}) + "T";
  AppendClock(out, date_time.nanos);
  AppendZone(out, date_time.zone);
  return out;
}

std::string ToString(const DaysDuration& duration) {
  int128 total = NanosOf(duration);
  std::string out = total < 0 ? "-P" : "P";
  if (total < 0) total = -total;
  if (total == 0) return "PT0S";
  const int64_t seconds = static_cast<int64_t>(total / kNanosPerSecond);
  const int64_t nanos = static_cast<int64_t>(total % kNanosPerSecond);
  const int64_t days = seconds / kSecondsPerDay, rest = seconds % kSecondsPerDay;
  if (days != 0) out += std::to_string(days) + "D";
  if (rest == 0 && nanos == 0) return out;
  out += 'T';
  if (rest / 3600 != 0) out += std::to_string(rest / 3600) + "H";
  if (rest / 60 % 60 != 0) out += std::to_string(rest / 60 % 60) + "M";
  if (rest % 60 != 0 || nanos != 0) {
    out += std::to_string(rest % 60);
    AppendFraction(out, nanos);
    out += 'S';
  }
  return out;
}

std::string ToString(const MonthsDuration& duration) {
  if (duration.months == 0) return "P0M";
  const uint64_t months = duration.months < 0 ? 0 - static_cast<uint64_t>(duration.months)
                                              : static_cast<uint64_t>(duration.months);
  std::string out = duration.months < 0 ? "-P" : "P";
  if (months / 12 != 0) out += std::to_string(months / 12) + "Y";
  if (months % 12 != 0) out += std::to_string(months % 12) + "M";
  return out;
}

std::optional<int32_t> OffsetSeconds(const DateTime& date_time) {
  switch (date_time.zone.form) {
    case ZoneForm::kNone:
      return std::nullopt;
    case ZoneForm::kOffset:
      return date_time.zone.value;
    case ZoneForm::kNamed:
      return NamedOffset(date_time.zone, date_time.days, date_time.nanos);
  }
  return std::nullopt;
}

std::optional<int32_t> OffsetSeconds(const Time& time) {
  // A zone's offset depends on the day; a time without one takes the zone's of 1 January 2020.
  return OffsetSeconds(DateTime{DaysFromCivil(2020, 1, 1), time.nanos, time.zone});
}

int64_t UtcSeconds(const DateTime& date_time) {
  return date_time.days * kSecondsPerDay + date_time.nanos / kNanosPerSecond -
         OffsetSeconds(date_time).value_or(0);
}

DateTime FromInstant(Instant instant, const TimeZone* zone) {
  const int32_t offset = zone ? zone->ToLocal(instant).offset_minutes * 60 : 0;
  const int64_t micros = instant.micros + offset * kMicrosPerSecond;
  const int64_t days = FloorDivide(micros, kMicrosPerDay);
  return {days, (micros - days * kMicrosPerDay) * 1000, {ZoneForm::kOffset, offset}};
}

std::optional<DateTime> Plus(const DateTime& date_time, DaysDuration duration) {
  return Normalise(date_time.days, date_time.nanos + NanosOf(duration), date_time.zone);
}

std::optional<Date> Plus(const Date& date, MonthsDuration duration) {
  Civil civil = CivilFromDays(date.days);
  const int128 months = static_cast<int128>(civil.year) * 12 + (civil.month - 1) + duration.months;
  int128 year = months / 12;
  if (months % 12 < 0) --year;
  if (year > kMaxYear || year < -kMaxYear) return std::nullopt;
  civil.year = static_cast<int64_t>(year);
  civil.month = static_cast<int>(months - year * 12) + 1;
  civil.day = std::min(civil.day, DaysInMonth(civil.year, civil.month));
  return Date{DaysFromCivil(civil.year, civil.month, civil.day)};
}

std::optional<DateTime> Plus(const DateTime& date_time, MonthsDuration duration) {
  const auto date = Plus(Date{date_time.days}, duration);
  if (!date) return std::nullopt;
  return DateTime{date->days, date_time.nanos, date_time.zone};
}

Time Plus(const Time& time, DaysDuration duration) {
  int128 nanos = (time.nanos + NanosOf(duration)) % kNanosPerDay;
  if (nanos < 0) nanos += kNanosPerDay;
  return {static_cast<int64_t>(nanos), time.zone};
}

DaysDuration Minus(const DateTime& a, const DateTime& b) {
  const int128 nanos = static_cast<int128>(UtcSeconds(a) - UtcSeconds(b)) * kNanosPerSecond +
                       (a.nanos % kNanosPerSecond - b.nanos % kNanosPerSecond);
  return *DurationOf(nanos);
}

std::optional<DaysDuration> Negate(DaysDuration duration) { return DurationOf(-NanosOf(duration)); }

std::optional<DaysDuration> Plus(DaysDuration a, DaysDuration b) {
  return DurationOf(NanosOf(a) + NanosOf(b));
}

int Compare(DaysDuration a, DaysDuration b) {
  if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

}  // namespace extramile::feel
