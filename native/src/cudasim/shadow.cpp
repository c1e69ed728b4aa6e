#include "shadow.h"

#include <sys/mman.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "access_findings.h"
#include "arena.h"
#include "block.h"

extern "C" {
// The linker's: where this library, or the program that holds it, begins and ends.
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));
}

namespace cudasim::shadow {

namespace {

Cell* device_cells = nullptr;

void* map(std::size_t bytes) {
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) {
    return nullptr;
  }
  madvise(at, bytes, MADV_DONTDUMP);
  return at;
}

std::int32_t relative(const void* pc) {
  return static_cast<std::int32_t>(static_cast<const char*>(pc) - __ehdr_start);
}
const void* absolute(std::int32_t pc) { return __ehdr_start + pc; }

Earlier earlier(const Cell::Write& write) {
  return {write.block, write.thread, true, write.atomic != 0, absolute(write.pc)};
}

// Of several lanes that read: one that `now` does not know of.
Earlier earlier(const Cell::Read& read, const Thread& now) {
  std::uint32_t lanes = read.lanes;
  while ((lanes & (lanes - 1)) != 0 &&
         order::before(read.block, read.warp * 32 + static_cast<unsigned>(std::countr_zero(lanes)), read.moment, now)) {
    lanes &= lanes - 1;
  }
  return {read.block, read.warp * 32 + static_cast<unsigned>(std::countr_zero(lanes)), false, read.atomic != 0,
          absolute(read.pc)};
}

void check_against_writes(const Cell& cell, unsigned mask, const Attempt& attempt) {
  for (unsigned i = 0; i < 2; i++) {
    const Cell::Write& write = cell.writes[i];
    if ((cell.write_mask[i] & mask) != 0 && !(write.atomic != 0 && is_atomic(attempt.access)) &&
        !order::before(write.block, write.thread, write.moment, attempt.thread)) [[unlikely]] {
      fail_race(attempt, earlier(write));
    }
  }
}

void note_read(Cell& cell, unsigned mask, const Attempt& attempt) {
  const Thread& thread = attempt.thread;
  check_against_writes(cell, mask, attempt);
  if (attempt.access == Access::constant_read) {
    if ((cell.written & mask) != 0) [[unlikely]] {
      fail_stale_constant(attempt, earlier(cell.writes[(cell.write_mask[0] & mask) != 0 ? 0 : 1]));
    }
    cell.constant = static_cast<std::uint8_t>(cell.constant | mask);
  }
  const std::uint32_t block = thread.block->index;
  const std::uint32_t warp = thread.warp->index;
  const unsigned atomic = is_atomic(attempt.access);
  unsigned place = 2;
  for (unsigned i = 0; i < 2; i++) {
    Cell::Read& read = cell.reads[i];
    if (read.mask == 0) {
      place = i;
      continue;
    }
    const bool same = read.block == block && read.warp == warp && read.moment == thread.order.clock &&
                      read.atomic == atomic;
    if (same && (read.mask == mask || read.lanes == thread.bit())) {
      read.mask |= mask;
      read.lanes |= thread.bit();
      return;
    }
    if ((read.mask & ~mask) == 0 && read.atomic == atomic &&
        order::before(read.block, read.warp, read.lanes, read.moment, thread)) {
      place = i;
    }
  }
  if (place == 2) {
    // Another warp's read is worth more than one of this warp: the next write is likely to come from here.
    place = cell.reads[0].warp == warp && cell.reads[0].block == block ? 0 : 1;
  }
  cell.reads[place] = {block, warp, atomic, mask, thread.order.clock, thread.bit(), relative(attempt.pc)};
}

void note_write(Cell& cell, unsigned mask, const Attempt& attempt) {
  const Thread& thread = attempt.thread;
  if ((cell.constant & mask) != 0) [[unlikely]] {
    // Unless other reads have taken its place, one of the two is the one through .nc.
    fail_stale_constant(attempt, earlier(cell.reads[(cell.reads[0].mask & mask) != 0 ? 0 : 1], thread));
  }
  check_against_writes(cell, mask, attempt);
  for (Cell::Read& read : cell.reads) {
    if ((read.mask & mask) != 0) {
      if (!(read.atomic != 0 && is_atomic(attempt.access)) &&
          !order::before(read.block, read.warp, read.lanes, read.moment, thread)) [[unlikely]] {
        fail_race(attempt, earlier(read, thread));
      }
      read.mask &= ~mask;
    }
  }
  cell.written = static_cast<std::uint8_t>(cell.written | mask);
  unsigned place = 2;
  for (unsigned i = 0; i < 2; i++) {
    cell.write_mask[i] = static_cast<std::uint8_t>(cell.write_mask[i] & ~mask);
    if (cell.write_mask[i] == 0) {
      place = i;
    }
  }
  if (place == 2) {
    place = cell.writes[0].moment <= cell.writes[1].moment ? 0 : 1;
  }
  cell.write_mask[place] = static_cast<std::uint8_t>(mask);
  cell.writes[place] = {thread.block->index, thread.index, is_atomic(attempt.access), thread.order.clock,
                        relative(attempt.pc)};
}

void note(Cell* cells, std::uint32_t epoch, std::size_t offset, const Attempt& attempt) {
  std::size_t left = attempt.bytes;
  while (left > 0) {
    const std::size_t shift = offset % 4;
    const std::size_t part = left < 4 - shift ? left : 4 - shift;
    const unsigned mask = ((1u << part) - 1) << shift;
    Cell& cell = cells[offset / 4];
    if (cell.epoch != epoch) {
      std::memset(&cell, 0, sizeof cell);
      cell.epoch = epoch;
    }
    if (is_write(attempt.access)) {
      note_write(cell, mask, attempt);
    } else {
      note_read(cell, mask, attempt);
    }
    offset += part;
    left -= part;
  }
}

void check_written(ByteBits& written, std::size_t offset, const Attempt& attempt) {
  if (attempt.access == Access::write || attempt.access == Access::atomic_store) {
    written.set(offset, attempt.bytes);
  } else if (!written.all(offset, attempt.bytes)) [[unlikely]] {
    fail_uninitialised(attempt, written.first_unset(offset, attempt.bytes));
  }
}

// Neither shared nor device memory: the thread's own variables, the code's constants, or what it must not touch.
void check_elsewhere(const Attempt& attempt) {
  const auto* const at = static_cast<const std::byte*>(attempt.at);
  const Block& block = *attempt.thread.block;
  const std::byte* const own = block.stacks.bottom(attempt.thread.index);
  if (at >= own && at < own + Stacks::size()) {
    return;
  }
  const auto* const byte = reinterpret_cast<const char*>(at);
  if (byte >= __ehdr_start && byte < _end) {
    if (is_write(attempt.access)) {
      fail_foreign(attempt, "a variable of the program for writing");
    }
    return;
  }
  if (at >= block.stacks.bottom(0) && at < block.stacks.bottom(block.threads_count)) {
    fail_foreign(attempt, "another thread's local variables");
  }
  fail_foreign(attempt, "memory that is not the device's");
}

}  // namespace

