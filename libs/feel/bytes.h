// SameBytes: memcmp for names, which are short and not worth a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace extramile::feel {

// Whether `size` bytes are the same. O(size), eight at a time.
inline bool SameBytes(const char* a, const char* b, size_t size) {
  const auto same = [&]<class Word>(Word, size_t at) {
    Word x, y;
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    return x == y;
  };
  if (size < 4) {
    for (size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  if (size < 8) return same(uint32_t{}, 0) && same(uint32_t{}, size - 4);
  for (size_t i = 0; i + 8 < size; i += 8) {
    if (!same(uint64_t{}, i)) return false;
  }
  return same(uint64_t{}, size - 8);
}

// Two names that are one text in memory, as a model's names often are, need no look at it.
inline bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.data() == b.data() || SameBytes(a.data(), b.data(), a.size()));
}

}  // namespace extramile::feel
