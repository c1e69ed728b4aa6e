#include "harness.h"

#include <cstring>

namespace harness {

Buffer::Buffer(std::size_t bytes, const char* name) : address_(cudasim::allocate(bytes, name)), bytes_(bytes) {
  if (address_ == nullptr) {
    throw Wrong{"no device memory"};
  }
}

Buffer::~Buffer() { cudasim::release(address_); }

void Buffer::free() { cudasim::release(address_); }

void Buffer::count_floats() {
  std::vector<float> values(bytes_ / 4);
  for (std::size_t i = 0; i < values.size(); i++) {
    values[i] = static_cast<float>(i);
  }
  cudasim::host_write(address_, values.data(), bytes_);
}

void Buffer::count_ints() {
  std::vector<int> values(bytes_ / 4);
  for (std::size_t i = 0; i < values.size(); i++) {
    values[i] = static_cast<int>(i);
  }
  cudasim::host_write(address_, values.data(), bytes_);
}

std::vector<float> Buffer::floats() const {
  std::vector<float> values(bytes_ / 4);
  cudasim::host_read(values.data(), address_, bytes_);
  return values;
}

std::vector<int> Buffer::ints() const {
  std::vector<int> values(bytes_ / 4);
  cudasim::host_read(values.data(), address_, bytes_);
  return values;
}

Arguments& Arguments::word(std::uint64_t value) {
  words_.push_back(value);
  return *this;
}

void* const* Arguments::pointers() {
  pointers_.clear();
  for (std::uint64_t& word : words_) {
    pointers_.push_back(&word);
  }
  return pointers_.data();
}

cudasim::Outcome launch(const char* kernel, const Shape& shape, Arguments& arguments, std::uint64_t seed,
                        const cudasim::Limits& limits) {
  const cudasim::Kernel* const found = cudasim::find_kernel(kernel);
  if (found == nullptr) {
    throw Wrong{std::string("no kernel is named ") + kernel};
  }
  return cudasim::run({.kernel = found,
                       .grid = shape.grid,
                       .block = shape.block,
                       .dynamic_shared = shape.shared,
                       .cooperative = shape.cooperative,
                       .arguments = arguments.pointers()},
                      limits, seed);
}

}  // namespace harness
