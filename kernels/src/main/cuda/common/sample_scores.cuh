// The scores of a row before the temperature: logits, bias, penalties, constraint, as io.jgpt.sampling.Candidates has
// them. Only the few tokens that a bias or a penalty touches differ from their logit: those are marked in shared memory
// and stand in `adjusted`; all others are read where they are, 4 bytes instead of 8.
#pragma once

#include <cfloat>

#include "common/cuda.cuh"
#include "common/sample_request.cuh"
#include "common/vector.cuh"

constexpr int kWordBits = 32;

struct RowScores {
  const float* logits;  // [V]
  int vocab;
  double* adjusted;   // [V] in global memory, of the marked ids only
  unsigned* touched;  // a bit per id, in shared memory
  const unsigned long long* allowed;
  int allowed_words;  // -1: no constraint

  JGPT_DEVICE bool is_touched(int id) const {
    return (touched[id / kWordBits] >> (id % kWordBits) & 1u) != 0;
  }

  JGPT_DEVICE bool is_allowed(int id) const {
    return allowed_words < 0 || (id / 64 < allowed_words && (__ldg(allowed + id / 64) >> (id % 64) & 1u) != 0);
  }

  JGPT_DEVICE double unmasked(int id) const {
    return is_touched(id) ? adjusted[id] : static_cast<double>(load_constant(logits + id));
  }

  JGPT_DEVICE double at(int id) const { return is_allowed(id) ? unmasked(id) : -INFINITY; }

  JGPT_DEVICE void mark(int id) { atomicOr(&touched[id / kWordBits], 1u << (id % kWordBits)); }
};

// An impossible token stays so, and none becomes infinitely probable.
JGPT_DEVICE double adjusted_score(double before, double after) {
  return before > -INFINITY ? fmin(after, DBL_MAX) : before;
}

// Bias, then penalties. All threads of the block call it; ids within a list are distinct, so a thread takes an id alone.
JGPT_DEVICE void adjust(RowScores& scores, const SampleRequest& request, const unsigned char* lists) {
  const int thread = static_cast<int>(threadIdx.x);
  const int threads = static_cast<int>(blockDim.x);
  for (int i = thread; i < (scores.vocab + kWordBits - 1) / kWordBits; i += threads) {
    scores.touched[i] = 0;
  }
  __syncthreads();
  const int* bias_ids = list_at<int>(lists, request.bias_ids);
  const double* biases = list_at<double>(lists, request.biases);
  for (int i = thread; i < request.bias_count; i += threads) {
    const int id = bias_ids[i];
    const double logit = static_cast<double>(load_constant(scores.logits + id));
    scores.adjusted[id] = adjusted_score(logit, logit + biases[i]);
    scores.mark(id);
  }
  __syncthreads();
  if (!request.penalizes()) {
    return;
  }
  const int* seen = list_at<int>(lists, request.seen);
  const int* generated = list_at<int>(lists, request.generated);
  for (int i = thread; i < request.seen_count; i += threads) {
    const int id = seen[i];
    double s = scores.unmasked(id);
    s = adjusted_score(s, s < 0.0 ? s * request.repetition : s / request.repetition);
    if (generated[i] > 0) {
      s = adjusted_score(s, s - request.presence - request.frequency * generated[i]);
    }
    scores.adjusted[id] = s;
  }
  __syncthreads();  // marks are read above and made below
  for (int i = thread; i < request.seen_count; i += threads) {
    scores.mark(seen[i]);
  }
  __syncthreads();
}
