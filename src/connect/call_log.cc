#include "connect/call_log.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/json_writer.h"

namespace extramile::connect {
namespace {

constexpr int kDayS = 24 * 3600;
constexpr int kJumpS = 3 * 3600;
constexpr int kJumpSlackS = 600;
constexpr int kClockSlackS = 1;     // between a duration column and the times beside it
constexpr int kOverlapSlackS = 60;  // by which a service may begin before the queue ends

struct ReasonWords {
  std::string_view code, words;
};
constexpr std::array<ReasonWords, kSetAsideReasons> kReasons = {{
    {"unreadable", "cannot be read"},
    {"duplicate", "the same line as an earlier one"},
    {"phantom", "phantom: no customer was there"},
    {"clock-jump", "the clock jumped by about three hours during the call"},
    {"negative-duration", "a step ends before it begins"},
    {"duration-mismatch", "a duration contradicts its times"},
    {"served-without-server", "answered, but by nobody"},
    {"served-without-times", "answered, but the service has no beginning or no end"},
    {"served-while-queueing", "served more than a minute before the wait ended"},
    {"abandoned-yet-served", "given up, but a service is logged"},
    {"never-queued", "hung up before joining the queue"},
}};

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

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

struct Date {
  int year = 0, month = 0, day = 0;
  bool two_digit_year = false;
};

std::optional<Date> ParseDate(std::string_view text, const ColumnMapping& mapping) {
  const std::string& format = mapping.date_format;
  if (text.size() != format.size()) return std::nullopt;
  Date date;
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

// The lines of a stream, with a limit on their length.
class LineReader {
 public:
  LineReader(std::istream& in, size_t longest) : in_(in), longest_(longest) {}

  // False at the end, or with error() set.
  bool Next(std::string& line) {
    line.clear();
    for (;;) {
      const auto* found = static_cast<const char*>(
          std::char_traits<char>::find(buffer_.data() + at_, filled_ - at_, '\n'));
      const size_t end = found ? static_cast<size_t>(found - buffer_.data()) : filled_;
      if (line.size() + (end - at_) > longest_) {
        error_ =
            Error{ErrorKind::kTooLarge, "call-log-line",
                  "A line is longer than " + std::to_string(longest_) + " bytes.",
                  "line " + std::to_string(number_ + 1), "Check that this is a call log as text."};
        return false;
      }
      line.append(buffer_.data() + at_, end - at_);
      bytes_ += end - at_;
      at_ = end;
      if (found) {
        ++at_;
        ++bytes_;
        ++number_;
        return true;
      }
      if (!Fill()) {
        if (line.empty()) return false;
        ++number_;
        return true;
      }
    }
  }

  size_t number() const { return number_; }  // of the line last returned, from 1
  size_t bytes() const { return bytes_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool Fill() {
    if (!in_.good()) return false;
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    filled_ = static_cast<size_t>(in_.gcount());
    at_ = 0;
    if (in_.bad()) {
      error_ = Error{ErrorKind::kUnavailable, "call-log-read",
                     "The call log could not be read to its end.",
                     "line " + std::to_string(number_ + 1), "Check the disk and try again."};
    }
    return filled_ > 0;
  }

  std::istream& in_;
  size_t longest_;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
  size_t filled_ = 0, at_ = 0;
  size_t number_ = 0, bytes_ = 0;
  std::optional<Error> error_;
};

// Splits a line; a field in double quotes may hold the separator, and "" for a quote. False for a
// quote left open.
bool Split(std::string_view line, char separator, std::vector<std::string>& fields) {
  fields.clear();
  size_t at = 0;
  for (;;) {
    std::string& field = fields.emplace_back();
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        if (at >= line.size()) return false;
        if (line[at] != '"')
          field += line[at];
        else if (at + 1 < line.size() && line[at + 1] == '"')
          field += line[at++];
        else
          break;
      }
      ++at;
    }
    const size_t end = std::min(line.find(separator, at), line.size());
    field += line.substr(at, end - at);
    if (end == line.size()) return true;
    at = end + 1;
  }
}

// One row in the course of being read: times are seconds from the beginning of its date, past
// midnight above 86,400.
struct Row {
  Date date;
  int arrived = 0;
  std::optional<int> left_menu, queue_start, queue_end, service_start, service_end;
  std::optional<int> menu_s, queue_s, service_s;
  enum { kAnswered, kAbandoned, kPhantom } outcome = kAnswered;
  bool has_agent = false;
};

class RowReader {
 public:
  RowReader(const ColumnMapping& mapping, TimeZone zone,
            std::array<int, ColumnMapping::kColumns> at)
      : mapping_(mapping), zone_(std::move(zone)), at_(at) {}

