#include "connect/call_log_lines.h"

#include <algorithm>

namespace extramile::connect {

bool LineReader::Next(std::string& line) {
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

bool LineReader::Fill() {
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

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

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

}  // namespace extramile::connect
