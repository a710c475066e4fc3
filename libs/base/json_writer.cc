#include "base/json_writer.h"

#include <cmath>

namespace extramile {

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return Raw({digits, static_cast<size_t>(end - digits)});
}

void JsonWriter::Quote(std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  text_ += '"';
  size_t clean_from = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    text_.append(value, clean_from, i - clean_from);
    clean_from = i + 1;
    switch (c) {
      case '"':
        text_ += "\\\"";
        break;
      case '\\':
        text_ += "\\\\";
        break;
      case '\n':
        text_ += "\\n";
        break;
      case '\r':
        text_ += "\\r";
        break;
      case '\t':
        text_ += "\\t";
        break;
      default:
        text_ += "\\u00";
        text_ += kHex[c >> 4];
        text_ += kHex[c & 15];
    }
  }
  text_.append(value, clean_from);
  text_ += '"';
}

}  // namespace extramile
