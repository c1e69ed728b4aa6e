#include "context.h"

#include <stdlib.h>

#include "isa.h"

#define MAX_THREADS 256

int32_t jgpt_cpu_isa(void) {
  return isa_detect();
}

int32_t jgpt_cpu_isa_used(const jgpt_cpu *cpu) {
  return cpu == NULL ? JGPT_ISA_NONE : cpu->isa;
}

int32_t jgpt_cpu_create(int32_t threads, int32_t isa_cap, jgpt_cpu **out) {
  if (out == NULL || threads < 1 || threads > MAX_THREADS) {
    return JGPT_INVALID;
  }
  jgpt_isa used;
  const kernels *k = kernels_for(isa_detect(), isa_avx_vnni(), (jgpt_isa)isa_cap, &used);
  if (k == NULL) {
    return JGPT_UNSUPPORTED;
  }
  jgpt_cpu *cpu = calloc(1, sizeof(jgpt_cpu));
  if (cpu == NULL) {
    return JGPT_NO_MEMORY;
  }
  cpu->threads = threads;
  cpu->isa = used;
  cpu->kernels = k;
  cpu->scratch = calloc((size_t)threads, sizeof(block));
  jgpt_status status = cpu->scratch == NULL ? JGPT_NO_MEMORY : pool_create(threads, &cpu->pool);
  if (status != JGPT_OK) {
    jgpt_cpu_destroy(cpu);
    return status;
  }
  *out = cpu;
  return JGPT_OK;
}

void jgpt_cpu_destroy(jgpt_cpu *cpu) {
  if (cpu == NULL) {
    return;
  }
  pool_destroy(cpu->pool);
  for (int i = 0; cpu->scratch != NULL && i < cpu->threads; i++) {
    block_free(&cpu->scratch[i]);
  }
  free(cpu->scratch);
  block_free(&cpu->step);
  free(cpu);
}

bool context_scratch(jgpt_cpu *cpu, int64_t floats) {
  for (int i = 0; i < cpu->threads; i++) {
    if (!block_grow(&cpu->scratch[i], (size_t)floats * sizeof(float))) {
      return false;
    }
  }
  return true;
}
