// How each pair of kernels is launched.
#include <string_view>

#include "harness.h"

namespace harness {

namespace {

using cudasim::Outcome;

// kernel(x, y): 4 blocks of 64 threads on one element each.
Outcome elementwise(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

// kernel(x, y, count): as many threads, 250 elements.
Outcome guarded(const char* kernel, std::uint64_t seed) {
  Buffer x(250 * sizeof(float), "x");
  Buffer y(250 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y).add(250), seed);
}

Outcome filled(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  y.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

Outcome with_dynamic_shared(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}, 64 * sizeof(float)}, arguments.add(x).add(y), seed);
}

// 64 KiB of dynamic shared memory; only the twin has opted in.
Outcome with_large_shared(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  cudasim::Limits limits;
  if (std::string_view(kernel).ends_with("_twin")) {
    limits.dynamic_shared = 64 * 1024;
  }
  return launch(kernel, {{4}, {64}, 64 * 1024}, arguments.add(x).add(y), seed, limits);
}

Outcome freed_before(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  if (std::string_view(kernel).ends_with("_bug")) {
    x.free();
  }
  // What comes after a free must not get its addresses.
  Buffer next(256 * sizeof(float), "next");
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

Outcome from_host(const char* kernel, std::uint64_t seed) {
  static const std::vector<float> host(256);
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  if (std::string_view(kernel).ends_with("_bug")) {
    arguments.word(reinterpret_cast<std::uint64_t>(host.data()));
  } else {
    arguments.add(x);
  }
  return launch(kernel, {{4}, {64}}, arguments.add(y), seed);
}

// kernel(x, y): 4 records of 96 bytes in x, 3 in y.
Outcome records(const char* kernel, std::uint64_t seed) {
  Buffer x(4 * 96, "x");
  Buffer y(3 * 96, "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

// kernel(x, partial, out, counter): 4 blocks that are resident together.
Outcome with_counter(const char* kernel, std::uint64_t seed, std::uint32_t counter_at_start) {
  Buffer x(4 * sizeof(float), "x");
  Buffer partial(4 * 32 * sizeof(float), "partial");
  Buffer out(sizeof(float), "out");
  Buffer counter(sizeof(std::uint32_t), "counter");
  x.count_floats();
  cudasim::device_fill(counter.address(), counter_at_start, 4, 1);
  Arguments arguments;
  return launch(kernel, {{4}, {32}, 0, true}, arguments.add(x).add(partial).add(out).add(counter), seed);
}

// kernel(x, y): a thread per element, in three dimensions.
Outcome in_space(const char* kernel, std::uint64_t seed) {
  Buffer x(512 * sizeof(float), "x");
  Buffer y(512 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{2, 2, 2}, {8, 4, 2}}, arguments.add(x).add(y), seed);
}

// Of places.cu.
constexpr const char* kCulprit = "block (1,0,1), thread (3,2,1)";
constexpr const char* kNeighbour = "block (1,0,1), thread (5,0,0)";
constexpr const char* kStranger = "block (0,1,1), thread (7,3,0)";

Outcome across_blocks(const char* kernel, std::uint64_t seed) { return with_counter(kernel, seed, 0); }

Outcome after_a_failed_launch(const char* kernel, std::uint64_t seed) {
  return with_counter(kernel, seed, std::string_view(kernel).ends_with("_bug") ? 3 : 0);
}

// kernel(x, y): 4 blocks of 64 threads on 4 elements of x each.
Outcome quads(const char* kernel, std::uint64_t seed) {
  Buffer x(1024 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

// kernel(x, y, counter): 8 blocks; y[i] ends as the sum of 1, 2, 1 times the x of its block and the next two.
Outcome neighbours(const char* kernel, std::uint64_t seed, bool cooperative, std::uint32_t counter_at_start = 0) {
  constexpr int kBlock = 33;
  constexpr int kAll = 8 * kBlock;
  Buffer x(kAll * sizeof(float), "x");
  Buffer y(kAll * sizeof(float), "y");
  Buffer counter(sizeof(std::uint32_t), "counter");
  x.count_floats();
  y.count_floats();
  cudasim::device_fill(counter.address(), counter_at_start, 4, 1);
  Arguments arguments;
  Outcome outcome = launch(kernel, {{8}, {kBlock}, 0, cooperative}, arguments.add(x).add(y).add(counter), seed);
  if (outcome.ok()) {
    const std::vector<float> sums = y.floats();
    for (int i = 0; i < kAll; i++) {
      const int expected = i + 2 * ((i + kBlock) % kAll) + (i + 2 * kBlock) % kAll;
      if (sums[static_cast<std::size_t>(i)] != static_cast<float>(expected)) {
        throw Wrong{"a wrong sum behind the grid barrier"};
      }
    }
  }
  return outcome;
}

Outcome cooperating(const char* kernel, std::uint64_t seed) { return neighbours(kernel, seed, true); }

// An earlier launch stopped with some of its blocks at the barrier.
Outcome after_a_stopped_launch(const char* kernel, std::uint64_t seed) {
  return neighbours(kernel, seed, true, std::string_view(kernel).ends_with("_bug") ? 3 : 0);
}

Outcome maybe_cooperating(const char* kernel, std::uint64_t seed) {
  return neighbours(kernel, seed, std::string_view(kernel).ends_with("_twin"));
}

}  // namespace

const std::vector<Planted>& planted_bugs() {
  static const std::vector<Planted> all = {
      {"missing_syncthreads", "race: a read and a write that nothing orders, of one block", elementwise},
      {"reused_too_early", "race: a read and a write that nothing orders, of one", elementwise},
      {"missing_syncwarp", "race: a read and a write that nothing orders, of one warp", elementwise},
      {"half_syncwarp", "race: a read and a write that nothing orders, of one warp", elementwise},
      {"half_words", "race: a read and a write that nothing orders, of one block", elementwise},
      {"exits_early", "divergent barrier: a thread has exited", elementwise},
      {"two_barriers", "divergent barrier: threads of a block wait at different", elementwise},
      {"full_mask_in_branch", "deadlock", elementwise},
      {"divergent_warp", "divergent warp", elementwise},
      {"global_bounds", "out of bounds in device memory", guarded},
      {"vector_beyond_end", "out of bounds in device memory", guarded},
      {"shared_bounds", "out of bounds in shared memory", elementwise},
      {"dynamic_bounds", "out of bounds in shared memory", with_dynamic_shared},
      {"uninitialised_shared", "uninitialised", elementwise},
      {"uninitialised_global", "uninitialised", elementwise},
      {"uninitialised_atomic", "uninitialised", elementwise},
      {"misaligned_vector", "misaligned: an access of 16 bytes", filled},
      {"misaligned_store", "misaligned: an access of 8 bytes", filled},
      {"stale_constant", "stale .nc", elementwise},
      {"constant_then_write", "stale .nc", filled},
      {"use_after_free", "use after free", freed_before},
      {"host_pointer", "memory that is not the device's", from_host},
      {"copied_record", "out of bounds in device memory", records},
      {"forgotten_opt_in", "65536 bytes of dynamic shared memory, the function may have 49152", with_large_shared, false},
      {"missing_writer_fence", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"missing_reader_fence", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"fence_of_block_only", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"fence_of_one", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"fence_of_nobody", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"ticket_left_dirty", "dirty counter: the launch leaves 4 in it", across_blocks},
      {"ticket_found_dirty", "dirty counter: the launch begins with 3 in it", after_a_failed_launch},
      {"blocks_collide", "race: two writes that nothing orders, of different blocks", across_blocks},
      {"flag_before_value", "race: a read and a write that nothing orders, of different blocks", across_blocks},
      {"waits_for_nobody", "deadlock: threads wait for memory to change", across_blocks},
      {"async_not_waited", "uninitialised", quads},
      {"async_without_barrier", "race: a read and a write that nothing orders, of one block", quads},
      {"async_wrong_group", "uninitialised", quads},
      {"mbarrier_not_waited", "race: a read and a write that nothing orders, of one block", elementwise},
      {"missing_grid_barrier", "race: a read and a write that nothing orders, of different blocks", cooperating},
      {"grid_counter_dirty", "dirty counter: the launch begins with 3 in it", after_a_stopped_launch},
      {"grid_not_cooperative", "deadlock: threads wait for memory to change", maybe_cooperating},
      {"lone_bounds", "out of bounds in device memory", in_space, true, {kCulprit}},
      {"lone_shared_bounds", "out of bounds in shared memory", in_space, true, {kCulprit}},
      {"lone_uninitialised", "uninitialised", in_space, true, {kCulprit}},
      {"lone_misaligned", "misaligned: an access of 8 bytes", in_space, true, {kCulprit}},
      {"lone_race", "race: a read and a write that nothing orders, of one block", in_space, true, {kCulprit, kNeighbour}},
      {"lone_race_of_blocks", "race: two writes that nothing orders, of different blocks", in_space, true,
       {kCulprit, kStranger}},
      {"lone_stale_constant", "stale .nc", in_space, true, {kCulprit, kCulprit}},
      {"lone_exit", "divergent barrier: a thread has exited", in_space, true, {kCulprit, "block (1,0,1), thread ("}},
      {"lone_deadlock", "deadlock: no thread of the block can go on", in_space, true,
       {kCulprit, "block (1,0,1), thread ("}},
  };
  return all;
}

}  // namespace harness
