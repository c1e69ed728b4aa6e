// Draws tokens from rows of logits: bias, penalties, constraint, temperature, top-k, top-p, min-p, typical-p, Gumbel noise.
//
// For equal logits the token is that of io.jgpt.sampling, bit for bit: all arithmetic is float64 by the same single IEEE
// operations in the same order (portable_math.cuh; what is added up over many tokens are integers, whose sum has no order).
// So it does not depend on the number of threads, the other rows or the device either.
#include "common/cuda.cuh"
#include "common/gumbel.cuh"
#include "common/portable_math.cuh"
#include "common/reduce.cuh"
#include "common/sample_candidates.cuh"
#include "common/sample_request.cuh"
#include "common/sample_scores.cuh"

constexpr int kNone = 0x7fffffff;

// A weight of 1, the most probable token's; 2^21 tokens of it sum to less than 2^63.
constexpr double kUnits = 0x1p42;

JGPT_DEVICE unsigned long long weight_units(double score) {
  return static_cast<unsigned long long>(static_cast<long long>(rint(portable_exp(score) * kUnits)));
}

struct Min {
  JGPT_DEVICE int operator()(int a, int b) const { return a < b ? a : b; }
};

template <class Value>
JGPT_DEVICE unsigned long long sum_over(const Candidates& candidates, SampleScratch& scratch, Value value) {
  unsigned long long sum = 0;
#pragma unroll 2
  for (int i = static_cast<int>(threadIdx.x); i < candidates.n; i += kSampleThreads) {
    sum += value(candidates.scores[i]);
  }
  return block_reduce(sum, scratch.sums, Sum{});
}

// A share of a sum of weights.
JGPT_DEVICE unsigned long long quota_of(double share, unsigned long long sum) {
  const auto quota = static_cast<unsigned long long>(static_cast<long long>(
      ceil(share * static_cast<double>(static_cast<long long>(sum)))));
  return quota < sum ? quota : sum;
}

// The first pass: the lowest id whose logit is no number to draw from, else the most probable token.
struct Best {
  int bad;         // or kNone
  int id;          // lowest of the most probable
  double largest;  // its score; -infinity if no token is possible
};

JGPT_DEVICE Best find_best(const RowScores& scores, SampleScratch& scratch) {
  Best best{kNone, kNone, -INFINITY};
#pragma unroll 4
  for (int id = static_cast<int>(threadIdx.x); id < scores.vocab; id += kSampleThreads) {
    if (!(load_constant(scores.logits + id) < INFINITY)) {
      best.bad = Min{}(best.bad, id);
    }
    const double score = scores.at(id);
    if (score > best.largest) {
      best.largest = score;
      best.id = id;
    }
  }
  const double largest = block_reduce(best.largest, scratch.numbers, Max{});
  best.id = block_reduce(best.largest == largest ? best.id : kNone, scratch.ints, Min{});
  best.bad = block_reduce(best.bad, scratch.ints, Min{});
  best.largest = largest;
  return best;
}

// A distance from the largest score beyond which no token is among the k highest: so that top-k makes a short list of
// a long row. Infinity if that is not known.
JGPT_DEVICE double reach_of_top_k(const RowScores& scores, double largest, int k, SampleScratch& scratch) {
  if (k == 0 || k >= scores.vocab) {
    return INFINITY;
  }
  clear_bins(scratch);
#pragma unroll 2
  for (int base = warp_id() * kWarp; base < scores.vocab; base += kSampleThreads) {
    const int id = base + lane_id();
    const double distance = id < scores.vocab ? largest - scores.at(id) : INFINITY;
    add_to_bins(scratch.bins, distance < INFINITY, coarse_bin(distance), 1);
  }
  find_bin(k, scratch);
  return scratch.bin < 0 || scratch.bin == kBins - 1 ? INFINITY : (scratch.bin + 1) / kBinsPerUnit;
}

