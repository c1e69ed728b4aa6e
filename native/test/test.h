/* What the tests of the CPU kernels share. Each test ends the program with a message at the first failure. */
#ifndef JGPT_TEST_H
#define JGPT_TEST_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jgpt_cpu.h"

#define CHECK(condition, ...)                                  \
  do {                                                         \
    if (!(condition)) {                                        \
      fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
      fprintf(stderr, __VA_ARGS__);                            \
      fputc('\n', stderr);                                     \
      exit(1);                                                 \
    }                                                          \
  } while (0)

#define EPSILON 5.9604645e-8 /* half a unit in the last place of 1 */

/* Uniform in [-1, 1). */
float draw(void);
float *draw_floats(int64_t count);

/* Bytes just before an unmapped page's worth of sanitizer or guard: exact size, filled with a pattern. */
float *guarded(int64_t count);
/* Ends the program if anything was written behind the array; frees it. */
void free_guarded(float *data, int64_t count);

uint16_t to_bf16(float x);
float from_bf16(uint16_t bits);
uint16_t to_f16(float x);
float from_f16(uint16_t bits);

/* `count` floats as elements of a type, at an odd address; free with free_elements. */
void *elements(const float *x, int64_t count, int dtype);
void free_elements(void *data);
/* What a float becomes when stored as a type. */
float rounded(float x, int dtype);

jgpt_cpu *create(int threads, int isa);

void test_linear(jgpt_cpu *const *cpus, int count);
void test_rows(jgpt_cpu *const *cpus, int count);
void test_attention(jgpt_cpu *const *cpus, int count);
void test_activations(jgpt_cpu *cpu);
void test_arguments(jgpt_cpu *cpu);
void test_threads(void);
void test_refusals(void);

#endif
