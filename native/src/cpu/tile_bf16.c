/* BF16 weights, widened to float32: two inputs per step, 128 bytes of weights. Widening a pair is a shift and a mask,
 * so the even inputs of a step are added first, then the odd ones: ascending order. */
#include "kernels.h"
#include "pack_rows.h"
#include "simd.h"

#define NAME tile_bf16
#define GROUP 2
#define MAX_ROWS (W == 16 ? 12 : 4)
#define ROW_STEP 8
#define PANEL_STEP (NB * 4)

typedef struct {
  vf even;
  vf odd;
} vf_pair;

INLINE vf_pair pair_load(const void *p) {
  vi pairs = vi_load(p);
  return (vf_pair){vi_bf16_even(pairs), vi_bf16_odd(pairs)};
}

INLINE vf_pair pair_set1(const float *p) {
  return (vf_pair){vf_set1(p[0]), vf_set1(p[1])};
}

#define SUM vf
#define SUM_ZERO() vf_zero()
#define SUM_LOAD(p) vf_load((const float *)(p))
#define SUM_STORE(p, s) vf_store((float *)(p), s)
#define ROW vf_pair
#define ROW_LOAD(p) pair_set1((const float *)(p))
#define PANEL vf_pair
#define PANEL_LOAD(p) pair_load(p)
#define ADD(sum, row, panel) vf_fma((row).odd, (panel).odd, vf_fma((row).even, (panel).even, sum))

static void pack_rows(const float *x, int64_t stride, int rows, int64_t k, void *packed, float *scales) {
  (void)scales;
  pack_float_pairs(x, stride, rows, k, packed);
}

#include "tile.h"
