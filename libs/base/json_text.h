// JSON strings, eight characters at a time: finding where one needs care, and writing one.
//
//   AppendJsonString(out, "Up to \"GBP 20\"");     // out gets "Up to \"GBP 20\"" with its escapes
//
// Pure; O(bytes).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace extramile {

// The first quote, backslash or control character in [at, end), or `end`.
inline const char* FindJsonSpecial(const char* at, const char* end) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  // Marks the lowest byte that is zero; a mark above it may be wrong, and is not looked at.
  const auto zero_bytes = [](uint64_t x) { return (x - kOnes) & ~x & kHighs; };
  while (end - at >= 8) {
    uint64_t eight;
    std::memcpy(&eight, at, sizeof eight);
    const uint64_t control = (eight - kOnes * 0x20) & ~eight & kHighs;
    const uint64_t special =
        control | zero_bytes(eight ^ (kOnes * '"')) | zero_bytes(eight ^ (kOnes * '\\'));
    if (special) return at + __builtin_ctzll(special) / 8;
    at += 8;
  }
  while (at < end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

// The text in quotes, escaped. It must be UTF-8.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace extramile
