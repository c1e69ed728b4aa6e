// Stream-ordered allocation. An allocation is there at once; a free takes place when the stream comes to it.
#include "driver.h"
#include "driver_capture.h"
#include "driver_memory.h"
#include "driver_stream.h"

namespace cudasim::driver {
namespace {

enum PoolAttribute : int { release_threshold = 4, reserved_current, reserved_high, used_current, used_high };

Device& device_of(CUdevice device) {
  require(device >= 0 && device < driver().settings.devices, CUDA_ERROR_INVALID_DEVICE);
  return driver().devices[static_cast<std::size_t>(device)];
}

std::shared_ptr<Pool> default_pool(CUdevice ordinal) {
  Device& device = device_of(ordinal);
  if (device.default_pool == nullptr) {
    device.default_pool = std::make_shared<Pool>();
    device.default_pool->device = ordinal;
    device.default_pool->is_default = true;
    driver().pools.add(device.default_pool);
    device.pool = device.default_pool;
  }
  return device.default_pool;
}

std::shared_ptr<Pool> current_pool(CUdevice ordinal) {
  default_pool(ordinal);
  return device_of(ordinal).pool;
}

CUdeviceptr allocate_in_order(std::size_t bytes, const std::shared_ptr<Pool>& pool, Stream& stream) {
  require(bytes != 0);
  forbid_on_capturing(stream);
  try {
    return allocate_buffer(bytes, "cuMemAllocAsync", stream.context, pool);
  } catch (const Refused&) {
    // What the stream has freed but not come to yet would be free by the time this allocation is used.
    synchronize(stream);
    return allocate_buffer(bytes, "cuMemAllocAsync", stream.context, pool);
  }
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuMemAllocAsync(CUdeviceptr* address, std::size_t bytes, CUstream stream) {
  return call("cuMemAllocAsync", Nature::create, [&] {
    require(address != nullptr);
    auto found = stream_of(stream);
    *address = allocate_in_order(bytes, current_pool(found->context->device), *found);
  });
}

CUDASIM_API CUresult cuMemAllocFromPoolAsync(CUdeviceptr* address, std::size_t bytes, CUmemoryPool pool,
                                             CUstream stream) {
  return call("cuMemAllocFromPoolAsync", Nature::create, [&] {
    require(address != nullptr);
    *address = allocate_in_order(bytes, driver().pools.get(pool), *stream_of(stream));
  });
}

CUDASIM_API CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  return call("cuMemFreeAsync", Nature::release, [&] {
    auto found = stream_of(stream);
    forbid_on_capturing(*found);
    require(driver().buffers.contains(address));
    submit(*found, FreeWork{address});
  });
}

CUDASIM_API CUresult cuDeviceGetDefaultMemPool(CUmemoryPool* pool, CUdevice device) {
  return call("cuDeviceGetDefaultMemPool", Nature::query, [&] {
    require(pool != nullptr);
    *pool = default_pool(device)->handle;
  });
}

CUDASIM_API CUresult cuDeviceGetMemPool(CUmemoryPool* pool, CUdevice device) {
  return call("cuDeviceGetMemPool", Nature::query, [&] {
    require(pool != nullptr);
    *pool = current_pool(device)->handle;
  });
}

CUDASIM_API CUresult cuDeviceSetMemPool(CUdevice device, CUmemoryPool pool) {
  return call("cuDeviceSetMemPool", Nature::query, [&] {
    default_pool(device);
    auto found = driver().pools.get(pool);
    require(found->device == device);
    device_of(device).pool = found;
  });
}

CUDASIM_API CUresult cuMemPoolCreate(CUmemoryPool* pool, const CUmemPoolProps* properties) {
  return call("cuMemPoolCreate", Nature::create, [&] {
    constexpr int pinned_allocation = 1, on_device = 1;
    require(pool != nullptr && properties != nullptr && properties->allocType == pinned_allocation);
    require(properties->handleTypes == 0 && properties->location.type == on_device, CUDA_ERROR_NOT_SUPPORTED);
    device_of(properties->location.id);
    auto created = std::make_shared<Pool>();
    created->device = properties->location.id;
    *pool = driver().pools.add(created);
  });
}

CUDASIM_API CUresult cuMemPoolDestroy(CUmemoryPool pool) {
  return call("cuMemPoolDestroy", Nature::release, [&] {
    auto found = driver().pools.get(pool);
    require(!found->is_default);
    Device& device = device_of(found->device);
    if (device.pool == found) device.pool = device.default_pool;
    driver().pools.remove(pool);
  });
}

CUDASIM_API CUresult cuMemPoolTrimTo(CUmemoryPool pool, std::size_t) {
  return call("cuMemPoolTrimTo", Nature::query, [&] { driver().pools.get(pool); });
}

CUDASIM_API CUresult cuMemPoolSetAttribute(CUmemoryPool pool, int which, void* value) {
  return call("cuMemPoolSetAttribute", Nature::query, [&] {
    require(value != nullptr);
    auto found = driver().pools.get(pool);
    if (which >= 1 && which < release_threshold) {
      found->attributes[which - 1] = static_cast<std::uint64_t>(*static_cast<const int*>(value));
    } else if (which == release_threshold) {
      found->attributes[which - 1] = *static_cast<const std::uint64_t*>(value);
    } else {
      // The high-water marks can be reset, and nothing else.
      require((which == reserved_high || which == used_high) && *static_cast<const std::uint64_t*>(value) == 0);
      found->used_high = found->used;
    }
  });
}

CUDASIM_API CUresult cuMemPoolGetAttribute(CUmemoryPool pool, int which, void* value) {
  return call("cuMemPoolGetAttribute", Nature::query, [&] {
    require(value != nullptr && which >= 1 && which <= used_high);
    auto found = driver().pools.get(pool);
    if (which < release_threshold) {
      *static_cast<int*>(value) = static_cast<int>(found->attributes[which - 1]);
    } else if (which == release_threshold) {
      *static_cast<std::uint64_t*>(value) = found->attributes[which - 1];
    } else {
      bool high = which == reserved_high || which == used_high;
      *static_cast<std::uint64_t*>(value) = high ? found->used_high : found->used;
    }
  });
}
