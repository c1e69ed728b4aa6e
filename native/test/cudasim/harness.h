// What the tests of the simulator share: launches on fresh device memory, and what their outcome must be.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core.h"
#include "memory.h"

namespace harness {

// Device memory for one launch, freed with it.
class Buffer {
 public:
  Buffer(std::size_t bytes, const char* name);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void* address() const { return address_; }
  std::size_t bytes() const { return bytes_; }
  // 0, 1, 2, ... as floats or as ints.
  void count_floats();
  void count_ints();
  std::vector<float> floats() const;
  std::vector<int> ints() const;
  void free();

 private:
  void* address_;
  std::size_t bytes_;
};

// A parameter of a kernel, held until the launch is over.
class Arguments {
 public:
  Arguments& add(const Buffer& buffer) { return word(reinterpret_cast<std::uint64_t>(buffer.address())); }
  Arguments& add(int value) { return word(static_cast<std::uint32_t>(value)); }
  Arguments& word(std::uint64_t value);
  void* const* pointers();

 private:
  std::vector<std::uint64_t> words_;
  std::vector<void*> pointers_;
};

struct Shape {
  cudasim::Dim3 grid, block;
  std::size_t shared = 0;
  bool cooperative = false;
};

cudasim::Outcome launch(const char* kernel, const Shape& shape, Arguments& arguments, std::uint64_t seed,
                        const cudasim::Limits& limits = {});

// What one test does with a kernel under a seed; empty if all is well, else what is wrong.
using Attempt = std::function<cudasim::Outcome(const char* kernel, std::uint64_t seed)>;

struct Planted {
  const char* name;   // kernels NAME_bug and NAME_twin; the lines of the bug are marked "// NAME" in its source
  const char* says;   // the first line of the report holds this
  Attempt attempt;
  bool one_place = true;  // the report names a block, a thread and a marked line
  // Where only these err: a place each, and no more. Two of one thread's are two places.
  std::vector<std::string> culprits = {};
};

const std::vector<Planted>& planted_bugs();

// Thrown by tests whose results are wrong.
struct Wrong {
  std::string what;
};

}  // namespace harness
