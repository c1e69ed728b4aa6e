// Atomics, fences, acquire and release. The values themselves are changed by the host's atomics: blocks of a launch may
// run on several cores. What they order is order.cpp's.
#include <algorithm>
#include <cstring>
#include <type_traits>

#include "access_findings.h"
#include "block.h"
#include "poll.h"

namespace cudasim {

namespace {

template <class T>
std::uint64_t bits_of(T value) {
  return static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(value));
}

void check_access(Thread& thread, const void* at, std::size_t bytes, Access access) {
  if constexpr (checked) {
    if (reinterpret_cast<std::uintptr_t>(at) % bytes != 0) [[unlikely]] {
      fail_misaligned({thread, at, bytes, access, thread.pc}, bytes);
    }
    shadow::check(thread, at, bytes, access, thread.pc);
  }
}

template <class T>
T apply(Atomic operation, T old, T operand) {
  switch (operation) {
    case Atomic::add:
      return static_cast<T>(bits_of(old) + bits_of(operand));
    case Atomic::min:
      return std::min(old, operand);
    case Atomic::max:
      return std::max(old, operand);
    case Atomic::exchange:
      return operand;
    case Atomic::bit_and:
      return old & operand;
    case Atomic::bit_or:
      return old | operand;
    case Atomic::bit_xor:
      return old ^ operand;
    case Atomic::increment:
      return old >= operand ? T{0} : static_cast<T>(old + 1);
    case Atomic::decrement:
      return old == 0 || old > operand ? operand : static_cast<T>(old - 1);
  }
  return old;
}

// One that changes nothing may be a look in a loop that waits.
template <class T>
void after_change(Thread& thread, const T* at, T old, T now) {
  if (old == now) {
    looked(thread, at, bits_of(old));
  } else {
    note_progress(thread);
    if constexpr (checked) {
      thread.block->shuffle_turns(thread);
    }
  }
}

template <class T>
T change(Atomic operation, T* at, T operand, const void* pc) {
  Thread& thread = *running_thread();
  thread.pc = pc;
  check_access(thread, at, sizeof(T), Access::atomic_write);
  if constexpr (checked) {
    order::atomic(thread, at);
  }
  T old = __atomic_load_n(at, __ATOMIC_RELAXED);
  T now = apply(operation, old, operand);
  while (!__atomic_compare_exchange_n(at, &old, now, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
    now = apply(operation, old, operand);
  }
  after_change(thread, at, old, now);
  return old;
}

template <class T>
T compare_and_swap(T* at, T expected, T desired, const void* pc) {
  Thread& thread = *running_thread();
  thread.pc = pc;
  check_access(thread, at, sizeof(T), Access::atomic_write);
  if constexpr (checked) {
    order::atomic(thread, at);
  }
  T old = expected;
  const bool done = __atomic_compare_exchange_n(at, &old, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  after_change(thread, at, old, done ? desired : old);
  return old;
}

template <class T>
T load_acquire(const T* at, Scope scope, const void* pc) {
  Thread& thread = *running_thread();
  thread.pc = pc;
  check_access(thread, at, sizeof(T), Access::atomic_read);
  T value = __atomic_load_n(at, __ATOMIC_ACQUIRE);
  if (looked(thread, at, bits_of(value))) {
    value = __atomic_load_n(at, __ATOMIC_ACQUIRE);
  }
  if constexpr (checked) {
    order::acquire(thread, at, scope == Scope::device);
  }
  return value;
}

template <class T>
void store_release(T* at, T value, Scope scope, const void* pc) {
  Thread& thread = *running_thread();
  thread.pc = pc;
  check_access(thread, at, sizeof(T), Access::atomic_store);
  if constexpr (checked) {
    order::release(thread, at, scope == Scope::device, true);
  }
  __atomic_store_n(at, value, __ATOMIC_RELEASE);
  note_progress(thread);
  thread.block->shuffle_turns(thread);
}

}  // namespace

bool looked(Thread& thread, const void* at, std::uint64_t value) {
  if (thread.polled == at && thread.found == value) {
    poll(thread);
    return true;
  }
  thread.polled = at;
  thread.found = value;
  note_progress(thread);
  return false;
}

void volatile_read(const void* at, std::size_t bytes, const void* pc) {
  Thread* const thread = running_thread();
  if (thread == nullptr) {
    return;
  }
  thread->pc = pc;
  shadow::check(*thread, at, bytes, Access::atomic_read, pc);
  order::atomic_load(*thread, at);
  std::uint64_t value = 0;
  std::memcpy(&value, at, std::min(bytes, sizeof value));
  looked(*thread, at, value);
}

#define CALLER __builtin_return_address(0)

std::uint32_t atomic_u32(Atomic operation, std::uint32_t* at, std::uint32_t operand) {
  return change(operation, at, operand, CALLER);
}
std::uint64_t atomic_u64(Atomic operation, std::uint64_t* at, std::uint64_t operand) {
  return change(operation, at, operand, CALLER);
}
std::int32_t atomic_i32(Atomic operation, std::int32_t* at, std::int32_t operand) {
  return change(operation, at, operand, CALLER);
}
std::int64_t atomic_i64(Atomic operation, std::int64_t* at, std::int64_t operand) {
  return change(operation, at, operand, CALLER);
}
std::uint32_t compare_and_swap_u32(std::uint32_t* at, std::uint32_t expected, std::uint32_t desired) {
  return compare_and_swap(at, expected, desired, CALLER);
}
std::uint64_t compare_and_swap_u64(std::uint64_t* at, std::uint64_t expected, std::uint64_t desired) {
  return compare_and_swap(at, expected, desired, CALLER);
}

std::uint32_t load_acquire_u32(const std::uint32_t* at, Scope scope) { return load_acquire(at, scope, CALLER); }
std::uint64_t load_acquire_u64(const std::uint64_t* at, Scope scope) { return load_acquire(at, scope, CALLER); }
void store_release_u32(std::uint32_t* at, std::uint32_t value, Scope scope) { store_release(at, value, scope, CALLER); }
void store_release_u64(std::uint64_t* at, std::uint64_t value, Scope scope) { store_release(at, value, scope, CALLER); }

void fence(Scope scope) {
  if constexpr (checked) {
    order::fence(*running_thread(), scope == Scope::device);
  }
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

// --- loads that claim something ---------------------------------------------------------------------------------------

void require_aligned(const void* at, std::size_t bytes) {
  if constexpr (checked) {
    if (reinterpret_cast<std::uintptr_t>(at) % bytes != 0) [[unlikely]] {
      fail_misaligned({*running_thread(), at, bytes, Access::read, CALLER}, bytes);
    }
  }
}

void load_constant(void* to, const void* from, std::size_t bytes) {
  if constexpr (checked) {
    Thread& thread = *running_thread();
    if (reinterpret_cast<std::uintptr_t>(from) % bytes != 0) [[unlikely]] {
      fail_misaligned({thread, from, bytes, Access::constant_read, CALLER}, bytes);
    }
    shadow::check(thread, from, bytes, Access::constant_read, CALLER);
  }
  std::memcpy(to, from, bytes);
}

}  // namespace cudasim
