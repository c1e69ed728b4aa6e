/* Tests of the CPU kernels against float64 references, on every instruction set that this CPU has. With the argument
 * "threads" only what concerns the pool. */
#include "test.h"

#include <immintrin.h>

#define GUARD 64
#define PATTERN 0x7f

static uint64_t state = 42;

float draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(state >> 32) / 2147483648.0f;
}

float *draw_floats(int64_t count) {
  float *x = malloc((size_t)count * sizeof(float));
  for (int64_t i = 0; i < count; i++) {
    x[i] = draw();
  }
  return x;
}

float *guarded(int64_t count) {
  char *data = malloc((size_t)count * sizeof(float) + GUARD);
  memset(data, PATTERN, (size_t)count * sizeof(float) + GUARD);
  return (float *)data;
}

void free_guarded(float *data, int64_t count) {
  const char *guard = (const char *)(data + count);
  for (int i = 0; i < GUARD; i++) {
    CHECK(guard[i] == PATTERN, "byte %d behind the output was overwritten", i);
  }
  free(data);
}

uint16_t to_bf16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float from_bf16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float x;
  memcpy(&x, &wide, 4);
  return x;
}

__attribute__((target("f16c"))) uint16_t to_f16(float x) {
  return _cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT);
}

__attribute__((target("f16c"))) float from_f16(uint16_t bits) {
  return _cvtsh_ss(bits);
}

float rounded(float x, int dtype) {
  return dtype == JGPT_F16 ? from_f16(to_f16(x)) : dtype == JGPT_BF16 ? from_bf16(to_bf16(x)) : x;
}

void *elements(const float *x, int64_t count, int dtype) {
  int size = dtype == JGPT_F32 ? 4 : 2;
  char *data = (char *)malloc((size_t)(count * size) + 1) + 1;
  for (int64_t i = 0; i < count; i++) {
    uint16_t half = dtype == JGPT_F16 ? to_f16(x[i]) : to_bf16(x[i]);
    memcpy(data + i * size, dtype == JGPT_F32 ? (const void *)&x[i] : (const void *)&half, (size_t)size);
  }
  return data;
}

void free_elements(void *data) {
  free((char *)data - 1);
}

jgpt_cpu *create(int threads, int isa) {
  jgpt_cpu *cpu = NULL;
  int status = jgpt_cpu_create(threads, isa, &cpu);
  CHECK(status == JGPT_OK, "threads %d, isa %d: status %d", threads, isa, status);
  return cpu;
}

int main(int argc, char **argv) {
  if (jgpt_cpu_isa() == JGPT_ISA_NONE) {
    fprintf(stderr, "this CPU has no AVX2, FMA and F16C: nothing to test\n");
    return 1;
  }
  if (argc > 1 && strcmp(argv[1], "threads") == 0) {
    test_threads();
    puts("ok threads");
    return 0;
  }
  for (int isa = JGPT_ISA_AVX2; isa <= jgpt_cpu_isa(); isa++) {
    /* The first is the reference for the others: results do not depend on the number of threads. */
    jgpt_cpu *cpus[] = {create(1, isa), create(2, isa), create(3, isa), create(4, isa)};
    if (jgpt_cpu_isa_used(cpus[0]) == isa) {
      test_linear(cpus, 4);
      test_rows(cpus, 4);
      test_attention(cpus, 4);
      test_activations(cpus[0]);
      test_arguments(cpus[1]);
      printf("ok instruction set %d\n", isa);
    } else {
      printf("not on this CPU: instruction set %d\n", isa);
    }
    for (int i = 0; i < 4; i++) {
      jgpt_cpu_destroy(cpus[i]);
    }
  }
  test_threads();
  puts("ok threads");
  test_refusals();
  puts("ok refusals");
  return 0;
}