SharedCells::~SharedCells() {
  if (cells != nullptr) {
    munmap(cells, SharedMemory::kArena / 4 * sizeof(Cell));
    munmap(bits, SharedMemory::kArena / 8);
  }
}

bool reserve(std::size_t arena_bytes) {
  void* const cells = map(arena_bytes / 4 * sizeof(Cell));
  device_cells = static_cast<Cell*>(cells);
  return cells != nullptr;
}

void forget(std::size_t offset, std::size_t bytes) {
  madvise(device_cells + offset / 4, bytes / 4 * sizeof(Cell), MADV_DONTNEED);
  arena::written.clear(offset, bytes);
}

void begin_block(Block& block) {
  SharedCells& shared = block.shared_cells;
  if (shared.cells == nullptr) {
    shared.cells = static_cast<Cell*>(map(SharedMemory::kArena / 4 * sizeof(Cell)));
    shared.bits = static_cast<std::uint8_t*>(map(SharedMemory::kArena / 8));
    if (shared.cells == nullptr || shared.bits == nullptr) {
      std::fprintf(stderr, "cudasim: no address space for the shadow of shared memory\n");
      std::abort();
    }
    shared.written = ByteBits(shared.bits);
  }
  shared.epoch++;
  shared.written.clear(0, block.shared.highest());
}

void check(Thread& thread, const void* at, std::size_t bytes, Access access, const void* pc) {
  const Attempt attempt{thread, at, bytes, access, pc};
  Block& block = *thread.block;
  if (block.shared.contains(at)) {
    const std::size_t offset = block.shared.offset(at);
    const SharedMemory::Variable* const variable = block.shared.owner(offset);
    if (variable == nullptr || offset + bytes > variable->begin + variable->bytes) [[unlikely]] {
      fail_bounds(attempt);
    }
    check_written(block.shared_cells.written, offset, attempt);
    note(block.shared_cells.cells, block.shared_cells.epoch, offset, attempt);
  } else if (arena::base != nullptr && arena::contains(at)) {
    const std::size_t offset = arena::offset(at);
    const Allocation* const allocation = arena::on_page(offset);
    if (allocation == nullptr || !allocation->live || at < allocation->address ||
        offset + bytes > arena::offset(allocation->address) + allocation->bytes) [[unlikely]] {
      fail_bounds(attempt);
    }
    check_written(arena::written, offset, attempt);
    note(device_cells, block.executor->grid.serial, offset, attempt);
  } else {
    check_elsewhere(attempt);
  }
}

void mark_unwritten(Thread& thread, const void* at, std::size_t bytes) {
  Block& block = *thread.block;
  if (block.shared.contains(at)) {
    block.shared_cells.written.clear(block.shared.offset(at), bytes);
  }
}

}  // namespace cudasim::shadow
