#include "connect/call_log.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/json_writer.h"
#include "connect/call_log_lines.h"
#include "connect/call_log_row.h"

namespace extramile::connect {
namespace {

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
    CallLogRowReader rows(mapping_, zone, at);
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
  Result<void> Take(std::string_view line, const LineReader& lines, CallLogRowReader& rows) {
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
