#include "base/json_text.h"

namespace extramile {

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    const char* const special = FindJsonSpecial(at, end);
    out.append(at, special);
    if (special == end) break;
    at = special + 1;
    switch (*special) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[static_cast<unsigned char>(*special) >> 4];
        out += kHex[*special & 15];
    }
  }
  out += '"';
}

}  // namespace extramile
