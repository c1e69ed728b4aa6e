/* From the sums of a tile to outputs: scales, bias, activation, residual. Bound by the output's memory, or by the
 * activation's arithmetic (some 25 instructions for W outputs). */
#include "kernels.h"
#include "simd.h"
#include "vmath.h"

INLINE vf activate(vf x, const jgpt_activation activation) {
  switch (activation) {
    case JGPT_GELU_TANH:
      return vf_gelu_tanh(x);
    case JGPT_GELU_ERF:
      return vf_gelu_erf(x);
    case JGPT_RELU:
      return vf_relu(x);
    case JGPT_SILU:
      return vf_silu(x);
    default:
      return x;
  }
}

INLINE vf sums(const void *c, int row, int at, const epilogue_args *args) {
  const char *from = (const char *)c + 4 * (row * NB + at);
  if (args->column_scales == NULL) {
    return vf_load((const float *)from);
  }
  vi exact = vi_load(from);
  if (args->offsets != NULL) {
    exact = vi_sub(exact, vi_load(args->offsets + at));
  }
  vf scale = vf_mul(vf_set1(args->row_scales[row]), vf_load(args->column_scales + at));
  return vf_mul(vi_float(exact), scale);
}

INLINE void finish(int rows, const void *c, const epilogue_args *args, const jgpt_activation activation) {
  for (int r = 0; r < rows; r++) {
    for (int at = 0; at < args->columns; at += W) {
      int64_t n = args->columns - at < W ? args->columns - at : W;
      vf y = sums(c, r, at, args);
      if (args->bias != NULL) {
        y = vf_add(y, vf_load(args->bias + at));
      }
      y = activate(y, activation);
      int64_t to = r * args->stride + at;
      if (n == W) {
        if (args->residual != NULL) {
          y = vf_add(y, vf_load(args->residual + to));
        }
        vf_store(args->out + to, y);
      } else {
        if (args->residual != NULL) {
          y = vf_add(y, vf_load_first(args->residual + to, n));
        }
        vf_store_first(args->out + to, n, y);
      }
    }
  }
}

void ISA_NAME(epilogue)(int rows, const void *c, const epilogue_args *args) {
  switch (args->activation) {
    case JGPT_IDENTITY:
      finish(rows, c, args, JGPT_IDENTITY);
      break;
    case JGPT_GELU_TANH:
      finish(rows, c, args, JGPT_GELU_TANH);
      break;
    case JGPT_GELU_ERF:
      finish(rows, c, args, JGPT_GELU_ERF);
      break;
    case JGPT_RELU:
      finish(rows, c, args, JGPT_RELU);
      break;
    case JGPT_SILU:
      finish(rows, c, args, JGPT_SILU);
      break;
  }
}
