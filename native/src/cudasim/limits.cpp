// What a launch may ask for.
#include <algorithm>

#include "core.h"
#include "finding.h"

namespace cudasim {

namespace {

constexpr std::size_t kWithoutOptIn = 48 * 1024;
// What the runtime keeps for itself in every block's shared memory, from compute capability 8.0.
constexpr std::size_t kReserved = 1024;

// The index of a block is kept in 21 bits next to that of its thread.
constexpr std::uint64_t kMostBlocks = 1u << 21;

Outcome refuse(int error, const Launch& launch, const std::string& what, const std::string& cure) {
  return {error, report({.error = error, .what = what, .places = {}, .where = {}, .cure = cure}, launch, std::nullopt)};
}

bool exceeds(const Dim3& shape, const Dim3& most) { return shape.x > most.x || shape.y > most.y || shape.z > most.z; }

}  // namespace

unsigned resident_blocks(const Limits& limits, std::uint64_t threads, std::size_t dynamic_shared) {
  if (threads == 0 || threads > limits.threads_per_block) {
    return 0;
  }
  const std::uint64_t in_warps = (threads + 31) / 32 * 32;
  std::uint64_t blocks = std::min<std::uint64_t>(limits.blocks_per_multiprocessor,
                                                 limits.threads_per_multiprocessor / in_warps);
  const std::size_t shared = limits.static_shared + dynamic_shared + kReserved;
  blocks = std::min<std::uint64_t>(blocks, limits.shared_per_multiprocessor / shared);
  return static_cast<unsigned>(blocks);
}

Outcome check(const Launch& launch, const Limits& limits) {
  const Dim3& grid = launch.grid;
  const Dim3& block = launch.block;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || block.x == 0 || block.y == 0 || block.z == 0) {
    return refuse(code::invalid_value, launch, "launch refused: a grid and a block have at least one element each way",
                  "do not launch where there is nothing to do");
  }
  if (exceeds(grid, limits.grid)) {
    return refuse(code::invalid_value, launch, "launch refused: the grid is larger than " + text(limits.grid),
                  "let a block do more, or put the larger extent into x");
  }
  if (exceeds(block, limits.block) || block.volume() > 1024) {
    return refuse(code::invalid_value, launch,
                  "launch refused: a block is at most " + text(limits.block) + ", and 1024 threads in all",
                  "launch smaller blocks");
  }
  if (block.volume() > limits.threads_per_block) {
    return refuse(code::invalid_value, launch,
                  text("launch refused: %llu threads per block, and __launch_bounds__ promised at most %u",
                       static_cast<unsigned long long>(block.volume()), limits.threads_per_block),
                  "launch the block that the kernel was compiled for");
  }
  if (launch.dynamic_shared > limits.dynamic_shared) {
    const bool fits = limits.static_shared + launch.dynamic_shared <= limits.shared_per_block_optin;
    return refuse(code::invalid_value, launch,
                  text("launch refused: %zu bytes of dynamic shared memory, the function may have %zu",
                       launch.dynamic_shared, limits.dynamic_shared),
                  !fits ? text("a block of this device has %zu bytes at most, %zu of which are static here",
                               limits.shared_per_block_optin, limits.static_shared)
                        : text("more than %zu bytes per block need an opt-in: cuFuncSetAttribute(function, "
                               "CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes)",
                               kWithoutOptIn));
  }
  const unsigned resident = resident_blocks(limits, block.volume(), launch.dynamic_shared);
  if (resident == 0) {
    return refuse(code::launch_out_of_resources, launch, "launch refused: not even one block fits a multiprocessor",
                  "fewer threads, or less shared memory");
  }
  if (launch.cooperative && grid.volume() > std::uint64_t{resident} * limits.multiprocessors) {
    return refuse(code::cooperative_launch_too_large, launch,
                  text("launch refused: a cooperative launch needs all blocks resident at once; %u multiprocessors "
                       "hold %u each",
                       limits.multiprocessors, resident),
                  "ask cuOccupancyMaxActiveBlocksPerMultiprocessor how large the grid may be");
  }
  if (grid.volume() > kMostBlocks) {
    return refuse(code::invalid_value, launch,
                  text("launch refused: the simulator runs at most %llu blocks per launch",
                       static_cast<unsigned long long>(kMostBlocks)),
                  "test with a smaller grid");
  }
  return {};
}

}  // namespace cudasim
