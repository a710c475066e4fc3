#include "base/json_writer.h"

#include <cmath>

#include "base/json_text.h"

namespace extramile {

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return Raw({digits, static_cast<size_t>(end - digits)});
}

void JsonWriter::Quote(std::string_view value) { AppendJsonString(text_, value); }

}  // namespace extramile
