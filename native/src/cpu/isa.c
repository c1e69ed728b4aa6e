#include "isa.h"

#include <cpuid.h>
#include <stdint.h>

/* Bits of XCR0. */
#define YMM_STATE 0x06 /* SSE and AVX registers */
#define ZMM_STATE 0xe6 /* and mask registers and both parts of the 512-bit ones */

static bool has(unsigned word, unsigned bits) {
  return (word & bits) == bits;
}

static uint32_t enabled_registers(void) {
  uint32_t low;
  uint32_t high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

bool isa_avx_vnni(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
         has(a, bit_AVXVNNI);
}

jgpt_isa isa_detect(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C)) {
    return JGPT_ISA_NONE;
  }
  uint32_t registers = enabled_registers();
  if (!has(registers, YMM_STATE) || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has(b, bit_AVX2)) {
    return JGPT_ISA_NONE;
  }
  unsigned features7 = b;
  bool vnni512 = has(c, bit_AVX512VNNI);
  unsigned subleaves = a;
  if (has(registers, ZMM_STATE) && has(features7, bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL)) {
    if (!vnni512) {
      return JGPT_ISA_AVX512;
    }
    bool bf16 = subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && has(a, bit_AVX512BF16);
    return bf16 ? JGPT_ISA_AVX512_BF16 : JGPT_ISA_AVX512_VNNI;
  }
  return isa_avx_vnni() ? JGPT_ISA_AVX2_VNNI : JGPT_ISA_AVX2;
}
