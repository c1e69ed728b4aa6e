#include "test.h"

/* What cannot be meant is answered, not executed. */
void test_arguments(jgpt_cpu *cpu) {
  jgpt_cpu *none = NULL;
  CHECK(jgpt_cpu_create(0, JGPT_ISA_AVX2, &none) == JGPT_INVALID, "0 threads");
  CHECK(jgpt_cpu_create(257, JGPT_ISA_AVX2, &none) == JGPT_INVALID, "257 threads");
  CHECK(jgpt_cpu_create(1, JGPT_ISA_NONE, &none) == JGPT_UNSUPPORTED && none == NULL, "no instruction set");

  float data[64] = {0};
  jgpt_linear *l = NULL;
  CHECK(jgpt_cpu_pack(NULL, data, 0, 0, 2, 2, NULL, 0, 0, &l) == JGPT_INVALID, "no operators");
  CHECK(jgpt_cpu_pack(cpu, NULL, 0, 0, 2, 2, NULL, 0, 0, &l) == JGPT_INVALID, "no weight");
  CHECK(jgpt_cpu_pack(cpu, data, 0, 0, 0, 2, NULL, 0, 0, &l) == JGPT_INVALID, "K = 0");
  CHECK(jgpt_cpu_pack(cpu, data, 0, 0, 2, -1, NULL, 0, 0, &l) == JGPT_INVALID, "N < 0");
  CHECK(jgpt_cpu_pack(cpu, data, JGPT_INT8, 0, 2, 2, NULL, 0, 0, &l) == JGPT_INVALID, "a source of bytes");
  CHECK(jgpt_cpu_pack(cpu, data, 0, 0, 2, 2, NULL, 0, JGPT_INT8, &l) == JGPT_INVALID, "bytes without scales");
  CHECK(jgpt_cpu_pack(cpu, data, 0, 0, 2, 2, data, 9, 0, &l) == JGPT_INVALID, "an unknown type");
  CHECK(jgpt_cpu_pack_int8(cpu, (int8_t *)data, data, 65537, 2, NULL, 0, &l) == JGPT_INVALID, "K over 2^16");
  CHECK(l == NULL, "a failed call has a result");
  CHECK(jgpt_cpu_pack(cpu, data, 0, 0, 2, 2, NULL, 0, 0, &l) == JGPT_OK, "pack");
  CHECK(jgpt_cpu_linear(cpu, NULL, data, 1, 0, NULL, data) == JGPT_INVALID, "no weights");
  CHECK(jgpt_cpu_linear(cpu, l, NULL, 1, 0, NULL, data) == JGPT_INVALID, "no x");
  CHECK(jgpt_cpu_linear(cpu, l, data, -1, 0, NULL, data) == JGPT_INVALID, "T < 0");
  CHECK(jgpt_cpu_linear(cpu, l, data, 1, 5, NULL, data) == JGPT_INVALID, "an unknown activation");
  CHECK(jgpt_cpu_linear(cpu, l, data, 0, 0, NULL, data) == JGPT_OK, "T = 0");
  jgpt_linear_free(l);
  jgpt_linear_free(NULL);
  CHECK(jgpt_linear_bytes(NULL) == 0, "bytes of nothing");

  CHECK(jgpt_cpu_layernorm(cpu, data, data, data, 1e-5f, 1, 0, data) == JGPT_INVALID, "C = 0");
  jgpt_slot slot = {data, 0, 2, 3, 4};
  CHECK(jgpt_cpu_attention(cpu, data, &slot, 1, 0, 1, 1, 1, data) == JGPT_INVALID, "over capacity");
  slot.past = 0;
  CHECK(jgpt_cpu_attention(cpu, data, &slot, 1, 0, 1, 257, 1, data) == JGPT_INVALID, "HS over 256");
  CHECK(jgpt_cpu_attention(cpu, data, &slot, 1, -1, 1, 1, 1, data) == JGPT_INVALID, "layer < 0");
  CHECK(jgpt_cpu_attention(cpu, data, NULL, 0, 0, 1, 1, 1, data) == JGPT_OK, "no slots");
  CHECK(jgpt_cpu_read_bandwidth(NULL) == 0, "no operators");
}
