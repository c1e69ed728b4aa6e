// Attention of one token per sequence to its keys: in splits of 256 keys that run side by side, and are then combined.
#include "common/cuda.cuh"
#include "common/kv_pages.cuh"
#include "common/reduce.cuh"
#include "common/types.cuh"
#include "common/vector.cuh"

// A split is fixed, so that a token's bytes depend on its keys alone. Within a split a key belongs to a group of 1 to 32
// lanes, each with at most 8 of its elements; a warp has several groups, and all of them walk through the keys side by
// side: neighbouring groups read neighbouring keys.
//
//   HS = 64 in 16 bits:   lanes 0..7 | 8..15 | 16..23 | 24..31      16 bytes a lane, 512 a warp
//                         key 0        key 1   key 2    key 3       warp 1: keys 4..7, ...; the block: a page at once
constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarp;
constexpr int kSplit = 256;
constexpr int kSplitPages = kSplit / kPageTokens;
constexpr int kLaneElements = kMaxHeadSize / kWarp;

// A split's result, in floats: acc [HS], sums of exp(score - largest) * value; then the largest score, and the sum of
// exp(score - largest).
JGPT_DEVICE float* partial(float* partials, int slot, int head, int split, int heads, int splits, int head_size) {
  return partials + ((static_cast<long long>(slot) * heads + head) * splits + split) * (head_size + 2);
}

// Which elements of a head are this lane's: piece p is elements [at(p), + kN).
template <int kN>
struct LaneShare {
  static constexpr int kPieces = kLaneElements / kN;
  int lanes;  // of a group: a power of two
  int head_size;

  JGPT_DEVICE explicit LaneShare(int head_size) : lanes(1), head_size(head_size) {
    while (lanes < kWarp && lanes * kN < head_size) {
      lanes *= 2;
    }
  }

  JGPT_DEVICE int group() const { return static_cast<int>(threadIdx.x) / lanes; }
  JGPT_DEVICE int groups() const { return kThreads / lanes; }
  JGPT_DEVICE int at(int piece) const { return (piece * lanes + lane_id() % lanes) * kN; }
  JGPT_DEVICE bool has(int piece) const { return at(piece) < head_size; }

  // The sum over the group, in each of its lanes.
  JGPT_DEVICE float sum(float x) const {
    for (int offset = lanes / 2; offset > 0; offset /= 2) {
      x += __shfl_xor_sync(kFullMask, x, offset);
    }
    return x;
  }
};

// Online softmax: what is known of the keys so far. Without any, `largest` is -infinity and the rest zero.
struct Softmax {
  float largest = -INFINITY;
  float sum = 0.0f;
  float acc[kLaneElements] = {};

  JGPT_DEVICE void rescale(float now) {
    const float shrink = expf(largest - now);
    sum *= shrink;
#pragma unroll
    for (int i = 0; i < kLaneElements; i++) {
      acc[i] *= shrink;
    }
    largest = now;
  }

  JGPT_DEVICE void add(float score, const float (&value)[kLaneElements]) {
    const float weight = expf(score - largest);
    sum += weight;
#pragma unroll
    for (int i = 0; i < kLaneElements; i++) {
      acc[i] = fmaf(weight, value[i], acc[i]);
    }
  }

  // Takes in what the lane `offset` away knows; both then know the same.
  JGPT_DEVICE void merge_lane(int offset) {
    const float other = __shfl_xor_sync(kFullMask, largest, offset);
    const float now = fmaxf(largest, other);
    const float mine = largest > -INFINITY ? expf(largest - now) : 0.0f;
    const float theirs = other > -INFINITY ? expf(other - now) : 0.0f;
    sum = sum * mine + __shfl_xor_sync(kFullMask, sum, offset) * theirs;
#pragma unroll
    for (int i = 0; i < kLaneElements; i++) {
      acc[i] = acc[i] * mine + __shfl_xor_sync(kFullMask, acc[i], offset) * theirs;
    }
    largest = now;
  }
};

