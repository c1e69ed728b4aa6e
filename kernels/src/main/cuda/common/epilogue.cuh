// What becomes of the sums of a linear layer: out[t][n] = f(sum + bias[n]) + residual[t][n].
#pragma once

#include "common/activation.cuh"
#include "common/cuda.cuh"
#include "common/vector.cuh"

struct Epilogue {
  const float* bias;      // [N], or null
  const float* residual;  // [T][N], or null; may be `out`
  float* out;             // [T][N]
  int columns;            // N
  int activation;         // an Activation

  JGPT_DEVICE void store(int t, int n, float sum) const {
    const long long at = static_cast<long long>(t) * columns + n;
    const float y = activate(bias == nullptr ? sum : sum + load_constant(bias + n), activation);
    out[at] = residual == nullptr ? y : y + residual[at];
  }
};
