/*
 * Speed of the CPU kernels on the shapes of a GPT-2 model with random weights, against the read bandwidth measured in
 * between. Runs interleave, so that a drifting machine treats all alike; medians are reported.
 *
 *   bench [threads [C [layers [runs [past [name]]]]]]      one model only, if named
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jgpt_cpu.h"

enum { VOCABULARY = 50257, PREFILL = 512, MAX_RUNS = 101, DECODE_TOKENS = 8 };

typedef struct {
  jgpt_linear *qkv, *proj, *fc, *down;
} layer;

typedef struct {
  const char *name;
  int dtype;
  int isa;
  jgpt_cpu *cpu;
  layer *layers;
  jgpt_linear *head;
  double bytes;
  double decode[MAX_RUNS];
  double prefill[MAX_RUNS];
  double bandwidth[MAX_RUNS];
} model;

static int c, layers, heads, past;
static float *x, *y, *wide, *logits, *kv, *ones;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void require(int status) {
  if (status != JGPT_OK) {
    fprintf(stderr, "status %d\n", status);
    exit(1);
  }
}

static void *filled(int64_t floats, float scale) {
  float *data = malloc((size_t)floats * sizeof(float));
  uint32_t state = 1;
  for (int64_t i = 0; i < floats; i++) {
    state = state * 1664525u + 1013904223u;
    data[i] = scale * (float)((int32_t)state >> 8) / 8388608.0f;
  }
  return data;
}

static jgpt_linear *pack(model *m, int64_t k, int64_t n, const float *weights, const int8_t *bytes) {
  jgpt_linear *l = NULL;
  if (m->dtype == JGPT_INT8) {
    require(jgpt_cpu_pack_int8(m->cpu, bytes, ones, k, n, ones, JGPT_F32, &l));
  } else {
    require(jgpt_cpu_pack(m->cpu, weights, JGPT_F32, n == VOCABULARY, k, n, ones, JGPT_F32, m->dtype, &l));
  }
  m->bytes += (double)jgpt_linear_bytes(l);
  return l;
}

static void load(model *m, int threads, const float *weights, const int8_t *bytes) {
  require(jgpt_cpu_create(threads, m->isa, &m->cpu));
  double start = seconds();
  m->layers = malloc((size_t)layers * sizeof(layer));
  for (int i = 0; i < layers; i++) {
    m->layers[i] = (layer){pack(m, c, 3 * c, weights, bytes), pack(m, c, c, weights, bytes),
                           pack(m, c, 4 * c, weights, bytes), pack(m, 4 * c, c, weights, bytes)};
  }
  m->head = pack(m, c, VOCABULARY, weights, bytes);
  printf("%-10s isa %d  %7.1f MB packed in %.3f s\n", m->name, jgpt_cpu_isa_used(m->cpu), m->bytes / 1e6,
         seconds() - start);
}

static void unload(model *m) {
  for (int i = 0; i < layers; i++) {
    jgpt_linear_free(m->layers[i].qkv);
    jgpt_linear_free(m->layers[i].proj);
    jgpt_linear_free(m->layers[i].fc);
    jgpt_linear_free(m->layers[i].down);
  }
  free(m->layers);
  jgpt_linear_free(m->head);
  jgpt_cpu_destroy(m->cpu);
}

/* One step of `rows` tokens after `before`; logits of the last row. */
static void step(model *m, int rows, int before) {
  jgpt_cpu *cpu = m->cpu;
  const int size = c / heads;
  jgpt_slot slot = {kv, 0, rows, before, 1024 + PREFILL};
  for (int i = 0; i < layers; i++) {
    const layer *l = &m->layers[i];
    require(jgpt_cpu_layernorm(cpu, x, ones, ones, 1e-5f, rows, c, y));
    require(jgpt_cpu_linear(cpu, l->qkv, y, rows, JGPT_IDENTITY, NULL, wide));
    require(jgpt_cpu_attention(cpu, wide, &slot, 1, i, heads, size, 1 / sqrtf((float)size), y));
    require(jgpt_cpu_linear(cpu, l->proj, y, rows, JGPT_IDENTITY, x, x));
    require(jgpt_cpu_layernorm(cpu, x, ones, ones, 1e-5f, rows, c, y));
    require(jgpt_cpu_linear(cpu, l->fc, y, rows, JGPT_GELU_TANH, NULL, wide));
    require(jgpt_cpu_linear(cpu, l->down, wide, rows, JGPT_IDENTITY, x, x));
  }
  require(jgpt_cpu_layernorm(cpu, x, ones, ones, 1e-5f, rows, c, y));
  require(jgpt_cpu_linear(cpu, m->head, y + (int64_t)(rows - 1) * c, 1, JGPT_IDENTITY, NULL, logits));
}

