// What a kernel that was compiled for the host calls in cudasim: one header for both sides, so that they cannot differ.
// Kernels do not use it themselves; the headers beside this one put CUDA's names over it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace cudasim {

// --- who am I -------------------------------------------------------------------------------------------------------

// What the built-in variables say to one thread.
struct Coordinates {
  unsigned thread_index[3];
  unsigned block_index[3];
  unsigned block_size[3];
  unsigned grid_size[3];
  unsigned lane;
};

extern "C" __thread Coordinates* cudasim_here __attribute__((tls_model("initial-exec")));

// The running thread's coordinates never change while it runs, but the compiler cannot know that: through assembly
// without operands it may read them once and keep them, and no sanitizer hook sees the read.
inline const Coordinates* here() {
  const Coordinates* p;
  asm("movq cudasim_here@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(p));
  return p;
}

template <std::size_t offset>
inline unsigned coordinate() {
  unsigned value;
  asm("movl %c2(%1), %0" : "=r"(value) : "r"(here()), "i"(offset));
  return value;
}

// --- kernels --------------------------------------------------------------------------------------------------------

enum class Kind : unsigned char { pointer, integer, floating };

struct Parameter {
  Kind kind;
  unsigned char bytes;
};

struct Kernel {
  const char* name;
  const char* file;
  std::span<const Parameter> parameters;
  void (*invoke)(void* const* arguments);  // one thread of it; arguments as for cuLaunchKernel
};

// Makes a kernel known from the loading of the library to the end of the process.
struct Registration {
  explicit Registration(const Kernel& kernel);
};

// --- shared memory --------------------------------------------------------------------------------------------------

// The running block's variable that `key` names: the first thread to ask makes it, poisoned.
void* shared_variable(const void* key, const char* name, std::size_t bytes, std::size_t alignment);
void* dynamic_shared_memory();

// --- synchronisation of a block and of a warp -----------------------------------------------------------------------

// A barrier of the whole block. `file` and `line` name the call in the source: a compiler may make two of one.
void sync_threads(const char* file, int line);

struct Votes {
  unsigned count;  // threads of the block whose predicate held
  unsigned of;     // threads of the block
};
Votes sync_threads_vote(bool predicate, const char* file, int line);

void sync_warp(unsigned mask);

// `bits` of the lane `source` of this warp. What a lane outside `mask` or one that has exited would give is poison.
std::uint64_t shuffle(unsigned mask, std::uint64_t bits, unsigned source);
// The lanes of `mask` whose predicate holds.
unsigned ballot(unsigned mask, bool predicate);

// --- atomics and fences ---------------------------------------------------------------------------------------------

enum class Atomic : unsigned char { add, min, max, exchange, bit_and, bit_or, bit_xor, increment, decrement };
enum class Scope : unsigned char { block, device };

std::uint32_t atomic_u32(Atomic operation, std::uint32_t* at, std::uint32_t operand);
std::uint64_t atomic_u64(Atomic operation, std::uint64_t* at, std::uint64_t operand);
std::int32_t atomic_i32(Atomic operation, std::int32_t* at, std::int32_t operand);
std::int64_t atomic_i64(Atomic operation, std::int64_t* at, std::int64_t operand);
std::uint32_t compare_and_swap_u32(std::uint32_t* at, std::uint32_t expected, std::uint32_t desired);
std::uint64_t compare_and_swap_u64(std::uint64_t* at, std::uint64_t expected, std::uint64_t desired);

void fence(Scope scope);
std::uint32_t load_acquire_u32(const std::uint32_t* at, Scope scope);
std::uint64_t load_acquire_u64(const std::uint64_t* at, Scope scope);
void store_release_u32(std::uint32_t* at, std::uint32_t value, Scope scope);
void store_release_u64(std::uint64_t* at, std::uint64_t value, Scope scope);

// A counter in device memory on which blocks meet: when the launch begins and when it ends it holds a multiple of
// `period`, or 0 where that is 0. Each thread calls this before it touches the counter.
void expect_at_rest(const std::uint32_t* counter, std::uint32_t period);

// --- asynchronous copies and barriers in shared memory ------------------------------------------------------------------

// cp.async of 4, 8 or 16 bytes from global to shared memory: both addresses multiples of it. It lands when the thread
// waits for its group and not before; what lies behind `from_bytes` becomes zero.
void copy_async(void* to, const void* from, unsigned bytes, unsigned from_bytes);
void commit_copies();
// Until no more than this many groups of the calling thread, the latest, are under way.
void wait_for_copies(unsigned groups_left);

// mbarrier: a phase ends once `count` arrivals were made in it. Arriving releases, a wait that succeeds acquires, both
// among the threads of the block.
void mbarrier_init(std::uint64_t* barrier, std::uint32_t count);
void mbarrier_arrive(std::uint64_t* barrier);
// Whether the phase of this parity (the first has 0) is over; lets others run if it is not.
bool mbarrier_try_wait(std::uint64_t* barrier, std::uint32_t parity);

// --- matrices ---------------------------------------------------------------------------------------------------------

// ldmatrix: `count` (1, 2, 4) matrices of 8 x 8 16-bit elements; lane 8 * i + r names row r of matrix i in shared memory.
void load_matrix(std::uint32_t* registers, unsigned count, bool transposed, const void* row);

enum class Element : unsigned char { f16, bf16 };
// mma.sync.m16n8kK, K 16 or 8, row-major A and column-major B, fragments as PTX lays them out: d = a * b + c.
void multiply(Element element, unsigned k, float* d, const std::uint32_t* a, const std::uint32_t* b, const float* c);

// --- loads that claim something ---------------------------------------------------------------------------------------

// ld.global.nc: claims that nobody writes these bytes while the kernel runs. `bytes` is the width of one load, and the
// address a multiple of it.
void load_constant(void* to, const void* from, std::size_t bytes);
// A vector access: the address must be a multiple of `bytes`.
void require_aligned(const void* at, std::size_t bytes);

// The thread stops here and the launch fails: a trap, or an assertion that did not hold.
[[noreturn]] void trap(const char* what);

}  // namespace cudasim