  // The clean call, or why it is none.
  std::optional<SetAside> Read(const std::vector<std::string>& fields, queueing::Call& call,
                               CallLogNotes& notes) {
    fields_ = &fields;
    Row row;
    if (!Parse(row)) return SetAside::kUnreadable;
    notes.two_digit_years += row.date.two_digit_year;
    if (row.outcome == Row::kPhantom) return SetAside::kPhantom;
    const bool past_midnight = Unroll(row);
    if (const auto fault = Fault(row)) return fault;

    const int entered = row.queue_start.value_or(row.service_start.value_or(row.arrived));
    const Date& d = row.date;
    const Instant arrived = zone_.FromLocal(d.year, d.month, d.day, row.arrived / 3600,
                                            row.arrived / 60 % 60, row.arrived % 60);
    call.entered_queue_at = arrived + (entered - row.arrived) * kMicrosPerSecond;
    call.wait_s = row.queue_start ? *row.queue_end - *row.queue_start : 0;
    call.answered = row.outcome == Row::kAnswered;
    call.service_s = call.answered ? *row.service_end - *row.service_start : 0;
    call.agent = call.answered ? std::string(Field(ColumnMapping::kAgent)) : std::string();
    call.type = Field(ColumnMapping::kType);
    notes.past_midnight += past_midnight;
    notes.answered_at_once += !row.queue_start;
    return std::nullopt;
  }

 private:
  std::string_view Field(ColumnMapping::Column column) const {
    const int at = at_[column];
    if (at < 0 || static_cast<size_t>(at) >= fields_->size()) return {};
    return Trim((*fields_)[static_cast<size_t>(at)]);
  }

  // An optional column: absent or empty is nothing, and anything else must be readable.
  template <class Parse>
  bool Optional(ColumnMapping::Column column, Parse parse, std::optional<int>& out) const {
    const std::string_view text = Field(column);
    if (text.empty()) return true;
    out = parse(text);
    return out.has_value();
  }

  bool Parse(Row& row) const {
    for (int at : at_) {
      if (at >= static_cast<int>(fields_->size())) return false;
    }
    const auto date = ParseDate(Field(ColumnMapping::kDate), mapping_);
    const auto arrived = ClockTime(Field(ColumnMapping::kArrived));
    if (!date || !arrived) return false;
    row.date = *date;
    row.arrived = *arrived;
    const bool readable = Optional(ColumnMapping::kLeftMenu, ClockTime, row.left_menu) &&
                          Optional(ColumnMapping::kQueueStart, ClockTime, row.queue_start) &&
                          Optional(ColumnMapping::kQueueEnd, ClockTime, row.queue_end) &&
                          Optional(ColumnMapping::kServiceStart, ClockTime, row.service_start) &&
                          Optional(ColumnMapping::kServiceEnd, ClockTime, row.service_end) &&
                          Optional(ColumnMapping::kMenuSeconds, Integer, row.menu_s) &&
                          Optional(ColumnMapping::kQueueSeconds, Integer, row.queue_s) &&
                          Optional(ColumnMapping::kServiceSeconds, Integer, row.service_s);
    if (!readable) return false;
    if (mapping_.zero_time_means_none) {
      ForgetZero(row.queue_start, row.queue_end);
      ForgetZero(row.service_start, row.service_end);
    }
    const std::string_view outcome = Field(ColumnMapping::kOutcome);
    if (Has(mapping_.answered, outcome))
      row.outcome = Row::kAnswered;
    else if (Has(mapping_.abandoned, outcome))
      row.outcome = Row::kAbandoned;
    else if (Has(mapping_.phantom, outcome))
      row.outcome = Row::kPhantom;
    else
      return false;
    const std::string_view agent = Field(ColumnMapping::kAgent);
    row.has_agent = !agent.empty() && !Has(mapping_.no_agent, agent);
    return true;
  }

  // A step that begins at midnight has an end; one that never happened has neither.
  static void ForgetZero(std::optional<int>& start, std::optional<int>& end) {
    if (start.value_or(0) != 0 || end.value_or(0) != 0) return;
    start.reset();
    end.reset();
  }

