#include "test.h"

typedef struct {
  int heads, head_size, layers, slots;
  int count[4], past[4];
} shape;

static const shape shapes[] = {
    {1, 1, 1, 1, {1}, {0}},
    {2, 13, 2, 3, {1, 1, 1}, {0, 5, 300}},
    {3, 64, 1, 4, {1, 7, 8, 2}, {1023, 250, 3, 511}},
    {2, 16, 1, 1, {111}, {0}},
    {1, 207, 1, 2, {207, 1}, {13, 256}},
    {2, 33, 3, 2, {49, 130}, {127, 128}},
    {1, 256, 1, 2, {13, 3}, {1, 260}},
    {4, 48, 1, 4, {0, 6, 100, 1}, {3, 0, 300, 255}},
};

static void poison(float *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    x[i] = NAN;
  }
}

static void check_row(const shape *s, const jgpt_slot *slot, int t, int layer, int head, const float *qkv, float scale,
                      const float *out) {
  const int size = s->head_size;
  const int c = s->heads * size;
  const float *keys = slot->kv + ((int64_t)(layer * 2) * s->heads + head) * slot->capacity * size;
  const float *values = slot->kv + ((int64_t)(layer * 2 + 1) * s->heads + head) * slot->capacity * size;
  const float *q = qkv + (int64_t)(slot->row + t) * 3 * c + head * size;
  int seen = slot->past + t + 1;
  double *weights = malloc((size_t)seen * sizeof(double));
  double max = -INFINITY;
  for (int j = 0; j < seen; j++) {
    double score = 0;
    for (int d = 0; d < size; d++) {
      score += (double)q[d] * keys[j * size + d];
    }
    weights[j] = score * scale;
    max = fmax(max, weights[j]);
  }
  double total = 0;
  for (int j = 0; j < seen; j++) {
    weights[j] = exp(weights[j] - max);
    total += weights[j];
  }
  for (int d = 0; d < size; d++) {
    double expected = 0;
    for (int j = 0; j < seen; j++) {
      expected += weights[j] / total * values[j * size + d];
    }
    double error = fabs(out[(int64_t)(slot->row + t) * c + head * size + d] - expected);
    /* Scores are sums of HS products of at most 1; values lie in [-1, 1]. */
    double bound = EPSILON * (4 * sqrt(size) * fabs(scale) * 4 + 16);
    CHECK(error <= bound, "HS=%d past=%d t=%d head=%d d=%d: %g, error %g, bound %g", size, slot->past, t, head, d,
          expected, error, bound);
  }
  free(weights);
}

static void attention(jgpt_cpu *const *cpus, int count, const shape *s) {
  const int size = s->head_size;
  const int c = s->heads * size;
  const int layer = s->layers - 1;
  const float scale = 1 / sqrtf((float)size) * 2;
  jgpt_slot slots[4];
  int rows = 0;
  int64_t floats[4];
  for (int i = s->slots - 1; i >= 0; i--) { /* slots need not lie in order */
    int capacity = s->past[i] + s->count[i] + i;
    floats[i] = (int64_t)s->layers * 2 * s->heads * capacity * size;
    float *kv = malloc((size_t)floats[i] * sizeof(float) + 1);
    poison(kv, floats[i]);
    for (int block = 0; block < s->layers * 2 * s->heads; block++) {
      for (int j = 0; j < s->past[i] * size; j++) {
        kv[(int64_t)block * capacity * size + j] = draw();
      }
    }
    slots[i] = (jgpt_slot){kv, rows, s->count[i], s->past[i], capacity};
    rows += s->count[i];
  }
  float *qkv = draw_floats((int64_t)rows * 3 * c);
  float *first = guarded((int64_t)rows * c);
  for (int p = 0; p < count; p++) {
    float *out = p == 0 ? first : guarded((int64_t)rows * c);
    for (int i = 0; i < s->slots; i++) { /* the step's own keys must come from qkv */
      int capacity = slots[i].capacity;
      for (int block = 0; block < s->layers * 2 * s->heads; block++) {
        poison(slots[i].kv + ((int64_t)block * capacity + s->past[i]) * size, (int64_t)(capacity - s->past[i]) * size);
      }
    }
    CHECK(jgpt_cpu_attention(cpus[p], qkv, slots, s->slots, layer, s->heads, size, scale, out) == JGPT_OK, "attention");
    if (p > 0) {
      CHECK(memcmp(out, first, (size_t)(rows * c) * sizeof(float)) == 0, "%d threads differ from 1", p + 1);
      free_guarded(out, (int64_t)rows * c);
    }
  }
  for (int i = 0; i < s->slots; i++) {
    for (int t = 0; t < s->count[i]; t++) {
      for (int head = 0; head < s->heads; head++) {
        check_row(s, &slots[i], t, layer, head, qkv, scale, first);
      }
    }
    free(slots[i].kv);
  }
  free_guarded(first, (int64_t)rows * c);
  free(qkv);
}

void test_attention(jgpt_cpu *const *cpus, int count) {
  for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
    attention(cpus, count, &shapes[i]);
  }
}
