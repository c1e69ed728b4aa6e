/*
 * CPU operators of a decoder's forward pass, for x86-64 with at least AVX2, FMA and F16C.
 *
 * Vocabulary: T rows (tokens) of a step, C channels, K inputs and N outputs of a linear layer, NH heads, HS channels
 * of a head, L layers. Matrices are row-major. Activations are float32; any alignment works, 64 bytes is fastest.
 *
 * Threads: a jgpt_cpu owns its threads; one caller at a time uses it. Every call returns when its result is complete.
 * Each output element is summed in an order that depends on neither the number of threads nor the values of other
 * rows: the same call gives the same bytes on any number of threads of the same instruction set.
 *
 * Errors: every function that can fail returns a jgpt_status and has written nothing if it is not JGPT_OK, except that
 * JGPT_NO_MEMORY from jgpt_cpu_attention can come after keys and values were appended (repeating the call is safe).
 * Destroying and freeing accept NULL.
 */
#ifndef JGPT_CPU_H
#define JGPT_CPU_H

#include <stdint.h>

#define JGPT_API __attribute__((visibility("default")))

typedef enum {
  JGPT_OK = 0,
  JGPT_INVALID = 1,     /* an argument that cannot be meant: NULL, negative, an unknown type */
  JGPT_NO_MEMORY = 2,
  JGPT_UNSUPPORTED = 3, /* this CPU, or this type in this call */
  JGPT_NO_THREADS = 4   /* the system refused to start a thread */
} jgpt_status;

/* Instruction sets, each including the ones before it that the CPU in question has. */
typedef enum {
  JGPT_ISA_NONE = 0,
  JGPT_ISA_AVX2 = 1,        /* AVX2, FMA, F16C */
  JGPT_ISA_AVX2_VNNI = 2,   /* and AVX-VNNI */
  JGPT_ISA_AVX512 = 3,      /* AVX-512 F, BW, DQ, VL */
  JGPT_ISA_AVX512_VNNI = 4, /* and AVX512_VNNI */
  JGPT_ISA_AVX512_BF16 = 5  /* and AVX512_BF16 */
} jgpt_isa;

typedef enum { JGPT_F32 = 0, JGPT_F16 = 1, JGPT_BF16 = 2, JGPT_INT8 = 3 } jgpt_dtype;

typedef enum {
  JGPT_IDENTITY = 0,
  JGPT_GELU_TANH = 1, /* x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) */
  JGPT_GELU_ERF = 2,  /* x/2 (1 + erf(x / sqrt 2)) */
  JGPT_RELU = 3,
  JGPT_SILU = 4 /* x / (1 + exp(-x)) */
} jgpt_activation;

typedef struct jgpt_cpu jgpt_cpu;
typedef struct jgpt_linear jgpt_linear;

/* One sequence in a step. `kv` is [L][2][NH][capacity][HS]: per layer keys, then values. */
typedef struct {
  float *kv;
  int32_t row;      /* first row of the sequence in the step's [T, 3C] */
  int32_t count;    /* rows of it in this step */
  int32_t past;     /* tokens held before it */
  int32_t capacity; /* past + count at most */
} jgpt_slot;

/* The best instruction set of this CPU (and of an operating system that saves its registers). */
JGPT_API int32_t jgpt_cpu_isa(void);

/* Starts `threads` - 1 threads (1 <= threads <= 256); the caller is the remaining one. Uses the best instruction set
 * that is at most `isa_cap` (a jgpt_isa). */
JGPT_API int32_t jgpt_cpu_create(int32_t threads, int32_t isa_cap, jgpt_cpu **out);

/* Ends the threads and frees working memory. Linear layers packed by it are freed by their owner, before or after. */
JGPT_API void jgpt_cpu_destroy(jgpt_cpu *cpu);

/* The instruction set in use. */
JGPT_API int32_t jgpt_cpu_isa_used(const jgpt_cpu *cpu);

/*
 * Packs weights [K, N], or [N, K] if `out_in`, of a floating type `weight_dtype` into `dtype` (F32, F16 or BF16,
 * rounded to nearest even). `bias` is [N] of `bias_dtype`, or NULL. Sources need no alignment and are not kept.
 */
JGPT_API int32_t jgpt_cpu_pack(jgpt_cpu *cpu, const void *weight, int32_t weight_dtype, int32_t out_in, int64_t k,
                               int64_t n, const void *bias, int32_t bias_dtype, int32_t dtype, jgpt_linear **out);

/* Packs int8 weights `values` [N, K] (-127 .. 127) with float32 `scales` [N]: w = value * scale. K <= 65536. */
JGPT_API int32_t jgpt_cpu_pack_int8(jgpt_cpu *cpu, const int8_t *values, const float *scales, int64_t k, int64_t n,
                                    const void *bias, int32_t bias_dtype, jgpt_linear **out);

/* Bytes held: weights (padded to panels), bias, scales. */
JGPT_API int64_t jgpt_linear_bytes(const jgpt_linear *linear);

JGPT_API void jgpt_linear_free(jgpt_linear *linear);

/*
 * out[T, N] = activation(x[T, K] W + bias) + residual. `residual` is [T, N] or NULL and may be `out`; `out` overlaps
 * neither `x` nor the weights.
 *
 * F32 and F16 weights: float32 products and sums. BF16: with AVX512_BF16 x is rounded to bfloat16 and pairs of products
 * are summed by VDPBF16PS, which flushes denormals to zero; otherwise the weights are widened and x stays float32.
 * INT8: each row of x is rounded to bytes, s = max|x| / 127, round(x / s), ties to even; the sums are exact integers,
 * so all instruction sets give the same bytes.
 */
JGPT_API int32_t jgpt_cpu_linear(jgpt_cpu *cpu, const jgpt_linear *weights, const float *x, int64_t rows,
                                 int32_t activation, const float *residual, float *out);

/* out[t] = wte[tokens[t]] + wpe[positions[t]], each [C]; tables of any floating type with the stated number of rows.
 * A token or position out of range is JGPT_INVALID. */
JGPT_API int32_t jgpt_cpu_embed(jgpt_cpu *cpu, const void *wte, int32_t wte_dtype, int64_t wte_rows, const void *wpe,
                                int32_t wpe_dtype, int64_t wpe_rows, const int32_t *tokens, const int32_t *positions,
                                int64_t rows, int64_t channels, float *out);

/* out[t] = (x[t] - mean) / sqrt(variance + epsilon) * gain + bias over C channels, the variance biased and computed
 * from the centred values. `out` may be `x`. */
JGPT_API int32_t jgpt_cpu_layernorm(jgpt_cpu *cpu, const float *x, const float *gain, const float *bias, float epsilon,
                                    int64_t rows, int64_t channels, float *out);

/*
 * Appends keys and values of the step to layer `layer` of each slot's cache, then causal attention: row t of a slot
 * sees its keys 0 .. past + t; out = softmax(scale q K^T) V. qkv is [T, 3C], each row queries, keys, values, each
 * [NH, HS]; out is [T, C] and overlaps nothing. 1 <= HS <= 256. What lies in a cache beyond past + count is not used.
 */
JGPT_API int32_t jgpt_cpu_attention(jgpt_cpu *cpu, const float *qkv, const jgpt_slot *slots, int64_t slot_count,
                                    int32_t layer, int32_t heads, int32_t head_size, float scale, float *out);

/* Bytes per second that the threads read together from a buffer far larger than the caches: the best of several
 * passes, about a tenth of a second in all. 0 if the buffer cannot be had. */
JGPT_API double jgpt_cpu_read_bandwidth(jgpt_cpu *cpu);

#endif
