// Products of small matrices by a whole warp on tensor cores: d = a * b + d in float32.
//
// Fragments, with g = lane / 4 and t = lane % 4; a register of A and B holds two neighbours in k:
//   a[0], a[1]   rows g and g + 8 at k = 2t       a[2], a[3]   the same rows at k = 2t + 8 (K = 16)
//   b[0]         column g at k = 2t               b[1]         column g at k = 2t + 8 (K = 16)
//   d[0], d[1]   row g, columns 2t and 2t + 1     d[2], d[3]   row g + 8
#pragma once

#include "common/cuda.cuh"
#include "common/types.cuh"

// 4 matrices of 8 x 8 16-bit elements from shared memory: lane 8 * i + r names row r of matrix i, 16 bytes at a multiple
// of 16. Lane l gets two neighbours of row l / 4, or, transposed, of column l / 4.
template <bool kTransposed>
JGPT_DEVICE void load_matrices(unsigned (&to)[4], const void* row) {
#if defined(__CUDACC__)
  const unsigned at = static_cast<unsigned>(__cvta_generic_to_shared(row));
  if constexpr (kTransposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at)
                 : "memory");
  }
#else
  cudasim::load_matrix(to, 4, kTransposed, row);
#endif
}

// m16n8k8 of f16: compute capability 7.5 has no other.
JGPT_DEVICE void multiply_add(float (&d)[4], const unsigned (&a)[2], const unsigned (&b)[1]) {
#if defined(__CUDACC__)
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(b[0]));
#else
  cudasim::multiply(cudasim::Element::f16, 8, d, a, b, d);
#endif
}

#if !defined(__CUDACC__) || __CUDA_ARCH__ >= 800

// m16n8k16 of W, bf16 or f16.
template <class W>
JGPT_DEVICE void multiply_add(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]);

template <>
JGPT_DEVICE void multiply_add<bf16>(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if defined(__CUDACC__)
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  cudasim::multiply(cudasim::Element::bf16, 16, d, a, b, d);
#endif
}

template <>
JGPT_DEVICE void multiply_add<f16>(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if defined(__CUDACC__)
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  cudasim::multiply(cudasim::Element::f16, 16, d, a, b, d);
#endif
}

#endif
