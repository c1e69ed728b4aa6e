#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace cudasim {

namespace {

constexpr unsigned kMostThreads = 1024;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kStack = 32 * kPage;
// An odd number of pages from stack to stack: with a power of two, all stacks would compete for the same cache sets.
constexpr std::size_t kStride = kStack + kPage;

}  // namespace

// The control words of the FPU are not saved: kernels do not change them.
asm(R"(
  .text
  .p2align 5
  .globl cudasim_switch
  .hidden cudasim_switch
  .type cudasim_switch, @function
cudasim_switch:
  .cfi_startproc
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .cfi_endproc
  .size cudasim_switch, . - cudasim_switch
)");

Stacks::~Stacks() {
  if (memory_ != nullptr) {
    munmap(memory_, kMostThreads * kStride);
  }
}

std::size_t Stacks::size() { return kStack; }

std::byte* Stacks::bottom(unsigned index) const { return memory_ + index * kStride + kPage; }

void Stacks::provide(unsigned count) {
  if (memory_ == nullptr) {
    void* const memory =
        mmap(nullptr, kMostThreads * kStride, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      std::fprintf(stderr, "cudasim: no address space for the stacks of a block; raise `ulimit -v`\n");
      std::abort();
    }
    memory_ = static_cast<std::byte*>(memory);
  }
  for (; count_ < count; count_++) {
    if (mprotect(bottom(count_), kStack, PROT_READ | PROT_WRITE) != 0) {
      std::fprintf(stderr, "cudasim: no memory for the stack of thread %u of a block; raise vm.max_map_count\n", count_);
      std::abort();
    }
  }
}

void* Stacks::prepare(unsigned index, void (*entry)()) const {
  // As a call leaves it: at the first instruction of `entry` the stack pointer is 8 short of a multiple of 16.
  auto* top = reinterpret_cast<std::uint64_t*>(bottom(index) + kStack - 64 * (index % 16));
  *--top = 0;  // where `entry` would return to, and where a backtrace ends
  *--top = reinterpret_cast<std::uint64_t>(entry);
  for (int saved = 0; saved < 6; saved++) {
    *--top = 0;
  }
  return top;
}

}  // namespace cudasim
