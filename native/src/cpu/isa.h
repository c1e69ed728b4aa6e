#ifndef JGPT_ISA_H
#define JGPT_ISA_H

#include <stdbool.h>

#include "jgpt_cpu.h"

/* Asks CPUID, and XGETBV for the registers that the operating system saves. */
jgpt_isa isa_detect(void);

/* Whether the CPU has AVX-VNNI, which sets above JGPT_ISA_AVX2_VNNI do not tell. */
bool isa_avx_vnni(void);

#endif
