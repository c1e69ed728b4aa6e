// Where device memory lies: one range of reserved addresses, and which allocation each of its pages belongs to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "byte_bits.h"
#include "memory.h"

namespace cudasim::arena {

inline constexpr std::size_t kPage = 4096;

extern std::byte* base;  // null before the first allocation
extern std::size_t size;

inline std::size_t offset(const void* at) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(at) - base);
}
inline bool contains(const void* at) { return offset(at) < size; }

// The allocation on the page of this offset, live or freed; null if there is none.
const Allocation* on_page(std::size_t offset);

// Of each byte, whether it was written since it was allocated (kept by the checked build only).
extern ByteBits written;

}  // namespace cudasim::arena
