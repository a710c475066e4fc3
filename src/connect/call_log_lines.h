// The lines and fields of a text table.
//
// Not thread-safe; reads the stream in blocks and keeps one line at a time. Line numbers count
// from 1.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace extramile::connect {

// The lines of a stream, with a limit on their length.
class LineReader {
 public:
  LineReader(std::istream& in, size_t longest) : in_(in), longest_(longest) {}

  // Puts the next line, without its end, into `line`. False at the end, or with error() set.
  bool Next(std::string& line);

  size_t number() const { return number_; }  // of the line last returned, from 1
  size_t bytes() const { return bytes_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool Fill();

  std::istream& in_;
  size_t longest_;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
  size_t filled_ = 0, at_ = 0;
  size_t number_ = 0, bytes_ = 0;
  std::optional<Error> error_;
};

// Without the blanks and the carriage return around it.
std::string_view Trim(std::string_view text);

// Splits a line; a field in double quotes may hold the separator, and "" for a quote. False for a
// quote left open.
bool Split(std::string_view line, char separator, std::vector<std::string>& fields);

}  // namespace extramile::connect
