// Allocations of device memory, and what can be asked of an address.
#include "driver_memory.h"

#include <algorithm>

#include "driver.h"
#include "driver_capture.h"
#include "driver_host_memory.h"
#include "memory.h"

namespace cudasim::driver {

const Buffer* buffer_at(CUdeviceptr address, CUdeviceptr* first) {
  auto& buffers = driver().buffers;
  auto next = buffers.upper_bound(address);
  if (next == buffers.begin()) return nullptr;
  auto found = std::prev(next);
  if (address - found->first >= found->second.bytes) return nullptr;
  *first = found->first;
  return &found->second;
}

CUdeviceptr allocate_buffer(std::size_t bytes, const char* what, std::shared_ptr<Context> context,
                            std::shared_ptr<Pool> pool) {
  void* memory = allocate(bytes, what);
  require(memory != nullptr, CUDA_ERROR_OUT_OF_MEMORY);
  auto address = reinterpret_cast<CUdeviceptr>(memory);
  if (pool != nullptr) {
    pool->used += bytes;
    pool->used_high = std::max(pool->used_high, pool->used);
  }
  driver().buffers[address] = {bytes, std::move(context), std::move(pool)};
  return address;
}

void release_buffer(CUdeviceptr first) {
  auto found = driver().buffers.find(first);
  if (found->second.pool != nullptr) found->second.pool->used -= found->second.bytes;
  driver().buffers.erase(found);
  release(reinterpret_cast<void*>(first));
}

namespace {

enum PointerAttribute : int {
  context_of = 1,
  memory_type = 2,
  device_pointer = 3,
  host_pointer = 4,
  sync_memops = 6,
  buffer_id = 7,
  is_managed = 8,
  device_ordinal = 9,
  range_start = 11,
  range_size = 12,
  mapped = 13,
  memory_pool = 17,
};

template <class T>
void give(void* data, T value) {
  *static_cast<T*>(data) = value;
}

void host_attribute(void* data, PointerAttribute which, std::uintptr_t address) {
  const auto found = std::prev(driver().pinned.upper_bound(address));
  switch (which) {
    case context_of: return give(data, found->second.context->handle);
    case memory_type: return give<unsigned>(data, CU_MEMORYTYPE_HOST);
    case host_pointer: return give(data, reinterpret_cast<void*>(address));
    case is_managed: return give<unsigned char>(data, 0);
    case device_ordinal: return give<int>(data, found->second.context->device);
    case range_start: return give<CUdeviceptr>(data, found->first);
    case range_size: return give<std::size_t>(data, found->second.bytes);
    case mapped: return give<unsigned char>(data, 0);
    default: refuse(CUDA_ERROR_INVALID_VALUE);
  }
}

void device_attribute(void* data, PointerAttribute which, CUdeviceptr address, CUdeviceptr first,
                      const Buffer& buffer) {
  switch (which) {
    case context_of: return give(data, buffer.pool != nullptr ? CUcontext{nullptr} : buffer.context->handle);
    case memory_type: return give<unsigned>(data, CU_MEMORYTYPE_DEVICE);
    case device_pointer: return give<CUdeviceptr>(data, address);
    case sync_memops: return give<int>(data, 0);
    case buffer_id: return give<unsigned long long>(data, find(reinterpret_cast<void*>(first))->serial);
    case is_managed: return give<unsigned char>(data, 0);
    case device_ordinal: return give<int>(data, buffer.context->device);
    case range_start: return give<CUdeviceptr>(data, first);
    case range_size: return give<std::size_t>(data, buffer.bytes);
    case mapped: return give<unsigned char>(data, 1);
    case memory_pool: return give(data, buffer.pool == nullptr ? CUmemoryPool{nullptr} : buffer.pool->handle);
    default: refuse(CUDA_ERROR_INVALID_VALUE);
  }
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuMemAlloc_v2(CUdeviceptr* address, std::size_t bytes) {
  return call("cuMemAlloc_v2", Nature::create, [&] {
    require(address != nullptr && bytes != 0);
    auto context = current_context();
    forbid_while_capturing();
    *address = allocate_buffer(bytes, "cuMemAlloc", context, nullptr);
  });
}

CUDASIM_API CUresult cuMemFree_v2(CUdeviceptr address) {
  return call("cuMemFree_v2", Nature::release, [&] {
    auto context = current_context();
    forbid_while_capturing();
    if (address == 0) return;
    require(driver().buffers.contains(address));
    // A real driver may wait for work in flight here, and may not: whatever still uses the memory is reported when it
    // comes to run.
    release_buffer(address);
  });
}

CUDASIM_API CUresult cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  return call("cuMemGetInfo_v2", Nature::query, [&] {
    current_context();
    auto info = cudasim::memory_info();
    if (free != nullptr) *free = info.free;
    if (total != nullptr) *total = info.total;
  });
}

CUDASIM_API CUresult cuMemGetAddressRange_v2(CUdeviceptr* first, std::size_t* bytes, CUdeviceptr address) {
  return call("cuMemGetAddressRange_v2", Nature::query, [&] {
    current_context();
    CUdeviceptr start = 0;
    const Buffer* buffer = buffer_at(address, &start);
    require(buffer != nullptr, CUDA_ERROR_NOT_FOUND);
    if (first != nullptr) *first = start;
    if (bytes != nullptr) *bytes = buffer->bytes;
  });
}

CUDASIM_API CUresult cuPointerGetAttribute(void* data, int which, CUdeviceptr address) {
  return call("cuPointerGetAttribute", Nature::query, [&] {
    require(data != nullptr);
    CUdeviceptr first = 0;
    auto attribute = static_cast<PointerAttribute>(which);
    if (const Buffer* buffer = buffer_at(address, &first)) {
      device_attribute(data, attribute, address, first, *buffer);
    } else {
      require(is_pinned(address, 1));
      host_attribute(data, attribute, address);
    }
  });
}

CUDASIM_API CUresult cuPointerSetAttribute(const void* value, int which, CUdeviceptr address) {
  return call("cuPointerSetAttribute", Nature::query, [&] {
    CUdeviceptr first = 0;
    require(value != nullptr && which == sync_memops && buffer_at(address, &first) != nullptr);
    require(*static_cast<const unsigned*>(value) == 0, CUDA_ERROR_NOT_SUPPORTED);
  });
}
