// Initialisation, devices and what they can do.
#include <cstdio>
#include <cstring>

#include "driver.h"
#include "driver_architecture.h"
#include "memory.h"

namespace cudasim::driver {

Architecture architecture() {
  constexpr std::size_t kib = 1024;
  int capability = driver().settings.compute_capability;
  Architecture device{capability / 10, capability % 10, 228 * kib, 227 * kib, kib, 2048, 32, 50 << 20};
  if (capability < 75) {
    device = {device.major, device.minor, 96 * kib, 96 * kib, 0, 2048, 32, 6 << 20};
  } else if (capability < 80) {
    device = {device.major, device.minor, 64 * kib, 64 * kib, 0, 1024, 16, 4 << 20};
  } else if (capability == 80 || capability == 87) {
    device = {device.major, device.minor, 164 * kib, 163 * kib, kib, 2048, 32, 40 << 20};
  } else if (capability < 90) {
    device = {device.major, device.minor, 100 * kib, 99 * kib, kib, 1536, capability == 89 ? 24 : 16, 6 << 20};
  } else if (capability >= 120) {
    device = {device.major, device.minor, 100 * kib, 99 * kib, kib, 1536, 24, 64 << 20};
  }
  return device;
}

Limits device_limits() {
  Architecture device = architecture();
  Limits limits;
  limits.threads_per_block = max_threads_per_block;
  limits.dynamic_shared = shared_per_block;
  limits.shared_per_block_optin = device.shared_per_block_optin;
  limits.shared_per_multiprocessor = device.shared_per_multiprocessor;
  limits.multiprocessors = static_cast<unsigned>(driver().settings.multiprocessors);
  limits.threads_per_multiprocessor = static_cast<unsigned>(device.threads_per_multiprocessor);
  limits.blocks_per_multiprocessor = static_cast<unsigned>(device.blocks_per_multiprocessor);
  return limits;
}

namespace {

void require_device(CUdevice device) {
  require(device >= 0 && device < driver().settings.devices, CUDA_ERROR_INVALID_DEVICE);
}

// Attributes of CUdevice_attribute by number; those of arrays and textures, which cudasim has not, are 0.
int attribute(int which, CUdevice device) {
  Architecture gpu = architecture();
  Limits limits = device_limits();
  switch (which) {
    case 1: return max_threads_per_block;
    case 2: return static_cast<int>(limits.block.x);
    case 3: return static_cast<int>(limits.block.y);
    case 4: return static_cast<int>(limits.block.z);
    case 5: return static_cast<int>(limits.grid.x);
    case 6: return static_cast<int>(limits.grid.y);
    case 7: return static_cast<int>(limits.grid.z);
    case 8: return static_cast<int>(shared_per_block);
    case 9: return 64 * 1024;  // constant memory
    case 10: return 32;        // warp size
    case 11: return 2147483647;  // pitch
    case 12: return registers_per_multiprocessor;  // per block
    case 13: return 1'000'000;  // clock rate, kHz
    case 14: return 512;        // texture alignment
    case 15: return 1;          // copies overlap kernels
    case 16: return driver().settings.multiprocessors;
    case 30: return 512;  // surface alignment
    case 31: return 1;    // concurrent kernels
    case 34: return device;  // PCI device
    case 36: return 1'000'000;  // memory clock, kHz
    case 37: return 64;         // memory bus, bits
    case 38: return gpu.l2_bytes;
    case 39: return gpu.threads_per_multiprocessor;
    case 40: return 2;  // copy engines
    case 41: return 1;  // unified addressing
    case 51: return 32;  // texture pitch alignment
    case 75: return gpu.major;
    case 76: return gpu.minor;
    case 78: return 1;  // stream priorities
    case 79: return 1;  // L1 caches global loads
    case 80: return 1;  // and local ones
    case 81: return static_cast<int>(gpu.shared_per_multiprocessor);
    case 82: return registers_per_multiprocessor;
    case 87: return 32;  // single to double precision
    case 95: return 1;   // cooperative launch
    case 97: return static_cast<int>(gpu.shared_per_block_optin);
    case 99: return 1;  // host registration
    case 106: return gpu.blocks_per_multiprocessor;
    case 111: return static_cast<int>(gpu.shared_reserved_per_block);
    case 115: return 1;  // memory pools
    case 134: return -1;  // no NUMA node
    default: return 0;
  }
}

constexpr int last_attribute = 147;

void identify(CUdevice device, CUuuid* uuid) {
  std::memset(uuid->bytes, 0, sizeof uuid->bytes);
  std::memcpy(uuid->bytes, "cudasim", 7);
  uuid->bytes[15] = static_cast<unsigned char>(device);
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuInit(unsigned flags) {
  return call("cuInit", Nature::anytime, [&] {
    Driver& self = driver();
    require(flags == 0 && self.settings.problem.empty());
    require(self.settings.devices > 0, CUDA_ERROR_NO_DEVICE);
    self.initialized = true;
  });
}

CUDASIM_API CUresult cuDriverGetVersion(int* version) {
  return call("cuDriverGetVersion", Nature::anytime, [&] {
    require(version != nullptr);
    *version = driver().settings.driver_version;
  });
}

CUDASIM_API CUresult cuDeviceGetCount(int* count) {
  return call("cuDeviceGetCount", Nature::query, [&] {
    require(count != nullptr);
    *count = driver().settings.devices;
  });
}

CUDASIM_API CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  return call("cuDeviceGet", Nature::query, [&] {
    require(device != nullptr);
    require_device(ordinal);
    *device = ordinal;
  });
}

CUDASIM_API CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  return call("cuDeviceGetName", Nature::query, [&] {
    require(name != nullptr && length > 0);
    require_device(device);
    std::snprintf(name, static_cast<std::size_t>(length), "cudasim (CPU)");
  });
}

CUDASIM_API CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice device) {
  return call("cuDeviceGetUuid", Nature::query, [&] {
    require(uuid != nullptr);
    require_device(device);
    identify(device, uuid);
  });
}

