#include "matrix.h"

#include <immintrin.h>

#include <bit>
#include <cstring>

#include "access_findings.h"
#include "block.h"

namespace cudasim {

namespace {

struct LoadOperands {
  std::uint32_t* registers;
  unsigned count;
  bool transposed;
  const void* row;
};

struct MultiplyOperands {
  Element element;
  unsigned k;
  float* d;
  const std::uint32_t* a;
  const std::uint32_t* b;
  const float* c;
};

constexpr std::uint32_t kAll = 0xffffffffu;
constexpr std::size_t kRowBytes = 16;

template <class T>
const T& operands(const Warp& warp, unsigned lane) {
  return *reinterpret_cast<const T*>(warp.value[lane]);
}

void require_whole_warp(Warp& warp, std::uint32_t group, const char* what) {
  if (group != kAll) {
    Thread& thread = warp.thread(static_cast<unsigned>(std::countr_zero(group)));
    fail(thread, {.what = text("%s by an incomplete warp: only the lanes 0x%08x are there", what, group),
                  .places = {place_of(thread, "is one of them")},
                  .where = {},
                  .cure = "all 32 lanes take part; launch whole warps, and let none exit before"});
  }
}

float widened(Element element, std::uint32_t pair, unsigned which) {
  const auto bits = static_cast<std::uint16_t>(pair >> (16 * which));
  return element == Element::f16 ? _cvtsh_ss(bits) : std::bit_cast<float>(std::uint32_t{bits} << 16);
}

const std::byte* checked_row(Thread& thread, const void* row) {
  if constexpr (checked) {
    if (reinterpret_cast<std::uintptr_t>(row) % kRowBytes != 0) {
      fail_misaligned({thread, row, kRowBytes, Access::read, thread.pc}, kRowBytes);
    }
    if (!thread.block->shared.contains(row)) {
      fail_foreign({thread, row, kRowBytes, Access::read, thread.pc}, "memory by ldmatrix that is not shared memory");
    }
    shadow::check(thread, row, kRowBytes, Access::read, thread.pc);
  }
  return static_cast<const std::byte*>(row);
}

}  // namespace

void load_matrix(std::uint32_t* registers, unsigned count, bool transposed, const void* row) {
  Thread& thread = *running_thread();
  thread.pc = __builtin_return_address(0);
  const LoadOperands mine{registers, count, transposed, row};
  thread.warp->meet(thread, Meeting::load_matrix, kAll, reinterpret_cast<std::uint64_t>(&mine), 0);
}

void multiply(Element element, unsigned k, float* d, const std::uint32_t* a, const std::uint32_t* b, const float* c) {
  Thread& thread = *running_thread();
  thread.pc = __builtin_return_address(0);
  const MultiplyOperands mine{element, k, d, a, b, c};
  thread.warp->meet(thread, Meeting::multiply, kAll, reinterpret_cast<std::uint64_t>(&mine), 0);
}

// Lane l gets the elements 2 * (l % 4) and the next of row l / 4; transposed, of column l / 4.
void load_matrices(Warp& warp, std::uint32_t group) {
  require_whole_warp(warp, group, "ldmatrix");
  const LoadOperands first = operands<LoadOperands>(warp, 0);
  for (unsigned matrix = 0; matrix < first.count; matrix++) {
    std::uint16_t element[8][8];
    for (unsigned r = 0; r < 8; r++) {
      const unsigned lane = 8 * matrix + r;
      std::memcpy(element[r], checked_row(warp.thread(lane), operands<LoadOperands>(warp, lane).row), kRowBytes);
    }
    for (unsigned lane = 0; lane < 32; lane++) {
      const unsigned outer = lane / 4;
      const unsigned inner = 2 * (lane % 4);
      const std::uint32_t low = first.transposed ? element[inner][outer] : element[outer][inner];
      const std::uint32_t high = first.transposed ? element[inner + 1][outer] : element[outer][inner + 1];
      operands<LoadOperands>(warp, lane).registers[matrix] = low | high << 16;
    }
  }
}

// With g = lane / 4 and t = lane % 4, a register holds two neighbours in k:
//   a[0], a[1]   rows g and g + 8, k = 2t           a[2], a[3]   the same rows, k = 2t + 8 (m16n8k16 only)
//   b[0]         column g, k = 2t                   b[1]         column g, k = 2t + 8 (m16n8k16 only)
//   c[0..1]      row g, columns 2t and 2t + 1       c[2..3]      row g + 8
void multiply_matrices(Warp& warp, std::uint32_t group) {
  require_whole_warp(warp, group, "mma.sync");
  const MultiplyOperands first = operands<MultiplyOperands>(warp, 0);
  float a[16][16];
  float b[16][8];
  for (unsigned lane = 0; lane < 32; lane++) {
    const MultiplyOperands& mine = operands<MultiplyOperands>(warp, lane);
    const unsigned g = lane / 4;
    const unsigned t = lane % 4;
    for (unsigned half = 0; half < first.k / 8; half++) {
      for (unsigned i = 0; i < 2; i++) {
        const unsigned k = 8 * half + 2 * t + i;
        a[g][k] = widened(first.element, mine.a[2 * half], i);
        a[g + 8][k] = widened(first.element, mine.a[2 * half + 1], i);
        b[k][g] = widened(first.element, mine.b[half], i);
      }
    }
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    const MultiplyOperands& mine = operands<MultiplyOperands>(warp, lane);
    for (unsigned i = 0; i < 4; i++) {
      const unsigned row = lane / 4 + (i < 2 ? 0 : 8);
      const unsigned column = 2 * (lane % 4) + i % 2;
      // Products are exact; how the device rounds their sum is not documented. Here it is rounded once.
      double sum = mine.c[i];
      for (unsigned k = 0; k < first.k; k++) {
        sum += static_cast<double>(a[row][k]) * static_cast<double>(b[k][column]);
      }
      mine.d[i] = static_cast<float>(sum);
    }
  }
}

}  // namespace cudasim
