#include "base/id.h"

namespace extramile {

Uuid MakeUuidV7(Instant now, RandomSource& random) {
  Uuid uuid;
  random.Fill(uuid);
  const uint64_t millis = static_cast<uint64_t>(now.micros / 1000);
  for (int i = 0; i < 6; ++i) uuid[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  uuid[6] = static_cast<uint8_t>(0x70 | (uuid[6] & 0x0f));
  uuid[8] = static_cast<uint8_t>(0x80 | (uuid[8] & 0x3f));
  return uuid;
}

std::string FormatUuid(const Uuid& uuid) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[uuid[i] >> 4];
    text += kHex[uuid[i] & 15];
  }
  return text;
}

Result<Uuid> ParseUuid(std::string_view text) {
  const auto bad = [] {
    return Fail(ErrorKind::kInvalid, "id-format", "This is not an id.", "",
                "An id has 36 characters, such as 0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e.");
  };
  if (text.size() != 36) return bad();
  Uuid uuid{};
  int nibble = 0;
  for (int i = 0; i < 36; ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return bad();
      continue;
    }
    int value;
    if (c >= '0' && c <= '9') {
      value = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      value = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      value = c - 'A' + 10;
    } else {
      return bad();
    }
    uuid[nibble / 2] = static_cast<uint8_t>(uuid[nibble / 2] << 4 | value);
    ++nibble;
  }
  return uuid;
}

}  // namespace extramile