// Drops the impossible tokens and scales the scores: (score - largest) / temperature.
JGPT_DEVICE void select(const RowScores& scores, double largest, const SampleRequest& request, SampleScratch& scratch,
                        Candidates& candidates) {
  // Division keeps the order, and so what is further than the reach is below this; what only rounding makes equal to
  // the last of the k highest is not.
  const double floor = -reach_of_top_k(scores, largest, request.top_k, scratch) / request.temperature;
  const double temperature = request.temperature;
  collect(candidates, scores.vocab, scratch, [&](int i, int& id, double& score) {
    id = i;
    score = (scores.at(i) - largest) / temperature;
    return score > -INFINITY && score >= floor;
  });
}

// The k highest scores and all equal to the lowest of them.
JGPT_DEVICE void top_k(Candidates& candidates, int k, SampleScratch& scratch) {
  if (k == 0 || k >= candidates.n) {
    return;
  }
  const Border border = find_border(
      candidates, static_cast<unsigned long long>(k), scratch, [](int, double score) { return fabs(score); },
      [](int, double) { return 1ull; });
  filter(candidates, scratch, [&](int, double score) { return fabs(score) <= border.key; });
}

// The most probable tokens until they sum to p; of equal ones at the border the lower ids.
JGPT_DEVICE void top_p(Candidates& candidates, double p, SampleScratch& scratch) {
  if (p == 1.0) {
    return;
  }
  const unsigned long long sum = sum_over(candidates, scratch, weight_units);
  const unsigned long long quota = quota_of(p, sum);
  // Together, tokens lighter than this are less than what may be missing.
  const unsigned long long light = (sum - quota) / static_cast<unsigned>(candidates.n);
  filter(candidates, scratch, [&](int, double score) { return weight_units(score) >= light; });
  const Border border = find_border(
      candidates, quota, scratch, [](int, double score) { return fabs(score); },
      [](int, double score) { return weight_units(score); });
  const unsigned long long each = weight_units(-border.key);
  double last = INFINITY;  // id
  if (border.inside > each) {
    const unsigned long long wanted = quota > border.before ? (quota - border.before + each - 1) / each : 1;
    last = find_border(
               candidates, wanted, scratch, [](int id, double) { return static_cast<double>(id); },
               [&](int, double score) { return fabs(score) == border.key ? 1ull : 0ull; })
               .key;
  }
  filter(candidates, scratch, [&](int id, double score) {
    return fabs(score) < border.key || (fabs(score) == border.key && id <= last);
  });
}

// Tokens at least p times as probable as the most probable one.
JGPT_DEVICE void min_p(Candidates& candidates, double p, SampleScratch& scratch) {
  if (p > 0.0) {
    filter(candidates, scratch, [&](int, double score) { return portable_exp(score) >= p; });
  }
}

// Tokens by rising distance of their information from the entropy until they sum to `mass`; all as distant as the last.
JGPT_DEVICE void typical(Candidates& candidates, double mass, SampleScratch& scratch) {
  if (mass == 1.0) {
    return;
  }
  const unsigned long long sum = sum_over(candidates, scratch, weight_units);
  const unsigned long long weighted = sum_over(candidates, scratch, [](double score) {
    return static_cast<unsigned long long>(static_cast<long long>(rint(-score * portable_exp(score) * kUnits)));
  });
  const double mean =
      static_cast<double>(static_cast<long long>(weighted)) / static_cast<double>(static_cast<long long>(sum));
  const Border border = find_border(
      candidates, quota_of(mass, sum), scratch, [&](int, double score) { return fabs(score + mean); },
      [](int, double score) { return weight_units(score); });
  filter(candidates, scratch, [&](int, double score) { return fabs(score + mean) <= border.key; });
}

// Calls f(id, score, word) for this thread's candidates: kTogether neighbours at a time.
template <class F>
JGPT_DEVICE void with_words(const Candidates& candidates, const SampleRequest& request, F f) {
  TokenWords words(request.seed, request.index, request.sample);
  for (int base = static_cast<int>(threadIdx.x) * kTogether; base < candidates.n; base += kSampleThreads * kTogether) {
    for (int i = base; i < min(base + kTogether, candidates.n); i++) {
      const int id = candidates.ids[i];
      f(id, candidates.scores[i], words.of(id));
    }
  }
}

