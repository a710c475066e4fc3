#include "connect/call_log_row.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "connect/call_log_lines.h"

namespace extramile::connect {
namespace {

constexpr int kDayS = 24 * 3600;
constexpr int kJumpS = 3 * 3600;
constexpr int kJumpSlackS = 600;
constexpr int kClockSlackS = 1;     // between a duration column and the times beside it
constexpr int kOverlapSlackS = 60;  // by which a service may begin before the queue ends

std::optional<int> Integer(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// H:MM:SS or HH:MM:SS as seconds of the day.
std::optional<int> ClockTime(std::string_view text) {
  const size_t first = text.find(':');
  if (first == 0 || first > 2 || text.size() != first + 6 || text[first + 3] != ':')
    return std::nullopt;
  const auto digits = [](std::string_view part) -> int {
    int value = 0;
    for (char c : part) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const int hour = digits(text.substr(0, first));
  const int minute = digits(text.substr(first + 1, 2));
  const int second = digits(text.substr(first + 4, 2));
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

std::optional<CallLogDate> ParseDate(std::string_view text, const ColumnMapping& mapping) {
  const std::string& format = mapping.date_format;
  if (text.size() != format.size()) return std::nullopt;
  CallLogDate date;
  int year_digits = 0;
  for (size_t i = 0; i < format.size(); ++i) {
    const char kind = format[i];
    const char c = text[i];
    if (kind != 'Y' && kind != 'M' && kind != 'D') {
      if (c != kind) return std::nullopt;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    int& part = kind == 'Y' ? date.year : kind == 'M' ? date.month : date.day;
    part = part * 10 + (c - '0');
    year_digits += kind == 'Y';
  }
  date.two_digit_year = year_digits == 2;
  if (date.two_digit_year) date.year += mapping.century;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month < 1 || date.month > 12) return std::nullopt;
  const bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
  const int days = date.month == 2 && leap ? 29 : kDays[date.month - 1];
  if (date.day < 1 || date.day > days) return std::nullopt;
  return date;
}

// A step that begins at midnight has an end; one that never happened has neither.
void ForgetZero(std::optional<int>& start, std::optional<int>& end) {
  if (start.value_or(0) != 0 || end.value_or(0) != 0) return;
  start.reset();
  end.reset();
}

// A time before the one before it by more than half a day is of the next day.
bool Unroll(CallLogRow& row) {
  bool past_midnight = false;
  int before = row.arrived;
  for (auto* time :
       {&row.left_menu, &row.queue_start, &row.queue_end, &row.service_start, &row.service_end}) {
    if (!*time) continue;
    while (**time < before - kDayS / 2) **time += kDayS;
    before = **time;
    past_midnight = past_midnight || before >= kDayS;
  }
  return past_midnight;
}

bool NearJump(int seconds) { return std::abs(std::abs(seconds) - kJumpS) <= kJumpSlackS; }

bool ClockJumped(const CallLogRow& row) {
  const int menu_end = row.left_menu.value_or(row.arrived);
  if (NearJump(menu_end - row.arrived)) return true;
  if (row.queue_start && NearJump(*row.queue_start - menu_end)) return true;
  if (row.queue_start && row.queue_end && NearJump(*row.queue_end - *row.queue_start)) return true;
  if (!row.service_start) return false;
  if (NearJump(*row.service_start - row.queue_end.value_or(menu_end))) return true;
  if (!row.service_end) return false;
  // A service of three hours is possible, where its own duration says so.
  const int service = *row.service_end - *row.service_start;
  return NearJump(service) && (service < 0 || (row.service_s && !NearJump(*row.service_s)));
}

bool Negative(const CallLogRow& row) {
  const auto backwards = [](std::optional<int> from, std::optional<int> to) {
    return from && to && *to < *from;
  };
  return backwards(row.arrived, row.left_menu) || backwards(row.queue_start, row.queue_end) ||
         backwards(row.service_start, row.service_end) || row.menu_s.value_or(0) < 0 ||
         row.queue_s.value_or(0) < 0 || row.service_s.value_or(0) < 0;
}

bool Mismatch(const CallLogRow& row) {
  const auto differs = [](std::optional<int> from, std::optional<int> to, std::optional<int> said) {
    return from && to && said && std::abs(*to - *from - *said) > kClockSlackS;
  };
  return differs(row.arrived, row.left_menu, row.menu_s) ||
         differs(row.queue_start, row.queue_end, row.queue_s) ||
         differs(row.service_start, row.service_end, row.service_s) ||
         row.queue_start.has_value() != row.queue_end.has_value();
}

std::optional<SetAside> Fault(const CallLogRow& row) {
  if (ClockJumped(row)) return SetAside::kClockJump;
  if (Negative(row)) return SetAside::kNegativeDuration;
  if (Mismatch(row)) return SetAside::kDurationMismatch;
  if (row.outcome == CallLogRow::kAnswered) {
    if (!row.has_agent) return SetAside::kServedWithoutServer;
    if (!row.service_start || !row.service_end) return SetAside::kServedWithoutTimes;
    if (row.queue_end && *row.service_start < *row.queue_end - kOverlapSlackS) {
      return SetAside::kServedWhileQueueing;
    }
    return std::nullopt;
  }
  if (row.service_start || row.service_end || row.has_agent) return SetAside::kAbandonedYetServed;
  if (!row.queue_start) return SetAside::kNeverQueued;
  return std::nullopt;
}

}  // namespace

std::optional<SetAside> CallLogRowReader::Read(const std::vector<std::string>& fields,
                                               queueing::Call& call, CallLogNotes& notes) {
  fields_ = &fields;
  CallLogRow row;
  if (!Parse(row)) return SetAside::kUnreadable;
  notes.two_digit_years += row.date.two_digit_year;
  if (row.outcome == CallLogRow::kPhantom) return SetAside::kPhantom;
  const bool past_midnight = Unroll(row);
  if (const auto fault = Fault(row)) return fault;

  const int entered = row.queue_start.value_or(row.service_start.value_or(row.arrived));
  const CallLogDate& d = row.date;
  const Instant arrived = zone_.FromLocal(d.year, d.month, d.day, row.arrived / 3600,
                                          row.arrived / 60 % 60, row.arrived % 60);
  call.entered_queue_at = arrived + (entered - row.arrived) * kMicrosPerSecond;
  call.wait_s = row.queue_start ? *row.queue_end - *row.queue_start : 0;
  call.answered = row.outcome == CallLogRow::kAnswered;
  call.service_s = call.answered ? *row.service_end - *row.service_start : 0;
  call.agent = call.answered ? std::string(Field(ColumnMapping::kAgent)) : std::string();
  call.type = Field(ColumnMapping::kType);
  notes.past_midnight += past_midnight;
  notes.answered_at_once += !row.queue_start;
  return std::nullopt;
}

std::string_view CallLogRowReader::Field(ColumnMapping::Column column) const {
  const int at = columns_[column];
  if (at < 0 || static_cast<size_t>(at) >= fields_->size()) return {};
  return Trim((*fields_)[static_cast<size_t>(at)]);
}

bool CallLogRowReader::Parse(CallLogRow& row) const {
  for (int at : columns_) {
    if (at >= static_cast<int>(fields_->size())) return false;
  }
  const auto date = ParseDate(Field(ColumnMapping::kDate), mapping_);
  const auto arrived = ClockTime(Field(ColumnMapping::kArrived));
  if (!date || !arrived) return false;
  row.date = *date;
  row.arrived = *arrived;
  // An optional column: absent or empty is nothing, and anything else must be readable.
  const auto optional = [&](ColumnMapping::Column column, auto parse, std::optional<int>& out) {
    const std::string_view text = Field(column);
    if (!text.empty()) out = parse(text);
    return text.empty() || out.has_value();
  };
  const bool readable = optional(ColumnMapping::kLeftMenu, ClockTime, row.left_menu) &&
                        optional(ColumnMapping::kQueueStart, ClockTime, row.queue_start) &&
                        optional(ColumnMapping::kQueueEnd, ClockTime, row.queue_end) &&
                        optional(ColumnMapping::kServiceStart, ClockTime, row.service_start) &&
                        optional(ColumnMapping::kServiceEnd, ClockTime, row.service_end) &&
                        optional(ColumnMapping::kMenuSeconds, Integer, row.menu_s) &&
                        optional(ColumnMapping::kQueueSeconds, Integer, row.queue_s) &&
                        optional(ColumnMapping::kServiceSeconds, Integer, row.service_s);
  if (!readable) return false;
  if (mapping_.zero_time_means_none) {
    ForgetZero(row.queue_start, row.queue_end);
    ForgetZero(row.service_start, row.service_end);
  }
  const std::string_view outcome = Field(ColumnMapping::kOutcome);
  if (Has(mapping_.answered, outcome))
    row.outcome = CallLogRow::kAnswered;
  else if (Has(mapping_.abandoned, outcome))
    row.outcome = CallLogRow::kAbandoned;
  else if (Has(mapping_.phantom, outcome))
    row.outcome = CallLogRow::kPhantom;
  else
    return false;
  const std::string_view agent = Field(ColumnMapping::kAgent);
  row.has_agent = !agent.empty() && !Has(mapping_.no_agent, agent);
  return true;
}

}  // namespace extramile::connect
