#include "connect/call_log_port.h"

#include <istream>
#include <streambuf>
#include <utility>

#include "connect/call_log.h"

namespace extramile::connect {
namespace {

// A stream over a text that is there already, without a copy of it.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // an input stream never writes
    setg(begin, begin, begin + text.size());
  }
};

}  // namespace

Result<app::ReadCalls> CallLogPort::Read(std::string_view columns, std::string_view log) {
  EM_ASSIGN(const ColumnMapping mapping, ParseColumnMapping(columns, "columns"));
  ViewBuffer buffer(log);
  std::istream in(&buffer);
  EM_ASSIGN(CallLog read, ReadCallLog(in, mapping));
  app::ReadCalls out;
  out.calls = std::move(read.calls);
  out.rows_read = static_cast<int64_t>(read.report.rows);
  for (size_t i = 0; i < kSetAsideReasons; ++i) {
    if (read.report.set_aside[i] == 0) continue;
    const auto& examples = read.report.examples[i];
    out.dirty.push_back({std::string(SetAsideWords(static_cast<SetAside>(i))),
                         static_cast<int64_t>(read.report.set_aside[i]),
                         examples.empty() ? 0 : static_cast<int64_t>(examples.front())});
  }
  out.zone = mapping.zone;
  out.day_classes = mapping.day_classes;
  return out;
}

}  // namespace extramile::connect
