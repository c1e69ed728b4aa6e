// What the compiler calls under -fsanitize=thread before each access of a kernel, and under -fsanitize=alignment where an
// address does not fit its type. The library is linked without the sanitizers' own runtimes.
#include <cstring>

#include "access_findings.h"
#include "block.h"
#include "poll.h"

using cudasim::Access;
using cudasim::running_thread;
using cudasim::Thread;

namespace {

[[gnu::always_inline]] inline void note(const void* at, std::size_t bytes, Access access, const void* pc) {
  // Static constructors of files with kernels run outside of any thread.
  if (Thread* const thread = running_thread()) [[likely]] {
    cudasim::shadow::check(*thread, at, bytes, access, pc);
  }
}

}  // namespace

#define CALLER __builtin_return_address(0)

#define ACCESS_HOOKS(bytes)                                                                                      \
  void __tsan_read##bytes(const void* at) { note(at, bytes, Access::read, CALLER); }                             \
  void __tsan_write##bytes(const void* at) { note(at, bytes, Access::write, CALLER); }                           \
  void __tsan_unaligned_read##bytes(const void* at) { note(at, bytes, Access::read, CALLER); }                   \
  void __tsan_unaligned_write##bytes(const void* at) { note(at, bytes, Access::write, CALLER); }                 \
  void __tsan_volatile_write##bytes(const void* at) { note(at, bytes, Access::atomic_store, CALLER); }           \
  void __tsan_unaligned_volatile_write##bytes(const void* at) { note(at, bytes, Access::atomic_store, CALLER); } \
  void __tsan_volatile_read##bytes(const void* at) { cudasim::volatile_read(at, bytes, CALLER); }                \
  void __tsan_unaligned_volatile_read##bytes(const void* at) { cudasim::volatile_read(at, bytes, CALLER); }

extern "C" {

ACCESS_HOOKS(1)
ACCESS_HOOKS(2)
ACCESS_HOOKS(4)
ACCESS_HOOKS(8)
ACCESS_HOOKS(16)

void __tsan_read_range(const void* at, std::size_t bytes) { note(at, bytes, Access::read, CALLER); }
void __tsan_write_range(const void* at, std::size_t bytes) { note(at, bytes, Access::write, CALLER); }
void __tsan_vptr_read(const void* at) { note(at, sizeof(void*), Access::read, CALLER); }
void __tsan_vptr_update(const void* at, const void*) { note(at, sizeof(void*), Access::write, CALLER); }
void __tsan_init() {}
void __tsan_func_entry(const void*) {}
void __tsan_func_exit() {}

// The build renames memcpy and the like in the objects of kernels.
void* cudasim_memcpy(void* to, const void* from, std::size_t bytes) {
  note(from, bytes, Access::read, CALLER);
  note(to, bytes, Access::write, CALLER);
  return std::memcpy(to, from, bytes);
}

void* cudasim_memmove(void* to, const void* from, std::size_t bytes) {
  note(from, bytes, Access::read, CALLER);
  note(to, bytes, Access::write, CALLER);
  return std::memmove(to, from, bytes);
}

void* cudasim_memset(void* to, int value, std::size_t bytes) {
  note(to, bytes, Access::write, CALLER);
  return std::memset(to, value, bytes);
}

// The start of what the compiler passes to describe the place.
struct TypeMismatch {
  const char* file;
  std::uint32_t line, column;
  const void* type;
  unsigned char log_alignment;
  unsigned char kind;  // 0: a load, 1: a store
};

void __ubsan_handle_type_mismatch_v1(const TypeMismatch* mismatch, const void* at) {
  if (Thread* const thread = running_thread()) {
    const std::size_t alignment = std::size_t{1} << mismatch->log_alignment;
    cudasim::fail_misaligned({*thread, at, alignment, mismatch->kind == 1 ? Access::write : Access::read, CALLER},
                             alignment);
  }
}

}  // extern "C"
