// One row of a call log: from its fields to a clean call, or to the reason why it is none. Used by
// call_log.cc only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connect/call_log.h"

namespace extramile::connect {

struct CallLogDate {
  int year = 0, month = 0, day = 0;
  bool two_digit_year = false;
};

// One row in the course of being read: times are seconds from the beginning of its date, past
// midnight above 86,400.
struct CallLogRow {
  CallLogDate date;
  int arrived = 0;
  std::optional<int> left_menu, queue_start, queue_end, service_start, service_end;
  std::optional<int> menu_s, queue_s, service_s;
  enum { kAnswered, kAbandoned, kPhantom } outcome = kAnswered;
  bool has_agent = false;
};

class CallLogRowReader {
 public:
  // `columns`: where each mapped column stands, from 0; -1 where absent. `mapping` is kept by
  // reference.
  CallLogRowReader(const ColumnMapping& mapping, TimeZone zone,
                   std::array<int, ColumnMapping::kColumns> columns)
      : mapping_(mapping), zone_(std::move(zone)), columns_(columns) {}

  // Fills `call` and counts in `notes`, or says why the row is set aside.
  std::optional<SetAside> Read(const std::vector<std::string>& fields, queueing::Call& call,
                               CallLogNotes& notes);

 private:
  std::string_view Field(ColumnMapping::Column column) const;
  bool Parse(CallLogRow& row) const;

  const ColumnMapping& mapping_;
  TimeZone zone_;
  std::array<int, ColumnMapping::kColumns> columns_;
  const std::vector<std::string>* fields_ = nullptr;
};

}  // namespace extramile::connect
