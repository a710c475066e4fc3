// Random bytes: the one source of chance, injected so that tests can fix it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace extramile {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  // Fills `out`. Thread-safe.
  virtual void Fill(std::span<uint8_t> out) = 0;
};

// The operating system's generator (libsodium), fit for keys and salts.
RandomSource& SystemRandom();

}  // namespace extramile
