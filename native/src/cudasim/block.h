// What runs: the threads, warps and blocks of a launch, and who of them may run.
//
//   Grid       one launch: its blocks in random order, its first finding
//   Executor   an OS thread that runs some of them: its home stack, the blocks that it has begun
//   Block      threads with their stacks, a barrier, shared memory; pooled, used for many blocks
//   Warp       32 threads and what they wait for
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core.h"
#include "fiber.h"
#include "finding.h"
#include "order.h"
#include "random.h"
#include "shadow.h"
#include "shared_memory.h"
#include "variant.h"

namespace cudasim {

struct Block;
struct Executor;
struct Warp;
struct CopyQueue;

// What the lanes of a warp can wait for together.
enum class Meeting : unsigned char { sync, shuffle, ballot, load_matrix, multiply };

struct alignas(64) Thread : Coordinates {
  unsigned index;  // in its block: x fastest
  void* stack_pointer;  // while it does not run
  Block* block;
  Warp* warp;
  const void* pc;  // the call with which it last entered the simulator
  const void* polled = nullptr;  // the address that it polled last, and what it found
  std::uint64_t found = 0;
  ThreadOrder order;
  CopyQueue* copies = nullptr;  // cp.async under way; the block owns it

  std::uint32_t bit() const { return 1u << lane; }
};

struct Warp {
  Block* block;
  unsigned index;
  std::uint32_t alive;    // began and has not exited
  std::uint32_t ready;    // may run, or runs
  std::uint32_t polling;  // looked at memory in vain: ready again once nobody else in the block is
  std::uint32_t waiting;  // for other lanes; the rest that is alive waits at the block's barrier

  // Of each waiting lane:
  std::uint32_t mask[32];
  Meeting meeting[32];
  unsigned char source[32];
  std::uint64_t value[32];
  std::uint64_t result[32];

  WarpOrder order;

  Thread& thread(unsigned lane) const;
  // Deposits what the lane brings and returns once all lanes of `mask` that have not exited are here.
  std::uint64_t meet(Thread& thread, Meeting meeting, std::uint32_t mask, std::uint64_t value, unsigned source);
  void exit(Thread& thread);

 private:
  void complete(std::uint32_t group, Meeting meeting);
};

// __syncthreads: where the first that waits stands, and how many have come.
struct Barrier {
  unsigned arrived = 0;
  unsigned votes = 0;
  unsigned result = 0;
  const char* file = nullptr;
  int line = 0;
  const Thread* first = nullptr;
};

struct Block {
  Executor* executor = nullptr;
  unsigned index = 0;  // in the grid: x fastest
  unsigned threads_count = 0;
  unsigned exited = 0;
  const Thread* first_exited = nullptr;
  std::uint32_t ready_warps = 0;
  Barrier barrier;
  BlockOrder order;
  SharedMemory shared;
  shadow::SharedCells shared_cells;
  Stacks stacks;
  std::unique_ptr<Thread[]> threads;
  std::unique_ptr<Warp[]> warps;
  std::unique_ptr<CopyQueue[]> copies;

  Block();
  ~Block();

  // Once per launch: its shape and stacks.
  void prepare(Executor& executor);
  // Begins the block of this number.
  void begin(unsigned block_index);
  // On the home stack: runs threads until all have exited, none can run, all poll, or something was found.
  void resume();

  bool finished() const { return exited == threads_count; }
  bool polls() const;
  std::span<Warp> all_warps() const { return {warps.get(), (threads_count + 31) / 32}; }

  void set_ready(Warp& warp, std::uint32_t lanes) {
    warp.ready |= lanes;
    ready_warps |= 1u << warp.index;
  }
  void set_idle(Warp& warp, std::uint32_t lanes) {
    warp.ready &= ~lanes;
    if (warp.ready == 0) {
      ready_warps &= ~(1u << warp.index);
    }
  }

  // From the stack of `from`: goes on with a thread that is ready, maybe the same, or at home if none is.
  void leave(Thread& from);
  // The same where `from` itself is ready: lets chance decide who runs on.
  void shuffle_turns(Thread& from);
  void exit(Thread& thread);
  unsigned wait(Thread& thread, bool vote, const char* file, int line);

 private:
  Thread* pick(const Warp* near);
};

// A counter in device memory that every launch leaves as it found it: a multiple of `period`, or 0 where that is 0.
struct Counter {
  std::uint32_t period;
  Place user;  // who used it first
};

struct Grid {
  const Launch& launch;
  const Limits& limits;
  const std::uint32_t serial;  // of the launch in this process
  std::vector<std::uint32_t> order;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};
  unsigned resident = 1;  // how many blocks an executor interleaves
  Locations locations;  // in device memory
  std::map<const std::uint32_t*, Counter> counters;

  std::mutex mutex;
  std::optional<Finding> finding;  // the first

  Grid(const Launch& launch, const Limits& limits, std::uint32_t serial)
      : launch(launch), limits(limits), serial(serial) {}

  void found(Finding finding);
};

struct Executor {
  Grid& grid;
  Random random;
  void* home = nullptr;
  std::uint64_t idle_polls = 0;  // since anything happened
  std::vector<std::unique_ptr<Block>> running;

  Executor(Grid& grid, std::uint64_t seed) : grid(grid), random(seed) {}
  void run();

 private:
  void retire(std::size_t at);
};

inline Thread* running_thread() { return static_cast<Thread*>(cudasim_here); }

// Something came of a look at memory, or of an access: nobody is stuck yet.
inline void note_progress(Thread& thread) { thread.block->executor->idle_polls = 0; }

// After a look at memory that found nothing new: lets the others run.
void poll(Thread& thread);

// From the stack of `thread`: the launch ends with this finding.
[[noreturn]] void fail(Thread& thread, Finding finding);

}  // namespace cudasim
