#include "cli/check.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "connect/policy_files.h"
#include "desk/line_checker.h"

namespace extramile::cli {
namespace {

constexpr size_t kBlock = size_t{1} << 20;
constexpr size_t kLongestLine = size_t{1} << 20;

void WriteRefusal(std::string& out, int64_t line, const Error& error) {
  JsonWriter json;
  json.BeginObject().Key("line").Int(line).Key("error").BeginObject();
  json.Key("code").String(error.code).Key("message").String(error.message);
  if (!error.place.empty()) json.Key("place").String(error.place);
  json.EndObject().EndObject();
  out += json.text();
}

// Cuts what a file holds into lines, a block at a time, as soon as there is something to read. A
// line longer than kLongestLine comes as its beginning, one byte too long, so that whoever reads it
// refuses it.
class LineReader {
 public:
  explicit LineReader(int file) : file_(file), buffer_(kLongestLine + kBlock) {}

  // Waits for more; false where nothing more will come.
  bool Fill() {
    if (ended_) return false;
    std::memmove(buffer_.data(), buffer_.data() + begin_, size_ - begin_);
    size_ -= begin_;
    begin_ = 0;
    ssize_t read;
    do {
      read = ::read(file_, buffer_.data() + size_, buffer_.size() - size_);
    } while (read < 0 && errno == EINTR);
    failed_ = read < 0;
    ended_ = read <= 0;
    size_ += static_cast<size_t>(std::max<ssize_t>(read, 0));
    return true;
  }
  // The next line of what has come; good until the next Fill.
  bool Next(std::string_view& line) {
    while (begin_ < size_) {
      const char* const from = buffer_.data() + begin_;
      const size_t left = size_ - begin_;
      const auto* end = static_cast<const char*>(std::memchr(from, '\n', left));
      const size_t length = end ? static_cast<size_t>(end - from) : left;
      if (!end && !ended_ && length <= kLongestLine) return false;
      line = {from, std::min(length, kLongestLine + 1)};
      begin_ += end ? length + 1 : length;
      const bool rest_of_a_long_one = std::exchange(in_long_line_, !end);
      if (!rest_of_a_long_one) return true;
    }
    return false;
  }
  bool failed() const { return failed_; }

 private:
  int file_;
  std::vector<char> buffer_;
  size_t begin_ = 0, size_ = 0;
  bool ended_ = false, failed_ = false;
  bool in_long_line_ = false;
};

Result<void> Flush(std::string& text, int file) {
  for (std::string_view left = text; !left.empty();) {
    const ssize_t written = ::write(file, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return Fail(ErrorKind::kUnavailable, "output", "The decisions cannot be written.");
    }
    left.remove_prefix(static_cast<size_t>(written));
  }
  text.clear();
  return {};
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace

Result<CheckTotals> CheckLines(const CheckCommand& command, int in, int out) {
  EM_ASSIGN(const auto policy, connect::LoadPolicyFolder(command.policy));
  std::optional<TimeZone> zone;
  if (!command.time_zone.empty()) {
    EM_ASSIGN(zone, TimeZone::Find(command.time_zone));
  }
  desk::LineChecker checker(policy->model, zone ? &*zone : nullptr);
  LineReader lines(in);
  CheckTotals totals;
  std::string text;
  while (lines.Fill()) {
    for (std::string_view line; lines.Next(line);) {
      ++totals.lines;
      if (IsBlank(line)) continue;
      if (const auto done = checker.Check(line, text); !done) {
        ++totals.refused;
        WriteRefusal(text, totals.lines, done.error());
      }
      text += '\n';
    }
    EM_TRY(Flush(text, out));
  }
  if (lines.failed()) {
    return Fail(ErrorKind::kUnavailable, "input", "The contexts cannot be read to their end.");
  }
  return totals;
}

int RunCheck(const CheckCommand& command) {
  const auto totals = CheckLines(command, STDIN_FILENO, STDOUT_FILENO);
  if (!totals) {
    std::cerr << "error: " << totals.error().ToString() << '\n';
    return 1;
  }
  if (totals->refused == 0) return 0;
  std::cerr << "error: " << totals->refused << " of " << totals->lines
            << " lines could not be decided; the decisions say which and why.\n";
  return 1;
}

}  // namespace extramile::cli
