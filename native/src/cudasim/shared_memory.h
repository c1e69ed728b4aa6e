// The shared memory of one block: an arena in which each variable lies between red zones, poisoned as a block begins.
//
//   | red zone | dynamic shared memory | red zone | tile | red zone | flags | ...
//
// Variables get their place when a thread first asks for them, and keep it for the launch.
#pragma once

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace cudasim {

class SharedMemory {
 public:
  static constexpr std::size_t kArena = 512 * 1024;
  static constexpr std::size_t kGrain = 16;  // every variable starts and ends on a multiple
  static constexpr std::size_t kRedZone = 64;

  struct Variable {
    const void* key;
    const char* name;
    std::uint32_t begin, bytes;
  };

  SharedMemory();
  ~SharedMemory() { munmap(memory_, kArena); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  void begin_launch(std::size_t dynamic_bytes);
  void begin_block();

  std::byte* dynamic() const { return memory_ + kDynamicAt; }
  // Null if the arena is full, which no GPU's shared memory would have let happen.
  std::byte* variable(const void* key, const char* name, std::size_t bytes, std::size_t alignment);

  bool contains(const void* at) const { return offset(at) < kArena; }
  std::size_t offset(const void* at) const {
    return static_cast<std::size_t>(static_cast<const std::byte*>(at) - memory_);
  }
  // The variable that holds this offset, or null: a red zone.
  const Variable* owner(std::size_t offset) const {
    const unsigned char number = owners_[offset / kGrain];
    if (number == 0) {
      return nullptr;
    }
    const Variable& variable = variables_[number - 1u];
    return offset < variable.begin + variable.bytes ? &variable : nullptr;
  }
  // The variable that ends or begins nearest, for a report; null if there is none.
  const Variable* nearest(std::size_t offset) const;
  // No block so far had a variable behind this offset.
  std::size_t highest() const { return highest_; }
  std::size_t static_bytes() const { return static_bytes_; }

 private:
  static constexpr std::size_t kDynamicAt = 1024;

  const Variable& place(const void* key, const char* name, std::size_t bytes, std::size_t begin);

  std::byte* memory_;
  std::size_t end_ = 0;  // what lies behind was not touched in this launch
  std::size_t highest_ = 0;
  std::size_t static_bytes_ = 0;
  std::vector<Variable> variables_;
  std::array<unsigned char, kArena / kGrain> owners_{};
};

}  // namespace cudasim
