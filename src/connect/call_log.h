// Call logs from other systems: a text table with one row a call, and a small TOML file that says
// what its columns mean.
//
// The importer reads line by line and sorts every row into exactly one place: a clean call, or set
// aside for one reason. Nothing is dropped in silence: rows read = clean + set aside, which the
// report adds up and the tests hold it to. Rows are set aside for faults (a negative duration, a
// served call without a server) and for being no customer of the queue at all (phantom rows,
// callers who hung up before joining it). What was interpreted rather than refused is counted as a
// note.
//
// The mapping file is documented in demo/columns/anonymous-bank.toml. Reports carry line numbers
// and reasons, never a row's content. Not thread-safe; about 1 M rows a second; memory grows with
// the clean calls only.
//
//   EM_ASSIGN(ColumnMapping mapping, ParseColumnMapping(toml_text, "anonymous-bank.toml"));
//   std::ifstream file(path);
//   EM_ASSIGN(CallLog log, ReadCallLog(file, mapping));
//   std::cout << log.report.ToText();
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "queueing/calibration.h"

namespace extramile::connect {

// Why a row is no clean call. The order is that of the tests: a row is counted under the first that
// holds.
enum class SetAside {
  kUnreadable,  // too few columns, a date or time that is none, an outcome word the mapping does
                // not know
  kDuplicate,   // the same line as one already read
  kPhantom,     // the mapping's phantom outcome: no customer was there
  kClockJump,   // two times of the call lie about three hours apart without a call that long
  kNegativeDuration,     // a step ends before it begins
  kDurationMismatch,     // a duration column contradicts the times beside it
  kServedWithoutServer,  // answered, it says, but by nobody
  kServedWithoutTimes,   // answered, but the service has no beginning or no end
  kServedWhileQueueing,  // the service begins more than a minute before the queue ends
  kAbandonedYetServed,   // gave up, it says, but a service is logged
  kNeverQueued,  // hung up before joining the queue: nobody's customer yet, and no fault of the log
};
inline constexpr size_t kSetAsideReasons = 11;
std::string_view SetAsideCode(SetAside reason);   // "served-without-server"
std::string_view SetAsideWords(SetAside reason);  // a plain phrase for people

// What was read with an interpretation that the log itself does not spell out.
struct CallLogNotes {
  size_t two_digit_years = 0;   // rows whose year was completed by the mapping's century
  size_t past_midnight = 0;     // clean rows that begin on their date and end on the next
  size_t answered_at_once = 0;  // clean rows that never queued because an agent was free
};

struct CallLogReport {
  size_t lines = 0;  // with the header and blank lines
  size_t rows = 0;   // rows of data: clean + all set aside
  size_t clean = 0;
  std::array<size_t, kSetAsideReasons> set_aside{};            // by SetAside
  std::array<std::vector<size_t>, kSetAsideReasons> examples;  // the first few line numbers of each
  CallLogNotes notes;

  size_t Count(SetAside reason) const { return set_aside[static_cast<size_t>(reason)]; }
  size_t total_set_aside() const;
  std::string ToText() const;  // a few plain lines for the terminal
  std::string ToJson() const;
};

struct CallLog {
  std::vector<queueing::Call> calls;  // in the order of the file
  CallLogReport report;
};

// What the columns mean: made only by ParseColumnMapping, so it is always whole.
struct ColumnMapping {
  enum Column {
    kDate,
    kArrived,
    kLeftMenu,
    kMenuSeconds,
    kQueueStart,
    kQueueEnd,
    kQueueSeconds,
    kOutcome,
    kServiceStart,
    kServiceEnd,
    kServiceSeconds,
    kAgent,
    kType,
    kColumns
  };
  std::string name;  // for people
  char separator = '\t';
  bool header = true;  // columns are given by name, and the first line must have them
  std::array<std::string, kColumns> names;  // header names; empty where absent
  std::array<int, kColumns> positions{};    // from 0; -1 where absent; only used without a header
  std::string date_format;  // of YY or YYYY, MM, DD and separators: "YYMMDD", "YYYY-MM-DD"
  int century = 1900;       // added to two-digit years
  bool zero_time_means_none = false;  // 0:00:00 in a time column: the step never happened
  std::vector<std::string> answered, abandoned, phantom;  // outcome words
  std::vector<std::string> no_agent;                      // agent names that mean nobody
  std::string zone = "UTC";
  std::vector<queueing::DayClass> day_classes;
};

// `file_name` only for messages. Errors: kMalformed "columns-syntax" with line and column; kInvalid
// "columns-..." naming the key.
Result<ColumnMapping> ParseColumnMapping(std::string_view toml, std::string_view file_name);

struct CallLogProgress {
  size_t bytes = 0;
  size_t rows = 0;
};

struct CallLogOptions {
  size_t max_line_bytes = 4096;
  size_t max_rows = 5'000'000;
  size_t max_examples = 3;
  size_t progress_every_rows = 10'000;
  // Called every so many rows and once at the end; false stops the import (error kInvalid
  // "call-log-stopped").
  std::function<bool(const CallLogProgress&)> progress;
};

// Errors: kInvalid "call-log-header" where a mapped column is missing, "call-log-empty" without a
// row; kTooLarge "call-log-line" and "call-log-rows" beyond the limits; kUnavailable
// "call-log-read" where the stream fails.
Result<CallLog> ReadCallLog(std::istream& in, const ColumnMapping& mapping,
                            const CallLogOptions& options = {});

}  // namespace extramile::connect
