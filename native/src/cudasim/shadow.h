// What is known of each byte that kernels can address, and the checks that every access passes.
//
// A Cell stands for four bytes: the last two writes and the last two reads (a read: of lanes of one warp at one moment),
// each with a mask of bytes. An access that is ordered behind others takes their place, so cells are exact as long as no
// more than two writers and two warps of readers share four bytes between two barriers; beyond that the oldest is
// forgotten, which may hide a race and never invents one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "byte_bits.h"

namespace cudasim {

struct Block;
struct Thread;

// atomic_write: a read and a write in one; atomic_store: a write that does not look at what was there.
enum class Access : unsigned char { read, write, constant_read, atomic_read, atomic_write, atomic_store };

constexpr bool is_write(Access access) {
  return access == Access::write || access == Access::atomic_write || access == Access::atomic_store;
}
constexpr bool is_atomic(Access access) {
  return access == Access::atomic_read || access == Access::atomic_write || access == Access::atomic_store;
}

namespace shadow {

struct Cell {
  struct Write {
    std::uint32_t block : 21;
    std::uint32_t thread : 10;
    std::uint32_t atomic : 1;
    std::uint32_t moment;
    std::int32_t pc;  // from an anchor in the code
  };
  struct Read {
    std::uint32_t block : 21;
    std::uint32_t warp : 5;
    std::uint32_t atomic : 1;
    std::uint32_t mask : 4;
    std::uint32_t : 1;
    std::uint32_t moment;
    std::uint32_t lanes;
    std::int32_t pc;
  };

  std::uint32_t epoch;  // the launch (device memory) or the block (shared memory) that the rest is about
  std::uint8_t write_mask[2];
  std::uint8_t written;   // bytes that this launch wrote
  std::uint8_t constant;  // bytes that it read through ld.global.nc
  Write writes[2];
  Read reads[2];
};
static_assert(sizeof(Cell) == 64);

// The cells of one block's shared memory.
struct SharedCells {
  Cell* cells = nullptr;
  std::uint32_t epoch = 0;
  std::uint8_t* bits = nullptr;
  ByteBits written;

  SharedCells() = default;
  ~SharedCells();
  SharedCells(const SharedCells&) = delete;
  SharedCells& operator=(const SharedCells&) = delete;
};

// Address space for the cells of a device arena of this size; false if there is none.
bool reserve(std::size_t arena_bytes);
// These pages were freed: nothing is known of them any more.
void forget(std::size_t offset, std::size_t bytes);
void begin_block(Block& block);

// The checks of one access, before it happens. Does not return if one fails.
void check(Thread& thread, const void* at, std::size_t bytes, Access access, const void* pc);
// An asynchronous copy is under way: what it will write holds nothing until it lands.
void mark_unwritten(Thread& thread, const void* at, std::size_t bytes);

}  // namespace shadow

}  // namespace cudasim
