// The tokens that may still come, with their scores relative to the largest: a list that the truncations shorten, and
// the search for where a truncation cuts. All functions are called by every thread of a block of kSampleThreads.
#pragma once

#include "common/cuda.cuh"
#include "common/reduce.cuh"

constexpr int kSampleThreads = 512;  // 1024 would have 64 registers each, and spill
constexpr int kSampleWarps = kSampleThreads / kWarp;
constexpr int kTogether = 4;  // neighbouring tokens of a thread: they share a block of random words
constexpr int kBins = kSampleThreads;

// In shared memory, used again and again.
struct SampleScratch {
  unsigned long long bins[kBins];
  unsigned long long sums[kSampleWarps];
  unsigned long long before;  // of a search: what the bins below its bin sum to
  unsigned long long inside;  //              what its bin holds
  double numbers[kSampleWarps];
  int counts[2][kSampleWarps];
  int ints[kSampleWarps];
  int bin;
};

struct Candidates {
  double* scores;  // [n], at most 0
  int* ids;        // [n], ascending
  int n;
};

// The sum over this and all lower lanes.
template <class T>
JGPT_DEVICE T warp_prefix(T x) {
#pragma unroll
  for (int offset = 1; offset < kWarp; offset *= 2) {
    const T lower = __shfl_up_sync(kFullMask, x, offset);
    x = lane_id() >= offset ? x + lower : x;
  }
  return x;
}

// Of the sums through warp 0, 1, ... in the lanes: that of the warps below this one.
template <class T>
JGPT_DEVICE T below_warp(T through_warps) {
  const T below = __shfl_sync(kFullMask, through_warps, warp_id() == 0 ? 0 : warp_id() - 1);
  return warp_id() == 0 ? T{} : below;
}

// Keeps those of `count` tokens that `keep(i, id, score)` says, in their order: it sets id and score of token i. What it
// reads at i may be the place that is written: a step writes no further than it has read.
template <class Keep>
JGPT_DEVICE void collect(Candidates& to, int count, SampleScratch& scratch, Keep keep) {
  int kept = 0;
  bool odd = false;
  for (int base = 0; base < count; base += kSampleThreads * kTogether) {
    const int first = base + static_cast<int>(threadIdx.x) * kTogether;
    int ids[kTogether];
    double scores[kTogether];
    bool stays[kTogether];
    int mine = 0;
#pragma unroll
    for (int j = 0; j < kTogether; j++) {
      stays[j] = first + j < count && keep(first + j, ids[j], scores[j]);
      mine += stays[j] ? 1 : 0;
    }
    const int through = warp_prefix(mine);
    if (lane_id() == kWarp - 1) {
      scratch.counts[odd][warp_id()] = through;
    }
    __syncthreads();  // the only one: the next step has the other counts
    const int at_warps = warp_prefix(lane_id() < kSampleWarps ? scratch.counts[odd][lane_id()] : 0);
    const int before = below_warp(at_warps);
    int at = kept + before + through - mine;
    kept += __shfl_sync(kFullMask, at_warps, kWarp - 1);
#pragma unroll
    for (int j = 0; j < kTogether; j++) {
      if (stays[j]) {
        to.ids[at] = ids[j];
        to.scores[at++] = scores[j];
      }
    }
    odd = !odd;
  }
  to.n = kept;
  __syncthreads();
}

// Keeps the candidates for which `keep(id, score)` holds.
template <class Keep>
JGPT_DEVICE void filter(Candidates& candidates, SampleScratch& scratch, Keep keep) {
  const Candidates from = candidates;
  collect(candidates, from.n, scratch, [&](int i, int& id, double& score) {
    id = from.ids[i];
    score = from.scores[i];
    return keep(id, score);
  });
}

// A first, coarse bin of a key: logits are spread over some tens of units. Rises with the key.
constexpr double kBinsPerUnit = 16.0;
JGPT_DEVICE int coarse_bin(double key) {
  return key < kBins / kBinsPerUnit ? static_cast<int>(key * kBinsPerUnit) : kBins - 1;
}

