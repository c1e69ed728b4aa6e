/*
 * The tile kernel, a template. A file that includes this has defined
 *
 *   SUM, SUM_ZERO(), SUM_LOAD(p), SUM_STORE(p, s)   a vector of W 32-bit sums
 *   ROW, ROW_LOAD(p)      what one step needs of one row of x, in every lane
 *   PANEL, PANEL_LOAD(p)  what one step needs of W output channels
 *   ADD(sum, row, panel)  sum + the step's products
 *   ROW_STEP, PANEL_STEP  bytes per step, of one row of x and of a panel (NB channels)
 *   MAX_ROWS              rows x NB/W sums, the panel's vectors and a row fill the registers
 *   NAME                  of the kernel
 *
 * Registers: AVX-512 has 32, 12 rows x 2 vectors of sums leave 8 for operands. AVX2 has 16: up to 3 rows take the
 * panel's 4 vectors at once (decoding: each line of weights is read once); more rows take half the panel at a time,
 * from the cache the second time.
 *
 * Bound by memory for few rows: step_bytes per NB channels. Bound by the two FMA units from about 8 rows on: a step of
 * 12 rows is 24 FMAs against 14 loads.
 */
#ifndef PREFETCH_BYTES
/* The hardware's prefetchers stop at 4 KiB; this crosses. */
#define PREFETCH_BYTES 2048
#endif

#define VECTORS (NB / W)
#define VECTOR_STEP (PANEL_STEP / VECTORS)
#define STREAMING_ROWS (W == 16 ? 4 : 3)

INLINE void tile_part(const int rows, const int vectors, const char *x, const char *panel, int64_t steps,
                      bool accumulate, char *c) {
  SUM sum[MAX_TILE_ROWS][VECTORS];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      sum[r][v] = accumulate ? SUM_LOAD(c + 4 * (r * NB + v * W)) : SUM_ZERO();
    }
  }
  for (int64_t s = 0; s < steps; s++) {
    if (rows <= STREAMING_ROWS) {
#pragma GCC unroll 2
      for (int line = 0; line < PANEL_STEP; line += 64) {
        _mm_prefetch(panel + PREFETCH_BYTES + line, _MM_HINT_T0);
      }
    }
    PANEL w[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      w[v] = PANEL_LOAD(panel + v * VECTOR_STEP);
    }
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
      ROW a = ROW_LOAD(x + r * ROW_STEP);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) {
        sum[r][v] = ADD(sum[r][v], a, w[v]);
      }
    }
    x += rows * ROW_STEP;
    panel += PANEL_STEP;
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      SUM_STORE(c + 4 * (r * NB + v * W), sum[r][v]);
    }
  }
}

INLINE void tile_rows(const int rows, const char *x, const char *panel, int64_t steps, bool accumulate, char *c) {
  if (rows * VECTORS <= 12 || W == 16) {
    tile_part(rows, VECTORS, x, panel, steps, accumulate, c);
  } else {
    for (int half = 0; half < 2; half++) {
      tile_part(rows, VECTORS / 2, x, panel + half * PANEL_STEP / 2, steps, accumulate, c + half * NB / 2 * 4);
    }
  }
}

static void tile(int rows, const void *packed, const void *panel, int64_t steps, bool accumulate, void *c) {
  switch (rows) {
#define CASE(n)                                                  \
  case n:                                                        \
    if (n <= MAX_ROWS) {                                         \
      tile_rows(n, packed, panel, steps, accumulate, c);         \
    }                                                            \
    break;
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
    CASE(7)
    CASE(8)
    CASE(9)
    CASE(10)
    CASE(11)
    CASE(12)
#undef CASE
    default:
      break;
  }
}

const tile_kernel ISA_NAME(NAME) = {
    .max_rows = MAX_ROWS,
    .group = GROUP,
    .row_step_bytes = ROW_STEP,
    .step_bytes = PANEL_STEP,
    .pack_rows = pack_rows,
    .tile = tile,
};