// What the lanes hold of one key or value: the elements of LaneShare, widened, zero beyond the head.
template <int kN, class Fill>
JGPT_DEVICE void lane_elements(const LaneShare<kN>& share, Fill fill, float (&to)[kLaneElements]) {
#pragma unroll
  for (int p = 0; p < LaneShare<kN>::kPieces; p++) {
    float piece[kN] = {};
    if (share.has(p)) {
      fill(p, piece);
    }
#pragma unroll
    for (int i = 0; i < kN; i++) {
      to[p * kN + i] = piece[i];
    }
  }
}

JGPT_DEVICE float dot(const float (&a)[kLaneElements], const float (&b)[kLaneElements]) {
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < kLaneElements; i++) {
    sum = fmaf(a[i], b[i], sum);
  }
  return sum;
}

// Where the pages of a split are, and which of its keys are in them: [begin, end).
struct SplitKeys {
  const int* pages;  // kSplitPages of them, in shared memory
  int begin;
  int end;
};

// The stored keys of a split. All loads of a step are asked for before the first is used: keys and values of kKeys keys,
// 256 bytes a thread. At HS = 64 in 16 bits that is a whole split.
template <class W, int kN>
JGPT_DEVICE void add_stored(const HeadCache<W>& cache, const SplitKeys& keys, const LaneShare<kN>& share,
                            const float (&query)[kLaneElements], float scale, Softmax& softmax) {
  constexpr int kPieces = LaneShare<kN>::kPieces;
  constexpr int kKeys = kN == 1 ? 2 : 128 / (kLaneElements * static_cast<int>(sizeof(W)));
  for (int base = keys.begin; base < keys.end; base += kKeys * share.groups()) {
    Piece<W, kN> key[kKeys][kPieces];
    Piece<W, kN> value[kKeys][kPieces];
#pragma unroll
    for (int k = 0; k < kKeys; k++) {
      const int position = base + k * share.groups() + share.group();
      if (position < keys.end) {
        const int physical = keys.pages[(position - keys.begin) / kPageTokens];
        const int row = position % kPageTokens * cache.head_size;
#pragma unroll
        for (int p = 0; p < kPieces; p++) {
          if (share.has(p)) {
            key[k][p].load(cache.page(physical, kKey) + row + share.at(p));
            value[k][p].load(cache.page(physical, kValue) + row + share.at(p));
          }
        }
      }
    }
    float scores[kKeys];
    float now = softmax.largest;
#pragma unroll
    for (int k = 0; k < kKeys; k++) {
      float elements[kLaneElements];
      lane_elements(share, [&](int p, float (&to)[kN]) { key[k][p].widen(to); }, elements);
      const float score = share.sum(dot(query, elements)) * scale;
      scores[k] = base + k * share.groups() + share.group() < keys.end ? score : -INFINITY;
      now = fmaxf(now, scores[k]);
    }
    if (now > -INFINITY) {
      softmax.rescale(now);
#pragma unroll
      for (int k = 0; k < kKeys; k++) {
        float elements[kLaneElements];
        lane_elements(share, [&](int p, float (&to)[kN]) { value[k][p].widen(to); }, elements);
        softmax.add(scores[k], elements);
      }
    }
  }
}

// The key of this step's token, by group 0 of the split that it falls into.
template <class W, int kN>
JGPT_DEVICE void add_fresh(const HeadCache<W>& cache, const LaneShare<kN>& share, const float (&query)[kLaneElements],
                           float scale, Softmax& softmax) {
  float key[kLaneElements];
  float value[kLaneElements];
  const auto load = [&](KeyOrValue which, float (&to)[kLaneElements]) {
    const float* fresh = cache.fresh(0, which);
    lane_elements(share, [&](int p, float (&piece)[kN]) { load_rounded<W, kN>(fresh + share.at(p), piece); }, to);
  };
  load(kKey, key);
  load(kValue, value);
  const float score = share.sum(dot(query, key)) * scale;
  if (share.group() == 0) {
    softmax.rescale(fmaxf(softmax.largest, score));
    softmax.add(score, value);
  }
}