// Adds weights to bins. Integers, so in any order. The lanes that share the first one's bin add up among themselves: where
// all keys are alike, a bin is not fought over.
JGPT_DEVICE void add_to_bins(unsigned long long* bins, bool active, int bin, unsigned long long weight) {
  const unsigned pending = __ballot_sync(kFullMask, active);
  if (pending == 0) {
    return;
  }
  const int leader = __ffs(static_cast<int>(pending)) - 1;
  const int shared_bin = __shfl_sync(kFullMask, bin, leader);
  const bool shares = active && bin == shared_bin;
  const unsigned long long sum = warp_sum(shares ? weight : 0ull);
  if (lane_id() == leader) {
    atomicAdd(&bins[shared_bin], sum);
  }
  if (active && !shares) {
    atomicAdd(&bins[bin], weight);
  }
}

// The bin with which the sum from bin 0 on reaches `quota`, at least 1: in scratch.bin, before, inside; bin -1 if all of
// them do not reach it.
JGPT_DEVICE void find_bin(unsigned long long quota, SampleScratch& scratch) {
  __syncthreads();
  const unsigned long long mine = scratch.bins[threadIdx.x];
  unsigned long long through = warp_prefix(mine);
  if (lane_id() == kWarp - 1) {
    scratch.sums[warp_id()] = through;
  }
  if (threadIdx.x == 0) {
    scratch.bin = -1;
  }
  __syncthreads();
  through += below_warp(warp_prefix(lane_id() < kSampleWarps ? scratch.sums[lane_id()] : 0ull));
  if (through >= quota && through - mine < quota) {
    scratch.bin = static_cast<int>(threadIdx.x);
    scratch.before = through - mine;
    scratch.inside = mine;
  }
  __syncthreads();
}

JGPT_DEVICE void clear_bins(SampleScratch& scratch) {
  __syncthreads();
  scratch.bins[threadIdx.x] = 0;
  __syncthreads();
}

struct Border {
  double key;
  unsigned long long before;  // weight of all smaller keys
  unsigned long long inside;  // weight of those that have this key
};

// Takes candidates by rising key until they weigh `quota` or more: with which key that happens. A radix search, so in
// time proportional to n: the coarse bin first, then the key's bits, 9 at a time; keys are at least 0, and such numbers
// have the order of their 63 bits. All candidates together weigh `quota` or more.
template <class Key, class Weight>
JGPT_DEVICE Border find_border(const Candidates& candidates, unsigned long long quota, SampleScratch& scratch, Key key,
                               Weight weight) {
  constexpr int kDigit = 9;
  constexpr int kBits = 63;
  static_assert(1 << kDigit == kBins && kBits % kDigit == 0);
  unsigned long long rest = quota > 0 ? quota : 1;  // the first is always taken
  unsigned long long before = 0;
  unsigned long long prefix = 0;
  int coarse = 0;
  for (int shift = kBits; shift >= 0; shift -= kDigit) {
    const bool first = shift == kBits;
    clear_bins(scratch);
    for (int base = warp_id() * kWarp; base < candidates.n; base += kSampleThreads) {
      const int i = base + lane_id();
      bool active = i < candidates.n;
      int bin = 0;
      unsigned long long units = 0;
      if (active) {
        const double k = key(candidates.ids[i], candidates.scores[i]);
        const auto bits = static_cast<unsigned long long>(__double_as_longlong(k + 0.0));  // -0 counts as 0
        bin = coarse_bin(k);
        if (!first) {
          active = bin == coarse && bits >> (shift + kDigit) == prefix;
          bin = static_cast<int>(bits >> shift & (kBins - 1));
        }
        units = active ? weight(candidates.ids[i], candidates.scores[i]) : 0;
      }
      add_to_bins(scratch.bins, active, bin, units);
    }
    find_bin(rest, scratch);
    if (first) {
      coarse = scratch.bin;
    } else {
      prefix = prefix << kDigit | static_cast<unsigned>(scratch.bin);
    }
    before += scratch.before;
    rest -= scratch.before;
  }
  return {__longlong_as_double(static_cast<long long>(prefix)), before, scratch.inside};
}
