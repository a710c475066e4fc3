// Time: an Instant is microseconds since 1970-01-01T00:00:00Z, and nothing else is stored anywhere.
// Local days and hours exist only where an organisation's time zone is named.
//
//   EM_ASSIGN(Instant at, ParseInstant("2026-11-22T14:05:00+01:00"));
//   EM_ASSIGN(TimeZone london, TimeZone::Find("Europe/London"));
//   LocalTime local = london.ToLocal(at);        // 2026-11-22 13:05
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace extramile {

struct Instant {
  int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

inline Instant operator+(Instant a, int64_t micros) { return {a.micros + micros}; }
inline int64_t operator-(Instant a, Instant b) { return a.micros - b.micros; }

// RFC 3339 with an offset or Z; up to six fractional digits; years 0000-9999.
Result<Instant> ParseInstant(std::string_view text);
// RFC 3339 in UTC, as many fractional digits as needed (0, 3 or 6): "2026-11-22T13:05:00Z".
std::string FormatInstant(Instant instant);

struct LocalTime {
  int year = 1970, month = 1, day = 1;  // month and day from 1
  int hour = 0, minute = 0, second = 0;
  int weekday = 4;            // ISO: Monday 1 ... Sunday 7
  int offset_minutes = 0;     // east of UTC
  std::string Date() const;   // "2026-11-22"
  std::string Month() const;  // "2026-11"
  std::string Clock() const;  // "13:05"
};

// An IANA time zone from the system's zoneinfo. Cheap to copy.
class TimeZone {
 public:
  static Result<TimeZone> Find(std::string_view iana_name);
  LocalTime ToLocal(Instant instant) const;
  // The instant of a local wall-clock time; in the gap of a clock change the later offset, in the
  // overlap the earlier instant.
  Instant FromLocal(int year, int month, int day, int hour, int minute, int second) const;
  Instant StartOfDay(Instant instant) const;
  const std::string& name() const { return name_; }

 private:
  TimeZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const void* zone_;
};

// The clock is a port: the server's is the system's, a test's stands still.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;  // thread-safe
};
Clock& SystemClock();

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant now) : now_(now) {}
  Instant Now() override { return now_; }
  void Set(Instant now) { now_ = now; }
  void Advance(int64_t micros) { now_ = now_ + micros; }

 private:
  Instant now_;
};

}  // namespace extramile
