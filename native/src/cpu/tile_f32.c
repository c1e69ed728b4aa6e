/* F32 weights: one input per step, 128 bytes of weights. */
#include "kernels.h"
#include "pack_rows.h"
#include "simd.h"

#define NAME tile_f32
#define GROUP 1
#define MAX_ROWS (W == 16 ? 12 : 6)
#define ROW_STEP 4
#define PANEL_STEP (NB * 4)

#define SUM vf
#define SUM_ZERO() vf_zero()
#define SUM_LOAD(p) vf_load((const float *)(p))
#define SUM_STORE(p, s) vf_store((float *)(p), s)
#define ROW vf
#define ROW_LOAD(p) vf_set1(*(const float *)(p))
#define PANEL vf
#define PANEL_LOAD(p) vf_load((const float *)(p))
#define ADD(sum, row, panel) vf_fma(row, panel, sum)

static void pack_rows(const float *x, int64_t stride, int rows, int64_t k, void *packed, float *scales) {
  (void)scales;
  pack_floats(x, stride, rows, k, packed);
}

#include "tile.h"
