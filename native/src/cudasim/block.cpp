// A block's life: its threads begin, wait for each other, and exit.
#include "block.h"

#include <bit>
#include <cstring>

#include "async_copy.h"
#include "shadow.h"

namespace cudasim {

namespace {

void run_thread() {
  Thread& thread = *running_thread();
  const Launch& launch = thread.block->executor->grid.launch;
  launch.kernel->invoke(launch.arguments);
  thread.block->exit(thread);
  __builtin_unreachable();
}

void place(Thread& thread, unsigned index, Block& block, const Dim3& shape, const Dim3& grid) {
  thread.index = index;
  thread.lane = index % 32;
  thread.block = &block;
  thread.warp = &block.warps[index / 32];
  thread.thread_index[0] = index % shape.x;
  thread.thread_index[1] = index / shape.x % shape.y;
  thread.thread_index[2] = index / shape.x / shape.y;
  thread.block_size[0] = shape.x;
  thread.block_size[1] = shape.y;
  thread.block_size[2] = shape.z;
  thread.grid_size[0] = grid.x;
  thread.grid_size[1] = grid.y;
  thread.grid_size[2] = grid.z;
  thread.copies = &block.copies[index];
}

[[noreturn]] void fail_exited(Thread& thread, const Thread& exited, const Thread& waits, const char* file, int line) {
  fail(thread, {.what = text("divergent barrier: a thread has exited, and others wait for it at __syncthreads (%s:%d)",
                             file, line),
                .places = {place_of(waits, "waits"), place_of(exited, "has exited")},
                .where = {},
                .cure = "let every thread of the block reach the barrier: guard the work, not the way to it"});
}

}  // namespace

Block::Block()
    : threads(std::make_unique<Thread[]>(1024)),
      warps(std::make_unique<Warp[]>(32)),
      copies(std::make_unique<CopyQueue[]>(1024)) {}

Block::~Block() = default;

void Block::prepare(Executor& to) {
  executor = &to;
  const Launch& launch = to.grid.launch;
  threads_count = static_cast<unsigned>(launch.block.volume());
  stacks.provide(threads_count);
  for (unsigned i = 0; i < threads_count; i++) {
    place(threads[i], i, *this, launch.block, launch.grid);
  }
  for (unsigned i = 0; i < 32; i++) {
    warps[i].block = this;
    warps[i].index = i;
  }
  shared.begin_launch(launch.dynamic_shared);
}

void Block::begin(unsigned block_index) {
  const Dim3& grid = executor->grid.launch.grid;
  index = block_index;
  exited = 0;
  first_exited = nullptr;
  barrier = Barrier{};
  ready_warps = 0;
  shared.begin_block();
  if constexpr (checked) {
    shadow::begin_block(*this);
    order::begin_block(*this);
  }
  for (unsigned i = 0; i < threads_count; i++) {
    Thread& thread = threads[i];
    thread.block_index[0] = block_index % grid.x;
    thread.block_index[1] = block_index / grid.x % grid.y;
    thread.block_index[2] = block_index / grid.x / grid.y;
    thread.stack_pointer = stacks.prepare(i, run_thread);
    thread.pc = nullptr;
    thread.polled = nullptr;
    if constexpr (checked) {
      order::begin_thread(thread);
    }
    thread.copies->clear();
  }
  for (Warp& warp : all_warps()) {
    const unsigned lanes = threads_count - warp.index * 32;
    warp.alive = lanes >= 32 ? ~0u : (1u << lanes) - 1;
    warp.ready = 0;
    warp.polling = 0;
    warp.waiting = 0;
    set_ready(warp, warp.alive);
  }
}

bool Block::polls() const {
  for (const Warp& warp : all_warps()) {
    if (warp.polling != 0) {
      return true;
    }
  }
  return false;
}

void Block::resume() {
  for (Warp& warp : all_warps()) {
    if (warp.polling != 0) {
      set_ready(warp, warp.polling);
      warp.polling = 0;
    }
  }
  if (Thread* const thread = pick(nullptr)) {
    cudasim_here = thread;
    cudasim_switch(&executor->home, thread->stack_pointer);
    cudasim_here = nullptr;
  }
}

// Lanes of one warp run after one another, mostly: what they touch is near. Chance decides among them, and now and then
// (the fast build: when none of them is ready) in favour of another warp.
Thread* Block::pick(const Warp* near) {
  if (ready_warps == 0) {
    return nullptr;
  }
  Random& random = executor->random;
  if constexpr (checked) {
    const std::uint64_t chance = random.next();
    const Warp* warp = near;
    if (warp == nullptr || warp->ready == 0 || (chance & 15) == 0) {
      warp = &warps[random.bit_of(ready_warps)];
    }
    return &warp->thread(random.bit_of(warp->ready));
  } else {
    const Warp* warp = near;
    if (warp == nullptr || warp->ready == 0) {
      warp = &warps[random.bit_of(ready_warps)];
    }
    return &warp->thread(static_cast<unsigned>(std::countr_zero(warp->ready)));
  }
}

void Block::leave(Thread& from) {
  Thread* const to = pick(from.warp);
  if (to == &from) {
    return;
  }
  cudasim_here = to;
  cudasim_switch(&from.stack_pointer, to != nullptr ? to->stack_pointer : executor->home);
}

void Block::shuffle_turns(Thread& from) {
  if constexpr (checked) {
    leave(from);
  }
}

void Block::exit(Thread& thread) {
  if (barrier.arrived > 0) [[unlikely]] {
    fail_exited(thread, thread, *barrier.first, barrier.file, barrier.line);
  }
  if (exited++ == 0) {
    first_exited = &thread;
  }
  executor->idle_polls = 0;
  set_idle(*thread.warp, thread.bit());
  thread.warp->exit(thread);
  leave(thread);
}

unsigned Block::wait(Thread& thread, bool vote, const char* file, int line) {
  if (exited > 0) [[unlikely]] {
    fail_exited(thread, *first_exited, thread, file, line);
  }
  if (barrier.arrived == 0) {
    barrier.file = file;
    barrier.line = line;
    barrier.first = &thread;
  } else if (barrier.line != line || (barrier.file != file && std::strcmp(barrier.file, file) != 0)) [[unlikely]] {
    fail(thread, {.what = "divergent barrier: threads of a block wait at different __syncthreads",
                  .places = {place_of(thread, text("is at the one of %s:%d", file, line)),
                             place_of(*barrier.first, text("waits at the one of %s:%d", barrier.file, barrier.line))},
                  .where = {},
                  .cure = "all threads of a block pass the same barriers in the same order; take them out of branches"});
  }
  barrier.votes += vote;
  if (++barrier.arrived == threads_count) {
    barrier.result = barrier.votes;
    barrier.arrived = 0;
    barrier.votes = 0;
    executor->idle_polls = 0;
    if constexpr (checked) {
      order::complete_barrier(*this);
    }
    for (Warp& warp : all_warps()) {
      set_ready(warp, warp.alive);
    }
    shuffle_turns(thread);
  } else {
    set_idle(*thread.warp, thread.bit());
    leave(thread);
  }
  if constexpr (checked) {
    order::leave_barrier(thread);
  }
  return barrier.result;
}

}  // namespace cudasim