// The largest score + noise, of equal ones the lowest id. Logarithms are for those alone that can still win, a handful:
// bounds of the noise tell them.
JGPT_DEVICE int draw(const Candidates& candidates, const SampleRequest& request, SampleScratch& scratch) {
  double at_least = -INFINITY;
  double at_most = -INFINITY;
  with_words(candidates, request, [&](int, double score, unsigned word) {
    at_least = Max{}(at_least, score + noise_at_least(word));
    at_most = Max{}(at_most, score + noise_at_most(word));
  });
  const double threshold = block_reduce(at_least, scratch.numbers, Max{});
  double best = -INFINITY;
  int drawn = kNone;
  if (at_most >= threshold) {
    with_words(candidates, request, [&](int id, double score, unsigned word) {
      if (score + noise_at_most(word) >= threshold) {
        const double noisy = score + gumbel_noise(word);
        if (noisy > best) {
          best = noisy;
          drawn = id;
        }
      }
    });
  }
  const double winner = block_reduce(best, scratch.numbers, Max{});
  return block_reduce(best == winner ? drawn : kNone, scratch.ints, Min{});
}

JGPT_DEVICE int sample_row(RowScores scores, const SampleRequest& request, const unsigned char* lists,
                           Candidates candidates, SampleScratch& scratch) {
  adjust(scores, request, lists);
  const Best best = find_best(scores, scratch);
  if (best.bad != kNone) {
    return -2 - best.bad;
  }
  if (best.largest == -INFINITY) {
    return -1;
  }
  if (request.temperature == 0.0) {
    return best.id;
  }
  select(scores, best.largest, request, scratch, candidates);
  top_k(candidates, request.top_k, scratch);
  top_p(candidates, request.top_p, scratch);
  min_p(candidates, request.min_p, scratch);
  typical(candidates, request.typical_p, scratch);
  return draw(candidates, request, scratch);
}

// @kernel  sample
// @does    drawn[r] = a token of row r by its request; -1 if no token is possible, -2 - i if logit i, the first such, is
//          NaN or infinite
// @shapes  logits [R][V]: f32; requests [R]: SampleRequest; lists: bytes, 8-byte aligned; scores [R][V]: f64 and
//          ids [R][V]: int, workspace; drawn [R]: int; V up to 2^18
// @grid    R
// @block   512
// @shared  4 * ceil(V / 32) dynamic: 6.1 KiB at V = 50257
// @bytes   per row: 4 * V, from L2 once for greedy; with top-k or top-p 3 or 4 times, and what is left of the list,
//          12 bytes each, a few times; without truncation 4 * V * 2 + 12 * V * 3
// @flops   per token of the row in float64: 1 for greedy, 15 for the temperature, 35 for each of top-p and typical-p
// @bound   one multiprocessor's path to L2 (64 bytes a cycle) and its float64 units: at V = 50257 on an H200, estimated,
//          4 us greedy, 15 us with top-k 40 and top-p 0.95, 25 us without truncation
extern "C" __global__ void __launch_bounds__(kSampleThreads, 1)
    sample(const float* logits, const SampleRequest* requests, const unsigned char* lists, double* scores, int* ids,
           int* drawn, int vocab) {
  JGPT_SHARED(SampleScratch, scratch, [1]);
  const long long row = blockIdx.x;
  const SampleRequest& request = requests[row];
  const RowScores row_scores{logits + row * vocab,
                             vocab,
                             scores + row * vocab,
                             dynamic_shared<unsigned>(),
                             list_at<unsigned long long>(lists, request.allowed),
                             request.allowed_words};
  const Candidates candidates{scores + row * vocab, ids + row * vocab, 0};
  const int token = sample_row(row_scores, request, lists, candidates, scratch[0]);
  if (threadIdx.x == 0) {
    drawn[row] = token;
  }
}
JGPT_KERNEL(sample)
