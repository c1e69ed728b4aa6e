// Which accesses are ordered before which: the happens-before relation of a launch.
//
// Every thread has a clock; an access carries its thread and the clock's value, a Moment. What orders accesses raises
// clocks and passes on knowledge of the form "all that thread t did up to moment m came before":
//   __syncthreads   all clocks of the block become one higher than the highest: what is older than this `base` is known
//                   to the whole block, without a clock per pair of threads
//   __syncwarp      each lane that takes part learns what the others know: a matrix of 32 x 32 moments per warp
//   fence + atomic, release + acquire, mbarrier
//                   a Knowledge, which names threads and blocks sparsely, is left at the address and picked up there
// __threadfence() is sequentially consistent: what one thread fenced, another thread of the block may publish by its atomic
// once a barrier lies between, and likewise on the other side; so barriers pass on what fences are about, too.
// A shuffle and a vote order nothing.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "knowledge.h"

namespace cudasim {

struct Thread;
struct Warp;
struct Block;

// What was released at an address, to be acquired there: by any thread, or only by threads of one block.
struct Location {
  Knowledge device;
  Knowledge block;
  std::uint32_t block_index = 0;
};
using Locations = std::unordered_map<const void*, Location>;

struct ThreadOrder {
  Moment clock = 0;
  Knowledge acquired;          // on top of what the block knows
  Knowledge released_block;    // what this thread's last fence lets its later atomics release, by the fence's scope
  Knowledge released_device;
  Knowledge unclaimed_block;   // what its atomics found, for its next fence to acquire
  Knowledge unclaimed_device;
};

struct WarpOrder {
  bool used = false;
  Moment known[32][32];  // known[a][b]: what lane b did up to this moment came before what lane a does now
};

struct BlockOrder {
  Moment base = 1;    // what any thread of the block did before is known to all of it
  Moment latest = 1;  // no clock of the block is higher
  bool learned = false;  // some thread has acquired something since the barrier
  bool fenced = false;   // some thread has released something by a fence, or found something for one
  Knowledge known;
  Locations locations;  // in its shared memory
};

namespace order {

void begin_block(Block& block);
void begin_thread(Thread& thread);

// Everybody in the block has arrived; each thread calls `leave_barrier` as it goes on.
void complete_barrier(Block& block);
void leave_barrier(Thread& thread);
void complete_sync_warp(Warp& warp, std::uint32_t lanes);

void fence(Thread& thread, bool device);
// An atomic without order of its own: what fences before and after it make of it.
void atomic(Thread& thread, const void* at);
void atomic_load(Thread& thread, const void* at);
void release(Thread& thread, const void* at, bool device, bool replaces);
void acquire(Thread& thread, const void* at, bool device);
// What was released at `from` is now to be acquired at `to` (in the block's shared memory), and `from` starts anew.
void hand_over(Block& block, const void* from, const void* to);

// Whether what `thread` of `block` did at `moment` came before what `now` does.
bool before(std::uint32_t block, unsigned thread, Moment moment, const Thread& now);
// The same of several lanes of a warp, all at one moment.
bool before(std::uint32_t block, unsigned warp, std::uint32_t lanes, Moment moment, const Thread& now);

}  // namespace order

}  // namespace cudasim
