#include "async_copy.h"

#include <cstring>

#include "access_findings.h"
#include "block.h"

namespace cudasim {

namespace {

void check_aligned(Thread& thread, const void* at, unsigned bytes, Access access) {
  if (reinterpret_cast<std::uintptr_t>(at) % bytes != 0) [[unlikely]] {
    fail_misaligned({thread, at, bytes, access, thread.pc}, bytes);
  }
}

void land(Thread& thread, const CopyQueue::Copy& copy) {
  if constexpr (checked) {
    // The source must have stayed as it was, and nobody may have touched the target.
    if (copy.read > 0) {
      shadow::check(thread, copy.from, copy.read, Access::read, copy.pc);
    }
    shadow::check(thread, copy.to, copy.bytes, Access::write, copy.pc);
  }
  std::memcpy(copy.to, copy.from, copy.read);
  std::memset(copy.to + copy.read, 0, copy.bytes - copy.read);
}

}  // namespace

void copy_async(void* to, const void* from, unsigned bytes, unsigned from_bytes) {
  Thread& thread = *running_thread();
  thread.pc = __builtin_return_address(0);
  if constexpr (checked) {
    check_aligned(thread, to, bytes, Access::write);
    check_aligned(thread, from, bytes, Access::read);
    if (!thread.block->shared.contains(to)) {
      fail_foreign({thread, to, bytes, Access::write, thread.pc}, "memory by cp.async that is not shared memory");
    }
    if (from_bytes > 0) {
      shadow::check(thread, from, from_bytes, Access::read, thread.pc);
    }
    // It may land from now on, so it must not meet anybody's access; until it does, the target holds nothing.
    shadow::check(thread, to, bytes, Access::write, thread.pc);
    shadow::mark_unwritten(thread, to, bytes);
  }
  thread.copies->open.push_back({static_cast<std::byte*>(to), static_cast<const std::byte*>(from), bytes, from_bytes,
                                 thread.pc});
}

void commit_copies() {
  CopyQueue& copies = *running_thread()->copies;
  copies.committed.push_back(std::move(copies.open));
  copies.open.clear();
}

void wait_for_copies(unsigned groups_left) {
  Thread& thread = *running_thread();
  thread.pc = __builtin_return_address(0);
  auto& committed = thread.copies->committed;
  while (committed.size() > groups_left) {
    for (const CopyQueue::Copy& copy : committed.front()) {
      land(thread, copy);
    }
    committed.erase(committed.begin());
  }
}

}  // namespace cudasim
