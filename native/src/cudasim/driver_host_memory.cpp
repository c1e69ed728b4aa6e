// Page-locked host memory, and careful access to any other.
#include "driver_host_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "driver.h"
#include "driver_capture.h"
#include "driver_context.h"

namespace cudasim::driver {
namespace {

constexpr unsigned portable = 1, device_map = 2, write_combined = 4, read_only = 8;
constexpr std::size_t page = 4096;

using Transfer = ssize_t (*)(pid_t, const iovec*, unsigned long, const iovec*, unsigned long, unsigned long);

// The kernel checks the caller's addresses; where a sandbox forbids that, nobody does.
bool transfer(Transfer move, void* ours, std::uintptr_t theirs, std::size_t bytes, bool* forbidden) {
  auto* at = static_cast<std::byte*>(ours);
  while (bytes != 0) {
    iovec local{at, bytes};
    iovec remote{reinterpret_cast<void*>(theirs), bytes};
    ssize_t moved = move(getpid(), &local, 1, &remote, 1, 0);
    if (moved <= 0) {
      *forbidden = moved < 0 && errno != EFAULT;
      return false;
    }
    at += moved;
    theirs += static_cast<std::uintptr_t>(moved);
    bytes -= static_cast<std::size_t>(moved);
  }
  return true;
}

// The range that holds `address`, or the end.
auto pinned_at(std::uintptr_t address) {
  auto& ranges = driver().pinned;
  auto next = ranges.upper_bound(address);
  if (next == ranges.begin()) return ranges.end();
  auto found = std::prev(next);
  return address - found->first < found->second.bytes ? found : ranges.end();
}

void allocate_pinned(void** memory, std::size_t bytes, unsigned flags) {
  require(memory != nullptr && bytes != 0 && (flags & ~(portable | device_map | write_combined)) == 0);
  auto context = current_context();
  forbid_while_capturing();
  void* made = bytes > SIZE_MAX - page ? nullptr : std::aligned_alloc(page, (bytes + page - 1) / page * page);
  require(made != nullptr, CUDA_ERROR_OUT_OF_MEMORY);
  std::memset(made, 0xff, bytes);
  driver().pinned[reinterpret_cast<std::uintptr_t>(made)] = {bytes, flags, false, context};
  *memory = made;
}

void release_pinned(void* memory, bool registered) {
  current_context();
  forbid_while_capturing();
  auto& ranges = driver().pinned;
  auto found = ranges.find(reinterpret_cast<std::uintptr_t>(memory));
  require(found != ranges.end() && found->second.registered == registered,
          registered ? CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED : CUDA_ERROR_INVALID_VALUE);
  // Nothing waits for copies that still need it: they are reported when they come to run.
  ranges.erase(found);
  if (!registered) std::free(memory);
}

}  // namespace

bool is_pinned(std::uintptr_t address, std::size_t bytes) {
  auto found = pinned_at(address);
  return found != driver().pinned.end() && bytes <= found->second.bytes - (address - found->first);
}

bool read_caller(void* to, std::uintptr_t from, std::size_t bytes) {
  bool forbidden = false;
  if (transfer(process_vm_readv, to, from, bytes, &forbidden)) return true;
  if (forbidden) std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return forbidden;
}

bool write_caller(std::uintptr_t to, const void* from, std::size_t bytes) {
  bool forbidden = false;
  if (transfer(process_vm_writev, const_cast<void*>(from), to, bytes, &forbidden)) return true;
  if (forbidden) std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return forbidden;
}

}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuMemHostAlloc(void** memory, std::size_t bytes, unsigned flags) {
  return call("cuMemHostAlloc", Nature::create, [&] { allocate_pinned(memory, bytes, flags); });
}

CUDASIM_API CUresult cuMemAllocHost_v2(void** memory, std::size_t bytes) {
  return call("cuMemAllocHost_v2", Nature::create, [&] { allocate_pinned(memory, bytes, 0); });
}

CUDASIM_API CUresult cuMemFreeHost(void* memory) {
  return call("cuMemFreeHost", Nature::release, [&] { release_pinned(memory, false); });
}

CUDASIM_API CUresult cuMemHostRegister_v2(void* memory, std::size_t bytes, unsigned flags) {
  return call("cuMemHostRegister_v2", Nature::create, [&] {
    require(memory != nullptr && bytes != 0 && (flags & ~(portable | device_map | read_only)) == 0);
    auto context = current_context();
    forbid_while_capturing();
    auto address = reinterpret_cast<std::uintptr_t>(memory);
    auto& ranges = driver().pinned;
    auto next = ranges.lower_bound(address);
    bool overlaps = pinned_at(address) != ranges.end() || (next != ranges.end() && next->first - address < bytes);
    require(!overlaps, CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
    ranges[address] = {bytes, flags, true, context};
  });
}

CUDASIM_API CUresult cuMemHostUnregister(void* memory) {
  return call("cuMemHostUnregister", Nature::release, [&] { release_pinned(memory, true); });
}

CUDASIM_API CUresult cuMemHostGetFlags(unsigned* flags, void* memory) {
  return call("cuMemHostGetFlags", Nature::query, [&] {
    require(flags != nullptr);
    current_context();
    auto found = pinned_at(reinterpret_cast<std::uintptr_t>(memory));
    require(found != driver().pinned.end() && !found->second.registered);
    *flags = found->second.flags;
  });
}
