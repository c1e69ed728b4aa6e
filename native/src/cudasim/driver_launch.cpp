// Launches of kernels.
#include "driver.h"
#include "driver_stream.h"
#include "driver_work.h"

namespace cudasim::driver {
namespace {

void launch(CUfunction function, Dim3 grid, Dim3 block, std::size_t dynamic_shared, CUstream stream_handle,
            void* const* values, void* const* extra, bool cooperative) {
  auto stream = stream_of(stream_handle);
  KernelWork work = kernel_work(function, grid, block, dynamic_shared, values, extra, cooperative);
  require(work.module->context == stream->context, CUDA_ERROR_INVALID_HANDLE);
  enqueue(*stream, std::move(work));
}

// Programmatic dependent launch only lets a kernel begin early: running it in order is one of the orders it allows.
bool read_attributes(const CUlaunchConfig& config) {
  bool cooperative = false;
  require(config.numAttrs == 0 || config.attrs != nullptr);
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const CUlaunchAttribute& attribute = config.attrs[i];
    switch (attribute.id) {
      case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
        cooperative = attribute.value.cooperative != 0;
        break;
      case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION: {
        const auto& cluster = attribute.value.clusterDim;
        require(cluster.x <= 1 && cluster.y <= 1 && cluster.z <= 1, CUDA_ERROR_NOT_SUPPORTED);
        break;
      }
      case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
        refuse(CUDA_ERROR_NOT_SUPPORTED);
      case CU_LAUNCH_ATTRIBUTE_IGNORE:
      case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
      case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
      case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
      case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
      case CU_LAUNCH_ATTRIBUTE_PRIORITY:
        break;
      default:
        refuse(CUDA_ERROR_INVALID_VALUE);
    }
  }
  return cooperative;
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;
using cudasim::Dim3;

CUDASIM_API CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                                    unsigned block_x, unsigned block_y, unsigned block_z, unsigned dynamic_shared,
                                    CUstream stream, void** values, void** extra) {
  return call("cuLaunchKernel", Nature::launch, [&] {
    launch(function, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, dynamic_shared, stream, values, extra,
           false);
  });
}

CUDASIM_API CUresult cuLaunchCooperativeKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                                               unsigned block_x, unsigned block_y, unsigned block_z,
                                               unsigned dynamic_shared, CUstream stream, void** values) {
  return call("cuLaunchCooperativeKernel", Nature::launch, [&] {
    launch(function, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, dynamic_shared, stream, values, nullptr,
           true);
  });
}

CUDASIM_API CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function, void** values, void** extra) {
  return call("cuLaunchKernelEx", Nature::launch, [&] {
    require(config != nullptr);
    bool cooperative = read_attributes(*config);
    launch(function, {config->gridDimX, config->gridDimY, config->gridDimZ},
           {config->blockDimX, config->blockDimY, config->blockDimZ}, config->sharedMemBytes, config->hStream, values,
           extra, cooperative);
  });
}
