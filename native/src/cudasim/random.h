// SplitMix64: every choice of the scheduler, repeated by its seed.
#pragma once

#include <immintrin.h>

#include <bit>
#include <cstdint>

namespace cudasim {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // Uniform in [0, bound), up to a bias of bound / 2^32.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32) * bound >> 32); }

  // The number of one of the bits that are set, each as likely as the others; there is one at least.
  unsigned bit_of(std::uint32_t bits) {
    const std::uint32_t nth = below(static_cast<std::uint32_t>(std::popcount(bits)));
    return static_cast<unsigned>(std::countr_zero(_pdep_u32(1u << nth, bits)));
  }

 private:
  std::uint64_t state_;
};

}  // namespace cudasim