  // A time before the one before it by more than half a day is of the next day.
  static bool Unroll(Row& row) {
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

  static bool NearJump(int seconds) { return std::abs(std::abs(seconds) - kJumpS) <= kJumpSlackS; }

  static bool ClockJumped(const Row& row) {
    const int menu_end = row.left_menu.value_or(row.arrived);
    if (NearJump(menu_end - row.arrived)) return true;
    if (row.queue_start && NearJump(*row.queue_start - menu_end)) return true;
    if (row.queue_start && row.queue_end && NearJump(*row.queue_end - *row.queue_start))
      return true;
    if (!row.service_start) return false;
    if (NearJump(*row.service_start - row.queue_end.value_or(menu_end))) return true;
    if (!row.service_end) return false;
    // A service of three hours is possible, where its own duration says so.
    const int service = *row.service_end - *row.service_start;
    return NearJump(service) && (service < 0 || (row.service_s && !NearJump(*row.service_s)));
  }

  static bool Negative(const Row& row) {
    const auto backwards = [](std::optional<int> from, std::optional<int> to) {
      return from && to && *to < *from;
    };
    return backwards(row.arrived, row.left_menu) || backwards(row.queue_start, row.queue_end) ||
           backwards(row.service_start, row.service_end) || row.menu_s.value_or(0) < 0 ||
           row.queue_s.value_or(0) < 0 || row.service_s.value_or(0) < 0;
  }

  static bool Mismatch(const Row& row) {
    const auto differs = [](std::optional<int> from, std::optional<int> to,
                            std::optional<int> said) {
      return from && to && said && std::abs(*to - *from - *said) > kClockSlackS;
    };
    return differs(row.arrived, row.left_menu, row.menu_s) ||
           differs(row.queue_start, row.queue_end, row.queue_s) ||
           differs(row.service_start, row.service_end, row.service_s) ||
           row.queue_start.has_value() != row.queue_end.has_value();
  }

  static std::optional<SetAside> Fault(const Row& row) {
    if (ClockJumped(row)) return SetAside::kClockJump;
    if (Negative(row)) return SetAside::kNegativeDuration;
    if (Mismatch(row)) return SetAside::kDurationMismatch;
    if (row.outcome == Row::kAnswered) {
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

  const ColumnMapping& mapping_;
  TimeZone zone_;
  std::array<int, ColumnMapping::kColumns> at_;
  const std::vector<std::string>* fields_ = nullptr;
};

// Where each mapped column stands; -1 for one that is not mapped.
Result<std::array<int, ColumnMapping::kColumns>> Locate(const ColumnMapping& mapping,
                                                        const std::vector<std::string>& header) {
  std::array<int, ColumnMapping::kColumns> at;
  at.fill(-1);
  for (size_t c = 0; c < at.size(); ++c) {
    if (mapping.names[c].empty()) continue;
    const auto found = std::find_if(header.begin(), header.end(), [&](const std::string& name) {
      return Trim(name) == mapping.names[c];
    });
    if (found == header.end()) {
      return Fail(ErrorKind::kInvalid, "call-log-header",
                  "The call log's first line has no column '" + mapping.names[c] + "'.", "line 1",
                  "Check the mapping file's separator and [columns].");
    }
    at[c] = static_cast<int>(found - header.begin());
  }
  return at;
}

class Importer {
 public:
  Importer(const ColumnMapping& mapping, const CallLogOptions& options)
      : mapping_(mapping), options_(options) {}

  Result<CallLog> Read(std::istream& in) {
    EM_ASSIGN(const TimeZone zone, TimeZone::Find(mapping_.zone));
    LineReader lines(in, options_.max_line_bytes);
    std::string line;
    auto at = mapping_.positions;
    if (mapping_.header) {
      if (lines.Next(line)) {
        if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
        if (!Split(line, mapping_.separator, fields_)) fields_.clear();
        EM_ASSIGN(at, Locate(mapping_, fields_));
      }
    }
    RowReader rows(mapping_, zone, at);
    while (!lines.error() && lines.Next(line)) {
      if (Trim(line).empty()) continue;
      EM_TRY(Take(line, lines, rows));
    }
    if (lines.error()) return Fail(*lines.error());
    log_.report.lines = lines.number();
    if (log_.report.rows == 0) {
      return Fail(ErrorKind::kInvalid, "call-log-empty", "The call log holds no row.", "",
                  "Check that this is the right file.");
    }
    EM_TRY(Progress(lines));
    return std::move(log_);
  }

 private:
  Result<void> Take(std::string_view line, const LineReader& lines, RowReader& rows) {
    CallLogReport& report = log_.report;
    if (report.rows == options_.max_rows) {
      return Fail(ErrorKind::kTooLarge, "call-log-rows",
                  "The call log has more than " + std::to_string(options_.max_rows) + " rows.",
                  "line " + std::to_string(lines.number()), "Import it in parts.");
    }
    ++report.rows;
    queueing::Call call;
    std::optional<SetAside> aside;
    if (!Split(line, mapping_.separator, fields_))
      aside = SetAside::kUnreadable;
    else if (!seen_.insert(std::hash<std::string_view>{}(line)).second)
      aside = SetAside::kDuplicate;
    else
      aside = rows.Read(fields_, call, report.notes);
    if (aside) {
      const auto reason = static_cast<size_t>(*aside);
      ++report.set_aside[reason];
      auto& examples = report.examples[reason];
      if (examples.size() < options_.max_examples) examples.push_back(lines.number());
    } else {
      ++report.clean;
      log_.calls.push_back(std::move(call));
    }
    if (options_.progress_every_rows > 0 && report.rows % options_.progress_every_rows == 0) {
      EM_TRY(Progress(lines));
    }
    return {};
  }

  Result<void> Progress(const LineReader& lines) const {
    if (!options_.progress || options_.progress({lines.bytes(), log_.report.rows})) return {};
    return Fail(ErrorKind::kInvalid, "call-log-stopped", "The import was stopped.");
  }

  const ColumnMapping& mapping_;
  const CallLogOptions& options_;
  std::vector<std::string> fields_;
  std::unordered_set<size_t> seen_;  // hashes of the lines read
  CallLog log_;
};

}  // namespace

std::string_view SetAsideCode(SetAside reason) {
  return kReasons[static_cast<size_t>(reason)].code;
}
std::string_view SetAsideWords(SetAside reason) {
  return kReasons[static_cast<size_t>(reason)].words;
}

size_t CallLogReport::total_set_aside() const {
  size_t total = 0;
  for (size_t count : set_aside) total += count;
  return total;
}

std::string CallLogReport::ToText() const {
  std::string text = std::to_string(rows) + " rows read: " + std::to_string(clean) +
                     " clean calls, " + std::to_string(total_set_aside()) + " set aside.\n";
  for (size_t i = 0; i < kSetAsideReasons; ++i) {
    if (set_aside[i] == 0) continue;
    std::string count = std::to_string(set_aside[i]);
    text += "  " + std::string(count.size() < 7 ? 7 - count.size() : 0, ' ') + count + "  " +
            std::string(kReasons[i].words) + " (line";
    if (examples[i].size() > 1) text += 's';
    for (size_t k = 0; k < examples[i].size(); ++k)
      text += (k ? ", " : " ") + std::to_string(examples[i][k]);
    text += set_aside[i] > examples[i].size() ? ", ...)\n" : ")\n";
  }
  if (notes.two_digit_years > 0) {
    text +=
        "Two-digit years were completed in " + std::to_string(notes.two_digit_years) + " rows.\n";
  }
  if (notes.past_midnight > 0) {
    text += std::to_string(notes.past_midnight) + " clean calls went on past midnight.\n";
  }
  if (notes.answered_at_once > 0) {
    text += std::to_string(notes.answered_at_once) + " clean calls were answered without a wait.\n";
  }
  return text;
}

std::string CallLogReport::ToJson() const {
  JsonWriter json;
  json.BeginObject();
  json.Key("lines").Int(static_cast<int64_t>(lines));
  json.Key("rows").Int(static_cast<int64_t>(rows));
  json.Key("clean").Int(static_cast<int64_t>(clean));
  json.Key("set_aside").BeginArray();
  for (size_t i = 0; i < kSetAsideReasons; ++i) {
    if (set_aside[i] == 0) continue;
    json.BeginObject()
        .Key("reason")
        .String(kReasons[i].code)
        .Key("words")
        .String(kReasons[i].words);
    json.Key("rows").Int(static_cast<int64_t>(set_aside[i])).Key("lines").BeginArray();
    for (size_t number : examples[i]) json.Int(static_cast<int64_t>(number));
    json.EndArray().EndObject();
  }
  json.EndArray().Key("notes").BeginObject();
  json.Key("two_digit_years").Int(static_cast<int64_t>(notes.two_digit_years));
  json.Key("past_midnight").Int(static_cast<int64_t>(notes.past_midnight));
  json.Key("answered_at_once").Int(static_cast<int64_t>(notes.answered_at_once));
  json.EndObject().EndObject();
  return std::move(json).Take();
}

Result<CallLog> ReadCallLog(std::istream& in, const ColumnMapping& mapping,
                            const CallLogOptions& options) {
  return Importer(mapping, options).Read(in);
}

}  // namespace extramile::connect