CUDASIM_API CUresult cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device) {
  return call("cuDeviceGetUuid_v2", Nature::query, [&] {
    require(uuid != nullptr);
    require_device(device);
    identify(device, uuid);
  });
}

CUDASIM_API CUresult cuDeviceTotalMem_v2(std::size_t* bytes, CUdevice device) {
  return call("cuDeviceTotalMem_v2", Nature::query, [&] {
    require(bytes != nullptr);
    require_device(device);
    *bytes = cudasim::memory_info().total;
  });
}

CUDASIM_API CUresult cuDeviceGetAttribute(int* value, int which, CUdevice device) {
  return call("cuDeviceGetAttribute", Nature::query, [&] {
    require(value != nullptr && which >= 1 && which <= last_attribute);
    require_device(device);
    *value = attribute(which, device);
  });
}

CUDASIM_API CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice device) {
  return call("cuDeviceComputeCapability", Nature::query, [&] {
    require(major != nullptr && minor != nullptr);
    require_device(device);
    *major = architecture().major;
    *minor = architecture().minor;
  });
}

CUDASIM_API CUresult cuDeviceGetProperties(CUdevprop* properties, CUdevice device) {
  return call("cuDeviceGetProperties", Nature::query, [&] {
    require(properties != nullptr);
    require_device(device);
    auto of = [&](int which) { return attribute(which, device); };
    *properties = {of(1), {of(2), of(3), of(4)}, {of(5), of(6), of(7)}, of(8), of(9), of(10), of(11), of(12), of(13),
                   of(14)};
  });
}

CUDASIM_API CUresult cuDeviceGetPCIBusId(char* text, int length, CUdevice device) {
  return call("cuDeviceGetPCIBusId", Nature::query, [&] {
    require(text != nullptr && length >= 13);
    require_device(device);
    std::snprintf(text, static_cast<std::size_t>(length), "0000:00:%02x.0", static_cast<unsigned>(device));
  });
}

CUDASIM_API CUresult cuDeviceGetByPCIBusId(CUdevice* device, const char* text) {
  return call("cuDeviceGetByPCIBusId", Nature::query, [&] {
    unsigned domain = 0, bus = 0, number = 0;
    require(device != nullptr && text != nullptr);
    int read = std::sscanf(text, "%x:%x:%x", &domain, &bus, &number);
    require(read == 3 || (read = std::sscanf(text, "%x:%x", &bus, &number)) == 2);
    require(domain == 0 && bus == 0 && number < static_cast<unsigned>(driver().settings.devices),
            CUDA_ERROR_INVALID_DEVICE);
    *device = static_cast<CUdevice>(number);
  });
}

CUDASIM_API CUresult cuDeviceCanAccessPeer(int* can, CUdevice device, CUdevice peer) {
  return call("cuDeviceCanAccessPeer", Nature::query, [&] {
    require(can != nullptr);
    require_device(device);
    require_device(peer);
    *can = 0;
  });
}
