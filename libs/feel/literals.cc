#include "feel/literals.h"

#include "feel/text.h"

namespace extramile::feel {
namespace {

std::optional<uint32_t> ReadHex(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) {
    value <<= 4;
    if (c >= '0' && c <= '9') {
      value |= static_cast<uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      value |= static_cast<uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

// "\uXXXX" or "\UXXXXXX" at the beginning of `text`.
std::optional<uint32_t> ReadUnicodeEscape(std::string_view text, size_t* length) {
  if (text.size() < 2 || text[0] != '\\' || (text[1] != 'u' && text[1] != 'U')) return std::nullopt;
  *length = text[1] == 'u' ? 6 : 8;
  if (text.size() < *length) return std::nullopt;
  return ReadHex(text.substr(2, *length - 2));
}

}  // namespace

std::optional<std::string> UnescapeString(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out += text[i++];
      continue;
    }
    size_t length = 0;
    if (auto code_point = ReadUnicodeEscape(text.substr(i), &length)) {
      i += length;
      const bool high_surrogate = *code_point >= 0xD800 && *code_point < 0xDC00;
      const auto low = high_surrogate ? ReadUnicodeEscape(text.substr(i), &length) : std::nullopt;
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (*low - 0xDC00);
        i += length;
      }
      if (*code_point > 0x10FFFF || (*code_point >= 0xD800 && *code_point < 0xE000))
        return std::nullopt;
      AppendCodePoint(out, *code_point);
      continue;
    }
    if (i + 1 >= text.size()) return std::nullopt;
    switch (text[i + 1]) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case '"':
      case '\'':
      case '\\':
        out += text[i + 1];
        break;
      default:
        // Not an escape of FEEL's: the backslash stands for itself, as patterns such as "\s" want
        // it.
        out += '\\';
        out += text[i + 1];
    }
    i += 2;
  }
  return out;
}

Value ParseTemporal(Arena& arena, std::string_view text) {
  // Most are "2026-11-22T10:15:00+00:00", and need not be tried as a date first.
  const bool has_time = text.size() > 10 && text[10] == 'T';
  if (const auto date = has_time ? std::nullopt : ParseDate(text)) return Value::Of(*date);
  if (const auto date_time = ParseDateTime(text)) return Value::Of(arena, *date_time);
  if (const auto time = ParseTime(text)) return Value::Of(*time);
  if (const auto duration = ParseDaysDuration(text)) return Value::Of(*duration);
  if (const auto duration = ParseMonthsDuration(text)) return Value::Of(*duration);
  return Value();
}

std::optional<Value> ParseLiteral(Arena& arena, std::string_view text) {
  const auto unquoted = [](std::string_view quoted) -> std::optional<std::string> {
    if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return std::nullopt;
    return UnescapeString(quoted.substr(1, quoted.size() - 2));
  };
  if (const auto number = Number::Parse(text)) return Value::Of(arena, *number);
  if (const auto string = unquoted(text)) return Value::String(arena, *string);
  if (text.starts_with('@')) text.remove_prefix(1);
  for (const std::string_view name : {"date and time", "date", "time", "duration"}) {
    if (!text.starts_with(name) || !text.ends_with(')')) continue;
    text = Trim(text.substr(name.size(), text.size() - name.size() - 1));
    if (!text.starts_with('(')) return std::nullopt;
    text = Trim(text.substr(1));
    break;
  }
  const auto inner = unquoted(text);
  const Value value = inner ? ParseTemporal(arena, *inner) : Value();
  return value.is_null() ? std::nullopt : std::optional<Value>(value);
}

}  // namespace extramile::feel
