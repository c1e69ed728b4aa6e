// Gumbel noise of a token from Philox 4x32-10 (Salmon et al. 2011), as io.jgpt.sampling.GumbelDraw defines it:
//
//   block = philox4x32-10(counter = (id / 4, generated index, sample index, 0), key = (low, high word of the seed))
//   u     = (block[id % 4] + 0.5) * 2^-32
//   noise = -log(-log(u))
#pragma once

#include "common/cuda.cuh"
#include "common/portable_math.cuh"

struct Philox {
  unsigned word[4];

  JGPT_DEVICE void compute(unsigned c0, unsigned c1, unsigned c2, unsigned c3, unsigned k0, unsigned k1) {
#pragma unroll
    for (int round = 0; round < 10; round++) {
      const unsigned long long a = 0xD2511F53ull * c0;
      const unsigned long long b = 0xCD9E8D57ull * c2;
      c0 = static_cast<unsigned>(b >> 32) ^ c1 ^ k0;
      c1 = static_cast<unsigned>(b);
      c2 = static_cast<unsigned>(a >> 32) ^ c3 ^ k1;
      c3 = static_cast<unsigned>(a);
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
  }

  JGPT_DEVICE unsigned at(int i) const { return i == 0 ? word[0] : i == 1 ? word[1] : i == 2 ? word[2] : word[3]; }
};

// The words of one drawn token; kept between neighbouring ids, four of which share a block.
struct TokenWords {
  unsigned long long seed;
  unsigned index;
  unsigned sample;
  int block = -1;
  Philox philox = {};

  JGPT_DEVICE TokenWords(unsigned long long seed, int index, int sample)
      : seed(seed), index(static_cast<unsigned>(index)), sample(static_cast<unsigned>(sample)) {}

  JGPT_DEVICE unsigned of(int id) {
    if (id / 4 != block) {
      block = id / 4;
      philox.compute(static_cast<unsigned>(block), index, sample, 0, static_cast<unsigned>(seed),
                     static_cast<unsigned>(seed >> 32));
    }
    return philox.at(id % 4);
  }
};

JGPT_DEVICE double gumbel_noise(unsigned word) {
  const double u = (static_cast<double>(word) + 0.5) * 0x1p-32;
  return -portable_log(-portable_log(u));
}

// Bounds of the noise that cost no logarithm. With z leading zeros of the inverted word, 1 - u lies from 2^-(z + 1) to
// 2^-z, and 1 - u <= -log(u) <= (1 - u) / u. For z = 0, u >= 2^-33.
JGPT_DEVICE double noise_at_most(unsigned word) { return (__clz(static_cast<int>(~word)) + 1) * 0x1.62e42fefa39efp-1; }

JGPT_DEVICE double noise_at_least(unsigned word) {
  const int z = __clz(static_cast<int>(~word));
  return (z > 0 ? z - 1 : -5) * 0x1.62e42fefa39efp-1;
}
