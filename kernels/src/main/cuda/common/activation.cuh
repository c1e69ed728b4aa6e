// The FFN's activations, by the codes that kernels take.
#pragma once

#include "common/cuda.cuh"

enum Activation {
  kIdentity = 0,
  kGeluTanh = 1,  // gelu_new, gelu_pytorch_tanh
  kGeluErf = 2,   // gelu
  kRelu = 3,
  kSilu = 4,
};

JGPT_DEVICE float activate(float x, int activation) {
  switch (activation) {
    case kGeluTanh: {
      const float inner = 0.7978845608f * (x + 0.044715f * (x * (x * x)));  // sqrt(2 / pi)
      return 0.5f * x * (1.0f + tanhf(inner));
    }
    case kGeluErf:
      return 0.5f * x * (1.0f + erff(x * 0.7071067812f));  // 1 / sqrt(2)
    case kRelu:
      return x < 0.0f ? 0.0f : x;  // NaN stays NaN
    case kSilu:
      return x / (1.0f + expf(-x));
    default:
      return x;
  }
}