static int ascending(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return d < 0 ? -1 : d > 0;
}

/* Sorts; the median is in the middle, the best at the end. */
static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof(double), ascending);
  return values[count / 2];
}

static int argument(int argc, char **argv, int index, int otherwise) {
  return argc > index ? atoi(argv[index]) : otherwise;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  int threads = argument(argc, argv, 1, 2);
  c = argument(argc, argv, 2, 768);
  layers = argument(argc, argv, 3, 12);
  int runs = argument(argc, argv, 4, 9);
  past = argument(argc, argv, 5, 0);
  runs = runs > MAX_RUNS ? MAX_RUNS : runs;
  heads = c / 64;
  float *weights = filled((int64_t)VOCABULARY * c, 0.05f);
  int8_t *bytes = malloc((size_t)VOCABULARY * (size_t)c);
  for (int64_t i = 0; i < (int64_t)VOCABULARY * c; i++) {
    bytes[i] = (int8_t)(weights[i] * 2000);
  }
  x = filled((int64_t)PREFILL * c, 1);
  y = filled((int64_t)PREFILL * c, 1);
  wide = filled((int64_t)PREFILL * 4 * c, 1);
  logits = filled(VOCABULARY, 1);
  kv = filled((int64_t)layers * 2 * c * (1024 + PREFILL), 1);
  ones = filled(VOCABULARY, 1e-3f);
  model models[] = {
      {.name = "f32", .dtype = JGPT_F32, .isa = JGPT_ISA_AVX512_BF16},
      {.name = "f16", .dtype = JGPT_F16, .isa = JGPT_ISA_AVX512_BF16},
      {.name = "bf16", .dtype = JGPT_BF16, .isa = JGPT_ISA_AVX512_BF16},
      {.name = "int8", .dtype = JGPT_INT8, .isa = JGPT_ISA_AVX512_BF16},
      {.name = "f32 avx2", .dtype = JGPT_F32, .isa = JGPT_ISA_AVX2},
      {.name = "bf16 avx2", .dtype = JGPT_BF16, .isa = JGPT_ISA_AVX2},
      {.name = "int8 avx2", .dtype = JGPT_INT8, .isa = JGPT_ISA_AVX2},
  };
  int count = sizeof(models) / sizeof(*models);
  for (int i = 0; argc > 6 && i < count; i++) {
    if (strcmp(models[i].name, argv[6]) == 0) {
      models[0] = models[i];
      count = 1;
    }
  }
  for (int i = 0; i < count; i++) {
    load(&models[i], threads, weights, bytes);
  }
  for (int run = -1; run < runs; run++) { /* run -1 warms up */
    for (int i = 0; i < count; i++) {
      model *m = &models[i];
      int at = run < 0 ? 0 : run;
      m->bandwidth[at] = jgpt_cpu_read_bandwidth(m->cpu);
      double start = seconds();
      for (int t = 0; t < DECODE_TOKENS; t++) {
        step(m, 1, past + t);
      }
      m->decode[at] = DECODE_TOKENS / (seconds() - start);
      start = seconds();
      step(m, PREFILL, past);
      m->prefill[at] = PREFILL / (seconds() - start);
    }
  }
  printf("%d threads, C %d, %d layers, past %d, median of %d runs\n", threads, c, layers, past, runs);
  for (int i = 0; i < count; i++) {
    model *m = &models[i];
    double decode = median(m->decode, runs);
    double bandwidth = median(m->bandwidth, runs);
    double kv_bytes = 8.0 * layers * c * (past + DECODE_TOKENS / 2);
    double rate = decode * (m->bytes + kv_bytes);
    double prefill = median(m->prefill, runs);
    double flops = 2.0 * 12 * c * c * layers + 4.0 * layers * c * (past + PREFILL / 2);
    printf("%-10s decode %6.1f (best %6.1f) tok/s  %5.1f GB/s of %5.1f (%.2f)   prefill %d %7.1f (best %7.1f) tok/s"
           "  %6.1f GFLOP/s\n",
           m->name, decode, m->decode[runs - 1], rate / 1e9, bandwidth / 1e9, rate / bandwidth, PREFILL, prefill,
           m->prefill[runs - 1], prefill * flops / 1e9);
    unload(m);
  }
  return 0;
}
