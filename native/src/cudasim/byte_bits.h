// One bit for each byte of a range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cudasim {

class ByteBits {
 public:
  ByteBits() = default;
  explicit ByteBits(std::uint8_t* bits) : bits_(bits) {}

  // Whether all bits of [offset, offset + count) are set.
  bool all(std::size_t offset, std::size_t count) const {
    const std::size_t shift = offset % 8;
    if (shift + count <= 8) [[likely]] {
      const unsigned wanted = ((1u << count) - 1) << shift;
      return (bits_[offset / 8] & wanted) == wanted;
    }
    return first_unset(offset, count) == count;
  }

  void set(std::size_t offset, std::size_t count) {
    const std::size_t shift = offset % 8;
    if (shift + count <= 8) [[likely]] {
      bits_[offset / 8] = static_cast<std::uint8_t>(bits_[offset / 8] | ((1u << count) - 1) << shift);
      return;
    }
    change(offset, count, 0xff);
  }

  void clear(std::size_t offset, std::size_t count) { change(offset, count, 0); }

  // Counted from `offset`; `count` if all are set.
  std::size_t first_unset(std::size_t offset, std::size_t count) const {
    for (std::size_t i = 0; i < count;) {
      const std::size_t at = offset + i;
      if (at % 8 == 0 && count - i >= 8 && bits_[at / 8] == 0xff) {
        i += 8;
      } else if ((bits_[at / 8] >> at % 8 & 1) == 0) {
        return i;
      } else {
        i++;
      }
    }
    return count;
  }

  // Takes over another range's bits.
  void copy(std::size_t to, const ByteBits& source, std::size_t from, std::size_t count) {
    if (to % 8 == 0 && from % 8 == 0) {
      std::memmove(bits_ + to / 8, source.bits_ + from / 8, count / 8);
      to += count / 8 * 8;
      from += count / 8 * 8;
      count %= 8;
    }
    // Towards the end that an overlap does not spoil.
    for (std::size_t i = 0; i < count; i++) {
      const std::size_t j = to > from ? count - 1 - i : i;
      change(to + j, 1, (source.bits_[(from + j) / 8] >> (from + j) % 8 & 1) != 0 ? 0xff : 0);
    }
  }

 private:
  void change(std::size_t offset, std::size_t count, std::uint8_t value) {
    while (count > 0) {
      const std::size_t shift = offset % 8;
      if (shift == 0 && count >= 8) {
        std::memset(bits_ + offset / 8, value, count / 8);
        offset += count / 8 * 8;
        count %= 8;
        continue;
      }
      const std::size_t part = count < 8 - shift ? count : 8 - shift;
      const auto mask = static_cast<std::uint8_t>(((1u << part) - 1) << shift);
      bits_[offset / 8] = static_cast<std::uint8_t>((bits_[offset / 8] & ~mask) | (value & mask));
      offset += part;
      count -= part;
    }
  }

  std::uint8_t* bits_ = nullptr;
};

}  // namespace cudasim
