// Block: sixteen bytes compared at once, for texts that are read a million times a minute.
//
// SSE2 is part of every x86-64; elsewhere plain loops do the same, which compilers turn into what
// the machine has. Pure; some instructions each.
//
//   const Block block = Block::Of(at);                       // 16 bytes must be there
//   if (uint32_t special = block.JsonSpecials()) at += std::countr_zero(special);
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace extramile::feel {

class Block {
 public:
  static constexpr size_t kBytes = 16;

#if defined(__SSE2__)
  static Block Of(const char* at) {
    return Block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  // Each gives a bit a byte.
  uint32_t Same(Block other) const { return Bits(_mm_cmpeq_epi8(bytes_, other.bytes_)); }
  // What ends a run of plain characters in a JSON string: a quote, a backslash, a control
  // character.
  uint32_t JsonSpecials() const {
    const __m128i quote = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes_, _mm_set1_epi8(0x1F)), bytes_);
    return Bits(_mm_or_si128(_mm_or_si128(quote, backslash), control));
  }
  // No ASCII.
  uint32_t Highs() const { return Bits(bytes_); }

 private:
  explicit Block(__m128i bytes) : bytes_(bytes) {}
  static uint32_t Bits(__m128i bytes) { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); }
  __m128i bytes_;
#else
  static Block Of(const char* at) {
    Block block;
    std::memcpy(block.bytes_, at, kBytes);
    return block;
  }
  uint32_t Same(Block other) const {
    return Bits([&](size_t i) { return bytes_[i] == other.bytes_[i]; });
  }
  uint32_t JsonSpecials() const {
    return Bits(
        [&](size_t i) { return (bytes_[i] == '"') | (bytes_[i] == '\\') | (bytes_[i] < 0x20); });
  }
  uint32_t Highs() const {
    return Bits([&](size_t i) { return bytes_[i] >= 0x80; });
  }

 private:
  template <class Test>
  static uint32_t Bits(Test test) {
    uint32_t bits = 0;
    for (size_t i = 0; i < kBytes; ++i) bits |= static_cast<uint32_t>(test(i)) << i;
    return bits;
  }
  unsigned char bytes_[kBytes];
#endif
};

inline constexpr size_t kSameStartReach = 32;

// The first `size` bits of 32, or all of them.
inline uint32_t FirstBits(size_t size) {
  return size >= kSameStartReach ? UINT32_MAX : static_cast<uint32_t>((uint64_t{1} << size) - 1);
}

// A bit for each of kSameStartReach bytes that differs.
inline uint32_t Differences(const char* a, const char* b) {
  return ~(Block::Of(a).Same(Block::Of(b)) | Block::Of(a + 16).Same(Block::Of(b + 16)) << 16);
}

// Whether `size` bytes are the same, where up to the next multiple of kSameStartReach may be read
// of both: without a branch up to that many, since nobody could foresee one.
inline bool SameStart(const char* a, const char* b, size_t size) {
  if ((Differences(a, b) & FirstBits(size)) != 0) return false;
  for (size_t at = kSameStartReach; at < size; at += kSameStartReach) {
    if ((Differences(a + at, b + at) & FirstBits(size - at)) != 0) return false;
  }
  return true;
}

}  // namespace extramile::feel
