#include "feel/text.h"

namespace extramile::feel {

uint32_t NextCodePoint(std::string_view text, size_t* position) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const size_t i = *position;
  const uint8_t first = byte(i);
  const int more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (first < 0x80 || more == 0 || i + static_cast<size_t>(more) >= text.size()) {
    *position = i + 1;
    return first;
  }
  uint32_t code_point = first & (0x3Fu >> more);
  for (int k = 1; k <= more; ++k) {
    code_point = (code_point << 6) | (byte(i + static_cast<size_t>(k)) & 0x3F);
  }
  *position = i + static_cast<size_t>(more) + 1;
  return code_point;
}

void AppendCodePoint(std::string& out, uint32_t c) {
  const auto add = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) NextCodePoint(text, &i);
  return count;
}

size_t ByteOfCodePoint(std::string_view text, size_t index) {
  size_t position = 0;
  for (; index > 0 && position < text.size(); --index) NextCodePoint(text, &position);
  return position;
}

bool IsNameStart(uint32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
  return (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6) || (c >= 0xF8 && c <= 0x2FF) ||
         (c >= 0x370 && c <= 0x37D) || (c >= 0x37F && c <= 0x1FFF) ||
         (c >= 0x200C && c <= 0x200D) || (c >= 0x2070 && c <= 0x218F) ||
         (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) ||
         (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0xEFFFF);
}

bool IsNamePart(uint32_t c) {
  return IsNameStart(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
         (c >= 0x203F && c <= 0x2040);
}

bool IsSpace(uint32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         c == 0x180E || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool IsPlainName(std::string_view text) {
  if (text.empty()) return false;
  size_t i = 0;
  if (!IsNameStart(NextCodePoint(text, &i))) return false;
  while (i < text.size()) {
    if (!IsNamePart(NextCodePoint(text, &i))) return false;
  }
  return true;
}

std::string_view Trim(std::string_view text) {
  size_t begin = 0, end = 0;
  bool started = false;
  for (size_t i = 0; i < text.size();) {
    const size_t at = i;
    if (IsSpace(NextCodePoint(text, &i))) continue;
    if (!started) begin = at;
    started = true;
    end = i;
  }
  return started ? text.substr(begin, end - begin) : std::string_view();
}

std::string NormaliseName(std::string_view name) {
  constexpr std::string_view kSymbols = "./-'+*";
  std::string out;
  bool space = false;
  for (size_t i = 0; i < name.size();) {
    const size_t at = i;
    const uint32_t c = NextCodePoint(name, &i);
    if (IsSpace(c)) {
      space = true;
      continue;
    }
    const bool symbol = c < 0x80 && kSymbols.find(static_cast<char>(c)) != std::string_view::npos;
    const bool after_symbol = !out.empty() && kSymbols.find(out.back()) != std::string_view::npos;
    if (space && !out.empty() && !symbol && !after_symbol) out += ' ';
    space = false;
    out += name.substr(at, i - at);
  }
  return out;
}

}  // namespace extramile::feel
