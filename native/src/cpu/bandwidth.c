/* Read bandwidth: the roof of decoding, which reads every weight once per token. */
#include <string.h>
#include <time.h>

#include "context.h"

/* Several times the caches of one socket, and of a size with which decoding deals. */
#define BUFFER_BYTES ((int64_t)256 << 20)
#define TASK_BYTES ((int64_t)256 << 10)
#define PASSES 8

typedef struct {
  const kernels *kernels;
  char *data;
} bandwidth_job;

static void fill_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  memset(((bandwidth_job *)arg)->data + first * TASK_BYTES, 1, (size_t)(count * TASK_BYTES));
}

static void read_task(void *arg, int64_t first, int64_t count, int thread) {
  (void)thread;
  const bandwidth_job *job = arg;
  volatile float sink = job->kernels->read(job->data + first * TASK_BYTES, count * TASK_BYTES);
  (void)sink;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double jgpt_cpu_read_bandwidth(jgpt_cpu *cpu) {
  block buffer;
  if (cpu == NULL || !block_allocate(&buffer, (size_t)BUFFER_BYTES)) {
    return 0;
  }
  bandwidth_job job = {cpu->kernels, buffer.data};
  int64_t tasks = BUFFER_BYTES / TASK_BYTES;
  pool_run(cpu->pool, tasks, BUFFER_BYTES, fill_task, &job);
  double best = 0;
  for (int pass = 0; pass < PASSES; pass++) {
    double start = seconds();
    pool_run(cpu->pool, tasks, BUFFER_BYTES, read_task, &job);
    double rate = (double)BUFFER_BYTES / (seconds() - start);
    best = rate > best ? rate : best;
  }
  block_free(&buffer);
  return best;
}
