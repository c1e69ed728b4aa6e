// Weights from files into the form that the other kernels read: [N][ldw], a row per output, converted, rows padded with
// zeros. A matrix may come in bands through a staging buffer; each launch places one band.
#include "common/cuda.cuh"
#include "common/types.cuh"
#include "common/vector.cuh"

constexpr int kPackTile = 32;

template <class From, class To>
JGPT_DEVICE To converted(From x) {
  return from_float<To>(to_float(x));
}

// @kernel  pack_{f32,bf16,f16}_{f32,bf16,f16}
// @does    to[r][c] = from[r][c], zero for columns <= c < columns + padding
// @shapes  from [rows][columns]: of the first type; to [rows][ldw]: of the second
// @grid    (ceil((columns + padding) / 256), least(rows, 65535)): blocks take rows in turn
// @block   256
// @shared  none
// @bytes   rows * (columns * sizeof(From) + (columns + padding) * sizeof(To))
// @flops   0
// @bound   memory; beside an upload, the bus to the host
#define PACK(from_name, From, to_name, To)                                                                            \
  extern "C" __global__ void __launch_bounds__(256)                                                                   \
      pack_##from_name##_##to_name(const From* from, To* to, int rows, int columns, int ldw, int padding) {           \
    const int c = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);                                            \
    for (int r = static_cast<int>(blockIdx.y); r < rows; r += static_cast<int>(gridDim.y)) {                          \
      if (c < columns) {                                                                                              \
        to[static_cast<long long>(r) * ldw + c] =                                                                     \
            converted<From, To>(load_constant(from + static_cast<long long>(r) * columns + c));                       \
      } else if (c < columns + padding) {                                                                             \
        to[static_cast<long long>(r) * ldw + c] = from_float<To>(0.0f);                                               \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
  JGPT_KERNEL(pack_##from_name##_##to_name)

PACK(f32, float, f32, float)
PACK(f32, float, bf16, bf16)
PACK(f32, float, f16, f16)
PACK(bf16, bf16, f32, float)
PACK(bf16, bf16, bf16, bf16)
PACK(bf16, bf16, f16, f16)
PACK(f16, f16, f32, float)
PACK(f16, f16, bf16, bf16)
PACK(f16, f16, f16, f16)

// Through a tile in shared memory, so that both sides are read and written along their rows. 33 wide: a column then
// touches every bank.
template <class From, class To>
JGPT_DEVICE void pack_transposed(const From* from, To* to, int rows, int columns, int ldw, int padding) {
  JGPT_SHARED(float, tile, [kPackTile][kPackTile + 1]);
  const int lane = static_cast<int>(threadIdx.x) % kPackTile;
  const int first = static_cast<int>(threadIdx.x) / kPackTile;
  const int step = static_cast<int>(blockDim.x) / kPackTile;
  const int top = static_cast<int>(blockIdx.x) * kPackTile;  // of the band's rows, the columns of `to`
  const int tiles = ceil_div(columns, kPackTile);
  for (int tile_at = static_cast<int>(blockIdx.y); tile_at < tiles; tile_at += static_cast<int>(gridDim.y)) {
    const int left = tile_at * kPackTile;
    for (int i = first; i < kPackTile; i += step) {
      const bool inside = top + i < rows && left + lane < columns;
      tile[i][lane] =
          inside ? to_float(load_constant(from + static_cast<long long>(top + i) * columns + left + lane)) : 0.0f;
    }
    __syncthreads();
    for (int i = first; i < kPackTile; i += step) {
      if (left + i < columns && top + lane < rows + padding) {
        to[static_cast<long long>(left + i) * ldw + top + lane] = from_float<To>(tile[lane][i]);
      }
    }
    __syncthreads();
  }
}

// @kernel  pack_transposed_{f32,bf16,f16}_{f32,bf16,f16}
// @does    to[c][r] = from[r][c], zero for rows <= r < rows + padding
// @shapes  from [rows][columns]: of the first type; to [columns][ldw]: of the second
// @grid    (ceil((rows + padding) / 32), least(ceil(columns / 32), 65535)): blocks take tiles in turn
// @block   256
// @shared  none dynamic
// @bytes   columns * (rows * sizeof(From) + (rows + padding) * sizeof(To))
// @flops   0
// @bound   memory; beside an upload, the bus to the host
#define PACK_TRANSPOSED(from_name, From, to_name, To)                                                                 \
  extern "C" __global__ void __launch_bounds__(256)                                                                   \
      pack_transposed_##from_name##_##to_name(const From* from, To* to, int rows, int columns, int ldw,               \
                                              int padding) {                                                          \
    pack_transposed(from, to, rows, columns, ldw, padding);                                                           \
  }                                                                                                                   \
  JGPT_KERNEL(pack_transposed_##from_name##_##to_name)

PACK_TRANSPOSED(f32, float, f32, float)
PACK_TRANSPOSED(f32, float, bf16, bf16)
PACK_TRANSPOSED(f32, float, f16, f16)
PACK_TRANSPOSED(bf16, bf16, f32, float)
PACK_TRANSPOSED(bf16, bf16, bf16, bf16)
PACK_TRANSPOSED(bf16, bf16, f16, f16)
PACK_TRANSPOSED(f16, f16, f32, float)
PACK_TRANSPOSED(f16, f16, bf16, bf16)
PACK_TRANSPOSED(f16, f16, f16, f16)
