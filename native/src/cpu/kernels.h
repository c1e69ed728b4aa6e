/*
 * What one instruction set offers: the inner loops of every operator. The files that implement them are compiled once
 * per instruction set with JGPT_ISA naming it; everything else is compiled once and works through this table.
 */
#ifndef JGPT_KERNELS_H
#define JGPT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jgpt_cpu.h"

/* Output channels of a panel of packed weights. */
#define NB 32

/* Most rows that any tile kernel takes. */
#define MAX_TILE_ROWS 12

/*
 * The product of a few rows of x with one panel, for one type of weights.
 *
 *   packed weights   [N/NB][K/g][NB][g]        one step = g inputs of all NB channels, 64 or 128 bytes
 *   packed rows      [K/g][rows][g']           what one step needs of the rows, side by side
 *
 * K is padded with zeros to a multiple of g. A step adds g products to each of rows x NB sums, so every sum runs over
 * k in ascending order whatever the number of rows.
 */
typedef struct {
  int max_rows;       /* rows that fit into registers */
  int group;          /* g: inputs per step */
  int row_step_bytes; /* of packed rows, per row and step */
  int step_bytes;     /* of packed weights */

  /*
   * Packs `rows` rows of x (each K long, `stride` floats apart) into `packed`. INT8 also writes rows' scales;
   * the others ignore the pointer.
   */
  void (*pack_rows)(const float *x, int64_t stride, int rows, int64_t k, void *packed, float *scales);

  /* c[rows][NB] (+)= packed rows * panel over `steps` steps. c: 32-bit floats, or integers for INT8. */
  void (*tile)(int rows, const void *packed, const void *panel, int64_t steps, bool accumulate, void *c);
} tile_kernel;

/* What turns sums into outputs, for one panel. */
typedef struct {
  const float *bias;          /* [NB], or NULL */
  const float *column_scales; /* [NB] for INT8, else NULL */
  const float *row_scales;    /* [rows] for INT8 */
  const int32_t *offsets;     /* [NB] to subtract from integer sums, or NULL */
  jgpt_activation activation;
  const float *residual; /* or NULL; same stride as out */
  float *out;
  int64_t stride;
  int columns; /* of the panel that exist: 1 .. NB */
} epilogue_args;

/* Working memory of one thread in attention. Sizes for KEY_BLOCK keys and QUERY_BLOCK queries of HS <= 256. */
#define KEY_BLOCK 128
#define QUERY_BLOCK 48
#define DECODE_CHUNK 256
#define MAX_HEAD_SIZE 256

/* Queries q[rows][HS] (`q_stride` apart) of one head; the first sees `visible` keys, each further one one more. */
typedef struct {
  const float *q;
  int64_t q_stride;
  const float *k; /* [keys][HS] */
  const float *v; /* [keys][HS] */
  int rows;
  int64_t visible;
  int head_size;
  float scale;
  float *out;
  int64_t out_stride;
  float *scratch; /* attention_prefill_scratch(HS) floats */
} attention_prefill_args;

/* One query against keys first .. first + keys - 1. The partial result is unnormalised. */
typedef struct {
  const float *q;
  const float *k;
  const float *v;
  int keys;
  int head_size;
  float scale;
  float *max;   /* of scaled scores */
  float *sum;   /* of exp(score - max) */
  float *value; /* [HS]: sum of exp(score - max) * v */
} attention_decode_args;

typedef struct {
  const tile_kernel *f32;
  const tile_kernel *f16;
  const tile_kernel *bf16;
  const tile_kernel *int8;
  bool int8_unsigned_rows; /* rows of int8 are packed with 128 added */

  void (*epilogue)(int rows, const void *c, const epilogue_args *args);
  void (*layernorm)(const float *x, const float *gain, const float *bias, float epsilon, int64_t channels, float *out);
  /* `count` elements of a floating type, from element `first` on, as floats. */
  void (*widen)(const void *data, jgpt_dtype dtype, int64_t first, int64_t count, float *out);
  /* One step of packed weights from w[g][NB]. */
  void (*narrow)(const float *w, jgpt_dtype dtype, int64_t count, void *out);
  void (*attention_prefill)(const attention_prefill_args *args);
  void (*attention_decode)(const attention_decode_args *args);
  /* out[HS] = sum_i value_i exp(max_i - max) / sum_i sum_i exp(max_i - max); parts laid out [max, sum, value[HS]]. */
  void (*attention_combine)(const float *parts, int64_t count, int64_t part_stride, int head_size, float *out);
  /* Reads a buffer, 64-byte aligned, `bytes` a multiple of 1024; the value only keeps the loads alive. */
  float (*read)(const void *data, int64_t bytes);
} kernels;

/* Floats of scratch that attention_prefill lays out: keys, values; queries, sums; scores; weights; max, total. */
static inline int64_t attention_prefill_scratch(int head_size) {
  int64_t columns = ((int64_t)head_size + NB - 1) / NB * NB;
  return 2 * KEY_BLOCK * columns + 2 * QUERY_BLOCK * columns + QUERY_BLOCK * KEY_BLOCK +
         MAX_TILE_ROWS * KEY_BLOCK + 2 * QUERY_BLOCK;
}

/* The kernels of the best instruction set at most `cap` on a CPU that has `available`; NULL if there is none. */
const kernels *kernels_for(jgpt_isa available, bool avx_vnni, jgpt_isa cap, jgpt_isa *used);

#endif
