#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* The program is linked so that the kernels ask the system through these (ld --wrap): the n-th request is refused. */
static _Atomic int until_refusal = -1;

static int refused(void) {
  return atomic_load(&until_refusal) >= 0 && atomic_fetch_sub(&until_refusal, 1) == 0;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size) {
  return refused() ? NULL : __real_calloc(count, size);
}

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return refused() ? NULL : __real_aligned_alloc(alignment, size);
}

void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  if (refused()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return __real_mmap(address, size, protection, flags, file, offset);
}

int __real_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
  return refused() ? EAGAIN : __real_pthread_create(id, attributes, run, argument);
}

enum { K = 300, N = 2100, ROWS = 20 }; /* 2.5 MB of weights: mapped */

/* Everything once; the first status that is not JGPT_OK. Whatever happens, nothing leaks (AddressSanitizer looks). */
static int everything(const float *data, float *kv, float *out) {
  jgpt_cpu *cpu = NULL;
  int status = jgpt_cpu_create(3, JGPT_ISA_AVX512_BF16, &cpu);
  if (status != JGPT_OK) {
    CHECK(cpu == NULL, "a failed call has a result");
    return status;
  }
  jgpt_linear *l = NULL;
  jgpt_linear *bytes = NULL;
  status = jgpt_cpu_pack(cpu, data, JGPT_F32, 0, K, N, data, JGPT_F32, JGPT_F32, &l);
  if (status == JGPT_OK) {
    status = jgpt_cpu_pack_int8(cpu, (const int8_t *)data, data, K, N, NULL, 0, &bytes);
  }
  if (status == JGPT_OK) {
    status = jgpt_cpu_linear(cpu, l, data, ROWS, JGPT_IDENTITY, NULL, out);
  }
  jgpt_slot slot = {kv, 0, ROWS, 0, ROWS};
  if (status == JGPT_OK) {
    status = jgpt_cpu_attention(cpu, data, &slot, 1, 0, 2, 32, 0.1f, out);
  }
  if (status == JGPT_OK && jgpt_cpu_read_bandwidth(cpu) == 0) {
    status = JGPT_NO_MEMORY; /* its way to say so */
  }
  jgpt_linear_free(bytes);
  jgpt_linear_free(l);
  jgpt_cpu_destroy(cpu);
  return status;
}

void test_refusals(void) {
  float *data = draw_floats(K * N);
  float *kv = draw_floats(2 * 2 * ROWS * 32);
  float *out = guarded(ROWS * N);
  int refusals = 0;
  for (int n = 0;; n++) {
    atomic_store(&until_refusal, n);
    int status = everything(data, kv, out);
    if (atomic_exchange(&until_refusal, -1) >= 0) {
      CHECK(status == JGPT_OK, "nothing was refused, status %d", status);
      break;
    }
    CHECK(status == JGPT_NO_MEMORY || status == JGPT_NO_THREADS, "request %d refused: status %d", n, status);
    refusals++;
  }
  CHECK(refusals >= 12, "%d requests", refusals);
  free_guarded(out, ROWS * N);
  free(kv);
  free(data);
}
