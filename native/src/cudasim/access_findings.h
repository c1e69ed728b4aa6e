// What to tell of an access that must not be.
#pragma once

#include <cstddef>

#include "block.h"
#include "shadow.h"

namespace cudasim {

// An access, as its finding tells of it.
struct Attempt {
  Thread& thread;
  const void* at;
  std::size_t bytes;
  Access access;
  const void* pc;
};

// The other one of two accesses.
struct Earlier {
  unsigned block, thread;
  bool write, atomic;
  const void* pc;
};

// "'kv' + 64, of 4096 bytes", and how far beyond it where it is.
std::string describe_memory(const Thread& thread, const void* at);

[[noreturn]] void fail_bounds(const Attempt& attempt);
[[noreturn]] void fail_misaligned(const Attempt& attempt, std::size_t wanted);
[[noreturn]] void fail_uninitialised(const Attempt& attempt, std::size_t first);
[[noreturn]] void fail_race(const Attempt& attempt, const Earlier& earlier);
[[noreturn]] void fail_stale_constant(const Attempt& attempt, const Earlier& earlier);
[[noreturn]] void fail_foreign(const Attempt& attempt, const char* whose);

}  // namespace cudasim
