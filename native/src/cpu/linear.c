/*
 * out = f(x W + b) + residual over packed weights.
 *
 *   rows of x are cut into tiles of up to max_rows, of nearly equal size, and packed once
 *   tiles are gathered into bands that stay in the L2 cache
 *   a task is one panel (NB output channels) for one band; tasks go panel by panel through the weights
 *
 * For each task the panel passes in slices that stay in L1 while all tiles of the band use them. One band of one tile
 * (decoding) reads the weights exactly once, in the order in which they lie in memory.
 */
#include "context.h"

/* Packed rows of a band: they share 1 MiB of L2 with the panel's slice and the hardware's prefetching. */
#define BAND_BYTES (512 * 1024)
#define MAX_BAND_ROWS 240

/* A slice of a panel: 32 KiB of 48 KiB L1 (the narrower panels of F16: 16 KiB). */
#define SLICE_STEPS 256

typedef struct {
  const jgpt_cpu *cpu;
  const jgpt_linear *weights;
  const float *x;
  int64_t rows;
  jgpt_activation activation;
  const float *residual;
  float *out;

  int64_t tiles;
  int64_t band_tiles;
  char *packed;      /* [tiles] of [steps][rows of the tile][...] */
  float *row_scales; /* [rows] */
} linear_job;

/* First row of a tile; tiles differ by at most one row. */
static int64_t tile_start(const linear_job *job, int64_t tile) {
  int64_t size = job->rows / job->tiles;
  int64_t larger = job->rows % job->tiles;
  return tile * size + (tile < larger ? tile : larger);
}

static char *packed_tile(const linear_job *job, int64_t first_row) {
  return job->packed + first_row * job->weights->steps * job->weights->tile->row_step_bytes;
}

static void pack_rows_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const linear_job *job = arg;
  const int64_t k = job->weights->k;
  for (int64_t tile = first; tile < first + count; tile++) {
    int64_t row = tile_start(job, tile);
    int rows = (int)(tile_start(job, tile + 1) - row);
    job->weights->tile->pack_rows(job->x + row * k, k, rows, k, packed_tile(job, row), job->row_scales + row);
  }
}

/* From sums to outputs: rows first_row .. first_row + rows - 1 of one panel. */
static void finish(const linear_job *job, int64_t panel, int64_t first_row, int rows, const char *c) {
  const jgpt_linear *w = job->weights;
  int64_t column = panel * NB;
  epilogue_args args = {
      .bias = w->bias == NULL ? NULL : w->bias + column,
      .column_scales = w->scales == NULL ? NULL : w->scales + column,
      .row_scales = job->row_scales + first_row,
      .offsets = w->offsets == NULL ? NULL : w->offsets + column,
      .activation = job->activation,
      .residual = job->residual == NULL ? NULL : job->residual + first_row * w->n + column,
      .out = job->out + first_row * w->n + column,
      .stride = w->n,
      .columns = (int)(w->n - column < NB ? w->n - column : NB),
  };
  job->cpu->kernels->epilogue(rows, c, &args);
}

/* One panel for tiles first .. last - 1; c has room for all their rows. */
static void panel_task(const linear_job *job, int64_t panel, int64_t first, int64_t last, char *c) {
  const jgpt_linear *w = job->weights;
  const tile_kernel *tile = w->tile;
  const char *weights = (const char *)w->weights.data + panel * w->steps * tile->step_bytes;
  const int64_t band_row = tile_start(job, first);
  const int64_t slice = last - first > 1 ? SLICE_STEPS : w->steps;
  for (int64_t step = 0; step < w->steps; step += slice) {
    int64_t steps = w->steps - step < slice ? w->steps - step : slice;
    for (int64_t t = first; t < last; t++) {
      int64_t row = tile_start(job, t);
      int rows = (int)(tile_start(job, t + 1) - row);
      tile->tile(rows, packed_tile(job, row) + step * rows * tile->row_step_bytes, weights + step * tile->step_bytes,
                 steps, step > 0, c + (row - band_row) * NB * 4);
    }
  }
  finish(job, panel, band_row, (int)(tile_start(job, last) - band_row), c);
}

static void linear_task(void *arg, int64_t first, int64_t count, int thread) {
  const linear_job *job = arg;
  const int64_t panels = job->weights->panels;
  for (int64_t task = first; task < first + count; task++) {
    int64_t tile = task / panels * job->band_tiles;
    int64_t end = tile + job->band_tiles < job->tiles ? tile + job->band_tiles : job->tiles;
    panel_task(job, task % panels, tile, end, job->cpu->scratch[thread].data);
  }
}

static int64_t tiles_of_a_band(const jgpt_linear *w) {
  int64_t tile_bytes = w->steps * w->tile->row_step_bytes * w->tile->max_rows;
  int64_t tiles = BAND_BYTES / tile_bytes;
  int64_t most = MAX_BAND_ROWS / w->tile->max_rows;
  return tiles < 2 ? 2 : tiles > most ? most : tiles;
}

int32_t jgpt_cpu_linear(jgpt_cpu *cpu, const jgpt_linear *weights, const float *x, int64_t rows, int32_t activation,
                        const float *residual, float *out) {
  if (cpu == NULL || weights == NULL || x == NULL || out == NULL || rows < 0 || rows >= (int64_t)1 << 31 ||
      activation < JGPT_IDENTITY || activation > JGPT_SILU) {
    return JGPT_INVALID;
  }
  if (rows == 0) {
    return JGPT_OK;
  }
  const tile_kernel *tile = weights->tile;
  int64_t row_bytes = weights->steps * tile->row_step_bytes;
  int64_t scale_bytes = ceil_div(rows * (int64_t)sizeof(float), 64) * 64;
  if (!block_grow(&cpu->step, (size_t)(scale_bytes + rows * row_bytes)) ||
      !context_scratch(cpu, (int64_t)MAX_BAND_ROWS * NB)) {
    return JGPT_NO_MEMORY;
  }
  linear_job job = {
      .cpu = cpu,
      .weights = weights,
      .x = x,
      .rows = rows,
      .activation = (jgpt_activation)activation,
      .residual = residual,
      .out = out,
      .tiles = ceil_div(rows, tile->max_rows),
      .band_tiles = tiles_of_a_band(weights),
      .packed = (char *)cpu->step.data + scale_bytes,
      .row_scales = cpu->step.data,
  };
  int64_t weight_bytes = (int64_t)weights->weights.size;
  pool_run(cpu->pool, job.tiles, rows * weights->k * (int64_t)sizeof(float), pack_rows_task, &job);
  pool_run(cpu->pool, ceil_div(job.tiles, job.band_tiles) * weights->panels, job.tiles * weight_bytes, linear_task,
           &job);
  return JGPT_OK;
}
