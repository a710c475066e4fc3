#include "base/time.h"

#include <date/tz.h>

#include <chrono>
#include <cstdio>

namespace extramile {
namespace {

using MicroTime = date::sys_time<std::chrono::microseconds>;

Error BadInstant(std::string_view text) {
  return {ErrorKind::kInvalid, "time-format",
          "'" + std::string(text.substr(0, 40)) + "' is not an RFC 3339 time.", "",
          "Write it as 2026-11-22T14:05:00Z or with an offset such as +01:00."};
}

// Reads exactly `count` digits at `*pos`; false if there are fewer.
bool Digits(std::string_view text, size_t* pos, int count, int* out) {
  if (text.size() < *pos + count) return false;
  int value = 0;
  for (int i = 0; i < count; ++i) {
    const char c = text[*pos + i];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  *pos += count;
  *out = value;
  return true;
}

bool Literal(std::string_view text, size_t* pos, std::string_view any_of) {
  if (*pos >= text.size() || any_of.find(text[*pos]) == std::string_view::npos) return false;
  ++*pos;
  return true;
}

}  // namespace

Result<Instant> ParseInstant(std::string_view text) {
  size_t pos = 0;
  int year, month, day, hour, minute, second;
  if (!Digits(text, &pos, 4, &year) || !Literal(text, &pos, "-") ||
      !Digits(text, &pos, 2, &month) || !Literal(text, &pos, "-") || !Digits(text, &pos, 2, &day) ||
      !Literal(text, &pos, "Tt ") || !Digits(text, &pos, 2, &hour) || !Literal(text, &pos, ":") ||
      !Digits(text, &pos, 2, &minute) || !Literal(text, &pos, ":") ||
      !Digits(text, &pos, 2, &second)) {
    return Fail(BadInstant(text));
  }
  int64_t micros = 0;
  if (Literal(text, &pos, ".")) {
    int64_t unit = 100'000;
    const size_t start = pos;
    for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos, unit /= 10) {
      micros += (text[pos] - '0') * unit;  // digits beyond microseconds count nothing
    }
    if (pos == start) return Fail(BadInstant(text));
  }
  int64_t offset = 0;
  if (!Literal(text, &pos, "Zz")) {
    if (pos >= text.size()) return Fail(BadInstant(text));
    const int sign = text[pos] == '-' ? -1 : 1;
    int offset_hour, offset_minute;
    if (!Literal(text, &pos, "+-") || !Digits(text, &pos, 2, &offset_hour) ||
        !Literal(text, &pos, ":") || !Digits(text, &pos, 2, &offset_minute) || offset_hour > 23 ||
        offset_minute > 59) {
      return Fail(BadInstant(text));
    }
    offset = sign * (offset_hour * kMicrosPerHour + offset_minute * kMicrosPerMinute);
  }
  const date::year_month_day ymd{date::year(year), date::month(month), date::day(day)};
  if (pos != text.size() || !ymd.ok() || hour > 23 || minute > 59 || second > 60) {
    return Fail(BadInstant(text));
  }
  const int64_t days = date::sys_days(ymd).time_since_epoch().count();
  return Instant{days * kMicrosPerDay + hour * kMicrosPerHour + minute * kMicrosPerMinute +
                 second * kMicrosPerSecond + micros - offset};
}

std::string FormatInstant(Instant instant) {
  const MicroTime time{std::chrono::microseconds(instant.micros)};
  const auto day = date::floor<date::days>(time);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text;
  if (const int64_t fraction = clock.subseconds().count(); fraction % 1000 != 0) {
    std::snprintf(text, sizeof text, ".%06lld", static_cast<long long>(fraction));
    out += text;
  } else if (fraction != 0) {
    std::snprintf(text, sizeof text, ".%03lld", static_cast<long long>(fraction / 1000));
    out += text;
  }
  return out + "Z";
}

std::string LocalTime::Date() const {
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  return text;
}
std::string LocalTime::Month() const { return Date().substr(0, 7); }
std::string LocalTime::Clock() const {
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d", hour, minute);
  return text;
}

Result<TimeZone> TimeZone::Find(std::string_view iana_name) {
  try {
    return TimeZone(std::string(iana_name), date::locate_zone(iana_name));
  } catch (const std::exception&) {
    return Fail(ErrorKind::kInvalid, "time-zone-unknown",
                "There is no time zone called '" + std::string(iana_name.substr(0, 60)) + "'.", "",
                "Use an IANA name such as Europe/London.");
  }
}

LocalTime TimeZone::ToLocal(Instant instant) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const MicroTime utc{std::chrono::microseconds(instant.micros)};
  const auto info = zone->get_info(date::floor<std::chrono::seconds>(utc));
  const auto local = utc.time_since_epoch() + info.offset;
  const auto day = date::floor<date::days>(local);
  const date::sys_days day_point{day};
  const date::year_month_day ymd{day_point};
  const date::hh_mm_ss clock{local - day};
  LocalTime out;
  out.year = static_cast<int>(ymd.year());
  out.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  out.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  out.hour = static_cast<int>(clock.hours().count());
  out.minute = static_cast<int>(clock.minutes().count());
  out.second = static_cast<int>(clock.seconds().count());
  out.weekday = static_cast<int>(date::weekday(day_point).iso_encoding());
  out.offset_minutes = static_cast<int>(info.offset.count() / 60);
  return out;
}

Instant TimeZone::FromLocal(int year, int month, int day, int hour, int minute, int second) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const date::local_days date_part{date::year(year) / month / day};
  const auto local = date_part + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                     std::chrono::seconds(second);
  const auto sys = zone->to_sys(local, date::choose::earliest);
  return Instant{
      std::chrono::duration_cast<std::chrono::microseconds>(sys.time_since_epoch()).count()};
}

Instant TimeZone::StartOfDay(Instant instant) const {
  const LocalTime local = ToLocal(instant);
  return FromLocal(local.year, local.month, local.day, 0, 0, 0);
}

Clock& SystemClock() {
  class System final : public Clock {
   public:
    Instant Now() override {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
    }
  };
  static System clock;
  return clock;
}

}  // namespace extramile
