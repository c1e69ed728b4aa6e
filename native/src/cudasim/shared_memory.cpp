#include "shared_memory.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace cudasim {

namespace {

constexpr int kPoison = 0xff;
constexpr std::size_t kMostVariables = 255;

std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

}  // namespace

SharedMemory::SharedMemory() {
  void* const memory =
      mmap(nullptr, kArena, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "cudasim: no memory for the shared memory of a block\n");
    std::abort();
  }
  memory_ = static_cast<std::byte*>(memory);
}

void SharedMemory::begin_launch(std::size_t dynamic_bytes) {
  variables_.clear();
  owners_.fill(0);
  static_bytes_ = 0;
  end_ = kDynamicAt;
  if (dynamic_bytes > 0) {
    place(nullptr, "dynamic shared memory", dynamic_bytes, kDynamicAt);
  }
}

void SharedMemory::begin_block() { std::memset(memory_, kPoison, end_); }

const SharedMemory::Variable& SharedMemory::place(const void* key, const char* name, std::size_t bytes,
                                                  std::size_t begin) {
  variables_.push_back({key, name, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(bytes)});
  const std::size_t stop = round_up(begin + bytes, kGrain);
  for (std::size_t grain = begin / kGrain; grain < stop / kGrain; grain++) {
    owners_[grain] = static_cast<unsigned char>(variables_.size());
  }
  std::memset(memory_ + end_, kPoison, stop + kRedZone - end_);
  end_ = stop + kRedZone;
  highest_ = std::max(highest_, end_);
  return variables_.back();
}

std::byte* SharedMemory::variable(const void* key, const char* name, std::size_t bytes, std::size_t alignment) {
  for (const Variable& variable : variables_) {
    if (variable.key == key) {
      return memory_ + variable.begin;
    }
  }
  const std::size_t begin = round_up(end_, alignment < kGrain ? kGrain : alignment);
  if (variables_.size() == kMostVariables || begin + bytes + kRedZone + kGrain > kArena) {
    return nullptr;
  }
  static_bytes_ = round_up(static_bytes_, alignment) + bytes;
  return memory_ + place(key, name, bytes, begin).begin;
}

const SharedMemory::Variable* SharedMemory::nearest(std::size_t offset) const {
  const Variable* best = nullptr;
  std::size_t least = kArena;
  for (const Variable& variable : variables_) {
    const std::size_t end = variable.begin + variable.bytes;
    const std::size_t distance = offset < variable.begin ? variable.begin - offset : offset >= end ? offset - end : 0;
    if (distance < least) {
      least = distance;
      best = &variable;
    }
  }
  return best;
}

}  // namespace cudasim
