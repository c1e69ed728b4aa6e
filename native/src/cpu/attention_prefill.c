/*
 * Attention of a block of queries of one head over all their keys, with online softmax: per block of keys the scores
 * S = Q K^T, then O = O exp(old max - new max) + exp(S - new max) V. Nothing larger than QUERY_BLOCK x KEY_BLOCK is
 * held. Both products run on the F32 tile: K^T and V of a block are copied into panels, once for QUERY_BLOCK queries.
 *
 *   keys^T   [KEY_BLOCK/NB][HS][NB]           values   [HS/NB][KEY_BLOCK][NB]
 *   queries  [tiles][HS][rows]                scores   [QUERY_BLOCK][KEY_BLOCK]
 *   weights  [KEY_BLOCK][rows], of one tile   sums     [HS/NB][rows][NB], per tile
 *
 * Bound by FMA: 4 HS FLOPs per query and key; HS = 64 copies 2 HS floats per key for 48 queries.
 */
#include "kernels.h"
#include "simd.h"
#include "vmath.h"

#include <string.h>

#define KEY_PANELS (KEY_BLOCK / NB)

extern const tile_kernel ISA_NAME(tile_f32);

typedef struct {
  float *keys;
  float *values;
  float *queries;
  float *scores;
  float *weights;
  float *sums;
  float *max;   /* [QUERY_BLOCK] */
  float *total; /* [QUERY_BLOCK] */
  int value_panels;
} work_space;

static work_space lay_out(float *scratch, int head_size) {
  work_space w;
  w.value_panels = (head_size + NB - 1) / NB;
  int64_t panels = (int64_t)w.value_panels * NB;
  w.keys = scratch;
  w.values = w.keys + KEY_BLOCK * panels;
  w.queries = w.values + KEY_BLOCK * panels;
  w.scores = w.queries + QUERY_BLOCK * panels;
  w.weights = w.scores + QUERY_BLOCK * KEY_BLOCK;
  w.sums = w.weights + MAX_TILE_ROWS * KEY_BLOCK;
  w.max = w.sums + QUERY_BLOCK * panels;
  w.total = w.max + QUERY_BLOCK;
  return w;
}

/* keys^T of `keys` keys; the rest of the last panel is zero. */
static void transpose_keys(const float *k, int keys, int head_size, float *panels) {
  for (int first = 0; first < keys; first += W) {
    float *panel = panels + first / NB * (int64_t)head_size * NB + first % NB;
    int present = keys - first < W ? keys - first : W;
    for (int d = 0; d < head_size; d += W) {
      int n = head_size - d < W ? head_size - d : W;
      vf a[W];
#pragma GCC unroll 16
      for (int j = 0; j < W; j++) {
        a[j] = j < present ? vf_load_first(k + (first + j) * (int64_t)head_size + d, n) : vf_zero();
      }
      vf_transpose(a);
      for (int i = 0; i < n; i++) {
        vf_store(panel + (int64_t)(d + i) * NB, a[i]);
      }
    }
  }
  for (int first = (keys + W - 1) / W * W; first % NB != 0; first += W) {
    float *panel = panels + first / NB * (int64_t)head_size * NB + first % NB;
    for (int d = 0; d < head_size; d++) {
      vf_store(panel + (int64_t)d * NB, vf_zero());
    }
  }
}

static void copy_values(const float *v, int keys, int head_size, float *panels) {
  for (int d = 0; d < head_size; d += W) {
    float *panel = panels + d / NB * (int64_t)KEY_BLOCK * NB + d % NB;
    int64_t n = head_size - d < W ? head_size - d : W;
    for (int j = 0; j < keys; j++) {
      vf_store(panel + (int64_t)j * NB, vf_load_first(v + j * (int64_t)head_size + d, n));
    }
  }
}

/*
 * Turns one row of scores into weights exp(s - max), in place; keys from `visible` on get 0. Returns by what to
 * multiply the sums so far.
 */
INLINE float soften(float *s, int keys, int visible, float scale, float *max, float *total) {
  vf top = vf_set1(*max);
  for (int j = 0; j < keys; j += W) {
    vf score = vf_mul(vf_load(s + j), vf_set1(scale));
    score = vf_select(vm_first(visible - j < 0 ? 0 : visible - j < W ? visible - j : W),
                      vf_set1(-__builtin_inff()), score);
    top = vf_max(top, score);
    vf_store(s + j, score);
  }
  float new_max = vf_top(top);
  vf sum = vf_zero();
  for (int j = 0; j < keys; j += W) {
    vf e = vf_exp(vf_sub(vf_load(s + j), vf_set1(new_max)));
    sum = vf_add(sum, e);
    vf_store(s + j, e);
  }
  float factor = vf_lane0(vf_exp(vf_set1(*max - new_max))); /* exp(-inf) = 0 for the first block */
  *total = *total * factor + vf_sum(sum);
  *max = new_max;
  return factor;
}

