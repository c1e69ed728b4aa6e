/*
 * Which thread computes which part of attention.
 *
 * Slots with few rows (decoding): a task is one head and DECODE_CHUNK keys, so that long contexts occupy all threads
 * however few the heads. The parts of a head are combined, in ascending order of keys, by the thread that finishes
 * the last of them. Slots with many rows (prefill): a task is one head and QUERY_BLOCK rows.
 */
#include <stdatomic.h>
#include <string.h>

#include "context.h"

/* From this many rows on, copying keys and values into panels pays. */
#define PREFILL_ROWS 8

typedef struct {
  jgpt_slot slot;
  int64_t first_task;
  int64_t chunks;           /* of keys for few rows, of queries for many */
  float *parts;             /* few rows: [NH][count][chunks][2 + HS] */
  _Atomic int32_t *unready; /* few rows: [NH] chunks not finished */
} slot_plan;

typedef struct {
  const jgpt_cpu *cpu;
  const float *qkv;
  const slot_plan *plans;
  int64_t slots;
  int32_t layer;
  int32_t heads;
  int32_t head_size;
  float scale;
  float *out;
} attention_job;

static int64_t channels_of(const attention_job *job) {
  return (int64_t)job->heads * job->head_size;
}

/* [capacity][HS] of one head. */
static float *cache_of(const attention_job *job, const jgpt_slot *s, int values, int64_t head) {
  int64_t index = ((int64_t)job->layer * 2 + values) * job->heads + head;
  return s->kv + index * s->capacity * job->head_size;
}

static void append_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const attention_job *job = arg;
  const int64_t c = channels_of(job);
  const int64_t size = job->head_size;
  for (int64_t task = first; task < first + count; task++) {
    const jgpt_slot *s = &job->plans[task / job->heads].slot;
    int64_t head = task % job->heads;
    float *keys = cache_of(job, s, 0, head) + s->past * size;
    float *values = cache_of(job, s, 1, head) + s->past * size;
    const float *qkv = job->qkv + s->row * 3 * c + head * size;
    for (int64_t t = 0; t < s->count; t++) {
      memcpy(keys + t * size, qkv + t * 3 * c + c, (size_t)size * sizeof(float));
      memcpy(values + t * size, qkv + t * 3 * c + 2 * c, (size_t)size * sizeof(float));
    }
  }
}

static void prefill(const attention_job *job, const slot_plan *plan, int64_t head, int64_t chunk, int thread) {
  const jgpt_slot *s = &plan->slot;
  const int64_t c = channels_of(job);
  int64_t first = chunk * QUERY_BLOCK;
  int64_t row = s->row + first;
  attention_prefill_args args = {
      .q = job->qkv + row * 3 * c + head * job->head_size,
      .q_stride = 3 * c,
      .k = cache_of(job, s, 0, head),
      .v = cache_of(job, s, 1, head),
      .rows = (int)(s->count - first < QUERY_BLOCK ? s->count - first : QUERY_BLOCK),
      .visible = s->past + first + 1,
      .head_size = job->head_size,
      .scale = job->scale,
      .out = job->out + row * c + head * job->head_size,
      .out_stride = c,
      .scratch = job->cpu->scratch[thread].data,
  };
  job->cpu->kernels->attention_prefill(&args);
}

static int64_t part_size(const attention_job *job) {
  return 2 + job->head_size;
}

static void combine(const attention_job *job, const slot_plan *plan, int64_t head) {
  const jgpt_slot *s = &plan->slot;
  for (int64_t t = 0; t < s->count; t++) {
    const float *parts = plan->parts + (head * s->count + t) * plan->chunks * part_size(job);
    float *out = job->out + (s->row + t) * channels_of(job) + head * job->head_size;
    int64_t used = ceil_div((int64_t)s->past + t + 1, DECODE_CHUNK);
    job->cpu->kernels->attention_combine(parts, used, part_size(job), job->head_size, out);
  }
}

static void decode(const attention_job *job, const slot_plan *plan, int64_t head, int64_t chunk) {
  const jgpt_slot *s = &plan->slot;
  const int64_t c = channels_of(job);
  const int64_t first = chunk * DECODE_CHUNK;
  for (int64_t t = 0; t < s->count; t++) {
    int64_t visible = (int64_t)s->past + t + 1 - first;
    if (visible <= 0) {
      continue;
    }
    float *part = plan->parts + ((head * s->count + t) * plan->chunks + chunk) * part_size(job);
    attention_decode_args args = {
        .q = job->qkv + (s->row + t) * 3 * c + head * job->head_size,
        .k = cache_of(job, s, 0, head) + first * job->head_size,
        .v = cache_of(job, s, 1, head) + first * job->head_size,
        .keys = (int)(visible < DECODE_CHUNK ? visible : DECODE_CHUNK),
        .head_size = job->head_size,
        .scale = job->scale,
        .max = part,
        .sum = part + 1,
        .value = part + 2,
    };
    job->cpu->kernels->attention_decode(&args);
  }
  if (atomic_fetch_sub_explicit(&plan->unready[head], 1, memory_order_acq_rel) == 1) {
    combine(job, plan, head);
  }
}

