// What compute capabilities differ in, as the tables of the CUDA programming guide give it.
#pragma once

#include <cstddef>

#include "core.h"

namespace cudasim::driver {

struct Architecture {
  int major, minor;
  std::size_t shared_per_multiprocessor;
  std::size_t shared_per_block_optin;
  std::size_t shared_reserved_per_block;
  int threads_per_multiprocessor;
  int blocks_per_multiprocessor;
  int l2_bytes;
};

inline constexpr int max_threads_per_block = 1024;
inline constexpr std::size_t shared_per_block = 48 * 1024;
inline constexpr int registers_per_multiprocessor = 64 * 1024;
// Of every function: what lets a multiprocessor be full. The host has no such registers to count.
inline constexpr int registers_per_thread = 32;

// The device that the settings ask for.
Architecture architecture();

// The limits of a device, before a function narrows them.
Limits device_limits();

}  // namespace cudasim::driver