/* One tile of queries against the block of keys in `w`. `visible`: keys of the block that the first row sees. */
static void tile_block(const work_space *w, int rows, int first_row, int keys, int64_t visible, int head_size,
                       float scale, bool first_block) {
  const tile_kernel *product = &ISA_NAME(tile_f32);
  float *scores = w->scores + first_row * KEY_BLOCK;
  float tile[MAX_TILE_ROWS * NB];
  int used = (keys + NB - 1) / NB * NB;
  for (int first = 0; first < used; first += NB) {
    product->tile(rows, w->queries + first_row * (int64_t)head_size, w->keys + (int64_t)first * head_size, head_size,
                  false, tile);
    for (int r = 0; r < rows; r++) {
      memcpy(scores + r * KEY_BLOCK + first, tile + r * NB, NB * sizeof(float));
    }
  }
  float *sums = w->sums + first_row * (int64_t)w->value_panels * NB;
  for (int r = 0; r < rows; r++) {
    float *s = scores + r * KEY_BLOCK;
    int64_t seen = visible + r;
    float factor = soften(s, used, (int)(seen < keys ? seen : keys), scale, w->max + first_row + r,
                          w->total + first_row + r);
    for (int p = 0; !first_block && factor != 1 && p < w->value_panels; p++) {
      float *row = sums + (p * rows + r) * NB;
      for (int i = 0; i < NB; i += W) {
        vf_store(row + i, vf_mul(vf_load(row + i), vf_set1(factor)));
      }
    }
  }
  product->pack_rows(scores, KEY_BLOCK, rows, keys, w->weights, NULL);
  for (int p = 0; p < w->value_panels; p++) {
    product->tile(rows, w->weights, w->values + (int64_t)p * KEY_BLOCK * NB, keys, !first_block,
                  sums + p * rows * NB);
  }
}

static void write_out(const work_space *w, const attention_prefill_args *args, int rows, int first_row) {
  const float *sums = w->sums + first_row * (int64_t)w->value_panels * NB;
  for (int r = 0; r < rows; r++) {
    vf total = vf_set1(w->total[first_row + r]);
    float *out = args->out + (first_row + r) * args->out_stride;
    for (int d = 0; d < args->head_size; d += W) {
      int64_t n = args->head_size - d < W ? args->head_size - d : W;
      vf sum = vf_load(sums + (d / NB * rows + r) * NB + d % NB);
      vf_store_first(out + d, n, vf_div(sum, total));
    }
  }
}

void ISA_NAME(attention_prefill)(const attention_prefill_args *args) {
  const tile_kernel *product = &ISA_NAME(tile_f32);
  const int head_size = args->head_size;
  work_space w = lay_out(args->scratch, head_size);
  for (int r = 0; r < args->rows; r += product->max_rows) {
    int rows = args->rows - r < product->max_rows ? args->rows - r : product->max_rows;
    product->pack_rows(args->q + r * args->q_stride, args->q_stride, rows, head_size,
                       w.queries + r * (int64_t)head_size, NULL);
  }
  for (int r = 0; r < args->rows; r++) {
    w.max[r] = -__builtin_inff();
    w.total[r] = 0;
  }
  int64_t all = args->visible + args->rows - 1;
  for (int64_t first = 0; first < all; first += KEY_BLOCK) {
    int keys = (int)(all - first < KEY_BLOCK ? all - first : KEY_BLOCK);
    transpose_keys(args->k + first * head_size, keys, head_size, w.keys);
    copy_values(args->v + first * head_size, keys, head_size, w.values);
    for (int r = 0; r < args->rows; r += product->max_rows) {
      int rows = args->rows - r < product->max_rows ? args->rows - r : product->max_rows;
      int64_t visible = args->visible + r - first; /* by the tile's first row; its last sees rows - 1 more */
      int64_t seen = visible + rows - 1;
      if (seen > 0) {
        tile_block(&w, rows, r, (int)(seen < keys ? seen : keys), visible, head_size, args->scale, first == 0);
      }
    }
  }
  for (int r = 0; r < args->rows; r += product->max_rows) {
    int rows = args->rows - r < product->max_rows ? args->rows - r : product->max_rows;
    write_out(&w, args, rows, r);
  }
}
