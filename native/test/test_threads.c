#include "test.h"

#include <time.h>
#include <unistd.h>

/* Many short loops in a row, with pauses in which the threads fall asleep, on more threads than cores. */
static void loops(int threads) {
  enum { K = 64, N = 2048 };
  jgpt_cpu *cpu = create(threads, JGPT_ISA_AVX512_BF16);
  jgpt_cpu *alone = create(1, JGPT_ISA_AVX512_BF16);
  float *w = draw_floats(K * N);
  float *x = draw_floats(K);
  float *expected = guarded(N);
  float *out = guarded(N);
  jgpt_linear *l = NULL;
  CHECK(jgpt_cpu_pack(cpu, w, JGPT_F32, 0, K, N, NULL, 0, JGPT_F32, &l) == JGPT_OK, "pack");
  CHECK(jgpt_cpu_linear(alone, l, x, 1, JGPT_IDENTITY, NULL, expected) == JGPT_OK, "linear");
  for (int i = 0; i < 2000; i++) {
    memset(out, 0, N * sizeof(float));
    CHECK(jgpt_cpu_linear(cpu, l, x, 1, JGPT_IDENTITY, NULL, out) == JGPT_OK, "linear");
    CHECK(memcmp(out, expected, N * sizeof(float)) == 0, "%d threads, loop %d", threads, i);
    if (i % 100 == 0) {
      usleep(1000);
    }
  }
  free_guarded(out, N);
  free_guarded(expected, N);
  jgpt_linear_free(l);
  jgpt_cpu_destroy(alone);
  jgpt_cpu_destroy(cpu);
  free(w);
  free(x);
}

/* A pool without work uses no processor. */
static void idle(void) {
  jgpt_cpu *cpu = create(4, JGPT_ISA_AVX2);
  usleep(20000); /* spin, then sleep */
  clock_t before = clock();
  usleep(100000);
  double used = (double)(clock() - before) / CLOCKS_PER_SEC;
  jgpt_cpu_destroy(cpu);
  CHECK(used < 0.05, "an idle pool used %g s of processor time in 0.1 s", used);
}

void test_threads(void) {
  int counts[] = {1, 2, 3, 8, 16};
  for (int i = 0; i < 5; i++) {
    loops(counts[i]);
  }
  for (int i = 0; i < 20; i++) { /* born and ended without work */
    jgpt_cpu_destroy(create(5, JGPT_ISA_AVX2));
  }
  idle();
  jgpt_cpu_destroy(NULL);
}
