// What kernels call: see simulator.cuh. Each entry notes where it was called from, for reports.
#include "block.h"

namespace cudasim {

extern "C" {
__thread Coordinates* cudasim_here = nullptr;
}

#define ENTER()                        \
  Thread& thread = *running_thread(); \
  thread.pc = __builtin_return_address(0)

void* shared_variable(const void* key, const char* name, std::size_t bytes, std::size_t alignment) {
  ENTER();
  SharedMemory& shared = thread.block->shared;
  std::byte* const at = shared.variable(key, name, bytes, alignment);
  constexpr std::size_t kMostStatic = 48 * 1024;
  if (at == nullptr || shared.static_bytes() > kMostStatic) [[unlikely]] {
    fail(thread, {.what = text("more static shared memory than a block has: %zu bytes with '%s', of %zu",
                               shared.static_bytes(), name, kMostStatic),
                  .places = {place_of(thread, "declares it")},
                  .where = {},
                  .cure = "make it dynamic, and opt in"});
  }
  return at;
}

void* dynamic_shared_memory() { return running_thread()->block->shared.dynamic(); }

void sync_threads(const char* file, int line) {
  ENTER();
  thread.block->wait(thread, false, file, line);
}

Votes sync_threads_vote(bool predicate, const char* file, int line) {
  ENTER();
  return {thread.block->wait(thread, predicate, file, line), thread.block->threads_count};
}

void sync_warp(unsigned mask) {
  ENTER();
  thread.warp->meet(thread, Meeting::sync, mask, 0, 0);
}

std::uint64_t shuffle(unsigned mask, std::uint64_t bits, unsigned source) {
  ENTER();
  return thread.warp->meet(thread, Meeting::shuffle, mask, bits, source);
}

unsigned ballot(unsigned mask, bool predicate) {
  ENTER();
  return static_cast<unsigned>(thread.warp->meet(thread, Meeting::ballot, mask, predicate, 0));
}

void trap(const char* what) {
  ENTER();
  fail(thread, {.what = what, .places = {place_of(thread, "stops")}, .where = {}, .cure = {}});
}

}  // namespace cudasim
