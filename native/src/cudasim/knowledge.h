// What a thread knows of others: "all that thread t did up to moment m came before". order.h says how it spreads.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace cudasim {

// A thread's clock when it did something.
using Moment = std::uint32_t;

// Immutable and shared: many threads know the same.
class Knowledge {
 public:
  // A thread of a block, or all of a block's threads.
  static std::uint64_t thread_key(std::uint32_t block, unsigned thread) {
    return std::uint64_t{block} << 11 | (thread + 1);
  }
  static std::uint64_t block_key(std::uint32_t block) { return std::uint64_t{block} << 11; }

  bool empty() const { return items_ == nullptr; }
  void clear() { items_.reset(); }
  // Whether what `thread` of `block` did at `moment` is known.
  bool covers(std::uint32_t block, unsigned thread, Moment moment) const;

  void join(const Knowledge& other);
  // All of them together.
  static Knowledge join_all(const std::vector<const Knowledge*>& parts);
  // Adds what holds until (and with) a moment; keys in ascending order.
  void add(const std::vector<std::pair<std::uint64_t, Moment>>& items);

 private:
  using Items = std::vector<std::pair<std::uint64_t, Moment>>;
  Moment until(std::uint64_t key) const;

  std::shared_ptr<const Items> items_;  // ascending
};

}  // namespace cudasim
