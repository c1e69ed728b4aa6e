// Parameters of graph nodes: what the API calls them, and what they are here.
#include "driver.h"
#include "driver_graph.h"
#include "driver_host_memory.h"
#include "driver_memory.h"

namespace cudasim::driver {
namespace {

CopyWork::End end(CUmemorytype type, const void* host, CUdeviceptr device, std::size_t x, std::size_t y, std::size_t z,
                  std::size_t pitch, std::size_t height, std::size_t width) {
  require(type == CU_MEMORYTYPE_HOST || type == CU_MEMORYTYPE_DEVICE || type == CU_MEMORYTYPE_UNIFIED,
          CUDA_ERROR_NOT_SUPPORTED);
  CopyWork::End made;
  CUdeviceptr first = 0;
  made.pitch = pitch == 0 ? width : pitch;
  made.slice = made.pitch * (height == 0 ? 1 : height);
  made.address = type == CU_MEMORYTYPE_HOST ? reinterpret_cast<std::uintptr_t>(host) : device;
  made.address += z * made.slice + y * made.pitch + x;
  bool on_device = type == CU_MEMORYTYPE_DEVICE ||
                   (type == CU_MEMORYTYPE_UNIFIED && buffer_at(made.address, &first) != nullptr);
  made.place = on_device ? CopyWork::Place::device : CopyWork::Place::host;
  made.pinned = !on_device && is_pinned(made.address, width);
  return made;
}

template <class Kind>
Kind& work_of(const std::shared_ptr<GraphNode>& node) {
  auto* work = std::get_if<Kind>(&node->work);
  require(work != nullptr);
  return *work;
}

CUDA_KERNEL_NODE_PARAMS parameters_of(GraphNode& node, const KernelWork& work) {
  node.parameters = work.arguments.pointers();
  return {work.function->handle, work.grid.x,  work.grid.y, work.grid.z,
          work.block.x,          work.block.y, work.block.z, static_cast<unsigned>(work.dynamic_shared),
          node.parameters.data(), nullptr,     nullptr,      work.module->context->handle};
}

CUDA_MEMCPY3D parameters_of(const CopyWork& work) {
  CUDA_MEMCPY3D parameters{};
  auto rows = [](const CopyWork::End& end) { return end.pitch == 0 ? 0 : end.slice / end.pitch; };
  if (work.from.place == CopyWork::Place::host) {
    parameters.srcMemoryType = CU_MEMORYTYPE_HOST;
    parameters.srcHost = reinterpret_cast<const void*>(work.from.address);
  } else {
    parameters.srcMemoryType = CU_MEMORYTYPE_DEVICE;
    parameters.srcDevice = work.from.address;
  }
  if (work.to.place == CopyWork::Place::host) {
    parameters.dstMemoryType = CU_MEMORYTYPE_HOST;
    parameters.dstHost = reinterpret_cast<void*>(work.to.address);
  } else {
    parameters.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    parameters.dstDevice = work.to.address;
  }
  parameters.srcPitch = work.from.pitch;
  parameters.srcHeight = rows(work.from);
  parameters.dstPitch = work.to.pitch;
  parameters.dstHeight = rows(work.to);
  parameters.WidthInBytes = work.width;
  parameters.Height = work.height;
  parameters.Depth = work.depth;
  return parameters;
}

}  // namespace

KernelWork from_parameters(const CUDA_KERNEL_NODE_PARAMS* parameters) {
  require(parameters != nullptr);
  return kernel_work(parameters->func, {parameters->gridDimX, parameters->gridDimY, parameters->gridDimZ},
                     {parameters->blockDimX, parameters->blockDimY, parameters->blockDimZ}, parameters->sharedMemBytes,
                     parameters->kernelParams, parameters->extra, false);
}

CopyWork from_parameters(const CUDA_MEMCPY3D* parameters) {
  require(parameters != nullptr);
  const CUDA_MEMCPY3D& p = *parameters;
  require(p.srcLOD == 0 && p.dstLOD == 0);
  CopyWork work;
  work.width = p.WidthInBytes;
  work.height = p.Height;
  work.depth = p.Depth;
  work.from = end(p.srcMemoryType, p.srcHost, p.srcDevice, p.srcXInBytes, p.srcY, p.srcZ, p.srcPitch, p.srcHeight,
                  p.WidthInBytes);
  work.to = end(p.dstMemoryType, p.dstHost, p.dstDevice, p.dstXInBytes, p.dstY, p.dstZ, p.dstPitch, p.dstHeight,
                p.WidthInBytes);
  check(work);
  return work;
}

FillWork from_parameters(const CUDA_MEMSET_NODE_PARAMS* parameters) {
  require(parameters != nullptr);
  FillWork work{parameters->dst,   parameters->value, parameters->elementSize,
                parameters->pitch, parameters->width, parameters->height};
  check(work);
  return work;
}

HostWork from_parameters(const CUDA_HOST_NODE_PARAMS* parameters) {
  require(parameters != nullptr && parameters->fn != nullptr);
  return {parameters->fn, nullptr, nullptr, parameters->userData};
}

}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode node, CUDA_KERNEL_NODE_PARAMS* parameters) {
  return call("cuGraphKernelNodeGetParams_v2", Nature::query, [&] {
    require(parameters != nullptr);
    auto found = node_of(node);
    *parameters = parameters_of(*found, work_of<KernelWork>(found));
  });
}

