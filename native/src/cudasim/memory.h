// Device memory: allocations with red zones, poison and a shadow that knows of each byte whether it was written.
//
// All of it lies in one range of reserved addresses. Each allocation starts on a page of its own, so that between two
// there is always memory that belongs to none, and freed addresses are not given out again before all of the range was
// used once: a use after free is found, and named. Fresh memory is full of 0xff: NaN in every floating-point type.
//
// Any thread may call these functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core.h"

namespace cudasim {

struct Allocation {
  std::byte* address;
  std::size_t bytes;
  std::string what;    // how reports call it
  std::uint64_t serial;  // 1 is the first of the process
  bool live;           // false: freed, its addresses in quarantine
};

// Memory that a kernel can address, poisoned; null if less than `bytes` are free. `bytes` is at least 1.
void* allocate(std::size_t bytes, std::string_view what);
// False if `address` is not the start of a live allocation.
bool release(void* address);

// The allocation around an address or, of an address between allocations, the one before it if its end is near; freed
// ones too. Null if there is none. Valid until the next call that allocates.
const Allocation* find(const void* address);

// Every live allocation, oldest first: what is left when a context is destroyed has leaked.
std::vector<Allocation> live_allocations();

struct MemoryInfo {
  std::size_t free, total;
};
MemoryInfo memory_info();
// How much memory the device has; what is allocated stays.
void set_memory(std::size_t bytes);

// Copies and fills on behalf of cuMemcpy* and cuMemset*. They refuse a range that leaves its allocation or was freed
// (code::invalid_value, with a report) and keep track of which bytes hold something. Device to device carries over which
// bytes were never written.
Outcome host_write(void* device, const void* host, std::size_t bytes);
Outcome host_read(void* host, const void* device, std::size_t bytes);
Outcome device_copy(void* to, const void* from, std::size_t bytes);
// cuMemsetD8, D16, D32: `width` is 1, 2 or 4 bytes.
Outcome device_fill(void* device, std::uint32_t value, std::size_t width, std::size_t count);
// Whether [device, device + bytes) lies in one live allocation.
bool is_device_range(const void* device, std::size_t bytes);

}  // namespace cudasim
