// What becomes of the sums of a linear layer: out[t][n] = f(sum + bias[n]) + residual[t][n].
#pragma once

#include "common/activation.cuh"
#include "common/cuda.cuh"

struct Epilogue {
  const float* bias;      // [N], or null
  const float* residual;  // [T][N], or null; may be `out`
  float* out;             // [T][N]
  int columns;            // N
  int activation;         // an Activation

  JGPT_DEVICE void store(int t, int n, float sum) const {
    const long long at = static_cast<long long>(t) * columns + n;
    float y = activate(bias == nullptr ? sum : sum + bias[n], activation);
    if (residual != nullptr) {
      y += residual[at];
    }
    out[at] = y;
  }
};