CUDASIM_API CUresult cuGraphKernelNodeSetParams_v2(CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS* parameters) {
  return call("cuGraphKernelNodeSetParams_v2", Nature::query,
              [&] { work_of<KernelWork>(node_of(node)) = from_parameters(parameters); });
}

CUDASIM_API CUresult cuGraphMemcpyNodeGetParams(CUgraphNode node, CUDA_MEMCPY3D* parameters) {
  return call("cuGraphMemcpyNodeGetParams", Nature::query, [&] {
    require(parameters != nullptr);
    *parameters = parameters_of(work_of<CopyWork>(node_of(node)));
  });
}

CUDASIM_API CUresult cuGraphMemcpyNodeSetParams(CUgraphNode node, const CUDA_MEMCPY3D* parameters) {
  return call("cuGraphMemcpyNodeSetParams", Nature::query,
              [&] { work_of<CopyWork>(node_of(node)) = from_parameters(parameters); });
}

CUDASIM_API CUresult cuGraphMemsetNodeGetParams(CUgraphNode node, CUDA_MEMSET_NODE_PARAMS* parameters) {
  return call("cuGraphMemsetNodeGetParams", Nature::query, [&] {
    require(parameters != nullptr);
    const auto& work = work_of<FillWork>(node_of(node));
    *parameters = {work.to, work.pitch, work.value, work.element, work.width, work.height};
  });
}

CUDASIM_API CUresult cuGraphMemsetNodeSetParams(CUgraphNode node, const CUDA_MEMSET_NODE_PARAMS* parameters) {
  return call("cuGraphMemsetNodeSetParams", Nature::query,
              [&] { work_of<FillWork>(node_of(node)) = from_parameters(parameters); });
}

CUDASIM_API CUresult cuGraphHostNodeGetParams(CUgraphNode node, CUDA_HOST_NODE_PARAMS* parameters) {
  return call("cuGraphHostNodeGetParams", Nature::query, [&] {
    require(parameters != nullptr);
    const auto& work = work_of<HostWork>(node_of(node));
    *parameters = {work.function, work.data};
  });
}

CUDASIM_API CUresult cuGraphHostNodeSetParams(CUgraphNode node, const CUDA_HOST_NODE_PARAMS* parameters) {
  return call("cuGraphHostNodeSetParams", Nature::query,
              [&] { work_of<HostWork>(node_of(node)) = from_parameters(parameters); });
}
