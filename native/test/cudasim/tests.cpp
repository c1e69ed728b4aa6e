#include "tests.h"

#include <cstring>

#include "harness.h"

namespace harness {

namespace {

using cudasim::Dim3;
using cudasim::Limits;
using cudasim::Outcome;

void require(bool holds, const char* what) {
  if (!holds) {
    throw Wrong{what};
  }
}

void require_ok(const Outcome& outcome) {
  if (!outcome.ok()) {
    throw Wrong{outcome.report};
  }
}

// Small integers, exact in 16-bit types: element i is i * 7 % 5 - 2.
int small(int i) { return i * 7 % 5 - 2; }

std::uint16_t bf16_bits(int value) {
  const auto x = static_cast<float>(value);
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return static_cast<std::uint16_t>(bits >> 16);
}

std::uint16_t f16_bits(int value) {
  const auto x = static_cast<_Float16>(value);
  std::uint16_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

// out = {1, 2, 3, 4 by fragment} + a [16][16] * b [16][8] over k < depth; `transposed`: a lies as [k][row].
void check_product(const char* kernel, std::uint16_t (*bits)(int), int depth, bool transposed) {
  std::uint16_t a[256];
  std::uint16_t b[128];
  for (int i = 0; i < 256; i++) {
    a[i] = bits(small(i));
  }
  for (int i = 0; i < 128; i++) {
    b[i] = bits(small(3 * i + 1));
  }
  Buffer left(sizeof a, "a");
  Buffer right(sizeof b, "b");
  Buffer out(128 * sizeof(float), "out");
  require_ok(cudasim::host_write(left.address(), a, sizeof a));
  require_ok(cudasim::host_write(right.address(), b, sizeof b));
  for (std::uint64_t seed = 1; seed <= 20; seed++) {
    Arguments arguments;
    require_ok(launch(kernel, {{1}, {32}}, arguments.add(left).add(right).add(out), seed));
    const std::vector<float> got = out.floats();
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 8; column++) {
        int expected = 1 + column % 2 + row / 8 * 2;
        for (int k = 0; k < depth; k++) {
          expected += small(transposed ? k * 16 + row : row * 16 + k) * small(3 * (k * 8 + column) + 1);
        }
        require(got[static_cast<std::size_t>(row * 8 + column)] == static_cast<float>(expected), "a wrong product");
      }
    }
  }
}

void products_of_fragments() {
  check_product("product_bf16", bf16_bits, 16, false);
  check_product("product_f16_transposed", f16_bits, 16, true);
  check_product("product_f16_k8", f16_bits, 8, false);
}

void sums_over_blocks() {
  Buffer x(64 * 256 * sizeof(float), "x");
  Buffer y(64 * 256 * sizeof(float), "y");
  x.count_floats();
  for (std::uint64_t seed = 1; seed <= 5; seed++) {
    Arguments arguments;
    require_ok(launch("block_sum", {{64}, {256}}, arguments.add(x).add(y).add(1), seed));
    const std::vector<float> sums = y.floats();
    for (int i = 0; i < 64 * 256; i++) {
      const int first = i / 256 * 256 + i % 8 * 32;
      require(sums[static_cast<std::size_t>(i)] == static_cast<float>(32 * first + 496), "a wrong sum");
    }
  }
}

Outcome refused(const cudasim::Launch& launch, const Limits& limits = {}) {
  Outcome outcome = cudasim::check(launch, limits);
  require(!outcome.ok() && outcome.report.find("launch refused") != std::string::npos, "not refused");
  return outcome;
}

void limits_of_a_launch() {
  const cudasim::Kernel* const kernel = cudasim::find_kernel("block_sum");
  const auto shaped = [&](Dim3 grid, Dim3 block, std::size_t shared = 0, bool cooperative = false) {
    return cudasim::Launch{kernel, grid, block, shared, cooperative, nullptr};
  };
  require(refused(shaped({0}, {1})).error == cudasim::code::invalid_value, "an empty grid");
  require(refused(shaped({1}, {1025})).error == cudasim::code::invalid_value, "1025 threads");
  require(refused(shaped({1}, {1, 1, 65})).error == cudasim::code::invalid_value, "65 threads in z");
  require(refused(shaped({1}, {32, 32, 2})).error == cudasim::code::invalid_value, "2048 threads");
  require(refused(shaped({1, 65536}, {1})).error == cudasim::code::invalid_value, "65536 blocks in y");
  Limits bounded;
  bounded.threads_per_block = 128;
  require(refused(shaped({1}, {256}), bounded).error == cudasim::code::invalid_value, "beyond __launch_bounds__");
  require(refused(shaped({1}, {32}, 49153)).error == cudasim::code::invalid_value, "shared memory without opt-in");
  Limits opted;
  opted.dynamic_shared = 100 * 1024;
  require_ok(cudasim::check(shaped({8}, {32}, 100 * 1024, true), opted));
  require(refused(shaped({9}, {32}, 100 * 1024, true), opted).error == cudasim::code::cooperative_launch_too_large,
          "more blocks than are resident");
  require(cudasim::resident_blocks({}, 1024, 0) == 2 && cudasim::resident_blocks({}, 33, 0) == 32, "residency");
}

void memory_of_the_device() {
  const std::size_t before = cudasim::memory_info().free;
  {
    Buffer buffer(1000, "buffer");
    require(cudasim::memory_info().free == before - 1000, "memory is counted");
    const std::vector<cudasim::Allocation> live = cudasim::live_allocations();
    require(live.size() == 1 && live[0].what == "buffer" && live[0].bytes == 1000, "what lives is named");
    unsigned char fresh[1000];
    require_ok(cudasim::host_read(fresh, buffer.address(), 1000));
    require(fresh[0] == 0xff && fresh[999] == 0xff, "fresh memory is poisoned");
    auto* const at = static_cast<std::byte*>(buffer.address());
    require(!cudasim::host_write(at + 1, fresh, 1000).ok(), "a copy beyond the end is refused");
    require(!cudasim::host_read(fresh, at - 1, 1).ok(), "a copy before the start is refused");
    require(!cudasim::release(at + 8), "only a start can be freed");
    require_ok(cudasim::device_fill(at, 0x12345678, 4, 250));
    require_ok(cudasim::device_copy(at, at + 4, 996));
    require_ok(cudasim::host_read(fresh, at, 8));
    require(fresh[0] == 0x78 && fresh[7] == 0x12, "filled");
    require(cudasim::find(at + 1004) != nullptr && cudasim::find(at + 1004)->bytes == 1000, "who ends nearby is known");
  }
  require(cudasim::memory_info().free == before && cudasim::live_allocations().empty(), "memory comes back");
  cudasim::set_memory(4096);
  require(cudasim::allocate(4097, "too much") == nullptr, "memory is limited");
  cudasim::set_memory(std::size_t{2} << 30);
}

}  // namespace

const std::vector<Test>& tests() {
  static const std::vector<Test> all = {
      {"sums over warps and blocks", sums_over_blocks},
      {"ldmatrix and mma.sync have PTX's fragments", products_of_fragments},
      {"launches beyond the device's limits are refused", limits_of_a_launch},
      {"device memory is counted, bounded and poisoned", memory_of_the_device},
  };
  return all;
}

}  // namespace harness
