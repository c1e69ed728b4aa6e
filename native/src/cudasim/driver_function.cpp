// Attributes of functions, and how many blocks of them fit a multiprocessor.
#include <algorithm>

#include "driver.h"
#include "driver_architecture.h"

namespace cudasim::driver {
namespace {

std::shared_ptr<Function> function_of(CUfunction handle) {
  auto function = driver().functions.get(handle);
  auto module = function->module.lock();
  require(module != nullptr, CUDA_ERROR_INVALID_HANDLE);
  require_healthy(*module->context);
  return function;
}

int attribute(const Function& function, CUfunction_attribute which) {
  switch (which) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: return static_cast<int>(function.limits.threads_per_block);
    case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES: return static_cast<int>(function.limits.static_shared);
    case CU_FUNC_ATTRIBUTE_NUM_REGS: return registers_per_thread;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION: return function.ptx_version;
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION: return driver().settings.compute_capability;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: return static_cast<int>(function.limits.dynamic_shared);
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: return function.preferred_carveout;
    default: return 0;
  }
}

void set_attribute(Function& function, CUfunction_attribute which, int value) {
  switch (which) {
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
      require(value >= 0 && function.limits.static_shared + static_cast<std::size_t>(value) <=
                                function.limits.shared_per_block_optin);
      function.limits.dynamic_shared = static_cast<std::size_t>(value);
      break;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
      require(value >= -1 && value <= 100);
      function.preferred_carveout = value;
      break;
    case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
      refuse(CUDA_ERROR_NOT_SUPPORTED);
    default:
      refuse(CUDA_ERROR_INVALID_VALUE);
  }
}

int resident(const Function& function, int block_size, std::size_t dynamic_shared) {
  if (static_cast<unsigned>(block_size) > function.limits.threads_per_block) return 0;
  if (dynamic_shared > function.limits.dynamic_shared) return 0;
  return static_cast<int>(resident_blocks(function.limits, static_cast<std::uint64_t>(block_size), dynamic_shared));
}

using SharedForBlock = std::size_t (*)(int block_size);

// The block that fills a multiprocessor best; the largest of several.
void best_block(int* grid, int* block, CUfunction handle, SharedForBlock shared_for, std::size_t dynamic_shared,
                int limit) {
  require(grid != nullptr && block != nullptr);
  auto function = function_of(handle);
  int most = static_cast<int>(function->limits.threads_per_block);
  if (limit > 0) most = std::min(most, limit);
  int best_threads = 0;
  for (int size = std::max(most / 32 * 32, 1); size > 0; size -= 32) {
    int blocks = resident(*function, size, shared_for != nullptr ? shared_for(size) : dynamic_shared);
    if (blocks * size > best_threads) {
      best_threads = blocks * size;
      *block = size;
      *grid = blocks * driver().settings.multiprocessors;
    }
  }
  require(best_threads > 0);
}

void active_blocks(int* blocks, CUfunction handle, int block_size, std::size_t dynamic_shared, unsigned flags) {
  require(blocks != nullptr && block_size > 0 && flags <= 1);
  *blocks = resident(*function_of(handle), block_size, dynamic_shared);
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuFuncGetAttribute(int* value, CUfunction_attribute which, CUfunction function) {
  return call("cuFuncGetAttribute", Nature::query, [&] {
    require(value != nullptr && which >= 0 && which <= CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE);
    *value = attribute(*function_of(function), which);
  });
}

CUDASIM_API CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute which, int value) {
  return call("cuFuncSetAttribute", Nature::query, [&] { set_attribute(*function_of(function), which, value); });
}

CUDASIM_API CUresult cuFuncSetCacheConfig(CUfunction function, int preference) {
  return call("cuFuncSetCacheConfig", Nature::query, [&] {
    require(preference >= 0 && preference <= 3);
    function_of(function);
  });
}

CUDASIM_API CUresult cuFuncGetModule(CUmodule* module, CUfunction function) {
  return call("cuFuncGetModule", Nature::query, [&] {
    require(module != nullptr);
    *module = function_of(function)->module.lock()->handle;
  });
}

CUDASIM_API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction function, int block_size,
                                                                 std::size_t dynamic_shared) {
  return call("cuOccupancyMaxActiveBlocksPerMultiprocessor", Nature::query,
              [&] { active_blocks(blocks, function, block_size, dynamic_shared, 0); });
}

CUDASIM_API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, CUfunction function,
                                                                          int block_size, std::size_t dynamic_shared,
                                                                          unsigned flags) {
  return call("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", Nature::query,
              [&] { active_blocks(blocks, function, block_size, dynamic_shared, flags); });
}

CUDASIM_API CUresult cuOccupancyMaxPotentialBlockSize(int* grid, int* block, CUfunction function,
                                                      SharedForBlock shared_for, std::size_t dynamic_shared,
                                                      int limit) {
  return call("cuOccupancyMaxPotentialBlockSize", Nature::query,
              [&] { best_block(grid, block, function, shared_for, dynamic_shared, limit); });
}

CUDASIM_API CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int* grid, int* block, CUfunction function,
                                                               SharedForBlock shared_for, std::size_t dynamic_shared,
                                                               int limit, unsigned flags) {
  return call("cuOccupancyMaxPotentialBlockSizeWithFlags", Nature::query, [&] {
    require(flags <= 1);
    best_block(grid, block, function, shared_for, dynamic_shared, limit);
  });
}

CUDASIM_API CUresult cuOccupancyAvailableDynamicSMemPerBlock(std::size_t* bytes, CUfunction handle, int blocks,
                                                             int block_size) {
  return call("cuOccupancyAvailableDynamicSMemPerBlock", Nature::query, [&] {
    require(bytes != nullptr && blocks > 0 && block_size > 0);
    auto function = function_of(handle);
    std::size_t each = function->limits.shared_per_multiprocessor / static_cast<std::size_t>(blocks);
    std::size_t taken = architecture().shared_reserved_per_block + function->limits.static_shared;
    *bytes = each <= taken ? 0 : std::min(each - taken, function->limits.dynamic_shared);
  });
}