static void attention_task(void *arg, int64_t first, int64_t count, int thread) {
  const attention_job *job = arg;
  int64_t slot = 0;
  for (int64_t task = first; task < first + count; task++) {
    while (slot + 1 < job->slots && task >= job->plans[slot + 1].first_task) {
      slot++;
    }
    const slot_plan *plan = &job->plans[slot];
    int64_t head = (task - plan->first_task) / plan->chunks;
    int64_t chunk = (task - plan->first_task) % plan->chunks;
    if (plan->slot.count >= PREFILL_ROWS) {
      prefill(job, plan, head, plan->chunks - 1 - chunk, thread); /* the longest first */
    } else {
      decode(job, plan, head, chunk);
    }
  }
}

static bool valid(const jgpt_slot *s) {
  return s->kv != NULL && s->row >= 0 && s->count >= 0 && s->past >= 0 &&
         (int64_t)s->past + s->count <= s->capacity;
}

int32_t jgpt_cpu_attention(jgpt_cpu *cpu, const float *qkv, const jgpt_slot *slots, int64_t slot_count, int32_t layer,
                           int32_t heads, int32_t head_size, float scale, float *out) {
  if (cpu == NULL || qkv == NULL || (slots == NULL && slot_count > 0) || slot_count < 0 || layer < 0 || heads <= 0 ||
      head_size <= 0 || head_size > MAX_HEAD_SIZE || out == NULL) {
    return JGPT_INVALID;
  }
  attention_job job = {cpu, qkv, NULL, 0, layer, heads, head_size, scale, out};
  int64_t part_floats = 0;
  bool many_rows = false;
  for (int64_t i = 0; i < slot_count; i++) {
    if (!valid(&slots[i])) {
      return JGPT_INVALID;
    }
    if (slots[i].count >= PREFILL_ROWS) {
      many_rows = true;
    } else {
      int64_t chunks = ceil_div((int64_t)slots[i].past + slots[i].count, DECODE_CHUNK);
      part_floats += slots[i].count * heads * chunks * part_size(&job);
    }
  }
  size_t plan_bytes = (size_t)ceil_div(slot_count * (int64_t)sizeof(slot_plan), 64) * 64;
  size_t part_bytes = (size_t)ceil_div(part_floats, 16) * 64;
  size_t unready_bytes = (size_t)(slot_count * heads) * sizeof(int32_t);
  if (!block_grow(&cpu->step, plan_bytes + part_bytes + unready_bytes) ||
      (many_rows && !context_scratch(cpu, attention_prefill_scratch(head_size)))) {
    return JGPT_NO_MEMORY;
  }
  slot_plan *plans = cpu->step.data;
  float *parts = (float *)((char *)cpu->step.data + plan_bytes);
  _Atomic int32_t *unready = (_Atomic int32_t *)((char *)cpu->step.data + plan_bytes + part_bytes);

  int64_t used = 0;
  int64_t tasks = 0;
  int64_t appended = 0;
  int64_t read = 0;
  for (int64_t i = 0; i < slot_count; i++) {
    const jgpt_slot *s = &slots[i];
    if (s->count == 0) {
      continue;
    }
    int64_t keys = (int64_t)s->past + s->count;
    slot_plan *plan = &plans[used++];
    *plan = (slot_plan){.slot = *s, .first_task = tasks};
    if (s->count >= PREFILL_ROWS) {
      plan->chunks = ceil_div(s->count, QUERY_BLOCK);
    } else {
      plan->chunks = ceil_div(keys, DECODE_CHUNK);
      plan->parts = parts;
      plan->unready = unready;
      parts += s->count * heads * plan->chunks * part_size(&job);
      for (int32_t h = 0; h < heads; h++) {
        atomic_init(unready++, (int32_t)plan->chunks);
      }
    }
    tasks += plan->chunks * heads;
    appended += s->count;
    read += s->count * keys;
  }
  job.plans = plans;
  job.slots = used;
  int64_t row_bytes = 8 * channels_of(&job); /* a key and a value */
  pool_run(cpu->pool, used * heads, appended * row_bytes, append_task, &job);
  pool_run(cpu->pool, tasks, read * row_bytes, attention_task, &job);
  return JGPT_OK;
}
