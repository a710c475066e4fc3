#include "base/random.h"

#include <sodium.h>

#include <cstdlib>

namespace extramile {
namespace {

class SodiumRandom final : public RandomSource {
 public:
  SodiumRandom() {
    // Seeded by the system, then computed in the process: no system call for every id.
    randombytes_set_implementation(&randombytes_internal_implementation);
    if (sodium_init() < 0) std::abort();
  }
  void Fill(std::span<uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
};

}  // namespace

RandomSource& SystemRandom() {
  static SodiumRandom random;
  return random;
}

}  // namespace extramile
