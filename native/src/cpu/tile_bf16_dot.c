/* BF16 weights and rows by VDPBF16PS: two inputs per step and instruction, 128 bytes of weights. */
#include "kernels.h"
#include "pack_rows.h"
#include "simd.h"

#include <string.h>

#define NAME tile_bf16_dot
#define GROUP 2
#define MAX_ROWS 12
#define ROW_STEP 4
#define PANEL_STEP (NB * 4)

INLINE __m512bh dot_row(const void *p) {
  int32_t pair;
  memcpy(&pair, p, 4);
  return (__m512bh)vi_set1(pair);
}

#define SUM vf
#define SUM_ZERO() vf_zero()
#define SUM_LOAD(p) vf_load((const float *)(p))
#define SUM_STORE(p, s) vf_store((float *)(p), s)
#define ROW __m512bh
#define ROW_LOAD(p) dot_row(p)
#define PANEL __m512bh
#define PANEL_LOAD(p) ((__m512bh)vi_load(p))
#define ADD(sum, row, panel) _mm512_dpbf16_ps(sum, row, panel)

static void pack_rows(const float *x, int64_t stride, int rows, int64_t k, void *packed, float *scales) {
  (void)scales;
  pack_bf16(x, stride, rows, k, packed);
}

#include "tile.h"
