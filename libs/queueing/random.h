// Random numbers for simulation: xoshiro256++ (D. Blackman, S. Vigna 2019), seeded by SplitMix64
// (G. Steele, D. Lea, C. Flood 2014). Fast, reproducible everywhere, and no secret.
//
//   Random random(7);
//   random.Exponential(300);   // a handle time of 300 s on average
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace extramile::queueing {

class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : s_) {
      seed += 0x9e3779b97f4a7c15;
      uint64_t z = seed;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
      z = (z ^ z >> 27) * 0x94d049bb133111eb;
      word = z ^ z >> 31;
    }
  }

  // Above 0, up to 1.
  double Uniform() { return (static_cast<double>(Next() >> 11) + 1) * 0x1p-53; }
  double Exponential(double mean) { return -mean * std::log(Uniform()); }
  double Normal() { return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * M_PI * Uniform()); }

 private:
  uint64_t Next() {
    const uint64_t result = std::rotl(s_[0] + s_[3], 23) + s_[0];
    const uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = std::rotl(s_[3], 45);
    return result;
  }

  uint64_t s_[4];
};

}  // namespace extramile::queueing
