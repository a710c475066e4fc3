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

// libsodium's generator, seeded by the operating system; fit for keys and salts.
RandomSource& SystemRandom();

}  // namespace extramile