struct WarpResults {
  float (&acc)[kWarps][kMaxHeadSize];
  float (&largest)[kWarps];
  float (&sum)[kWarps];
};

template <class W, int kN>
JGPT_DEVICE void attend(const HeadCache<W>& cache, const SplitKeys& keys, bool fresh, float scale,
                        const WarpResults& results) {
  const LaneShare<kN> share(cache.head_size);
  float query[kLaneElements];
#pragma unroll
  for (int p = 0; p < share.kPieces; p++) {
#pragma unroll
    for (int i = 0; i < kN; i++) {
      query[p * kN + i] = share.has(p) ? cache.query(0, share.at(p) + i) : 0.0f;
    }
  }
  Softmax softmax;
  add_stored(cache, keys, share, query, scale, softmax);
  if (fresh) {
    add_fresh(cache, share, query, scale, softmax);
  }
  for (int offset = share.lanes; offset < kWarp; offset *= 2) {
    softmax.merge_lane(offset);
  }
  if (lane_id() < share.lanes) {
#pragma unroll
    for (int p = 0; p < share.kPieces; p++) {
#pragma unroll
      for (int i = 0; i < kN; i++) {
        if (share.has(p)) {
          results.acc[warp_id()][share.at(p) + i] = softmax.acc[p * kN + i];
        }
      }
    }
  }
  if (lane_id() == 0) {
    results.largest[warp_id()] = softmax.largest;
    results.sum[warp_id()] = softmax.sum;
  }
}

template <class W>
JGPT_DEVICE void attention_decode(const HeadCache<W>& cache, int past, float scale, float* result) {
  JGPT_SHARED(int, pages, [kSplitPages]);
  JGPT_SHARED(float, acc, [kWarps][kMaxHeadSize]);
  JGPT_SHARED(float, largest, [kWarps]);
  JGPT_SHARED(float, sum, [kWarps]);
  const int thread = static_cast<int>(threadIdx.x);
  const int begin = static_cast<int>(blockIdx.x) * kSplit;
  if (begin > past) {
    return;
  }
  const SplitKeys keys{pages, begin, min(begin + kSplit, past)};
  const bool fresh = past < begin + kSplit;
  if (thread < ceil_div(keys.end - begin, kPageTokens)) {
    pages[thread] = cache.page_table[begin / kPageTokens + thread];
  }
  if (fresh) {
    cache.append(0, past, thread, kThreads);
  }
  __syncthreads();
  const WarpResults results{acc, largest, sum};
  if (cache.head_size % kPerVector<W> == 0) {
    attend<W, kPerVector<W>>(cache, keys, fresh, scale, results);
  } else {
    attend<W, 1>(cache, keys, fresh, scale, results);
  }
  __syncthreads();
  float top = largest[0];
  for (int w = 1; w < kWarps; w++) {
    top = fmaxf(top, largest[w]);
  }
  float total = 0.0f;
  float mine = 0.0f;
  for (int w = 0; w < kWarps; w++) {
    if (largest[w] > -INFINITY) {  // else the warp had no key
      const float weight = expf(largest[w] - top);
      total += weight * sum[w];
      if (thread < cache.head_size) {
        mine += weight * acc[w][thread];
      }
    }
  }
  if (thread < cache.head_size) {
    result[thread] = mine;
  }
  if (thread == 0) {
    result[cache.head_size] = top;
    result[cache.head_size + 1] = total;
  }
}

