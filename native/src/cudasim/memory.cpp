#include "memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

#include "arena.h"
#include "finding.h"
#include "shadow.h"
#include "variant.h"

namespace cudasim {

namespace arena {

std::byte* base = nullptr;
std::size_t size = 0;
ByteBits written;

}  // namespace arena

namespace {

using arena::kPage;

constexpr int kPoison = 0xff;
constexpr std::size_t kGibibyte = std::size_t{1} << 30;
// Where the arena lies if it can, so that reports of two runs name the same addresses.
constexpr std::uintptr_t kWish = 0x2000'0000'0000;
// What cuMemAlloc promises; allocations start at changing multiples of it, so that nobody relies on more.
constexpr std::size_t kAlignment = 256;

struct State {
  std::deque<Allocation> allocations;  // by serial - 1
  std::uint32_t* pages = nullptr;      // serial of the allocation on each page of the arena
  std::map<std::size_t, std::size_t> live;  // by their first page: from its offset to where the next may begin
  std::size_t next = kPage;            // the search for room begins here, so that freed addresses come last
  std::size_t live_bytes = 0;
  std::size_t total = 2 * kGibibyte;
};

State state;
std::mutex mutex;

std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

// Address space alone; pages come with their first use.
void* reserve(std::size_t bytes, int protection, std::uintptr_t wish = 0) {
  void* const at = mmap(reinterpret_cast<void*>(wish), bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) {
    return nullptr;
  }
  madvise(at, bytes, MADV_DONTDUMP);
  return at;
}

void open_arena() {
  for (std::size_t bytes = 128 * kGibibyte; bytes >= 4 * kGibibyte; bytes /= 2) {
    void* const memory = reserve(bytes, PROT_NONE, kWish);
    void* const pages = reserve(bytes / kPage * sizeof(std::uint32_t), PROT_READ | PROT_WRITE);
    void* const bits = reserve(bytes / 8, PROT_READ | PROT_WRITE);
    const bool shadowed = !checked || shadow::reserve(bytes);
    if (memory != nullptr && pages != nullptr && bits != nullptr && shadowed) {
      arena::base = static_cast<std::byte*>(memory);
      arena::size = bytes;
      arena::written = ByteBits(static_cast<std::uint8_t*>(bits));
      state.pages = static_cast<std::uint32_t*>(pages);
      return;
    }
  }
  std::fprintf(stderr, "cudasim: no address space for device memory; raise `ulimit -v`\n");
  std::abort();
}

Outcome refuse(const char* call, const void* device, std::size_t bytes, const Allocation* near) {
  std::string lines = text("cudasim: %s of %zu bytes at %p leaves device memory\n", call, bytes, device);
  if (near != nullptr) {
    lines += text("  memory: '%s', %zu bytes at %p, %s\n", near->what.c_str(), near->bytes,
                  static_cast<const void*>(near->address), near->live ? "live" : "freed");
  }
  return {code::invalid_value, lines};
}

// The offset of this many bytes of whole pages that nobody has, from `from` on; 0 if there is none.
std::size_t find_room(std::size_t from, std::size_t bytes) {
  for (auto at = state.live.lower_bound(from); at != state.live.end(); ++at) {
    if (at->first - from >= bytes) {
      return from;
    }
    from = at->second;
  }
  return bytes <= arena::size - from ? from : 0;
}

const Allocation* find_locked(const void* at) {
  return arena::base != nullptr && arena::contains(at) ? arena::on_page(arena::offset(at)) : nullptr;
}

bool is_inside(const Allocation* allocation, const void* at, std::size_t bytes) {
  if (allocation == nullptr || !allocation->live) {
    return false;
  }
  const std::size_t from = static_cast<std::size_t>(static_cast<const std::byte*>(at) - allocation->address);
  return from <= allocation->bytes && bytes <= allocation->bytes - from;
}

}  // namespace

const Allocation* arena::on_page(std::size_t offset) {
  const std::uint32_t serial = state.pages[offset / kPage];
  return serial == 0 ? nullptr : &state.allocations[serial - 1];
}

void* allocate(std::size_t bytes, std::string_view what) {
  const std::lock_guard lock(mutex);
  if (arena::base == nullptr) {
    open_arena();
  }
  if (bytes == 0 || bytes > state.total || state.live_bytes > state.total - bytes) {
    return nullptr;
  }
  const std::size_t serial = state.allocations.size() + 1;
  const std::size_t inset = serial % 8 * kAlignment;
  const std::size_t pages = round_up(inset + bytes, kPage);
  const std::size_t room = pages + kPage;  // a page that belongs to nobody follows
  std::size_t start = find_room(state.next, room);
  if (start == 0) {
    start = find_room(kPage, room);
  }
  if (start == 0) {
    return nullptr;
  }
  std::byte* const memory = arena::base + start;
  if (mprotect(memory, pages, PROT_READ | PROT_WRITE) != 0) {
    return nullptr;
  }
  state.next = start + room;
  state.live.emplace(start, start + room);
  std::memset(memory, kPoison, pages);
  for (std::size_t page = start / kPage; page < (start + pages) / kPage; page++) {
    state.pages[page] = static_cast<std::uint32_t>(serial);
  }
  state.pages[(start + pages) / kPage] = 0;
  state.live_bytes += bytes;
  state.allocations.push_back({memory + inset, bytes, std::string(what), serial, true});
  return memory + inset;
}

bool release(void* address) {
  const std::lock_guard lock(mutex);
  const Allocation* const found = find_locked(address);
  if (found == nullptr || !found->live || found->address != address) {
    return false;
  }
  Allocation& allocation = state.allocations[found->serial - 1];
  const std::size_t start = arena::offset(address) / kPage * kPage;
  const std::size_t pages = round_up(arena::offset(address) + allocation.bytes, kPage) - start;
  // The addresses stay taken, so that a late access is known for what it is; the memory goes back.
  madvise(arena::base + start, pages, MADV_DONTNEED);
  mprotect(arena::base + start, pages, PROT_NONE);
  if constexpr (checked) {
    shadow::forget(start, pages);
  }
  state.live.erase(start);
  allocation.live = false;
  state.live_bytes -= allocation.bytes;
  return true;
}

const Allocation* find(const void* address) {
  const std::lock_guard lock(mutex);
  if (arena::base == nullptr || !arena::contains(address)) {
    return nullptr;
  }
  const std::size_t offset = arena::offset(address);
  if (const Allocation* const here = arena::on_page(offset)) {
    return here;
  }
  return offset >= kPage ? arena::on_page(offset - kPage) : nullptr;
}

std::vector<Allocation> live_allocations() {
  const std::lock_guard lock(mutex);
  std::vector<Allocation> live;
  for (const Allocation& allocation : state.allocations) {
    if (allocation.live) {
      live.push_back(allocation);
    }
  }
  return live;
}

MemoryInfo memory_info() {
  const std::lock_guard lock(mutex);
  return {state.total > state.live_bytes ? state.total - state.live_bytes : 0, state.total};
}

void set_memory(std::size_t bytes) {
  const std::lock_guard lock(mutex);
  state.total = bytes;
}

bool is_device_range(const void* device, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  return is_inside(find_locked(device), device, bytes);
}

Outcome host_write(void* device, const void* host, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  const Allocation* const allocation = find_locked(device);
  if (!is_inside(allocation, device, bytes)) {
    return refuse("a copy to the device", device, bytes, allocation);
  }
  std::memcpy(device, host, bytes);
  if constexpr (checked) {
    arena::written.set(arena::offset(device), bytes);
  }
  return {};
}

Outcome host_read(void* host, const void* device, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  const Allocation* const allocation = find_locked(device);
  if (!is_inside(allocation, device, bytes)) {
    return refuse("a copy from the device", device, bytes, allocation);
  }
  std::memcpy(host, device, bytes);
  return {};
}

Outcome device_copy(void* to, const void* from, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  const Allocation* const target = find_locked(to);
  const Allocation* const source = find_locked(from);
  if (!is_inside(target, to, bytes)) {
    return refuse("a copy within the device, to", to, bytes, target);
  }
  if (!is_inside(source, from, bytes)) {
    return refuse("a copy within the device, from", from, bytes, source);
  }
  std::memmove(to, from, bytes);
  if constexpr (checked) {
    arena::written.copy(arena::offset(to), arena::written, arena::offset(from), bytes);
  }
  return {};
}

Outcome device_fill(void* device, std::uint32_t value, std::size_t width, std::size_t count) {
  const std::lock_guard lock(mutex);
  const Allocation* const allocation = find_locked(device);
  const std::size_t bytes = width * count;
  if (!is_inside(allocation, device, bytes)) {
    return refuse("a fill", device, bytes, allocation);
  }
  if (reinterpret_cast<std::uintptr_t>(device) % width != 0) {
    return {code::invalid_value, text("cudasim: a fill of %zu-byte values at %p, which is not a multiple\n", width, device)};
  }
  auto* const at = static_cast<std::byte*>(device);
  if (width == 1) {
    std::memset(at, static_cast<int>(value & 0xff), bytes);
  } else {
    for (std::size_t i = 0; i < count; i++) {
      std::memcpy(at + i * width, &value, width);
    }
  }
  if constexpr (checked) {
    arena::written.set(arena::offset(device), bytes);
  }
  return {};
}

}  // namespace cudasim
