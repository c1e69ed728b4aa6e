// The execution core of cudasim: runs one launch of one kernel on CPU threads, and says what it found wrong.
//
// The driver API (driver_*.cpp) sits on this header and memory.h alone. It queues work as streams and graphs demand and
// calls `run` when a launch is due; the core knows nothing of streams, contexts and modules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/host/simulator.cuh"

namespace cudasim {

struct Dim3 {
  unsigned x = 1, y = 1, z = 1;

  std::uint64_t volume() const { return std::uint64_t{x} * y * z; }
  bool operator==(const Dim3&) const = default;
};

// CUresult values that the core itself gives.
namespace code {
inline constexpr int success = 0;
inline constexpr int invalid_value = 1;
inline constexpr int illegal_address = 700;
inline constexpr int launch_out_of_resources = 701;
inline constexpr int misaligned_address = 716;
inline constexpr int launch_failed = 719;
inline constexpr int cooperative_launch_too_large = 720;
}  // namespace code

// The kernel of this name (an `extern "C"` function with JGPT_KERNEL), or null. Names are unique: two kernels of one
// name end the process as the library loads.
const Kernel* find_kernel(std::string_view name);
// Every kernel in the library, in the order of their names.
std::span<const Kernel* const> kernels();

struct Launch {
  const Kernel* kernel;
  Dim3 grid, block;
  std::size_t dynamic_shared = 0;
  bool cooperative = false;
  void* const* arguments = nullptr;  // one pointer per parameter; copied values must live until `run` returns
};

// What the device and the function allow; the defaults are those of compute capability 9.0.
struct Limits {
  unsigned threads_per_block = 1024;  // of the function: less under __launch_bounds__
  Dim3 block{1024, 1024, 64};
  Dim3 grid{2147483647, 65535, 65535};
  std::size_t static_shared = 0;  // of the function, from its PTX
  // The most dynamic shared memory a launch of this function may ask for: CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
  // as set by cuFuncSetAttribute, by default what its static part leaves of 48 KiB.
  std::size_t dynamic_shared = 48 * 1024;
  std::size_t shared_per_block_optin = 227 * 1024;
  std::size_t shared_per_multiprocessor = 228 * 1024;
  unsigned multiprocessors = 4;
  unsigned threads_per_multiprocessor = 2048;
  unsigned blocks_per_multiprocessor = 32;
};

// How many blocks of this shape one multiprocessor holds at once (registers are not counted: the host has none of the
// device's). Also the answer to cuOccupancyMaxActiveBlocksPerMultiprocessor.
unsigned resident_blocks(const Limits& limits, std::uint64_t threads, std::size_t dynamic_shared);

struct Outcome {
  int error = code::success;  // a CUresult
  std::string report;         // what a person is told, several lines, empty on success; nothing has been printed yet

  bool ok() const { return error == code::success; }
};

// What cuLaunchKernel itself refuses, before anything is queued: shape, shared memory, co-residency. Such an error is
// not sticky.
Outcome check(const Launch& launch, const Limits& limits);

// Runs a launch to completion on the calling thread (the fast build helps itself with further threads), after the same
// checks. The same seed gives the same schedule and the same report. Errors from here, but not those of `check`, are
// sticky on a GPU. One launch runs at a time: a second caller waits.
Outcome run(const Launch& launch, const Limits& limits, std::uint64_t seed);

// The seed that reports name as the one that repeats them (CUDASIM_SEED); `run`'s own is derived from it.
void set_reported_seed(std::uint64_t seed);

// Whether kernels were compiled with hooks, so that accesses are checked.
bool is_checked();

}  // namespace cudasim