// @kernel  attention_decode_{f32,bf16,f16}
// @does    for one token per sequence and each split of 256 keys: the largest score, the sum of exp(score - largest), and
//          the values weighted so, for attention_combine; the token's k and v go into their page
// @shapes  qkv [B][3C]: f32, C = NH * HS; pages [P][L][2][NH][32][HS]: W; page_table [B][max_pages], past [B]: int;
//          partials [B][NH][splits][HS + 2]: f32; 1 <= HS <= 256; qkv and pages 16-byte aligned
// @grid    splits, NH, B: splits at least past / 256 + 1 of the longest sequence; what is not needed leaves at once, and
//          the result does not depend on it
// @block   256
// @shared  none dynamic
// @bytes   per sequence: 2 * past * C * sizeof(W) + 4 * 3 * C + 2 * C * sizeof(W) + 4 * NH * (past / 256 + 1) * (HS + 2)
// @flops   per sequence: 4 * C * (past + 1)
// @bound   memory. 124M in bf16, B = 1, 1000 keys: 48 blocks, each asking for its 64 KiB at once: 3 MB in flight, what
//          4.3 TB/s needs at 0.7 us of latency; 0.7 us of transfer per layer
#define ATTENTION_DECODE(suffix, W)                                                                                   \
  extern "C" __global__ void __launch_bounds__(kThreads)                                                              \
      attention_decode_##suffix(const float* qkv, W* pages, const int* page_table, const int* past, float* partials,  \
                                int layer, int layers, int heads, int head_size, int max_pages, int splits,           \
                                float scale) {                                                                        \
    const int split = static_cast<int>(blockIdx.x);                                                                   \
    const int head = static_cast<int>(blockIdx.y);                                                                    \
    const int slot = static_cast<int>(blockIdx.z);                                                                    \
    const long long row = 3LL * heads * head_size;                                                                    \
    const HeadCache<W> cache{pages, page_table + static_cast<long long>(slot) * max_pages, qkv + slot * row, layer,   \
                             layers, heads, head, head_size};                                                         \
    attention_decode(cache, past[slot], scale, partial(partials, slot, head, split, heads, splits, head_size));       \
  }                                                                                                                   \
  JGPT_KERNEL(attention_decode_##suffix)

ATTENTION_DECODE(f32, float)
ATTENTION_DECODE(bf16, bf16)
ATTENTION_DECODE(f16, f16)

// @kernel  attention_combine
// @does    out[b] = the splits of each head of a sequence merged, in their order, and divided by the sum of all weights
// @shapes  partials [B][NH][splits][HS + 2], past [B]: int; out [B][C]: f32
// @grid    NH, B
// @block   HS rounded up to whole warps
// @shared  none
// @bytes   per sequence: 4 * NH * ((past / 256 + 1) * (HS + 2) + HS)
// @flops   per sequence: 3 * C * (past / 256 + 1)
// @bound   latency: two passes over a few splits in L2
extern "C" __global__ void __launch_bounds__(kMaxHeadSize)
    attention_combine(const float* partials, const int* past, float* out, int heads, int head_size, int splits) {
  const int element = static_cast<int>(threadIdx.x);
  const int head = static_cast<int>(blockIdx.x);
  const int slot = static_cast<int>(blockIdx.y);
  if (element >= head_size) {
    return;
  }
  const int used = past[slot] / kSplit + 1;
  const int stride = head_size + 2;
  const float* from = partials + (static_cast<long long>(slot) * heads + head) * splits * stride;
  float top = -INFINITY;
  for (int split = 0; split < used; split++) {
    top = fmaxf(top, load_constant(from + split * stride + head_size));
  }
  float total = 0.0f;
  float sum = 0.0f;
  for (int split = 0; split < used; split++) {
    const float* partial = from + split * stride;
    const float weight = expf(load_constant(partial + head_size) - top);
    total += weight * load_constant(partial + head_size + 1);
    sum += weight * load_constant(partial + element);
  }
  out[(static_cast<long long>(slot) * heads + head) * head_size + element] = sum / total;
}
JGPT_KERNEL(attention_combine)
