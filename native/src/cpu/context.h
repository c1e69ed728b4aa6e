/* The state behind jgpt_cpu and jgpt_linear. */
#ifndef JGPT_CONTEXT_H
#define JGPT_CONTEXT_H

#include "jgpt_cpu.h"
#include "kernels.h"
#include "memory.h"
#include "pool.h"

struct jgpt_cpu {
  pool *pool;
  int threads;
  jgpt_isa isa;
  const kernels *kernels;
  block step;     /* what one operator call shares among threads: packed rows, attention parts */
  block *scratch; /* [threads]: what one thread uses inside a call */
};

struct jgpt_linear {
  const tile_kernel *tile;
  int64_t k;
  int64_t n;
  jgpt_dtype dtype;
  block weights;      /* [N/NB][steps][NB][g] */
  int64_t steps;      /* ceil(K/g) */
  int64_t panels;     /* ceil(N/NB) */
  block columns;      /* what follows, each [panels * NB], zeros beyond N */
  float *bias;        /* or NULL */
  float *scales;      /* INT8, or NULL */
  int32_t *offsets;   /* INT8 with unsigned rows, or NULL */
};

static inline int64_t ceil_div(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/* Scratch of one thread of at least `floats`, for every thread. */
bool context_scratch(jgpt_cpu *cpu, int64_t floats);

#endif
