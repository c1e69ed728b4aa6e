// The caller's memory, which may be gone by the time when queued work touches it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cudasim::driver {

// Whether [address, address + bytes) is page-locked: from cuMemHostAlloc or under cuMemHostRegister.
bool is_pinned(std::uintptr_t address, std::size_t bytes);

// Copies that give false where the caller's side is not mapped, instead of ending the process.
bool read_caller(void* to, std::uintptr_t from, std::size_t bytes);
bool write_caller(std::uintptr_t to, const void* from, std::size_t bytes);

}  // namespace cudasim::driver
