// Keys and values, of the tokens before this step and of this step's own.
//
// Those before lie in pages of 32 tokens, which a sequence owns in any order:
//
//   pages [P][L][2][NH][32][HS]: W            page_table [B][max_pages]: int
//          |  |  |  |    |   `-- head size      the physical page of tokens 0..31, 32..63, ... of a sequence
//          |  |  |  |    `-- tokens
//          |  |  |  `-- heads                   so what one head has in a page is one piece of 32 * HS elements,
//          |  |  `-- keys, values               and a tile of 32 keys is in one page
//          |  `-- layers
//          `-- physical pages
//
// This step's own stand in qkv [T][3C]: f32, a row q | k | v, each [NH][HS]. Whoever attends to them rounds them to W, as
// they are in the page from the next step on: a token's result does not depend on where a prompt was cut into steps. They
// are never read from a page in the launch that writes them there.
#pragma once

#include "common/cuda.cuh"
#include "common/types.cuh"
#include "common/vector.cuh"

constexpr int kPageTokens = 32;
constexpr int kMaxHeadSize = 256;

enum KeyOrValue { kKey = 0, kValue = 1 };

// Which head of which layer, and where its keys and values are. Element offsets are 64 bits wide: at 1.5 billion
// parameters, 14 sequences of 1024 tokens have more than 2^31 elements.
template <class W>
struct HeadCache {
  W* pages;
  const int* page_table;  // of this sequence
  const float* qkv;       // of this sequence's first row
  int layer;
  int layers;
  int heads;
  int head;
  int head_size;

  JGPT_DEVICE long long channels() const { return static_cast<long long>(heads) * head_size; }

  JGPT_DEVICE W* page(int physical, KeyOrValue which) const {
    const long long plane = (static_cast<long long>(physical) * layers + layer) * 2 + which;
    return pages + (plane * heads + head) * (kPageTokens * head_size);
  }

  // Of the token at a position before this step.
  JGPT_DEVICE W* stored(int position, KeyOrValue which) const {
    return page(page_table[position / kPageTokens], which) + position % kPageTokens * head_size;
  }

  // q, k or v of this step's row: part 0, 1, 2.
  JGPT_DEVICE const float* row(int row, int part) const {
    return qkv + (row * 3LL + part) * channels() + head * head_size;
  }

  JGPT_DEVICE const float* fresh(int step_row, KeyOrValue which) const { return row(step_row, 1 + which); }

  JGPT_DEVICE float query(int step_row, int element) const { return load_constant(row(step_row, 0) + element); }

  // Writes a row's key and value to the page of its position: `lane` of `lanes` threads that share the work.
  JGPT_DEVICE void append(int step_row, int position, int lane, int lanes) const {
    W* key = stored(position, kKey);
    W* value = stored(position, kValue);
    const float* fresh_key = fresh(step_row, kKey);
    const float* fresh_value = fresh(step_row, kValue);
    for (int i = lane; i < head_size; i += lanes) {
      key[i] = from_float<W>(load_constant(fresh_key + i));
      value[i] = from_float<W>(load_constant(fresh_value + i));
    }
  }
};

// kN neighbouring elements as one load brings them: 16 bytes where every head is a multiple of that, else one element.
template <class W, int kN>
struct Piece {
  static_assert(kN == kPerVector<W>);
  uint4 bits = {0, 0, 0, 0};

  JGPT_DEVICE void load(const W* from) { bits = load16<uint4>(from); }

  JGPT_DEVICE void widen(float (&to)[kN]) const { unpack<W>(bits, to); }
};

template <class W>
struct Piece<W, 1> {
  W value = {};

  JGPT_DEVICE void load(const W* from) { value = *from; }

  JGPT_DEVICE void widen(float (&to)[1]) const { to[0] = to_float(value); }
};

// kN elements of this step's key or value, as they will be read once they are in a page.
template <class W, int kN>
JGPT_DEVICE void load_rounded(const float* from, float (&to)[kN]) {
  if constexpr (kN == 1) {
    to[0] = load_constant(from);
  } else {
#pragma unroll
    for (int i = 0; i < kN; i += 4) {
      const float4 x = load16_constant<float4>(from + i);
      to[i] = x.x, to[i + 1] = x.y, to[i + 2] = x.z, to[i + 3] = x.w;
    }
  }
#pragma unroll
  for (int i = 0; i < kN; i++) {
    to[i] = to_float(from_float<W>(to[i]));
  }
}
