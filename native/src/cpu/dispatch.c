/* Which kernels each instruction set uses. */
#include "kernels.h"

#define DECLARE(isa)                                                                                              \
  extern const tile_kernel tile_f32_##isa, tile_f16_##isa, tile_bf16_##isa;                                       \
  void epilogue_##isa(int rows, const void *c, const epilogue_args *args);                                        \
  void layernorm_##isa(const float *x, const float *gain, const float *bias, float epsilon, int64_t channels,     \
                       float *out);                                                                               \
  void widen_##isa(const void *data, jgpt_dtype dtype, int64_t first, int64_t count, float *out);                 \
  void narrow_##isa(const float *w, jgpt_dtype dtype, int64_t count, void *out);                                  \
  void attention_prefill_##isa(const attention_prefill_args *args);                                               \
  void attention_decode_##isa(const attention_decode_args *args);                                                 \
  void attention_combine_##isa(const float *parts, int64_t count, int64_t part_stride, int head_size, float *out); \
  float read_##isa(const void *data, int64_t bytes);

DECLARE(avx2)
DECLARE(avx512)
extern const tile_kernel tile_int8_avx2, tile_int8_vnni_avx2, tile_int8_vnni_avx512, tile_bf16_dot_avx512;

/* What is the same for all sets of one vector width. */
#define COMMON(isa)                                                                                            \
  .f32 = &tile_f32_##isa, .f16 = &tile_f16_##isa, .epilogue = epilogue_##isa, .layernorm = layernorm_##isa,    \
  .widen = widen_##isa, .narrow = narrow_##isa, .attention_prefill = attention_prefill_##isa,                  \
  .attention_decode = attention_decode_##isa, .attention_combine = attention_combine_##isa, .read = read_##isa

static const kernels table[] = {
    [JGPT_ISA_AVX2] = {COMMON(avx2), .bf16 = &tile_bf16_avx2, .int8 = &tile_int8_avx2},
    [JGPT_ISA_AVX2_VNNI] = {COMMON(avx2), .bf16 = &tile_bf16_avx2, .int8 = &tile_int8_vnni_avx2,
                            .int8_unsigned_rows = true},
    /* Without VNNI, 512-bit vectors lack VPSIGNB: the 256-bit kernel is the best there is. */
    [JGPT_ISA_AVX512] = {COMMON(avx512), .bf16 = &tile_bf16_avx512, .int8 = &tile_int8_avx2},
    [JGPT_ISA_AVX512_VNNI] = {COMMON(avx512), .bf16 = &tile_bf16_avx512, .int8 = &tile_int8_vnni_avx512,
                              .int8_unsigned_rows = true},
    [JGPT_ISA_AVX512_BF16] = {COMMON(avx512), .bf16 = &tile_bf16_dot_avx512, .int8 = &tile_int8_vnni_avx512,
                              .int8_unsigned_rows = true},
};

/* A CPU with AVX-512 need not have AVX-VNNI. */
static bool runs_on(jgpt_isa isa, jgpt_isa available, bool avx_vnni) {
  return isa <= available && (isa != JGPT_ISA_AVX2_VNNI || avx_vnni);
}

const kernels *kernels_for(jgpt_isa available, bool avx_vnni, jgpt_isa cap, jgpt_isa *used) {
  for (int isa = JGPT_ISA_AVX512_BF16; isa > JGPT_ISA_NONE; isa--) {
    if (isa <= (int)cap && runs_on((jgpt_isa)isa, available, avx_vnni)) {
      *used = (jgpt_isa)isa;
      return &table[isa];
    }
  }
  return NULL;
}
